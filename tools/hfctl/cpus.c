// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpus.h"

static int parse_number(const char **text, uint32_t *value)
{
	char *end;
	unsigned long n;

	if (**text < '0' || **text > '9')
		return -EINVAL;
	errno = 0;
	n = strtoul(*text, &end, 10);
	if (errno || n > 65535)
		return -EINVAL;
	*text = end;
	*value = (uint32_t)n;
	return 0;
}

static int add_range(struct cpus *cpus, uint32_t from, uint32_t to)
{
	for (; from <= to; from++) {
		if (cpus->n == CPUS_MOST)
			return -E2BIG;
		cpus->list[cpus->n++] = from;
	}
	return 0;
}

int cpus_parse(struct cpus *cpus, const char *text)
{
	uint32_t from, to;
	int ret;

	memset(cpus, 0, sizeof(*cpus));
	for (;; text++) {
		if (parse_number(&text, &from))
			return -EINVAL;
		to = from;
		if (*text == '-') {
			text++;
			if (parse_number(&text, &to) || to < from)
				return -EINVAL;
		}
		ret = add_range(cpus, from, to);
		if (ret || !*text)
			return ret;
		if (*text != ',')
			return -EINVAL;
	}
}

/* One CPU for each worker of each target, or the same for all targets. */
static int fit(struct cpus *cpus, unsigned int targets, struct session *s)
{
	if (session_has(s, WORKERS)) {
		cpus->workers = s->workers;
		cpus->shared = cpus->n == s->workers;
		return cpus->shared || cpus->n == s->workers * targets ? 0
								 : -EINVAL;
	}
	cpus->shared = cpus->n == 1;
	cpus->workers = cpus->shared ? 1 : cpus->n / targets;
	if (!cpus->shared && cpus->n % targets)
		return -EINVAL;
	if (cpus->workers > SESSION_MAX_WORKERS)
		return -EINVAL;
	session_set(s, workers, WORKERS, cpus->workers);
	return 0;
}

int cpus_read(struct cpus *cpus, const struct args *args,
	      unsigned int targets, struct session *s, struct hf_error *err)
{
	const char *text = args_get(args, "cpus");

	cpus->n = 0;
	if (!text)
		return 0;
	if (cpus_parse(cpus, text))
		return hf_fail(err, EINVAL,
			       "--cpus %s is not a list of CPUs (2,4-7)",
			       text);
	if (!targets)
		targets = 1;
	if (!fit(cpus, targets, s))
		return 0;
	if (session_has(s, WORKERS))
		return hf_fail(err, EINVAL,
			       "--cpus %s has %u CPUs, %u targets with %u workers need %u, or %u that they share",
			       text, cpus->n, targets, s->workers,
			       targets * s->workers, s->workers);
	return hf_fail(err, EINVAL,
		       "--cpus %s has %u CPUs for %u targets; each needs as many, %d at most",
		       text, cpus->n, targets, SESSION_MAX_WORKERS);
}

void cpus_assign(const struct cpus *cpus, unsigned int nth,
		 struct session_target *t)
{
	unsigned int first = cpus->shared ? 0 : nth * cpus->workers;

	if (!cpus->n)
		return;
	t->ncpus = cpus->workers;
	memcpy(t->cpus, &cpus->list[first],
	       cpus->workers * sizeof(t->cpus[0]));
}
