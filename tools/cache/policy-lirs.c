// SPDX-License-Identifier: GPL-2.0-only
/*
 * LIRS. A block is in the stack S, in the queue Q, or in both: the two have
 * links of their own. Those that S remembers and that are not in the cache are
 * also in a list by age, linked as Q is: no block is in both.
 */
#include "policy-parts.h"

enum { NOWHERE, STACK, QUEUE, GONE };

/**
 * struct lirs - the state
 * @stack: links of S; mark is whether a block has low recency (LIR); owned
 * @queue: links of Q and of those that are gone; owned
 * @s: the stack; its last is always a LIR block
 * @q: blocks of the cache that are not LIR (HIR); the last leaves
 * @gone: blocks in S that are not in the cache
 * @lir: LIR blocks there are
 * @most_lir: LIR blocks that there are at most
 * @size: blocks that there is room for
 * @most_stack: blocks that S has at most, if some are gone
 */
struct lirs {
	struct id_node *stack, *queue;
	struct id_list s, q, gone;
	uint32_t lir, most_lir, size;
	uint64_t most_stack;
};

static void release(void *state)
{
	struct lirs *s = state;

	if (!s)
		return;
	big_array_free(s->stack);
	big_array_free(s->queue);
	free(s);
}

static void *init(const struct policy_setup *setup)
{
	struct lirs *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	s->most_lir = setup->size - policy_part(setup->size, setup->params[0]);
	s->most_stack = (uint64_t)(setup->size * setup->params[1]);
	id_list_init(&s->s, STACK);
	id_list_init(&s->q, QUEUE);
	id_list_init(&s->gone, GONE);
	s->stack = big_array(setup->distinct, sizeof(*s->stack));
	s->queue = big_array(setup->distinct, sizeof(*s->queue));
	if (s->stack && s->queue)
		return s;
	release(s);
	return NULL;
}

static bool is_lir(const struct lirs *s, uint32_t id)
{
	return s->stack[id].mark;
}

/* Takes a block out of S that is not LIR; what is gone is forgotten. */
static void forget(struct lirs *s, uint32_t id)
{
	id_list_remove(&s->s, s->stack, id);
	if (s->queue[id].where == GONE)
		id_list_remove(&s->gone, s->queue, id);
}

static void prune(struct lirs *s)
{
	while (!is_lir(s, s->s.last))
		forget(s, s->s.last);
}

/* The oldest LIR block becomes HIR. */
static void demote(struct lirs *s)
{
	uint32_t id = id_list_pop(&s->s, s->stack);

	s->stack[id].mark = 0;
	s->lir--;
	id_list_push(&s->q, s->queue, id);
	prune(s);
}

static void promote(struct lirs *s, uint32_t id)
{
	id_list_refresh(&s->s, s->stack, id);
	s->stack[id].mark = 1;
	s->lir++;
	if (s->lir > s->most_lir)
		demote(s);
}

static void evict(struct lirs *s)
{
	uint32_t id = id_list_pop(&s->q, s->queue);

	if (s->stack[id].where == STACK)
		id_list_push(&s->gone, s->queue, id);
}

static void limit_stack(struct lirs *s)
{
	while (s->s.count > s->most_stack && s->gone.count)
		forget(s, s->gone.last);
}

static void hit_hir(struct lirs *s, uint32_t id)
{
	if (s->stack[id].where == STACK) {
		id_list_remove(&s->q, s->queue, id);
		promote(s, id);
		return;
	}
	id_list_push(&s->s, s->stack, id);
	id_list_refresh(&s->q, s->queue, id);
}

static void miss(struct lirs *s, uint32_t id)
{
	if (s->lir + s->q.count == s->size)
		evict(s);
	if (s->stack[id].where == STACK) {
		id_list_remove(&s->gone, s->queue, id);
		promote(s, id);
		return;
	}
	id_list_push(&s->s, s->stack, id);
	if (s->lir < s->most_lir) {
		s->stack[id].mark = 1;
		s->lir++;
	} else {
		id_list_push(&s->q, s->queue, id);
	}
}

static inline bool access_block(struct lirs *s, uint32_t id)
{
	bool hit = true;

	if (is_lir(s, id)) {
		id_list_refresh(&s->s, s->stack, id);
		prune(s);
	} else if (s->queue[id].where == QUEUE) {
		hit_hir(s, id);
	} else {
		miss(s, id);
		hit = false;
	}
	limit_stack(s);
	return hit;
}

DEFINE_RUN(lirs, stack)

static const struct policy_param params[] = {
	{ "hir", 0.01, 0.001, 0.9, false,
	  "share of the blocks with high recency, a block at least" },
	{ "stack", 2, 1, 100, false,
	  "blocks that the stack remembers, as a multiple of the cache" },
	{ NULL }
};

const struct cache_policy policy_lirs = {
	.name = "lirs",
	.title = "LIRS",
	.about = "low inter-reference recency: the stack S orders blocks by their latest reference and remembers some that left, the oldest of which are forgotten when it is too long; the queue Q has blocks of high recency, the first of which leaves. A block that is referred to again while S has it becomes one of low recency, and the oldest such block goes to Q (Jiang, Zhang, SIGMETRICS 2002)",
	.kind = POLICY_RUN,
	.params = params,
	.least = 2,
	.init = init,
	.run = run,
	.free = release,
};
