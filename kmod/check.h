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
 */
struct hfr_limits {
	__u64 size;
	__u32 block_mask;
	__u32 ops;
};

/**
 * struct hfr_check - what a record is checked against
 * @targets: limits of each target
 * @ntargets: number of them
 * @max_length: longest read or write, from the header
 * @deps: records carry dependency windows
 * @allowed: bit N set: the session consents to operation N
 * @skip: unsupported operations are skipped rather than refused
 * @index: index of the record, counted by the caller
 * @last_issue: issue time of the record before
 * @last_lo: dep_lo of the record before
 * @last_hi: dep_hi of the record before
 */
struct hfr_check {
	const struct hfr_limits *targets;
	__u32 ntargets;
	__u32 max_length;
	bool deps;
	bool skip;
	__u32 allowed;
	__u64 index;
	__u64 last_issue;
	__u32 last_lo;
	__u32 last_hi;
};

/* Operations that change what a target holds. */
#define HFR_OPS_CHANGE							\
	((1U << HFR_OP_NR) - 1 - (1U << HFR_OP_READ) - (1U << HFR_OP_FLUSH))

/**
 * hfr_check_record - checks one record
 * @c: context; on success index and the last_ members move on
 * @rec: the record
 * @why: at least HFR_WHY_LEN bytes; on failure, the rule that it breaks
 *
 * Return: 0 or -errno as linux/hfreplay.h documents for write(2).
 */
int hfr_check_record(struct hfr_check *c, const struct hfr_trace_rec *rec,
		     char *why);

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
