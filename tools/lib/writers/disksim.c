// SPDX-License-Identifier: GPL-2.0-only
/*
 * ASCII traces of DiskSim: "time device block blocks flags", the time in ms from
 * the start, blocks of 512 bytes, flag bit 0 for a read.
 */
#include <inttypes.h>

#include "names.h"

#define MS	UINT64_C(1000000)

/**
 * struct disksim_state - a trace that is being written
 * @dev: number of each device
 */
struct disksim_state {
	uint32_t dev[HFR_MAX_DEVICES];
};

static int disksim_begin(struct export *ex, struct hf_error *err)
{
	struct disksim_state *st = ex->state;

	(void)err;
	if (!names_number(ex->trace, "device ", st->dev))
		export_note(ex, "devices are numbers: their names are not held");
	return 0;
}

static int disksim_request(struct export *ex, const struct hfr_trace_rec *rec,
			   struct hf_error *err)
{
	const struct disksim_state *st = ex->state;
	uint64_t ns = rec->issue_ns;

	return outstream_print(ex->out, err,
			       "%" PRIu64 ".%06" PRIu64 " %u %" PRIu64
			       " %u %d\n", ns / MS, ns % MS,
			       st->dev[rec->target],
			       (uint64_t)rec->offset / 512, rec->length / 512,
			       rec->op == HFR_OP_READ);
}

const struct writer writer_disksim = {
	.name = "disksim",
	.from = "disksim",
	.about = "ASCII trace of DiskSim",
	.suffixes = ".disksim",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.time_ns = 1,
		.unit = 512,
		.devices = HFR_MAX_DEVICES,
	},
	.state_size = sizeof(struct disksim_state),
	.begin = disksim_begin,
	.request = disksim_request,
};
