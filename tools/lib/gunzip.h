/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data of gzip, with their check sums: libarchive does not look at those, and
 * damaged data may well look like a trace.
 */
#ifndef HF_GUNZIP_H
#define HF_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct gunzip;

/**
 * gunzip_fill_fn - gives the next compressed bytes
 * @ctx: as for gunzip_new()
 * @bytes: gets them, valid until the next call
 *
 * Return: how many, 0 at the end, or -errno.
 */
typedef ssize_t (*gunzip_fill_fn)(void *ctx, const uint8_t **bytes);

/** gunzip_is - whether a file that begins so is one of gzip */
bool gunzip_is(const uint8_t *head, size_t len);

/** gunzip_new - starts; NULL without memory */
struct gunzip *gunzip_new(gunzip_fill_fn fill, void *ctx);
void gunzip_free(struct gunzip *g);

/**
 * gunzip_read - decompresses
 * @g: the state
 * @buf: where to
 * @len: how many bytes, at least 1
 * @why: on failure gets what is wrong, a part of a sentence
 *
 * Several files of gzip one behind the other are read as one, as gzip does.
 *
 * Return: bytes, 0 only at the end, or -errno (-EIO for damaged data).
 */
ssize_t gunzip_read(struct gunzip *g, void *buf, size_t len, const char **why);

#endif /* HF_GUNZIP_H */
