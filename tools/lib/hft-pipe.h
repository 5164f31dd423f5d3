/* SPDX-License-Identifier: GPL-2.0-only */
/* An .hft file into a pipe, whose header is written before all is known. */
#ifndef HF_HFT_PIPE_H
#define HF_HFT_PIPE_H

#include <linux/hfreplay.h>

#include "error.h"

struct hft_pipe;

/**
 * struct hft_pipe_opts - what the header says
 * @devices: names of the devices
 * @ndevices: how many, 1 to HFR_MAX_DEVICES
 * @max_length: length of the longest request, bytes
 * @provenance: JSON text
 */
struct hft_pipe_opts {
	const char *const *devices;
	unsigned int ndevices;
	uint32_t max_length;
	const char *provenance;
};

/**
 * hft_pipe_open - starts to write to standard output
 * @out: gets it
 * @opts: what the header says
 * @err: on failure, a sentence
 *
 * Counts and times are left open in the header, as linux/hfreplay.h allows for
 * a pipe; completion times are not known.
 *
 * Return: 0 or -errno.
 */
int hft_pipe_open(struct hft_pipe **out, const struct hft_pipe_opts *opts,
		  struct hf_error *err);

/** hft_pipe_add - writes a record; returns 0 or -errno */
int hft_pipe_add(struct hft_pipe *p, const struct hfr_trace_rec *rec,
		 struct hf_error *err);

/** hft_pipe_finish - writes what stands behind the records; @p is freed */
int hft_pipe_finish(struct hft_pipe *p, struct hf_error *err);

/** hft_pipe_abort - gives up; what was written lacks its end; NULL is fine */
void hft_pipe_abort(struct hft_pipe *p);

#endif /* HF_HFT_PIPE_H */
