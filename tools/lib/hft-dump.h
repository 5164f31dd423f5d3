/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace as CSV. */
#ifndef HF_HFT_DUMP_H
#define HF_HFT_DUMP_H

#include <stdio.h>

#include "hft.h"

/**
 * hft_dump - prints a trace as CSV
 * @file: the trace
 * @out: where to
 * @err: on failure, a sentence
 *
 * The columns are issue_ns,complete_ns,op,offset,length,target,flags, named in
 * the first line. complete_ns is empty if it is not known, target is the index
 * of the device, flags are names with "|" between them.
 *
 * Return: 0 or -errno.
 */
int hft_dump(const struct hft_file *file, FILE *out, struct hf_error *err);

#endif /* HF_HFT_DUMP_H */
