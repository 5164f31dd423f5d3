// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <stdlib.h>

#include "device.h"
#include "kst.h"
#include "writelog.h"

#define MAGIC		0x6a736677736872ULL
#define SECTOR		512

#define LOG_FLUSH	(1 << 0)
#define LOG_FUA		(1 << 1)
#define LOG_DISCARD	(1 << 2)
#define LOG_MARK	(1 << 3)

/* On the device, in sectors of their own; little endian. */
struct log_super {
	uint64_t magic;
	uint64_t version;
	uint64_t nr_entries;
	uint32_t sectorsize;
};

struct log_entry {
	uint64_t sector;
	uint64_t nr_sectors;
	uint64_t flags;
	uint64_t data_len;
};

static struct writelog_entry entry_at(const uint8_t *at)
{
	const struct log_entry *e = (const void *)at;
	uint64_t flags = le64toh(e->flags);

	return (struct writelog_entry){
		.sector = le64toh(e->sector),
		.sectors = le64toh(e->nr_sectors),
		.flush = flags & LOG_FLUSH, .fua = flags & LOG_FUA,
		.mark = flags & LOG_MARK,
		.data = flags & LOG_DISCARD ? NULL : at + SECTOR,
	};
}

struct writelog writelog_read(const char *name, uint64_t size)
{
	struct writelog log = { .bytes = device_read(name, 0, size) };
	const struct log_super *super = (const void *)log.bytes;
	uint64_t at = SECTOR;
	size_t i;

	ASSERT_EQ(le64toh(super->magic), MAGIC);
	ASSERT_EQ(le64toh(super->version), 1);
	ASSERT_EQ(le32toh(super->sectorsize), SECTOR);
	log.count = le64toh(super->nr_entries);
	log.entry = calloc(log.count, sizeof(*log.entry));
	for (i = 0; i < log.count; i++) {
		ASSERT_LE(at + SECTOR, size);
		log.entry[i] = entry_at(log.bytes + at);
		at += SECTOR;
		if (log.entry[i].data)
			at += log.entry[i].sectors * SECTOR;
		ASSERT_LE(at, size);
	}
	return log;
}

void writelog_free(struct writelog *log)
{
	free(log->entry);
	free(log->bytes);
}
