/* SPDX-License-Identifier: GPL-2.0-only */
/* What import.c does with the importer that formats know from format.h. */
#ifndef HF_IMPORTER_H
#define HF_IMPORTER_H

#include "format.h"

/**
 * importer_new - makes an importer
 * @out: the importer
 * @opts: what the user asked for; stays the caller's; NULL is all defaults
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int importer_new(struct importer **out, const struct import_opts *opts,
		 struct hf_error *err);
void importer_free(struct importer *imp);

/**
 * importer_source - keeps the provenance of an .hft file that is read
 * @imp: the importer
 * @json: its text
 * @len: its length
 */
void importer_source(struct importer *imp, const char *json, size_t len);

/**
 * importer_write - writes all requests, sorted, their start moved to 0
 * @imp: the importer; its requests are used up
 * @ins: the inputs, for provenance and messages
 * @nins: how many
 * @out: path of the .hft file, or NULL
 * @fd: gets a descriptor of the file
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int importer_write(struct importer *imp, struct input *const *ins, int nins,
		   const char *out, int *fd, struct hf_error *err);

#endif /* HF_IMPORTER_H */
