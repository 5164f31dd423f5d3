// SPDX-License-Identifier: GPL-2.0-only
#ifdef __KERNEL__
#include <linux/kernel.h>
#else
#include <stdio.h>
#define unlikely(x) __builtin_expect(!!(x), 0)
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
	if (rec->reserved0 || rec->reserved1)
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
	const __u32 durable = HFR_RF_FUA | HFR_RF_PREFLUSH;

	if (unlikely(rec->flags & durable) && rec->op != HFR_OP_WRITE)
		return REFUSE(EINVAL, "FUA and PREFLUSH do not go with operation %u",
			      rec->op);
	if (unlikely((rec->flags & (HFR_RF_SYNC | HFR_RF_ASYNC)) ==
		     (HFR_RF_SYNC | HFR_RF_ASYNC)))
		return REFUSE(EINVAL, "SYNC and ASYNC exclude each other");
	return 0;
}

static bool moves_data(__u8 op)
{
	return op == HFR_OP_READ || op == HFR_OP_WRITE ||
		op == HFR_OP_ZONE_APPEND;
}

static int check_extent(const struct hfr_check *c,
			const struct hfr_trace_rec *rec, char *why)
{
	const struct hfr_limits *t = &c->targets[rec->target];

	if (rec->op == HFR_OP_FLUSH)
		return !rec->offset && !rec->length ? 0 :
			REFUSE(EINVAL, "a flush has neither offset nor length");
	if (unlikely(!rec->length))
		return REFUSE(EINVAL, "length is 0");
	if (unlikely((rec->offset | rec->length) & t->block_mask))
		return REFUSE(EINVAL,
			      "offset %llu or length %u is not a multiple of %u bytes, the logical block",
			      rec->offset, rec->length, t->block_mask + 1);
	if (unlikely(rec->length > c->max_length && moves_data(rec->op)))
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
	if (!c->deps) {
		if (unlikely(rec->rank | rec->dep_lo | rec->dep_hi))
			return REFUSE(EINVAL, "dependencies are set, the header does not say so");
		return 0;
	}
	if (rec->dep_hi > c->index)
		return REFUSE(EINVAL, "dep_hi %u is above the %llu records before",
			      rec->dep_hi, c->index);
	if (rec->dep_lo > rec->dep_hi)
		return REFUSE(EINVAL, "dep_lo %u is above dep_hi %u",
			      rec->dep_lo, rec->dep_hi);
	if (rec->dep_lo < c->last_lo || rec->dep_hi < c->last_hi)
		return REFUSE(EINVAL, "dep_lo or dep_hi is below that of the record before");
	return 0;
}

static int check_consent(const struct hfr_check *c,
			 const struct hfr_trace_rec *rec, char *why)
{
	__u32 op = 1U << rec->op;

	if (unlikely(!(c->allowed & op)))
		return REFUSE(EPERM,
			      "operation %u changes the target: the session has no consent to it (%s)",
			      rec->op, rec->op == HFR_OP_SECURE_ERASE ?
			      "allow-erase" : "allow-writes");
	if (unlikely(!(c->targets[rec->target].ops & op)) && !c->skip)
		return REFUSE(EOPNOTSUPP, "operation %u is not possible on target %u",
			      rec->op, rec->target);
	return 0;
}

int hfr_check_record(struct hfr_check *c, const struct hfr_trace_rec *rec,
		     char *why)
{
	int err;

	if (unlikely(rec->op >= HFR_OP_NR || rec->flags & ~HFR_RF_ALL ||
		     rec->reserved0 || rec->reserved1 ||
		     rec->target >= c->ntargets || bad_prio(rec->prio) ||
		     rec->issue_ns > HFR_MAX_TIME ||
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
	c->last_lo = rec->dep_lo;
	c->last_hi = rec->dep_hi;
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
	return 0;
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
