// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log device of the device-mapper target log-writes: what changed a disk,
 * in the order of completion, with the data. Little-endian, in sectors of the
 * size that the superblock states.
 *
 * Superblock, sector 0: u64 magic, u64 version, u64 entries, u32 sector size.
 * Entry, a sector: u64 first sector, u64 sectors, u64 flags, u64 bytes of a
 * mark or of data that bypass the page cache; then the sectors' data, except
 * of a discard or mark. There are no times.
 */
#include <errno.h>
#include <inttypes.h>

#include "ordinal.h"
#include "records.h"
#include "volume.h"

#define MAGIC		UINT64_C(0x6a736677736872)
#define VERSION		1
#define SUPER_SIZE	28
#define ENTRY_SIZE	32
#define MIN_SECTOR	512
#define MAX_SECTOR	65536

#define LOG_FLUSH	(1U << 0)
#define LOG_FUA		(1U << 1)
#define LOG_DISCARD	(1U << 2)
#define LOG_MARK	(1U << 3)
#define LOG_META	(1U << 4)
#define LOG_ALL		((1U << 5) - 1)

/**
 * struct dmlog - a log that is read
 * @entries: that are left
 * @sector: bytes of a sector
 * @target: its device
 */
struct dmlog {
	uint64_t entries;
	uint32_t sector;
	int target;
};

struct entry {
	uint64_t sector, sectors, flags;
};

static bool good_super(const uint8_t *p, size_t len)
{
	uint32_t sector;

	if (len < SUPER_SIZE || record_u64(p) != MAGIC ||
	    record_u64(p + 8) != VERSION)
		return false;
	sector = record_u32(p + 24);
	return sector >= MIN_SECTOR && sector <= MAX_SECTOR &&
	       !(sector & (sector - 1));
}

/* Returns 1, 0 at the end, or -errno. */
static int skip(struct importer *imp, struct input *in, uint64_t bytes,
		struct hf_error *err)
{
	uint8_t buf[16384];

	while (bytes) {
		size_t n = bytes < sizeof(buf) ? bytes : sizeof(buf);
		int ret = records_take(imp, in, buf, n, err);

		if (ret <= 0)
			return ret;
		bytes -= n;
	}
	return 1;
}

static int read_super(struct importer *imp, struct input *in,
		      struct dmlog *log, struct hf_error *err)
{
	uint8_t super[SUPER_SIZE];
	int ret = records_take(imp, in, super, sizeof(super), err);

	if (ret <= 0)
		return ret;
	if (!good_super(super, sizeof(super)))
		return hf_fail(err, EINVAL,
			       "%s: not the superblock of a log of log-writes, version 1",
			       input_path(in));
	log->entries = record_u64(super + 16);
	log->sector = record_u32(super + 24);
	importer_geometry(imp, log->target, 0, log->sector);
	return skip(imp, in, log->sector - SUPER_SIZE, err);
}

static uint32_t request_flags(uint64_t flags)
{
	return (flags & LOG_FLUSH ? HFR_RF_PREFLUSH : 0) |
	       (flags & LOG_FUA ? HFR_RF_FUA : 0) |
	       (flags & LOG_META ? HFR_RF_META : 0);
}

static uint8_t request_op(const struct entry *e)
{
	if (e->flags & LOG_DISCARD)
		return HFR_OP_DISCARD;
	return e->sectors ? HFR_OP_WRITE : HFR_OP_FLUSH;
}

static int request(struct importer *imp, struct input *in, uint64_t time,
		   const struct dmlog *log, const struct entry *e,
		   struct hf_error *err)
{
	struct hfr_trace_rec rec = {
		.issue_ns = time,
		.complete_ns = HFR_UNKNOWN,
		.offset = e->sector * log->sector,
		.length = (uint32_t)(e->sectors * log->sector),
		.target = (uint16_t)log->target,
		.op = request_op(e),
		.flags = request_flags(e->flags),
	};

	return importer_request(imp, &rec, in, err);
}

/* An entry without sense leaves nothing to find the next one by. */
static bool good_entry(const struct dmlog *log, const struct entry *e)
{
	return !(e->flags & ~(uint64_t)LOG_ALL) &&
	       e->sectors <= UINT32_MAX / log->sector &&
	       e->sector <= INT64_MAX / log->sector &&
	       (e->sectors || e->flags & (LOG_FLUSH | LOG_MARK | LOG_FUA));
}

static uint64_t data_size(const struct dmlog *log, const struct entry *e)
{
	return e->flags & (LOG_DISCARD | LOG_MARK) ? 0 :
						     e->sectors * log->sector;
}

/* Returns 1, 0 at the end, or -errno. */
static int read_entry(struct importer *imp, struct input *in,
		      const struct dmlog *log, uint64_t *n,
		      struct hf_error *err)
{
	uint8_t bytes[ENTRY_SIZE];
	struct entry e;
	int ret = records_take(imp, in, bytes, sizeof(bytes), err);

	if (ret <= 0)
		return ret;
	e = (struct entry){
		.sector = record_u64(bytes),
		.sectors = record_u64(bytes + 8),
		.flags = record_u64(bytes + 16),
	};
	if (!good_entry(log, &e))
		return hf_fail(err, EINVAL,
			       "%s byte %" PRIu64 ": not an entry of the log",
			       input_path(in), input_offset(in) - ENTRY_SIZE);
	importer_sum(imp)->events++;
	if (!(e.flags & LOG_MARK)) {
		ret = request(imp, in, ordinal_time(imp, (*n)++), log, &e,
			      err);
		if (ret)
			return ret;
	}
	return skip(imp, in, log->sector - ENTRY_SIZE + data_size(log, &e),
		    err);
}

static int read_one(struct input *const *ins, int nins, int which,
		    struct importer *imp, struct hf_error *err)
{
	struct input *in = ins[which];
	struct dmlog log = { 0 };
	uint64_t n = 0;
	int ret;

	log.target = volume_device(imp, in, which, NULL, err);
	if (log.target < 0)
		return log.target;
	ret = read_super(imp, in, &log, err);
	for (; ret == 1 && log.entries; log.entries--) {
		ret = read_entry(imp, in, &log, &n, err);
		if (!ret)
			importer_cut_off(imp, in);
		if (ret == 1 && log.entries % 4096 == 0)
			ret = importer_progress(imp, ins, nins, err) ?: 1;
	}
	return ret < 0 ? ret : 0;
}

static bool dmlog_sniff(const uint8_t *head, size_t len)
{
	return good_super(head, len);
}

static int dmlog_read(struct input *const *ins, int nins,
		      struct importer *imp, struct hf_error *err)
{
	int i, rc = 0;

	importer_sum(imp)->level = "queue";
	importer_made_up(imp);
	for (i = 0; i < nins && !rc; i++)
		rc = read_one(ins, nins, i, imp, err);
	return rc;
}

const struct format format_dmlog = {
	.name = "dm-log-writes",
	.about = "log device of dm-log-writes: what changed a disk",
	.sniff = dmlog_sniff,
	.read = dmlog_read,
};
