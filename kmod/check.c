// SPDX-License-Identifier: GPL-2.0-only
#ifdef __KERNEL__
#include <linux/kernel.h>
#else
#include <stdio.h>
#define unlikely(x) __builtin_expect(!!(x), 0)
#define likely(x) __builtin_expect(!!(x), 1)
#endif

#include "check.h"

#define REFUSE(code, ...) \
	(snprintf(why, HFR_WHY_LEN, __VA_ARGS__), -(code))

static bool all_zero(const void *mem, size_t len)
{
	const __u8 *bytes = mem;
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

/* The block layer indexes tables with it and checks it nowhere. */
static bool bad_prio(__u16 prio)
{
	return prio && (prio >> 13 < 1 || prio >> 13 > 3 ||
			(prio & 0x1fff) > 7);
}

/* The rest of the checks, after one has found that something is wrong. */
static int refuse_shape(const struct hfr_check *c,
			const struct hfr_trace_rec *rec, char *why)
{
	if (rec->op >= HFR_OP_NR)
		return REFUSE(EINVAL, "operation %u is not known", rec->op);
	if (rec->flags & ~HFR_RF_ALL)
		return REFUSE(EINVAL, "flags %#x are not known",
			      rec->flags & ~HFR_RF_ALL);
	if (rec->reserved0)
		return REFUSE(EINVAL, "a reserved field is not 0");
	if (rec->target >= c->ntargets)
		return REFUSE(EINVAL, "target %u of %u does not exist",
			      rec->target, c->ntargets);
	if (rec->issue_ns > HFR_MAX_TIME)
		return REFUSE(EINVAL, "issue time %llu ns is beyond 2^53",
			      rec->issue_ns);
	if (bad_prio(rec->prio))
		return REFUSE(EINVAL, "priority %#x is not class 1 to 3 and level 0 to 7, or 0",
			      rec->prio);
	return REFUSE(EINVAL, "issue time %llu ns is before that of the record before, %llu ns",
		      rec->issue_ns, c->last_issue);
}

static int check_times(const struct hfr_trace_rec *rec, char *why)
{
	if (rec->complete_ns == HFR_UNKNOWN)
		return 0;
	if (rec->complete_ns < rec->issue_ns)
		return REFUSE(EINVAL, "completion at %llu ns is before issue at %llu ns",
			      rec->complete_ns, rec->issue_ns);
	if (rec->complete_ns > HFR_MAX_TIME)
		return REFUSE(EINVAL, "completion time %llu ns is beyond 2^53",
			      rec->complete_ns);
	return 0;
}

static int check_flags(const struct hfr_trace_rec *rec, char *why)
{
	const __u32 writes = HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_ATOMIC;

	if (unlikely(rec->flags & writes) && rec->op != HFR_OP_WRITE)
		return REFUSE(EINVAL, "FUA, PREFLUSH and ATOMIC do not go with operation %u",
			      rec->op);
	if (unlikely((rec->flags & (HFR_RF_SYNC | HFR_RF_ASYNC)) ==
		     (HFR_RF_SYNC | HFR_RF_ASYNC)))
		return REFUSE(EINVAL, "SYNC and ASYNC exclude each other");
	return 0;
}

#define BIT_OF(op)	(1U << HFR_OP_##op)
/* Operations with data, those without a place, and those on whole zones. */
#define DATA_OPS	(BIT_OF(READ) | BIT_OF(WRITE) | BIT_OF(ZONE_APPEND))
#define PLACELESS_OPS	(BIT_OF(FLUSH) | BIT_OF(ZONE_RESET_ALL))
#define WHOLE_ZONE_OPS	(BIT_OF(ZONE_RESET) | BIT_OF(ZONE_OPEN) | \
			 BIT_OF(ZONE_CLOSE) | BIT_OF(ZONE_FINISH))

static bool is_one_of(__u8 op, __u32 ops)
{
	return 1U << op & ops;
}

static int check_extent(const struct hfr_check *c,
			const struct hfr_trace_rec *rec, char *why)
{
	const struct hfr_limits *t = &c->targets[rec->target];

	if (unlikely(is_one_of(rec->op, PLACELESS_OPS)))
		return !rec->offset && !rec->length ? 0 :
			REFUSE(EINVAL, "a flush or a reset of all zones has neither offset nor length");
	if (unlikely(!rec->length) && !is_one_of(rec->op, WHOLE_ZONE_OPS))
		return REFUSE(EINVAL, "length is 0");
	if (unlikely((rec->offset | rec->length) & t->block_mask))
		return REFUSE(EINVAL,
			      "offset %llu or length %u is not a multiple of %u bytes, the logical block",
			      rec->offset, rec->length, t->block_mask + 1);
	if (unlikely(rec->length > c->max_length &&
		     is_one_of(rec->op, DATA_OPS)))
		return REFUSE(EINVAL, "length %u is above the %u that the header states",
			      rec->length, c->max_length);
	if (unlikely(rec->offset > t->size ||
		     rec->length > t->size - rec->offset))
		return REFUSE(ERANGE,
			      "offset %llu + length %u is beyond the %llu bytes of target %u",
			      rec->offset, rec->length, t->size,
			      rec->target);
	return 0;
}

