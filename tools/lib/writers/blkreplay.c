// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads of blkreplay: "seconds ; sector ; sectors ; R|W ; delay ; duration".
 * What blkreplay writes after a run has the delay of each issue and the time
 * that the request took, in seconds; a load that was not run has 0.0 for both.
 */
#include <inttypes.h>

#include "writer.h"

#define NS	UINT64_C(1000000000)

static int blkreplay_begin(struct export *ex, struct hf_error *err)
{
	return outstream_print(ex->out, err,
			       "start ; sector; length ; op ;  replay_delay ; replay_duration\n");
}

/* Its parser wants nine digits behind the point. */
static int blkreplay_request(struct export *ex, const struct hfr_trace_rec *rec,
			     struct hf_error *err)
{
	uint64_t ns = rec->issue_ns, took;
	int ret;

	ret = outstream_print(ex->out, err,
			      "%" PRIu64 ".%09" PRIu64 " ; %" PRIu64
			      " ; %u ; %c ; ", ns / NS, ns % NS,
			      (uint64_t)rec->offset / 512, rec->length / 512,
			      rec->op == HFR_OP_WRITE ? 'W' : 'R');
	if (ret)
		return ret;
	if (rec->complete_ns == HFR_UNKNOWN)
		return outstream_print(ex->out, err, "0.0 ; 0.0\n");
	took = rec->complete_ns - rec->issue_ns;
	return outstream_print(ex->out, err,
			       "0.000000000 ; %" PRIu64 ".%09" PRIu64 "\n",
			       took / NS, took % NS);
}

const struct writer writer_blkreplay = {
	.name = "blkreplay",
	.from = "blkreplay",
	.about = "load of blkreplay",
	.suffixes = ".load",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.holds = ZERO_UNKNOWN,
		.time_ns = 1,
		.latency_ns = 1,
		.unit = 512,
		.devices = 1,
	},
	.begin = blkreplay_begin,
	.request = blkreplay_request,
};
