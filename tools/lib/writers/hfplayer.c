// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV of hfplayer, and the same with the parents of each request as its
 * depAnalyser makes it (.annot). Blocks are of 512 bytes, times in us with
 * three digits, ticks are ns.
 */
#include <inttypes.h>

#include "flight.h"
#include "hft-ranks.h"
#include "names.h"

#define US	UINT64_C(1000)
#define NS	UINT64_C(1000000000)
#define SECTOR	512

/**
 * struct hfp_state - a trace that is being written
 * @lun: number of each device
 * @flight: requests in flight on all of them
 * @index: of the request that is written next
 * @ranks: of what the parents are found by (.annot)
 */
struct hfp_state {
	uint32_t lun[HFR_MAX_DEVICES];
	struct flight flight;
	uint64_t index;
	struct hft_ranks ranks;
};

static bool has_completions(const struct export *ex)
{
	return ex->trace->hdr->flags & HFR_FF_COMPLETIONS;
}

static int begin(struct export *ex, bool annot, struct hf_error *err)
{
	struct hfp_state *st = ex->state;

	if (!names_number(ex->trace, "lun ", st->lun))
		export_note(ex, "LUNs are numbers: names of devices are not held");
	return outstream_print(ex->out, err,
			       "#DUMP_OFFSET.I,%sELAPSED_USECS.D,ELAPSED_TICKS.I,CMD.S,INFLIGHT_IOS.I,TS.I,SEQID.I,LUN_SSID.I,OP.I,PHASE.I,LBA.I,NBLKS.I,LATENCY_TICKS.I,HOST_ID.I,HOST_LUN.I,LATENCY_USECS.D%s\n",
			       annot ? "ABS_SECS.D," : "",
			       annot ? ",DEP_PARENT_COUNT.I,DEP_PARENT_LIST.S" :
				       "");
}

static int hfp_begin(struct export *ex, struct hf_error *err)
{
	return begin(ex, false, err);
}

static int annot_begin(struct export *ex, struct hf_error *err)
{
	struct hfp_state *st = ex->state;
	int ret = begin(ex, true, err);

	return ret ? ret : hft_ranks_make(&st->ranks, ex->trace, err);
}

/* Requests in flight on all LUNs before this one, 0 if that is not known. */
static int64_t in_flight(struct export *ex, const struct hfr_trace_rec *rec)
{
	struct hfp_state *st = ex->state;
	struct hfr_trace_rec on_one = *rec;
	int64_t n;

	if (!has_completions(ex))
		return 0;
	on_one.target = 0;
	n = flight_add(&st->flight, &on_one);
	return n < 0 ? n : n - 1;
}

static int put_latency(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	uint32_t lun = ((struct hfp_state *)ex->state)->lun[rec->target];
	uint64_t took = rec->complete_ns - rec->issue_ns;

	if (rec->complete_ns == HFR_UNKNOWN)
		return outstream_print(ex->out, err, "NA,1,%u,NA", lun);
	return outstream_print(ex->out, err,
			       "%" PRIu64 ",1,%u,%" PRIu64 ".%03" PRIu64, took,
			       lun, took / US, took % US);
}

/* All columns from ELAPSED_USECS to LATENCY_USECS. */
static int put_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	struct hfp_state *st = ex->state;
	bool writes = rec->op == HFR_OP_WRITE;
	uint64_t issue = rec->issue_ns;
	int64_t n = in_flight(ex, rec);
	int ret;

	if (n < 0)
		return hf_fail(err, (int)-n,
			       "no memory for requests in flight");
	ret = outstream_print(ex->out, err,
			      "%" PRIu64 ".%03" PRIu64 ",%" PRIu64 ",%s,%" PRId64
			      ",%" PRIu64 ",%" PRIu64 ",%u,%d,0,%" PRIu64
			      ",%u,", issue / US, issue % US, issue,
			      writes ? "WR_IN" : "RD_IN", n, issue, st->index,
			      st->lun[rec->target], writes,
			      (uint64_t)rec->offset / SECTOR,
			      rec->length / SECTOR);
	return ret ? ret : put_latency(ex, rec, err);
}

static int hfp_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	struct hfp_state *st = ex->state;
	int ret = outstream_print(ex->out, err, "%" PRIu64 ",", st->index);

	if (!ret)
		ret = put_request(ex, rec, err);
	if (!ret)
		ret = outstream_print(ex->out, err, "\n");
	st->index++;
	return ret;
}

static int put_parents(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	const struct hfp_state *st = ex->state;
	const uint32_t *parents = hft_ranks_parents(&st->ranks, rec);
	uint32_t i, n = rec->dep_hi - rec->dep_lo;
	int ret = outstream_print(ex->out, err, ",%u,%s", n, n ? "" : "NA");

	for (i = 0; !ret && i < n; i++)
		ret = outstream_print(ex->out, err, "%s%u", i ? "-" : "",
				      parents[i]);
	return ret ? ret : outstream_print(ex->out, err, "\n");
}

static int annot_request(struct export *ex, const struct hfr_trace_rec *rec,
			 struct hf_error *err)
{
	uint64_t wall = ex->trace->hdr->wall_start_ns + rec->issue_ns;
	struct hfp_state *st = ex->state;
	int ret;

	ret = outstream_print(ex->out, err,
			      "%" PRIu64 ",%" PRIu64 ".%09" PRIu64 ",",
			      st->index, wall / NS, wall % NS);
	if (!ret)
		ret = put_request(ex, rec, err);
	if (!ret)
		ret = put_parents(ex, rec, err);
	st->index++;
	return ret;
}

static void hfp_free(struct export *ex)
{
	struct hfp_state *st = ex->state;

	flight_free(&st->flight);
	hft_ranks_free(&st->ranks);
}

const struct writer writer_hfplayer = {
	.name = "hfplayer",
	.from = "hfplayer",
	.about = "CSV of hfplayer",
	.suffixes = ".csv",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.time_ns = 1,
		.latency_ns = 1,
		.unit = SECTOR,
		.devices = HFR_MAX_DEVICES,
	},
	.state_size = sizeof(struct hfp_state),
	.begin = hfp_begin,
	.request = hfp_request,
	.free = hfp_free,
};

const struct writer writer_hfplayer_annot = {
	.name = "annot",
	.from = "hfplayer",
	.about = "CSV of hfplayer with the parents of each request",
	.remark = "hfplayer takes the dependencies from it, hfctl infers its own. Those of the trace are written, or else those that hfctl deps finds by default.",
	.suffixes = ".annot",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.holds = HOLDS_WALL | HOLDS_DEPS | NEEDS_COMPLETION | NEEDS_DEPS,
		.time_ns = 1,
		.latency_ns = 1,
		.unit = SECTOR,
		.devices = HFR_MAX_DEVICES,
	},
	.state_size = sizeof(struct hfp_state),
	.begin = annot_begin,
	.request = annot_request,
	.free = hfp_free,
};
