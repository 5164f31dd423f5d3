/* SPDX-License-Identifier: GPL-2.0-only */
/* What formats share whose traces are records of one size. */
#ifndef HF_RECORDS_H
#define HF_RECORDS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format.h"

#define RECORD_MAX 64

/**
 * struct record_reader - a format that gives a request a record
 * @size: bytes of a record, at most RECORD_MAX
 * @take: takes one. Returns 0 or -errno with a sentence
 */
struct record_reader {
	size_t size;
	int (*take)(struct importer *imp, struct input *in, void *state,
		    const uint8_t *rec, struct hf_error *err);
};

/**
 * records_read - reads an input to its end
 * @ins: all inputs
 * @nins: how many
 * @which: the one to read, at its first record
 * @imp: the importer
 * @reader: the format
 * @state: handed through
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int records_read(struct input *const *ins, int nins, int which,
		 struct importer *imp, const struct record_reader *reader,
		 void *state, struct hf_error *err);

/**
 * records_take - takes bytes that are in one piece
 * @imp: the importer, which is told of one that is cut off
 * @in: the input
 * @buf: where to
 * @len: how many
 * @err: on failure, a sentence
 *
 * Return: 1, 0 at the end, or -errno.
 */
int records_take(struct importer *imp, struct input *in, void *buf,
		 size_t len, struct hf_error *err);

/* Numbers of a record, wherever they lie, in little-endian order. */

static inline uint16_t record_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t record_u32(const uint8_t *p)
{
	return record_u16(p) | (uint32_t)record_u16(p + 2) << 16;
}

static inline uint64_t record_u64(const uint8_t *p)
{
	return record_u32(p) | (uint64_t)record_u32(p + 4) << 32;
}

#endif /* HF_RECORDS_H */
