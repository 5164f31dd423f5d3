// SPDX-License-Identifier: GPL-2.0-only
/* What is in a trace: one walk that counts, three distributions. */
#include "traceinfo.h"

#include <string.h>

#include "fidelity.h"
#include "hft-rules.h"

static bool value_size(const void *ctx, uint64_t i, unsigned int *group,
		       int64_t *value)
{
	const struct hft_file *trace = ctx;

	(void)group;
	*value = trace->recs[i].length;
	return hft_op_moves_data(trace->recs[i].op);
}

static bool value_gap(const void *ctx, uint64_t i, unsigned int *group,
		      int64_t *value)
{
	const struct hft_file *trace = ctx;

	(void)group;
	if (!i)
		return false;
	*value = (int64_t)(trace->recs[i].issue_ns -
			   trace->recs[i - 1].issue_ns);
	return true;
}

static bool value_latency(const void *ctx, uint64_t i, unsigned int *group,
			  int64_t *value)
{
	const struct hft_file *trace = ctx;
	const struct hfr_trace_rec *rec = &trace->recs[i];

	(void)group;
	*value = (int64_t)(rec->complete_ns - rec->issue_ns);
	return rec->complete_ns != HFR_UNKNOWN;
}

static void read_header(struct traceinfo *info, const struct hft_file *trace)
{
	const struct hfr_file_hdr *hdr = trace->hdr;

	info->requests = trace->count;
	info->max_in_flight = hdr->max_in_flight;
	info->has_completions = hdr->flags & HFR_FF_COMPLETIONS;
	info->queue_level = hdr->flags & HFR_FF_LEVEL_QUEUE;
	info->wall_start_ns = hdr->wall_start_ns;
	info->ntargets = hdr->device_count;
	if (info->ntargets > HFR_MAX_DEVICES)
		info->ntargets = HFR_MAX_DEVICES;
	for (unsigned int t = 0; t < info->ntargets; t++) {
		struct traceinfo_target *target = &info->targets[t];
		const struct hfr_file_dev *dev = &trace->devs[t];

		memcpy(target->name, dev->name, sizeof(target->name) - 1);
		target->size = dev->size;
		target->logical_block = dev->logical_block;
	}
}

static void count_target(struct traceinfo *info,
			 const struct hfr_trace_rec *rec, uint64_t *next)
{
	struct traceinfo_target *target;
	uint64_t end = rec->offset + rec->length;

	if (rec->target >= info->ntargets)
		return;
	target = &info->targets[rec->target];
	target->requests++;
	if (end > target->max_end)
		target->max_end = end;
	if (!hft_op_moves_data(rec->op))
		return;
	if (rec->offset == next[rec->target]) {
		target->sequential++;
		info->sequential++;
	}
	next[rec->target] = end;
}

static void count_op(struct traceinfo *info, const struct hfr_trace_rec *rec)
{
	if (rec->op >= HFR_OP_NR)
		return;
	info->ops[rec->op]++;
	info->op_bytes[rec->op] += rec->length;
	info->fua += (rec->flags & HFR_RF_FUA) != 0;
	info->preflush += (rec->flags & HFR_RF_PREFLUSH) != 0;
}

/* The header of a pipe does not know the duration. */
static void count_duration(struct traceinfo *info,
			   const struct hfr_trace_rec *rec)
{
	uint64_t end = rec->complete_ns == HFR_UNKNOWN ? rec->issue_ns :
							 rec->complete_ns;

	if (end > info->duration_ns)
		info->duration_ns = end;
}

int traceinfo_collect(struct traceinfo *info, const struct hft_file *trace)
{
	uint64_t next[HFR_MAX_DEVICES];
	int ret;

	memset(info, 0, sizeof(*info));
	memset(next, 0xff, sizeof(next));
	read_header(info, trace);
	for (uint64_t i = 0; i < trace->count; i++) {
		count_op(info, &trace->recs[i]);
		count_target(info, &trace->recs[i], next);
		count_duration(info, &trace->recs[i]);
	}
	info->read_bytes = info->op_bytes[HFR_OP_READ];
	info->write_bytes = info->op_bytes[HFR_OP_WRITE] +
			    info->op_bytes[HFR_OP_ZONE_APPEND];
	info->discard_bytes = info->op_bytes[HFR_OP_DISCARD];
	ret = dist_by_group(&info->sizes, NULL, 1, trace->count, value_size,
			    trace);
	if (!ret)
		ret = dist_by_group(&info->gaps, NULL, 1, trace->count,
				    value_gap, trace);
	if (!ret)
		ret = dist_by_group(&info->latency, NULL, 1, trace->count,
				    value_latency, trace);
	return ret;
}
