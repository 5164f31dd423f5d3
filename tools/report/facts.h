/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a replay's description (results.meta) that figures depend on. */
#ifndef HF_FACTS_H
#define HF_FACTS_H

#include <jansson.h>

#include "error.h"
#include "fidelity.h"
#include "hft.h"
#include "results.h"
#include "verdict.h"

/**
 * facts_read - reads the mode, speed, state and counters
 * @facts: filled; its strings belong to @meta
 * @meta: results.meta; what is missing is as in a plain replay (mode hf)
 */
void facts_read(struct verdict_facts *facts, const json_t *meta);

/** facts_loops - how often the trace was to be replayed, 1 at least */
uint64_t facts_loops(const json_t *meta);

/**
 * facts_input - puts trace and results together
 * @in: filled; refers to @trace and @res
 * @facts: from facts_read(); scheduled and repaced are changed where the speed
 *	was, while it ran
 * @trace: the trace
 * @res: its replay
 * @err: on failure, a sentence
 *
 * Return: 0, or -EINVAL if the results are not of this trace.
 */
int facts_input(struct fidelity_input *in, struct verdict_facts *facts,
		const struct hft_file *trace, const struct results *res,
		struct hf_error *err);

#endif /* HF_FACTS_H */