static int check_deps(const struct hfr_check *c,
		      const struct hfr_trace_rec *rec, char *why)
{
	if (c->deps)
		return hfr_check_dep(c->deps, rec, why);
	if (unlikely(rec->rank | rec->dep_lo | rec->dep_hi | rec->scope |
		     rec->global_rank | (rec->flags & HFR_RF_DEP_GLOBAL)))
		return REFUSE(EINVAL, "dependencies are set, the header does not say so");
	return 0;
}

/* Of a target that has zones. */
static int check_zone(const struct hfr_limits *t,
		      const struct hfr_trace_rec *rec, char *why)
{
	if (rec->offset & (t->zone - 1))
		return REFUSE(EINVAL,
			      "offset %llu is not the first byte of a zone of %llu bytes",
			      rec->offset, t->zone);
	if (rec->offset >= t->size)
		return REFUSE(ERANGE, "there is no zone at %llu of %llu bytes",
			      rec->offset, t->size);
	/* The last zone may be smaller. */
	if (is_one_of(rec->op, WHOLE_ZONE_OPS) && rec->length &&
	    rec->length != t->zone && rec->length != t->size - rec->offset)
		return REFUSE(EINVAL,
			      "length %u is neither 0 nor that of the zone, %llu bytes",
			      rec->length, t->zone);
	return 0;
}

/* What most records have not; the rest of hfr_check_possible(). */
static int refuse_impossible(const struct hfr_limits *t,
			     const struct hfr_trace_rec *rec, char *why)
{
	if (!is_one_of(rec->op, t->ops))
		return REFUSE(EOPNOTSUPP, "operation %u is not possible on target %u",
			      rec->op, rec->target);
	if (rec->flags & t->lacks)
		return REFUSE(EOPNOTSUPP, "flags %#x are not possible on target %u",
			      rec->flags & t->lacks, rec->target);
	if (rec->op == HFR_OP_ZONE_APPEND && rec->length > t->append_max)
		return REFUSE(EOPNOTSUPP,
			      "an append of %u bytes is not possible on target %u: %u are at most",
			      rec->length, rec->target, t->append_max);
	if (!(rec->flags & HFR_RF_ATOMIC))
		return 0;
	if (!t->atomic_max)
		return REFUSE(EOPNOTSUPP,
			      "atomic writes are not possible on target %u",
			      rec->target);
	if (rec->length > t->atomic_max || rec->length % t->atomic_min)
		return REFUSE(EOPNOTSUPP,
			      "an atomic write of %u bytes is not possible on target %u: multiples of %u up to %u are",
			      rec->length, rec->target, t->atomic_min,
			      t->atomic_max);
	return 0;
}

int hfr_check_possible(const struct hfr_limits *t,
		       const struct hfr_trace_rec *rec, char *why)
{
	if (likely(is_one_of(rec->op, t->ops) &&
		   rec->op != HFR_OP_ZONE_APPEND &&
		   !(rec->flags & (HFR_RF_ATOMIC | t->lacks))))
		return 0;
	return refuse_impossible(t, rec, why);
}

static int check_consent(const struct hfr_check *c,
			 const struct hfr_trace_rec *rec, char *why)
{
	const struct hfr_limits *t = &c->targets[rec->target];
	int err;

	if (unlikely(!is_one_of(rec->op, c->allowed)))
		return REFUSE(EPERM,
			      "operation %u changes the target: the session has no consent to it (%s)",
			      rec->op, rec->op == HFR_OP_SECURE_ERASE ?
			      "allow-erase" : "allow-writes");
	err = hfr_check_possible(t, rec, why);
	if (unlikely(err))
		return c->skip ? 0 : err;
	if (unlikely(is_one_of(rec->op, WHOLE_ZONE_OPS | BIT_OF(ZONE_APPEND))))
		return check_zone(t, rec, why);
	return 0;
}

int hfr_check_record(struct hfr_check *c, const struct hfr_trace_rec *rec,
		     char *why)
{
	int err;

	if (unlikely(rec->op >= HFR_OP_NR || rec->flags & ~HFR_RF_ALL ||
		     rec->reserved0 || rec->target >= c->ntargets ||
		     bad_prio(rec->prio) || rec->issue_ns > HFR_MAX_TIME ||
		     rec->issue_ns < c->last_issue))
		return refuse_shape(c, rec, why);
	err = check_times(rec, why);
	if (!err)
		err = check_flags(rec, why);
	if (!err)
		err = check_extent(c, rec, why);
	if (!err)
		err = check_deps(c, rec, why);
	if (!err)
		err = check_consent(c, rec, why);
	if (unlikely(err))
		return err;
	c->index++;
	c->last_issue = rec->issue_ns;
	if (c->deps)
		hfr_check_dep_seen(c->deps, rec);
	return 0;
}

