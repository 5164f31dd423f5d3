/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which file of a server a request of an .hft file is to. The importers of
 * traces of file servers note it in the provenance; in any other trace a
 * device is the file.
 */
#ifndef HF_FILES_H
#define HF_FILES_H

#include <stdint.h>

#include "hft.h"

struct files;

/**
 * struct file_place - where a request is
 * @file: number of the file, different for all files of a server
 * @offset: in it, bytes
 */
struct file_place {
	uint64_t file;
	uint64_t offset;
};

/**
 * files_read - takes the note of a trace
 * @out: the files
 * @file: the trace; needed no longer
 * @err: on failure, a sentence
 *
 * Return: 0; -EINVAL with a note that makes no sense; -E2BIG if there were too
 * many files to note where they are; or -ENOMEM.
 */
int files_read(struct files **out, const struct hft_file *file,
	       struct hf_error *err);
void files_free(struct files *files);

/** files_place - finds the file and the offset of a request */
void files_place(const struct files *files, const struct hfr_trace_rec *rec,
		 struct file_place *at);

#endif /* HF_FILES_H */
