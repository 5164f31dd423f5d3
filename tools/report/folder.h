/* SPDX-License-Identifier: GPL-2.0-only */
/* Small files of a folder, each made in memory and written in one go. */
#ifndef HF_FOLDER_H
#define HF_FOLDER_H

#include <stddef.h>
#include <stdio.h>

#include "error.h"

/**
 * struct folder_file - a file
 * @name: in the folder
 * @write: writes it to memory; returns 0 or -errno, 1 to leave the file out
 */
struct folder_file {
	const char *name;
	int (*write)(FILE *out, const void *src);
};

/**
 * folder_write - writes files
 * @dir: the folder, made if it is missing
 * @files: the files
 * @n: how many
 * @src: what they are made from
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int folder_write(const char *dir, const struct folder_file *files, size_t n,
		 const void *src, struct hf_error *err);

#endif /* HF_FOLDER_H */