static int check_header_deps(const struct hfr_file_hdr *hdr, char *why)
{
	if (!(hdr->flags & HFR_FF_DEPS)) {
		if (hdr->dep_scope || hdr->scopes || hdr->dep_nodes ||
		    hdr->dep_threshold_ns)
			return REFUSE(EINVAL, "dependencies are described, the flags do not say so");
		return 0;
	}
	if (!(hdr->flags & HFR_FF_COMPLETIONS))
		return REFUSE(EINVAL, "dependencies need completion times");
	if (hdr->dep_scope >= HFR_DEP_NR)
		return REFUSE(EINVAL, "scope %u of dependencies is not known",
			      hdr->dep_scope);
	if (!hdr->scopes || hdr->scopes > HFR_MAX_SCOPES)
		return REFUSE(EINVAL, "%u scopes, 1 to %u are possible",
			      hdr->scopes, HFR_MAX_SCOPES);
	if ((hdr->dep_scope == HFR_DEP_GLOBAL && hdr->scopes != 1) ||
	    (hdr->dep_scope == HFR_DEP_TARGET &&
	     hdr->scopes != hdr->device_count))
		return REFUSE(EINVAL, "%u scopes do not fit their kind",
			      hdr->scopes);
	return 0;
}

int hfr_check_header(const struct hfr_file_hdr *hdr, char *why)
{
	__u64 least;

	if (memcmp(hdr->magic, HFR_FILE_MAGIC, sizeof(hdr->magic)))
		return REFUSE(EINVAL, "this is not an .hft file (magic)");
	if (hdr->byte_order != HFR_BYTE_ORDER)
		return REFUSE(EINVAL, "byte order is that of another machine");
	if (hdr->version != HFR_FILE_VERSION)
		return REFUSE(EINVAL, "version %u of the format is not known",
			      hdr->version);
	if (hdr->record_size != sizeof(struct hfr_trace_rec))
		return REFUSE(EINVAL, "record size is %u, not %zu",
			      hdr->record_size, sizeof(struct hfr_trace_rec));
	if (!hdr->device_count || hdr->device_count > HFR_MAX_DEVICES)
		return REFUSE(EINVAL, "%u devices, 1 to %u are possible",
			      hdr->device_count, HFR_MAX_DEVICES);
	least = sizeof(*hdr) + (__u64)hdr->device_count *
		sizeof(struct hfr_file_dev) + hdr->provenance_size;
	if (hdr->header_size % HFR_UNIT || hdr->header_size > HFR_MAX_HEADER ||
	    hdr->header_size < least)
		return REFUSE(EINVAL, "header size %u is wrong",
			      hdr->header_size);
	if (hdr->flags & ~HFR_FF_ALL)
		return REFUSE(EINVAL, "header flags %#x are not known",
			      hdr->flags & ~HFR_FF_ALL);
	if (hdr->max_length > HFR_MAX_LENGTH)
		return REFUSE(EINVAL, "longest request %u is above %u bytes",
			      hdr->max_length, HFR_MAX_LENGTH);
	if (hdr->reserved0 || !all_zero(hdr->reserved, sizeof(hdr->reserved)))
		return REFUSE(EINVAL, "a reserved field of the header is not 0");
	return check_header_deps(hdr, why);
}

int hfr_check_device(const struct hfr_file_dev *dev,
		     const struct hfr_limits *target, char *why)
{
	if (!memchr(dev->name, 0, sizeof(dev->name)))
		return REFUSE(EINVAL, "the name has no end");
	if (dev->reserved0 || !all_zero(dev->reserved, sizeof(dev->reserved)))
		return REFUSE(EINVAL, "a reserved field is not 0");
	if (dev->max_end != HFR_UNKNOWN && dev->max_end > target->size)
		return REFUSE(ERANGE,
			      "requests reach to byte %llu, beyond the %llu bytes of the target",
			      dev->max_end, target->size);
	return 0;
}

int hfr_check_end(const struct hfr_file_end *end, __u64 count, __u64 checksum,
		  char *why)
{
	if (memcmp(end->magic, HFR_END_MAGIC, sizeof(end->magic)) ||
	    end->op != HFR_OP_END)
		return REFUSE(EINVAL, "the trailer is not one (magic)");
	if (end->reserved1 ||
	    !all_zero(end->reserved0, sizeof(end->reserved0)) ||
	    !all_zero(end->reserved, sizeof(end->reserved)))
		return REFUSE(EINVAL, "a reserved field of the trailer is not 0");
	if (end->count != count)
		return REFUSE(EBADMSG, "the trailer counts %llu records, %llu came",
			      end->count, count);
	if (end->checksum != checksum)
		return REFUSE(EBADMSG,
			      "the checksum of the records is %016llx, the trailer says %016llx",
			      checksum, end->checksum);
	return 0;
}
