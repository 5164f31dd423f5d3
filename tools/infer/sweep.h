/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parents of requests, from the order of their original completions.
 *
 * A request is a successor of another if it was issued more than a threshold
 * after the completion of the other, and a parent of it is one that is not
 * already reached through a third. With the requests numbered by completion,
 * the parents of a request are the ranks from lo to hi - 1: hi is the number
 * of completions more than the threshold before its issue, lo the number of
 * those that are as far before the latest issue among them. Neither ever goes
 * back from one issue to the next.
 */
#ifndef HF_SWEEP_H
#define HF_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct sweep_end - a request that has completed
 * @issue_ns: its issue
 * @complete_ns: its completion
 * @finish_ns: sum of the latencies along the longest chain that ends with it
 * @depth: requests in the chain that has most of them
 * @slip_ns: how much later than @complete_ns it would end on a device that
 *	takes no time; not more than 0
 */
struct sweep_end {
	uint64_t issue_ns;
	uint64_t complete_ns;
	uint64_t finish_ns;
	uint64_t depth;
	int64_t slip_ns;
};

/**
 * struct sweep_slip - a rank and how much it slips
 * @rank: the rank
 * @ns: its slip_ns
 */
struct sweep_slip {
	uint64_t rank;
	int64_t ns;
};

/**
 * struct sweep - where the sweep stands
 * @ends: completions from rank @lo to @count, a ring of @size entries (a power
 *	of two); owned
 * @order: ranks from @lo to @hi - 1 that no later one of these exceeds in slip,
 *	the largest first; a ring of as many entries; owned
 * @first: position of the first in @order
 * @last: position behind the last
 * @size: entries allocated
 * @lo: first rank of the parents of the request that was issued last
 * @hi: rank behind the last of them
 * @count: completions so far
 * @latest_issue_ns: latest issue among those before @hi
 * @finish_ns: largest among those before @hi
 * @depth: largest among those before @hi
 *
 * A parent has a longer chain than what is reached through it, so that the
 * largest of all before @hi are the largest of the parents.
 */
struct sweep {
	struct sweep_end *ends;
	struct sweep_slip *order;
	uint64_t first, last;
	uint32_t size;
	uint64_t lo, hi, count;
	uint64_t latest_issue_ns;
	uint64_t finish_ns;
	uint64_t depth;
};

/** sweep_grow - makes room for more completions; 0 or -ENOMEM */
int sweep_grow(struct sweep *s);

/**
 * sweep_complete - takes the next completion
 * @s: zeroed before the first
 *
 * Return: where to say what completed, no earlier than those before; the next
 *	rank is its. NULL without memory.
 */
static inline struct sweep_end *sweep_complete(struct sweep *s)
{
	if (s->count - s->lo == s->size && sweep_grow(s))
		return NULL;
	return &s->ends[s->count++ & (s->size - 1)];
}

/**
 * sweep_issue - finds the parents of a request
 * @s: has all completions up to @issue_ns; @lo and @hi are set
 * @issue_ns: its issue, no earlier than the last
 * @threshold_ns: how far its parents lie before it, at least
 */
void sweep_issue(struct sweep *s, uint64_t issue_ns, uint64_t threshold_ns);

/**
 * sweep_slip - the largest slip of the parents of the request issued last
 * @s: the sweep
 * @slip_ns: gets it
 *
 * Return: whether it has parents.
 */
static inline bool sweep_slip(const struct sweep *s, int64_t *slip_ns)
{
	if (s->lo == s->hi)
		return false;
	*slip_ns = s->order[s->first & (s->size - 1)].ns;
	return true;
}

/** sweep_done - when the last of these parents ends on a device that takes no
 * time, 0 without parents; takes time for each of them
 */
uint64_t sweep_done(const struct sweep *s);
void sweep_free(struct sweep *s);

#endif /* HF_SWEEP_H */
