/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps in a row, from a trace to one or several files. */
#ifndef HF_PIPELINE_H
#define HF_PIPELINE_H

#include <jansson.h>

#include "hft.h"
#include "outputs.h"
#include "transform.h"

struct pipeline;

/** pipeline_new - no steps yet; NULL without memory */
struct pipeline *pipeline_new(void);
void pipeline_free(struct pipeline *p);

/**
 * pipeline_add - adds a step behind the others
 * @p: the pipeline
 * @name: which
 * @text: its argument; must stay
 * @err: on failure, a sentence with both
 *
 * Return: 0 or -errno.
 */
int pipeline_add(struct pipeline *p, const char *name, const char *text,
		 struct hf_error *err);

/**
 * struct pipeline_job - what is to be done
 * @ins: the files of the trace
 * @nins: how many
 * @out: the file to write, or what the names of several are made from
 * @opts: how the trace is read; progress and stop are asked while it is
 *	transformed, too
 * @command: the command line for the provenance, NULL for none
 */
struct pipeline_job {
	const char *const *ins;
	int nins;
	const char *out;
	const struct import_opts *opts;
	const char *command;
};

/**
 * struct pipeline_result - what was done
 * @import: how the trace was read
 * @requests_in: requests of the trace
 * @requests_out: requests written, to all files
 * @undone: the step that ended the trace's dependencies; NULL if it had none
 *	or keeps them
 */
struct pipeline_result {
	struct import_summary import;
	uint64_t requests_in, requests_out;
	const char *undone;
};

/**
 * pipeline_run - does it, once
 * @p: has at least one step
 * @job: what
 * @result: filled, as far as it came
 * @err: on failure, a sentence; no file is left but those it names
 *
 * Return: 0, -ENODATA if no request is left, -EINTR if @job->opts->stop said
 *	so, or -errno.
 */
int pipeline_run(struct pipeline *p, const struct pipeline_job *job,
		 struct pipeline_result *result, struct hf_error *err);

/** pipeline_step - the Nth step, NULL after the last */
const struct stage *pipeline_step(const struct pipeline *p, unsigned int n);

/** pipeline_outputs - the files, after pipeline_run() */
const struct outputs *pipeline_outputs(const struct pipeline *p);

/** pipeline_steps - array of what each step did, for programs; NULL without
 * memory
 */
json_t *pipeline_steps(const struct pipeline *p);

#endif /* HF_PIPELINE_H */
