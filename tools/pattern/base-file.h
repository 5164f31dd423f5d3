/* SPDX-License-Identifier: GPL-2.0-only */
/* A base of patterns in a file, as JSON. */
#ifndef HF_BASE_FILE_H
#define HF_BASE_FILE_H

#include "base.h"

/**
 * base_load - reads a base
 * @b: filled; free with base_free()
 * @path: the file
 * @err: on failure, a sentence
 *
 * Return: 0; -ENOENT without a sentence if there is no such file; or -errno.
 */
int base_load(struct base *b, const char *path, struct hf_error *err);

/**
 * base_save - writes a base; the file is replaced when the new one is complete
 * @b: the base
 * @path: the file
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int base_save(const struct base *b, const char *path, struct hf_error *err);

#endif /* HF_BASE_FILE_H */
