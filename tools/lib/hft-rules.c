// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "array.h"
#include "hft.h"
#include "hft-rules.h"

static const char *const op_names[HFR_OP_NR] = {
	[HFR_OP_READ] = "read",
	[HFR_OP_WRITE] = "write",
	[HFR_OP_FLUSH] = "flush",
	[HFR_OP_DISCARD] = "discard",
	[HFR_OP_WRITE_ZEROES] = "write-zeroes",
	[HFR_OP_SECURE_ERASE] = "secure-erase",
	[HFR_OP_ZONE_APPEND] = "zone-append",
	[HFR_OP_ZONE_RESET] = "zone-reset",
	[HFR_OP_ZONE_RESET_ALL] = "zone-reset-all",
	[HFR_OP_ZONE_OPEN] = "zone-open",
	[HFR_OP_ZONE_CLOSE] = "zone-close",
	[HFR_OP_ZONE_FINISH] = "zone-finish",
};

/* In the order of their bits. */
static const char *const flag_names[] = {
	"fua", "preflush", "sync", "meta", "rahead", "nowait", "nomerge",
	"async", "dep-global", "atomic",
};

_Static_assert(HFR_RF_ALL == (1U << ARRAY_SIZE(flag_names)) - 1,
	       "every flag has a name");

const char *hfr_op_name(uint8_t op)
{
	return op < HFR_OP_NR ? op_names[op] : NULL;
}

const char *hfr_flag_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(flag_names) ? flag_names[bit] : NULL;
}

uint32_t hft_logical_block(const struct hfr_file_dev *dev)
{
	return dev->logical_block ? dev->logical_block : 512;
}

bool hft_logical_block_good(uint32_t logical_block)
{
	return !logical_block ||
	       (logical_block >= 512 && !(logical_block & (logical_block - 1)));
}

__attribute__((format(printf, 2, 3)))
static bool broken(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, HFT_WHY, fmt, ap);
	va_end(ap);
	return true;
}

static bool bad_time(const struct hft_rules *rules,
		     const struct hfr_trace_rec *rec, char *why)
{
	if (rec->issue_ns < rules->last_issue_ns)
		return broken(why, "is issued at %" PRIu64
			      " ns, before the one in front of it at %" PRIu64
			      " ns: records must be sorted",
			      (uint64_t)rec->issue_ns, rules->last_issue_ns);
	if (rec->issue_ns > HFR_MAX_TIME)
		return broken(why, "is issued at %" PRIu64
			      " ns, later than the format allows (%llu)",
			      (uint64_t)rec->issue_ns, HFR_MAX_TIME);
	if (rec->complete_ns == HFR_UNKNOWN)
		return false;
	if (rec->complete_ns < rec->issue_ns)
		return broken(why, "completes at %" PRIu64
			      " ns, before its issue at %" PRIu64 " ns",
			      (uint64_t)rec->complete_ns,
			      (uint64_t)rec->issue_ns);
	if (rec->complete_ns > HFR_MAX_TIME)
		return broken(why, "completes at %" PRIu64
			      " ns, later than the format allows (%llu)",
			      (uint64_t)rec->complete_ns, HFR_MAX_TIME);
	return false;
}

static bool bad_op(const struct hfr_trace_rec *rec, char *why)
{
	if (rec->op >= HFR_OP_NR)
		return broken(why, "has the unknown operation %u", rec->op);
	if (rec->flags & ~HFR_RF_ALL)
		return broken(why, "has unknown flags (0x%x)", rec->flags);
	if ((rec->flags & (HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_ATOMIC)) &&
	    rec->op != HFR_OP_WRITE)
		return broken(why, "has FUA, PREFLUSH or ATOMIC on a %s: only a write may have them",
			      op_names[rec->op]);
	if ((rec->flags & HFR_RF_SYNC) && (rec->flags & HFR_RF_ASYNC))
		return broken(why, "has both flags SYNC and ASYNC");
	if (rec->prio && (rec->prio >> 13 < 1 || rec->prio >> 13 > 3 ||
			  (rec->prio & 0x1fff) > 7))
		return broken(why, "has the unknown priority 0x%x", rec->prio);
	if (rec->reserved0)
		return broken(why, "has a reserved field that is not 0");
	return false;
}

/* A whole zone is reset, opened, closed or finished: its length is known. */
static bool whole_zone(uint8_t op)
{
	return op == HFR_OP_ZONE_RESET || op == HFR_OP_ZONE_OPEN ||
	       op == HFR_OP_ZONE_CLOSE || op == HFR_OP_ZONE_FINISH;
}

static bool bad_range(const struct hft_rules *rules,
		      const struct hfr_trace_rec *rec, char *why)
{
	uint32_t block = hft_logical_block(&rules->devs[rec->target]);

	if (rec->op == HFR_OP_FLUSH || rec->op == HFR_OP_ZONE_RESET_ALL) {
		if (!rec->offset && !rec->length)
			return false;
		return broken(why, "is a %s with an offset or a length",
			      op_names[rec->op]);
	}
	if (!rec->length && !whole_zone(rec->op))
		return broken(why, "is a %s of 0 bytes", op_names[rec->op]);
	if (rec->offset % block)
		return broken(why, "has an offset (%" PRIu64
			      ") that is not a multiple of %u bytes",
			      (uint64_t)rec->offset, block);
	if (rec->length % block)
		return broken(why, "has a length (%u) that is not a multiple of %u bytes",
			      rec->length, block);
	if (rec->offset > (uint64_t)INT64_MAX - rec->length)
		return broken(why, "ends beyond 2^63 bytes (offset %" PRIu64
			      ")", (uint64_t)rec->offset);
	if (hft_op_moves_data(rec->op) && rec->length > rules->max_length)
		return broken(why, "is a %s of %u bytes, more than the %u allowed",
			      op_names[rec->op], rec->length,
			      rules->max_length);
	return false;
}

static bool bad_deps(const struct hft_rules *rules,
		     const struct hfr_trace_rec *rec, char *why)
{
	if (rules->deps)
		return hft_dep_broken(rules->deps, rec, why);
	if (rec->rank || rec->dep_lo || rec->dep_hi || rec->scope ||
	    rec->global_rank || rec->flags & HFR_RF_DEP_GLOBAL)
		return broken(why, "has dependencies, but the header says that there are none");
	return false;
}

bool hft_rule_broken(const struct hft_rules *rules,
		     const struct hfr_trace_rec *rec, char *why)
{
	if (rec->target >= rules->device_count)
		return broken(why, "is for device %u of %u", rec->target,
			      rules->device_count);
	return bad_op(rec, why) || bad_range(rules, rec, why) ||
	       bad_time(rules, rec, why) || bad_deps(rules, rec, why);
}

void hft_rule_next(struct hft_rules *rules, const struct hfr_trace_rec *rec)
{
	rules->index++;
	rules->last_issue_ns = rec->issue_ns;
	if (rules->deps)
		hft_dep_next(rules->deps, rec);
}
