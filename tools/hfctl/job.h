/* SPDX-License-Identifier: GPL-2.0-only */
/* A replay that is asked for: trace, targets, consent, window. */
#ifndef HFCTL_JOB_H
#define HFCTL_JOB_H

#include "control.h"
#include "cpus.h"
#include "engine.h"
#include "plan.h"
#include "source.h"
#include "start-at.h"
#include "target.h"
#include "targets.h"

/**
 * enum job_reads - what happens to requests that change the device when there
 *	is no --allow-writes
 * @JOB_READS_DEFAULT: they are left out
 * @JOB_READS_ASKED: they are left out with --reads-only, else refused
 */
enum job_reads {
	JOB_READS_DEFAULT,
	JOB_READS_ASKED,
};

/**
 * struct job - a replay before it starts
 * @engine: what issues the requests
 * @choices: --target as given
 * @targets: devices in the order of the trace's table
 * @ntargets: number of them; 0 in a dry run without --target
 * @src: the trace that will be played
 * @recorded: requests in the trace as it was given
 * @left_out: requests left out because they change the device
 * @misfit: how the trace does not fit its targets, empty if it does
 * @cpus: --cpus
 * @infer: how to infer dependencies
 * @infer_asked: they are wanted, whatever the mode and the trace
 * @deps: figures of those that were inferred, or NULL; owned
 * @plan: what the trace asks for
 * @want: choices for session-new, targets included
 * @start_at: --start-at
 * @control: the module; NULL in a dry run without it, and with an engine that
 *	needs none
 * @caps: what it can do, if @control
 */
struct job {
	const struct engine *engine;
	struct target_choices choices;
	struct target targets[HFR_MAX_DEVICES];
	unsigned int ntargets;
	struct source src;
	uint64_t recorded;
	uint64_t left_out;
	struct hf_error misfit;
	struct cpus cpus;
	struct infer_opts infer;
	bool infer_asked;
	struct depstat *deps;
	struct plan plan;
	struct session want;
	struct start_at start_at;
	struct control *control;
	struct caps caps;
};

/* Options that only the kernel engine has; NULL at the end. */
extern const char *const job_kernel_options[];

/**
 * job_open - reads and checks everything, changes nothing
 * @job: filled; close with job_close() whatever is returned
 * @args: the command line
 * @keep: where an .hft file goes that has to be made, NULL: no name
 * @reads: see there
 * @engine: what will issue the requests
 * @err: on failure, a sentence
 *
 * With --dry-run the module need not be there, a target need not be given,
 * and job_check() is left to the caller.
 *
 * Return: an enum exit_code.
 */
enum exit_code job_open(struct job *job, const struct args *args,
			const char *keep, enum job_reads reads,
			const struct engine *engine, struct hf_error *err);

/**
 * job_check - whether the targets can be used, changing them is permitted,
 *	and the trace fits them
 *
 * Return: 0, or -errno with a sentence.
 */
int job_check(const struct job *job, struct hf_error *err);
void job_close(struct job *job);

/** job_in_user - whether the requests are issued from user space */
bool job_in_user(const struct job *job);

/** job_print - says what the job will do, for --dry-run */
void job_print(const struct job *job);
/** job_json - the same as an object */
json_t *job_json(const struct job *job);
/** job_announce - says on standard error what it needs and what is lost */
void job_announce(const struct job *job);

#endif /* HFCTL_JOB_H */
