/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log of dm-log-writes. An entry is written when a flush or a FUA write
 * has made it durable; those that nothing has made durable come at the end.
 */
#ifndef WRITELOG_H
#define WRITELOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct writelog_entry - something that became durable
 * @sector: first sector of 512 bytes
 * @sectors: number of them, 0 for a flush
 * @flush: it is a flush, or came with one
 * @fua: it was durable when it was complete
 * @mark: it is a remark, nothing was written
 * @data: what was written
 */
struct writelog_entry {
	uint64_t sector;
	uint64_t sectors;
	bool flush;
	bool fua;
	bool mark;
	const uint8_t *data;
};

/**
 * struct writelog - a log
 * @bytes: the device that it is on; owned
 * @entry: entries in order; owned
 * @count: number of them
 */
struct writelog {
	uint8_t *bytes;
	struct writelog_entry *entry;
	size_t count;
};

/** writelog_read - reads the log on /dev/@name, of @size bytes; ends the test
 * if that makes no sense
 */
struct writelog writelog_read(const char *name, uint64_t size);
void writelog_free(struct writelog *log);

#endif /* WRITELOG_H */
