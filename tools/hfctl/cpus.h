/* SPDX-License-Identifier: GPL-2.0-only */
/* --cpus: on which CPUs the workers of the targets run. */
#ifndef HFCTL_CPUS_H
#define HFCTL_CPUS_H

#include "command.h"
#include "session.h"

#define CPUS_MOST	(HFR_MAX_DEVICES * SESSION_MAX_WORKERS)

/**
 * struct cpus - a list of CPUs
 * @list: as they were given
 * @n: their number; 0 if none were given
 * @workers: CPUs for each target
 * @shared: all targets have the same ones
 */
struct cpus {
	uint32_t list[CPUS_MOST];
	unsigned int n;
	unsigned int workers;
	bool shared;
};

/**
 * cpus_parse - reads a list
 * @cpus: filled
 * @text: numbers and ranges with commas between them
 *
 * Return: 0, -EINVAL, or -E2BIG with more than CPUS_MOST.
 */
int cpus_parse(struct cpus *cpus, const char *text);

/**
 * cpus_read - reads --cpus and fits it to the number of workers
 * @cpus: filled
 * @args: the command line
 * @targets: number of --target, 0 in a dry run without
 * @s: its workers are set if they were not
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int cpus_read(struct cpus *cpus, const struct args *args,
	      unsigned int targets, struct session *s, struct hf_error *err);

/** cpus_assign - gives a target its CPUs; @nth: of the --target, from 0 */
void cpus_assign(const struct cpus *cpus, unsigned int nth,
		 struct session_target *t);

#endif /* HFCTL_CPUS_H */
