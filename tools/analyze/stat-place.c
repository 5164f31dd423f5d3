// SPDX-License-Identifier: GPL-2.0-only
/* Where requests go, one after the other: sequences, jumps, randomness. */
#include "hft-rules.h"
#include "stat-families.h"

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static bool is_far(const struct stat_place *p, uint64_t offset)
{
	unsigned int n = p->requests < PLACE_WINDOW ?
			 (unsigned int)p->requests : PLACE_WINDOW;
	unsigned int near = 0;

	/* Distances in both directions are one comparison modulo 2^64. */
	offset += PLACE_NEAR;
	for (unsigned int i = 0; i < n; i++)
		near += offset - p->window[i] <= 2 * PLACE_NEAR;
	return !near;
}

static void count_step(struct stat_place *p, const struct hfr_trace_rec *rec)
{
	p->judged++;
	p->random += is_far(p, rec->offset);
	if (rec->offset == p->end) {
		p->sequential++;
		p->sequential_bytes += rec->length;
		return;
	}
	p->forward += rec->offset > p->end;
	loghist_add(&p->jump, distance(rec->offset, p->end), 1);
	loghist_add(&p->length, p->run, 1);
	p->run = 0;
}

void stat_place_add(void *state, const struct hfr_trace_rec *rec)
{
	struct stat_place *p = state;

	if (!hft_op_moves_data(rec->op))
		return;
	if (p->requests)
		count_step(p, rec);
	p->window[p->requests++ % PLACE_WINDOW] = rec->offset;
	p->bytes += rec->length;
	p->run++;
	p->end = rec->offset + rec->length;
}

#define AT(member) .at = offsetof(struct stat_place, member)
#define OVER(member) .over = offsetof(struct stat_place, member)
const struct statistic stat_place_figures[] = {
	{ "requests", "Reads and writes", STAT_SUM, STAT_COUNT, AT(requests),
	  .source = "requests that move data; all of this section is about these" },
	{ "bytes", NULL, STAT_SUM, STAT_BYTES, AT(bytes),
	  .source = "sum of their lengths" },
	{ "sequential_requests", NULL, STAT_SUM, STAT_COUNT, AT(sequential),
	  .source = "requests that start where the one before on the target ended" },
	{ "sequential_bytes", NULL, STAT_SUM, STAT_BYTES, AT(sequential_bytes),
	  .source = "sum of their lengths" },
	{ "sequential", "Share that is sequential", STAT_QUOTIENT, STAT_SHARE,
	  AT(sequential), OVER(requests),
	  .source = "sequential_requests / requests" },
	{ "sequential_data", "Share that is sequential, by bytes",
	  STAT_QUOTIENT, STAT_SHARE,
	  AT(sequential_bytes), OVER(bytes),
	  .source = "sequential_bytes / bytes" },
	{ "sequence_length", "Requests in a sequence", STAT_HIST, STAT_COUNT,
	  AT(length),
	  .source = "requests up to one that is not sequential; the last sequence is not counted" },
	{ "jump", "Jump distance", STAT_HIST, STAT_BYTES, AT(jump),
	  .source = "from the end of a request to the start of the next where that is another: seek distance of btt" },
	{ "forward_jumps", NULL, STAT_SUM, STAT_COUNT, AT(forward),
	  .source = "jumps to a higher address" },
	{ "forward", "Share of jumps that go forward", STAT_QUOTIENT, STAT_SHARE,
	  AT(forward), OVER(jump.count),
	  .source = "forward_jumps / jumps" },
	{ "judged", NULL, STAT_SUM, STAT_COUNT, AT(judged),
	  .source = "requests with one before them" },
	{ "random_requests", NULL, STAT_SUM, STAT_COUNT, AT(random),
	  .source = "requests that start more than 128 KiB from the starts of all of the 32 before" },
	{ "randomness", "Randomness ratio", STAT_QUOTIENT, STAT_SHARE,
	  AT(random), OVER(judged),
	  .source = "random_requests / judged: randomness ratio of Li et al., IISWC 2020" },
	{ .name = NULL },
};
