// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI commands of a virtual disk, as in the CloudPhysics traces: little-endian
 * records without a header, of 32 bytes (version 1) or 40 (version 2, which has
 * response times and another order). Blocks are of 512 bytes, times in us.
 */
#include <endian.h>

#include "writer.h"

#define US		1000
#define SECTOR		512
/* Beyond any disk; records of a trace are told by it. */
#define MAX_BLOCK	((UINT64_C(1) << 48) - 1)

/* Commands with 10 bytes while block and count fit, else 16. */
enum {
	READ_10 = 0x28, WRITE_10 = 0x2a, SYNC_10 = 0x35,
	READ_16 = 0x88, WRITE_16 = 0x8a,
};

struct record_v1 {
	uint32_t sn, len, pieces;
	uint16_t cmd, ver;
	uint64_t lbn, ts;
};

struct record_v2 {
	uint16_t cmd, ver;
	uint32_t sn, len, pieces;
	uint64_t lbn, ts, rt;
};

_Static_assert(sizeof(struct record_v1) == 32, "layout");
_Static_assert(sizeof(struct record_v2) == 40, "layout");

/**
 * struct vscsi_state - a trace that is being written
 * @sn: serial number of the last command
 */
struct vscsi_state {
	uint32_t sn;
};

static uint16_t command(const struct hfr_trace_rec *rec)
{
	bool large = rec->offset / SECTOR > UINT32_MAX ||
		     rec->length / SECTOR > UINT16_MAX;

	if (rec->op == HFR_OP_FLUSH)
		return SYNC_10;
	if (rec->op == HFR_OP_WRITE)
		return large ? WRITE_16 : WRITE_10;
	return large ? READ_16 : READ_10;
}

static int vscsi_request(struct export *ex, const struct hfr_trace_rec *rec,
			 struct hf_error *err)
{
	struct vscsi_state *st = ex->state;
	const struct record_v1 r = {
		.sn = htole32(++st->sn),
		.len = htole32(rec->length),
		.pieces = htole32(rec->length ? 1 : 0),
		.cmd = htole16(command(rec)),
		.ver = htole16(1 << 8),
		.lbn = htole64(rec->offset / SECTOR),
		.ts = htole64(rec->issue_ns / US),
	};

	return outstream_write(ex->out, &r, sizeof(r), err);
}

static int vscsi2_request(struct export *ex, const struct hfr_trace_rec *rec,
			  struct hf_error *err)
{
	struct vscsi_state *st = ex->state;
	const struct record_v2 r = {
		.cmd = htole16(command(rec)),
		.ver = htole16(2 << 8),
		.sn = htole32(++st->sn),
		.len = htole32(rec->length),
		.pieces = htole32(rec->length ? 1 : 0),
		.lbn = htole64(rec->offset / SECTOR),
		.ts = htole64(rec->issue_ns / US),
		.rt = htole64((rec->complete_ns - rec->issue_ns) / US),
	};

	return outstream_write(ex->out, &r, sizeof(r), err);
}

#define VSCSI_HOLDS							\
	.ops = HOLDS_READ_WRITE | HOLDS_OP(HFR_OP_FLUSH),		\
	.time_ns = US,							\
	.unit = SECTOR,							\
	.max_offset = MAX_BLOCK * SECTOR,				\
	.devices = 1

const struct writer writer_vscsi = {
	.name = "vscsi",
	.from = "vscsi",
	.about = "CloudPhysics trace of a virtual SCSI disk, version 1",
	.suffixes = ".vscsi",
	.holds = { VSCSI_HOLDS },
	.state_size = sizeof(struct vscsi_state),
	.request = vscsi_request,
};

const struct writer writer_vscsi2 = {
	.name = "vscsi2",
	.from = "vscsi",
	.about = "the same, version 2, with response times",
	.suffixes = ".vscsi2",
	.holds = {
		VSCSI_HOLDS,
		.holds = NEEDS_COMPLETION,
		.latency_ns = US,
	},
	.state_size = sizeof(struct vscsi_state),
	.request = vscsi2_request,
};
