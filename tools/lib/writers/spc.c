// SPDX-License-Identifier: GPL-2.0-only
/*
 * SPC trace file format 1.0.1, as the UMass traces have it:
 * ASU,LBA,Size,Opcode,Timestamp. LBA in blocks of 512 bytes, Size in bytes,
 * Timestamp in seconds from the start.
 */
#include <inttypes.h>

#include "names.h"

#define NS	UINT64_C(1000000000)

/**
 * struct spc_state - a trace that is being written
 * @asu: number of each device
 */
struct spc_state {
	uint32_t asu[HFR_MAX_DEVICES];
};

static int spc_begin(struct export *ex, struct hf_error *err)
{
	struct spc_state *st = ex->state;

	(void)err;
	if (!names_number(ex->trace, "asu ", st->asu))
		export_note(ex, "ASUs are numbers: names of devices are not held");
	return 0;
}

static int spc_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	const struct spc_state *st = ex->state;
	uint64_t ns = rec->issue_ns;

	return outstream_print(ex->out, err,
			       "%u,%" PRIu64 ",%u,%c,%" PRIu64 ".%09" PRIu64
			       "\n", st->asu[rec->target],
			       (uint64_t)rec->offset / 512, rec->length,
			       rec->op == HFR_OP_WRITE ? 'W' : 'R', ns / NS,
			       ns % NS);
}

const struct writer writer_spc = {
	.name = "spc",
	.from = "spc",
	.about = "SPC trace file format 1.0.1 (UMass)",
	.suffixes = ".spc",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.time_ns = 1,
		.unit = 512,
		.devices = HFR_MAX_DEVICES,
	},
	.state_size = sizeof(struct spc_state),
	.begin = spc_begin,
	.request = spc_request,
};
