/* SPDX-License-Identifier: GPL-2.0-only */
/* Dependencies of the trace of a replay: those it has, or inferred. */
#ifndef HFCTL_JOB_DEPS_H
#define HFCTL_JOB_DEPS_H

#include "job.h"

#define OPTIONS_DEPS							\
	{ "deps", 0, NULL,						\
	  "Infer dependencies anew, or for a session that is started with --mode dep later. With --mode dep they are inferred if the trace has none.", \
	  false },							\
	{ "dep-threshold", 0, "TIME",					\
	  "Infer: a request depends on those that completed more than this before its issue; default 10us.", \
	  false },							\
	{ "dep-scope", 0, "global|target|stream",			\
	  "Infer: among which requests: all (default), those of a target, or those of a process or stream.", \
	  false }

/** job_deps_options - reads OPTIONS_DEPS; returns 0 or -EINVAL */
int job_deps_options(struct job *job, const struct args *args,
		     struct hf_error *err);

/**
 * job_deps - infers what is wanted and not there
 * @job: its trace is final but for this, and it is known whether it streams
 * @keep: as for source_infer()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int job_deps(struct job *job, const char *keep, struct hf_error *err);

/** job_deps_print - a line about them, if there are any */
void job_deps_print(const struct job *job, FILE *out);

/** job_deps_json - the same as an object; null without dependencies */
json_t *job_deps_json(const struct job *job);

#endif /* HFCTL_JOB_DEPS_H */
