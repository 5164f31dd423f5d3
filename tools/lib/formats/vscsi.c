// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI commands of virtual disks, as CloudPhysics recorded them with VMware's
 * vscsiStats: little-endian records, one disk a file.
 *
 * Version 1, 32 bytes: u32 serial number, u32 length (bytes), u32 pieces,
 * u16 command, u16 version, u64 block (of 512 bytes), u64 time (us).
 * Version 2, 40 bytes: u16 command, u16 version, u32 serial number, u32
 * length, u32 pieces, u64 block, u64 time, u64 response time (us).
 * The version is in the upper byte of its field.
 */
#include <errno.h>

#include "records.h"
#include "volume.h"

#define BLOCK		512
#define US		1000
#define V1_SIZE		32
#define V2_SIZE		40
/* Nothing that comes close to these has been seen; they tell a trace apart. */
#define MAX_BLOCK	(UINT64_C(1) << 48)
#define MAX_US		(UINT64_MAX / US / 4)

/**
 * struct vscsi - a command
 * @block: first, in 512 bytes
 * @time: us
 * @response: us; HFR_UNKNOWN in version 1
 * @length: bytes
 * @command: operation code of SCSI
 * @version: 1 or 2; else it is none
 */
struct vscsi {
	uint64_t block, time, response;
	uint32_t length;
	uint16_t command;
	uint8_t version;
};

/**
 * struct vscsi_state - of an input
 * @version: of all records
 * @target: device of the input
 */
struct vscsi_state {
	uint8_t version;
	int target;
};

static const struct code {
	uint8_t code, op;
} codes[] = {
	{ 0x08, HFR_OP_READ },	/* of 6 bytes */
	{ 0x28, HFR_OP_READ },	/* 10 */
	{ 0xa8, HFR_OP_READ },	/* 12 */
	{ 0x88, HFR_OP_READ },	/* 16 */
	{ 0x0a, HFR_OP_WRITE },
	{ 0x2a, HFR_OP_WRITE },
	{ 0xaa, HFR_OP_WRITE },
	{ 0x8a, HFR_OP_WRITE },
	{ 0x2e, HFR_OP_WRITE },	/* and verify */
	{ 0x8e, HFR_OP_WRITE },
	{ 0x35, HFR_OP_FLUSH },
	{ 0x91, HFR_OP_FLUSH },
};

static const struct code *find_code(uint16_t command)
{
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == command)
			return &codes[i];
	return NULL;
}

static void decode_v1(const uint8_t *p, struct vscsi *v)
{
	v->length = record_u32(p + 4);
	v->command = record_u16(p + 12);
	v->version = (uint8_t)(record_u16(p + 14) >> 8);
	v->block = record_u64(p + 16);
	v->time = record_u64(p + 24);
	v->response = HFR_UNKNOWN;
}

static void decode_v2(const uint8_t *p, struct vscsi *v)
{
	v->command = record_u16(p);
	v->version = (uint8_t)(record_u16(p + 2) >> 8);
	v->length = record_u32(p + 8);
	v->block = record_u64(p + 16);
	v->time = record_u64(p + 24);
	v->response = record_u64(p + 32);
}

/* Whether the bytes are a record of @version. */
static bool decode(const uint8_t *p, uint8_t version, struct vscsi *v)
{
	if (version == 1)
		decode_v1(p, v);
	else
		decode_v2(p, v);
	return v->version == version && v->command <= UINT8_MAX &&
	       v->block < MAX_BLOCK && v->time < MAX_US &&
	       (v->response == HFR_UNKNOWN || v->response < MAX_US);
}

static size_t size_of(uint8_t version)
{
	return version == 1 ? V1_SIZE : V2_SIZE;
}

/* How many of the whole records at the start make sense, and how many not. */
static size_t count(const uint8_t *head, size_t len, uint8_t version,
		    size_t *bad, bool *known)
{
	const size_t size = size_of(version);
	size_t at, good = 0;
	struct vscsi v;

	*bad = 0;
	*known = false;
	for (at = 0; at + size <= len; at += size) {
		if (!decode(head + at, version, &v)) {
			(*bad)++;
			continue;
		}
		good++;
		*known = *known || find_code(v.command);
	}
	return good;
}

/* All must make sense, and one be a command that is known. */
static bool vscsi_sniff(const uint8_t *head, size_t len)
{
	uint8_t version;

	for (version = 1; version <= 2; version++) {
		size_t bad;
		bool known;

		if (count(head, len, version, &bad, &known) && !bad && known)
			return true;
	}
	return false;
}

static int request(struct importer *imp, struct input *in, int target,
		   const struct vscsi *v, struct hf_error *err)
{
	const struct code *code = find_code(v->command);
	struct hfr_trace_rec rec = {
		.issue_ns = v->time * US,
		.complete_ns = HFR_UNKNOWN,
		.offset = v->block * BLOCK,
		.length = v->length,
		.target = (uint16_t)target,
	};

	/*
	 * The blocks of an UNMAP are in its data, which the trace has not; what
	 * transfers nothing asks nothing of a device.
	 */
	if (!code || (!v->length && code->op != HFR_OP_FLUSH)) {
		importer_unsupported(imp, target);
		return 0;
	}
	rec.op = code->op;
	if (v->response != HFR_UNKNOWN)
		rec.complete_ns = (v->time + v->response) * US;
	return importer_request(imp, &rec, in, err);
}

static int take(struct importer *imp, struct input *in, void *state,
		const uint8_t *rec, struct hf_error *err)
{
	const struct vscsi_state *st = state;
	struct vscsi v;

	if (!decode(rec, st->version, &v))
		return importer_junk(imp, in, err,
				     "not a vscsi record of version %u",
				     st->version);
	return request(imp, in, st->target, &v, err);
}

/* The version that fits more of what an input begins with. */
static int find_version(struct input *in, uint8_t *version,
			struct hf_error *err)
{
	size_t len, bad, v1, v2;
	const uint8_t *head;
	bool known;

	head = input_peek(in, 64U << 10, &len, err);
	if (!head)
		return -EIO;
	v1 = count(head, len, 1, &bad, &known);
	v2 = count(head, len, 2, &bad, &known);
	*version = v1 >= v2 ? 1 : 2;
	if (v1 || v2 || len < V1_SIZE)
		return 0;
	return hf_fail(err, EINVAL,
		       "%s: neither records of version 1 (32 bytes) nor of version 2 (40 bytes) of a vscsi trace",
		       input_path(in));
}

static int read_one(struct input *const *ins, int nins, int which,
		    struct importer *imp, struct hf_error *err)
{
	struct record_reader reader = { .take = take };
	struct vscsi_state st = { 0 };
	int rc = find_version(ins[which], &st.version, err);

	if (rc)
		return rc;
	st.target = volume_device(imp, ins[which], which, ".vscsi", err);
	if (st.target < 0)
		return st.target;
	reader.size = size_of(st.version);
	return records_read(ins, nins, which, imp, &reader, &st, err);
}

static int vscsi_read(struct input *const *ins, int nins, struct importer *imp,
		      struct hf_error *err)
{
	int i, rc = 0;

	for (i = 0; i < nins && !rc; i++)
		rc = read_one(ins, nins, i, imp, err);
	return rc;
}

const struct format format_vscsi = {
	.name = "vscsi",
	.about = "CloudPhysics traces of virtual SCSI disks, version 1 or 2",
	.sniff = vscsi_sniff,
	.read = vscsi_read,
};
