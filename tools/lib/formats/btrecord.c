// SPDX-License-Identifier: GPL-2.0-only
/*
 * What btrecord makes of a blktrace for btreplay, DEVICE.replay.N, a file per
 * CPU, in the byte order of its host. A header: u64 version, time of the first
 * request (ns), bunches, requests. Then bunches: u64 requests, u64 time (ns);
 * and as many requests: u64 sector, u64 bytes, u32 read or not, 4 bytes unused.
 *
 * The requests of a bunch have one time; btrecord -m 1 -M 1 makes bunches of
 * one. There are no completions, and every queued bio that was no read is a
 * write here.
 */
#include <byteswap.h>
#include <errno.h>
#include <inttypes.h>

#include "records.h"
#include "volume.h"

#define SECTOR		512
#define HEADER		32
#define BUNCH_HEADER	16
#define PACKET		24
#define MAX_PACKETS	512
#define MAJOR_VERSION	1
#define MAX_SECTOR	(UINT64_C(1) << 54)

/**
 * struct bt_state - of an input
 * @target: its device
 * @swap: it is of the other byte order
 * @bunches: that the header states
 * @packets: that it states
 * @seen_bunches: read
 * @seen_packets: read
 */
struct bt_state {
	int target;
	bool swap;
	uint64_t bunches, packets;
	uint64_t seen_bunches, seen_packets;
};

static uint64_t u64_at(const uint8_t *p, bool swap)
{
	uint64_t v = record_u64(p);

	return swap ? bswap_64(v) : v;
}

static uint32_t u32_at(const uint8_t *p, bool swap)
{
	uint32_t v = record_u32(p);

	return swap ? bswap_32(v) : v;
}

/* Version 1.x.y is 0x1xxyy. */
static bool is_header(const uint8_t *p, bool *swap)
{
	int i;

	for (i = 0; i < 2; i++) {
		*swap = i;
		if (u64_at(p, *swap) >> 16 == MAJOR_VERSION)
			return true;
	}
	return false;
}

static bool good_bunch(uint64_t packets)
{
	return packets && packets <= MAX_PACKETS;
}

static bool good_packet(const uint8_t *p, bool swap)
{
	return u64_at(p, swap) < MAX_SECTOR && u32_at(p + 16, swap) <= 1 &&
	       u64_at(p + 8, swap) % SECTOR == 0 &&
	       u64_at(p + 8, swap) <= UINT32_MAX;
}

static bool btrecord_sniff(const uint8_t *head, size_t len)
{
	const uint8_t *bunch = head + HEADER;
	bool swap;

	if (len < HEADER + BUNCH_HEADER + PACKET || !is_header(head, &swap))
		return false;
	return u64_at(head + 16, swap) <= u64_at(head + 24, swap) &&
	       good_bunch(u64_at(bunch, swap)) &&
	       u64_at(bunch + 8, swap) >= u64_at(head + 8, swap) &&
	       good_packet(bunch + BUNCH_HEADER, swap);
}

/* btrecord takes any bio that was no read for a write. */
static uint8_t packet_op(bool read, uint64_t bytes)
{
	if (!bytes)
		return HFR_OP_FLUSH;
	if (read)
		return HFR_OP_READ;
	return bytes <= HFR_MAX_LENGTH ? HFR_OP_WRITE : HFR_OP_NR;
}

static int packet(struct importer *imp, struct input *in,
		  const struct bt_state *st, uint64_t time, const uint8_t *p,
		  struct hf_error *err)
{
	const uint64_t bytes = u64_at(p + 8, st->swap);
	struct hfr_trace_rec rec = {
		.issue_ns = time,
		.complete_ns = HFR_UNKNOWN,
		.target = (uint16_t)st->target,
	};

	if (!good_packet(p, st->swap))
		return importer_junk(imp, in, err,
				     "not a request of a btrecord file");
	rec.op = packet_op(u32_at(p + 16, st->swap), bytes);
	if (rec.op == HFR_OP_NR) {
		importer_unsupported(imp, st->target);
		return 0;
	}
	rec.offset = u64_at(p, st->swap) * SECTOR;
	rec.length = (uint32_t)bytes;
	return importer_request(imp, &rec, in, err);
}

/* Returns 1, 0 at the end, or -errno. */
static int read_bunch(struct importer *imp, struct input *in,
		      struct bt_state *st, struct hf_error *err)
{
	uint8_t bytes[PACKET];
	uint64_t n, time;
	int ret;

	ret = records_take(imp, in, bytes, BUNCH_HEADER, err);
	if (ret <= 0)
		return ret;
	n = u64_at(bytes, st->swap);
	time = u64_at(bytes + 8, st->swap);
	if (!good_bunch(n))
		return hf_fail(err, EINVAL,
			       "%s byte %" PRIu64 ": a bunch of %" PRIu64 " requests; btrecord makes 1 to %d",
			       input_path(in), input_offset(in) - BUNCH_HEADER,
			       n, MAX_PACKETS);
	st->seen_bunches++;
	for (; n; n--) {
		ret = records_take(imp, in, bytes, PACKET, err);
		if (!ret)
			importer_cut_off(imp, in);
		if (ret <= 0)
			return ret;
		st->seen_packets++;
		importer_sum(imp)->events++;
		ret = packet(imp, in, st, time, bytes, err);
		if (ret)
			return ret;
	}
	return 1;
}

static int read_header(struct importer *imp, struct input *in,
		       struct bt_state *st, struct hf_error *err)
{
	uint8_t head[HEADER];
	int ret = records_take(imp, in, head, sizeof(head), err);

	if (ret <= 0)
		return ret;
	if (!is_header(head, &st->swap))
		return hf_fail(err, EINVAL,
			       "%s: not a file of btrecord, version 1",
			       input_path(in));
	st->bunches = u64_at(head + 16, st->swap);
	st->packets = u64_at(head + 24, st->swap);
	return 1;
}

/*
 * A file that ends between two bunches may be cut off too. There are files
 * whose header counts less than they have.
 */
static void check_counts(struct importer *imp, struct input *in,
			 const struct bt_state *st)
{
	if (st->seen_bunches < st->bunches && st->seen_packets < st->packets)
		importer_cut_off(imp, in);
}

static int read_one(struct input *const *ins, int nins, int which,
		    struct importer *imp, struct hf_error *err)
{
	struct bt_state st = { 0 };
	struct input *in = ins[which];
	int ret;

	st.target = volume_part_device(imp, in, which, ".replay.", err);
	if (st.target < 0)
		return st.target;
	ret = read_header(imp, in, &st, err);
	if (ret <= 0)
		return ret;
	while ((ret = read_bunch(imp, in, &st, err)) == 1) {
		if (st.seen_bunches % 4096 == 0)
			ret = importer_progress(imp, ins, nins, err);
		if (ret < 0)
			return ret;
	}
	if (!ret)
		check_counts(imp, in, &st);
	return ret;
}

static int btrecord_read(struct input *const *ins, int nins,
			 struct importer *imp, struct hf_error *err)
{
	int i, rc = 0;

	importer_sum(imp)->level = "queue";
	for (i = 0; i < nins && !rc; i++)
		rc = read_one(ins, nins, i, imp, err);
	return rc;
}

const struct format format_btrecord = {
	.name = "btrecord",
	.about = "file of btrecord, for btreplay, one per CPU",
	.sniff = btrecord_sniff,
	.read = btrecord_read,
};
