// SPDX-License-Identifier: GPL-2.0-only
/* .hft files as they are, for outputs that are compressed. */
#include "writer.h"

static int hft_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	(void)ex;
	(void)rec;
	(void)err;
	return 0;
}

static int hft_end(struct export *ex, struct hf_error *err)
{
	return outstream_write(ex->out, ex->trace->map, ex->trace->size, err);
}

const struct writer writer_hft = {
	.name = "hft",
	.from = "hft",
	.about = "hfreplay's own",
	.suffixes = ".hft",
	.holds = {
		.ops = (1U << HFR_OP_NR) - 1,
		.flags = HFR_RF_ALL,
		.holds = HOLDS_STREAM | HOLDS_PRIO | HOLDS_LEVEL | HOLDS_WALL |
			 HOLDS_NUMBER | HOLDS_NAME | HOLDS_DEPS,
		.time_ns = 1,
		.latency_ns = 1,
		.unit = 1,
		.devices = HFR_MAX_DEVICES,
	},
	.request = hft_request,
	.end = hft_end,
};
