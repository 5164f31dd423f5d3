/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the bytes of an .hft file must be: pure functions that kernel and unit
 * tests compile alike.
 */
#ifndef HFR_CHECK_H
#define HFR_CHECK_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/types.h>
#endif
#include <linux/hfreplay.h>

#define HFR_WHY_LEN	160

/**
 * struct hfr_limits - what one target can take
 * @size: bytes
 * @block_mask: logical block minus 1
 * @ops: bit N set: operation N is possible
 * @lacks: HFR_RF_* that are not possible
 * @atomic_min: a write that is not torn is a multiple of so many bytes
 * @atomic_max: bytes of the longest write that is not torn, 0 if none is
 * @append_max: bytes of the longest append to a zone
 * @zone: bytes of a zone, a power of two; 0 if there are none
 */
struct hfr_limits {
	__u64 size;
	__u32 block_mask;
	__u32 ops;
	__u32 lacks;
	__u32 atomic_min;
	__u32 atomic_max;
	__u32 append_max;
	__u64 zone;
};

/**
 * struct hfr_scope_seen - the records of a scope that were checked
 * @count: number of them, modulo 2^32
 * @last_lo: dep_lo of the latest
 * @last_hi: dep_hi of the latest
 * @span: most records from the first of a window to the record behind it
 */
struct hfr_scope_seen {
	__u32 count;
	__u32 last_lo;
	__u32 last_hi;
	__u32 span;
};

/**
 * struct hfr_check_deps - what dependency windows are checked against
 * @kind: enum hfr_dep_scope
 * @count: number of scopes
 * @scopes: what was seen of each
 * @all: the same of all records
 * @nodes: sum of the spans of all scopes
 * @max_nodes: most that this may become, from the header
 * @whole: the trace is loaded whole; windows of HFR_RF_DEP_GLOBAL need that
 */
struct hfr_check_deps {
	__u32 kind;
	__u32 count;
	struct hfr_scope_seen *scopes;
	struct hfr_scope_seen all;
	__u64 nodes;
	__u64 max_nodes;
	bool whole;
};

/**
 * struct hfr_check - what a record is checked against
 * @targets: limits of each target
 * @ntargets: number of them
 * @max_length: longest read or write, from the header
 * @deps: what dependency windows are checked against; NULL if records carry
 *	none
 * @allowed: bit N set: the session consents to operation N
 * @skip: unsupported operations are skipped rather than refused
 * @index: index of the record
 * @last_issue: issue time of the record before
 */
struct hfr_check {
	const struct hfr_limits *targets;
	__u32 ntargets;
	__u32 max_length;
	bool skip;
	__u32 allowed;
	struct hfr_check_deps *deps;
	__u64 index;
	__u64 last_issue;
};

/* Operations that change what a target holds. */
#define HFR_OPS_CHANGE							\
	((1U << HFR_OP_NR) - 1 - (1U << HFR_OP_READ) - (1U << HFR_OP_FLUSH))

/* Those after which nobody knows what stands where: payload verify has none. */
#define HFR_OPS_UNVERIFIED						\
	(1U << HFR_OP_ZONE_APPEND | 1U << HFR_OP_ZONE_RESET |		\
	 1U << HFR_OP_ZONE_RESET_ALL)

/**
 * hfr_check_ordinary - whether a record is a plain read or write that breaks no
 * rule: most of what is loaded; all else goes through hfr_check_record()
 * @c: context; index and last_issue move on if it is
 * @rec: the record
 */
static inline bool hfr_check_ordinary(struct hfr_check *c,
				      const struct hfr_trace_rec *rec)
{
	const struct hfr_limits *t = &c->targets[rec->target];
	__u64 issue = rec->issue_ns, end = rec->complete_ns;

	if (c->deps || rec->target >= c->ntargets || rec->op > HFR_OP_WRITE ||
	    rec->flags || rec->prio || rec->reserved0)
		return false;
	if (issue < c->last_issue || issue > HFR_MAX_TIME)
		return false;
	if (end != HFR_UNKNOWN && (end < issue || end > HFR_MAX_TIME))
		return false;
	if (rec->rank | rec->dep_lo | rec->dep_hi | rec->scope |
	    rec->global_rank)
		return false;
	if (!(c->allowed & t->ops & 1U << rec->op))
		return false;
	if (!rec->length || rec->length > c->max_length ||
	    (rec->offset | rec->length) & t->block_mask ||
	    rec->offset > t->size || rec->length > t->size - rec->offset)
		return false;
	c->index++;
	c->last_issue = issue;
	return true;
}

/**
 * hfr_check_record - checks one record
 * @c: context; on success index, last_issue and what @deps has seen move on
 * @rec: the record
 * @why: at least HFR_WHY_LEN bytes; on failure, the rule that it breaks
 *
 * Return: 0 or -errno as linux/hfreplay.h documents for write(2).
 */
int hfr_check_record(struct hfr_check *c, const struct hfr_trace_rec *rec,
		     char *why);

/**
 * hfr_check_possible - whether a target can do a record
 * @t: the target
 * @rec: a record that is good otherwise
 * @why: at least HFR_WHY_LEN bytes; if not, a sentence
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int hfr_check_possible(const struct hfr_limits *t,
		       const struct hfr_trace_rec *rec, char *why);

/**
 * hfr_check_dep - checks the dependency window of a record
 * @d: context
 * @rec: the record
 * @why: at least HFR_WHY_LEN bytes; on failure, the rule that it breaks
 *
 * Return: 0 or -EINVAL.
 */
int hfr_check_dep(const struct hfr_check_deps *d,
		  const struct hfr_trace_rec *rec, char *why);

/** hfr_check_dep_seen - a record was good: @d moves on */
void hfr_check_dep_seen(struct hfr_check_deps *d,
			const struct hfr_trace_rec *rec);

/**
 * hfr_check_header - checks the header by itself
 * @hdr: the header
 * @why: at least HFR_WHY_LEN bytes; on failure, the rule that it breaks
 *
 * Return: 0 or -EINVAL.
 */
int hfr_check_header(const struct hfr_file_hdr *hdr, char *why);

/**
 * hfr_check_device - checks an entry of the device table
 * @dev: the entry
 * @target: the target that stands for it
 * @why: at least HFR_WHY_LEN bytes; on failure, the rule that it breaks
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int hfr_check_device(const struct hfr_file_dev *dev,
		     const struct hfr_limits *target, char *why);

/**
 * hfr_check_end - checks the trailer
 * @end: the trailer
 * @count: records before it
 * @checksum: XXH64 of them
 * @why: at least HFR_WHY_LEN bytes; on failure, the rule that it breaks
 *
 * Return: 0, -EINVAL or -EBADMSG.
 */
int hfr_check_end(const struct hfr_file_end *end, __u64 count, __u64 checksum,
		  char *why);

#endif /* HFR_CHECK_H */
