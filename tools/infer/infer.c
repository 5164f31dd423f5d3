// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "infer.h"
#include "pending.h"
#include "scopes.h"

/**
 * struct known - what was found out about a request that is not given out yet
 * @lo: first rank of its parents
 * @hi: rank behind the last of them
 * @rank: its own, once it has completed
 * @global_rank: the same among all
 * @depth: requests in the longest chain that ends with it
 * @finish_ns: sum of the latencies along the longest path that ends with it
 * @fast_ns: its issue in mode dep on a device that takes no time
 * @scope: number of its scope
 * @joins: @lo and @hi are ranks among all
 * @complete: it has completed
 */
struct known {
	uint64_t lo, hi;
	uint64_t rank, global_rank;
	uint64_t depth, finish_ns, fast_ns;
	uint32_t scope;
	bool joins, complete;
};

/**
 * struct infer - an inference on its way
 * @trace: the trace
 * @opts: how
 * @scopes: requests by scope
 * @all: completions of all; kept only where a request can join
 * @completed: their number
 * @pending: requests in flight
 * @known: requests from @given to @issued, a ring of @size entries (a power of
 *	two); owned
 * @size: entries allocated
 * @issued: records swept over
 * @given: records given out
 * @nodes: sum of the spans of all scopes
 * @ready_ns: latest time that the first of a scope waited for, see find_fast()
 * @stats: figures of what was given out
 */
struct infer {
	const struct hft_file *trace;
	struct infer_opts opts;
	struct scopes scopes;
	struct sweep all;
	uint64_t completed;
	struct pending pending;
	struct known *known;
	uint64_t size;
	uint64_t issued, given;
	uint64_t nodes;
	uint64_t ready_ns;
	struct depstat stats;
};

static int no_memory(const struct infer *inf, struct hf_error *err)
{
	return hf_fail(err, ENOMEM,
		       "no memory for the dependencies of %s at request %" PRIu64,
		       inf->trace->path, inf->issued);
}

static struct known *known_at(const struct infer *inf, uint64_t index)
{
	return &inf->known[index & (inf->size - 1)];
}

static int grow(struct infer *inf)
{
	struct infer old = { .known = inf->known, .size = inf->size };
	uint64_t i;

	inf->size = old.size ? old.size * 2 : 256;
	inf->known = calloc(inf->size, sizeof(*inf->known));
	if (!inf->known) {
		inf->known = old.known;
		inf->size = old.size;
		return -ENOMEM;
	}
	for (i = inf->given; i < inf->issued; i++)
		*known_at(inf, i) = *known_at(&old, i);
	free(old.known);
	return 0;
}

int infer_new(struct infer **out, const struct hft_file *trace,
	      const struct infer_opts *opts, struct hf_error *err)
{
	struct infer *inf;

	if (trace->count && !(trace->hdr->flags & HFR_FF_COMPLETIONS))
		return hf_fail(err, ENODATA,
			       "%s lacks completion times, without which nobody can tell what a request waited for; capture completions too, or replay it in another mode than dep",
			       trace->path);
	inf = calloc(1, sizeof(*inf));
	if (!inf)
		return hf_fail(err, ENOMEM, "no memory for dependencies");
	inf->trace = trace;
	inf->opts = *opts;
	if (scopes_start(&inf->scopes, opts->kind, trace->hdr->device_count)) {
		infer_free(inf);
		return hf_fail(err, ENOMEM, "no memory for dependencies");
	}
	*out = inf;
	return 0;
}

void infer_free(struct infer *inf)
{
	if (!inf)
		return;
	scopes_free(&inf->scopes);
	sweep_free(&inf->all);
	pending_free(&inf->pending);
	free(inf->known);
	free(inf);
}

static bool joins(const struct infer *inf)
{
	return inf->opts.kind != HFR_DEP_GLOBAL && !inf->opts.apart;
}

static int complete_among_all(struct infer *inf, const struct sweep_end *end)
{
	struct sweep_end *copy = sweep_complete(&inf->all);

	if (!copy)
		return -ENOMEM;
	*copy = *end;
	return 0;
}

/* The first completion among those in flight gets its ranks. */
static int complete_one(struct infer *inf)
{
	uint64_t index = pending_first(&inf->pending)->index;
	const struct hfr_trace_rec *rec = &inf->trace->recs[index];
	struct known *k = known_at(inf, index);
	struct sweep *sweep = &inf->scopes.all[k->scope].sweep;
	struct sweep_end *end;

	pending_pop(&inf->pending);
	k->global_rank = inf->completed++;
	k->rank = sweep->count;
	k->complete = true;
	end = sweep_complete(sweep);
	if (!end)
		return -ENOMEM;
	end->issue_ns = rec->issue_ns;
	end->complete_ns = rec->complete_ns;
	end->finish_ns = k->finish_ns;
	end->depth = k->depth;
	end->slip_ns = (int64_t)(k->fast_ns - rec->complete_ns);
	return joins(inf) ? complete_among_all(inf, end) : 0;
}

static int complete_until(struct infer *inf, uint64_t ns)
{
	const struct pending_end *first;

	while ((first = pending_first(&inf->pending)) &&
	       first->complete_ns <= ns)
		if (complete_one(inf))
			return -ENOMEM;
	return 0;
}

static void count_span(struct infer *inf, struct scope *scope,
		       const struct known *k)
{
	uint64_t span = scope->issued + 1 - (k->joins ? 0 : k->lo);

	if (span > scope->span) {
		inf->nodes += span - scope->span;
		scope->span = span;
	}
	scope->issued++;
	/* All that it does not wait for, and that do not wait for each other. */
	if (scope->issued - scope->sweep.hi > scope->width) {
		scope->width++;
		inf->stats.width++;
	}
}

/*
 * When a request would be issued in mode dep on a device that takes no time, as
 * Documentation/dependencies.rst says when it is due. A scope that began by
 * waiting for others takes over their slip, and does not overtake its first.
 */
static void find_fast(struct infer *inf, const struct hfr_trace_rec *rec,
		      struct scope *scope, const struct sweep *from,
		      struct known *k)
{
	int64_t slip;

	if (k->joins) {
		sweep_slip(from, &scope->slip_ns);
		if (sweep_done(from) > inf->ready_ns)
			inf->ready_ns = sweep_done(from);
		scope->ready_ns = inf->ready_ns;
	}
	if (!sweep_slip(from, &slip))
		slip = scope->slip_ns;
	k->fast_ns = rec->issue_ns + (uint64_t)slip;
	if (k->fast_ns < scope->ready_ns)
		k->fast_ns = scope->ready_ns;
}

/* The parents of a request whose scope is known. */
static void find_parents(struct infer *inf, const struct hfr_trace_rec *rec,
			 struct known *k)
{
	struct scope *scope = &inf->scopes.all[k->scope];
	const struct sweep *from = &scope->sweep;

	sweep_issue(&scope->sweep, rec->issue_ns, inf->opts.threshold_ns);
	if (joins(inf))
		sweep_issue(&inf->all, rec->issue_ns, inf->opts.threshold_ns);
	if (joins(inf) && !scope->issued && inf->all.hi) {
		from = &inf->all;
		k->joins = true;
	}
	k->lo = from->lo;
	k->hi = from->hi;
	k->depth = from->depth + 1;
	k->finish_ns = from->finish_ns + rec->complete_ns - rec->issue_ns;
	find_fast(inf, rec, scope, from, k);
	count_span(inf, scope, k);
}

static int64_t scope_of(struct infer *inf, const struct hfr_trace_rec *rec,
			struct hf_error *err)
{
	int64_t scope = scopes_find(&inf->scopes, rec);

	if (scope == -E2BIG)
		return hf_fail(err, E2BIG,
			       "%s has more than %u streams; infer with the scope target or global",
			       inf->trace->path, HFR_MAX_SCOPES);
	return scope < 0 ? no_memory(inf, err) : scope;
}

static int issue_one(struct infer *inf, struct hf_error *err)
{
	const struct hfr_trace_rec *rec = &inf->trace->recs[inf->issued];
	const struct pending_end end = { rec->complete_ns, inf->issued };
	struct known *k;
	int64_t scope;

	if (rec->complete_ns == HFR_UNKNOWN)
		return hf_fail(err, ENODATA,
			       "request %" PRIu64 " of %s has no completion time, which dependencies need",
			       inf->issued, inf->trace->path);
	scope = scope_of(inf, rec, err);
	if (scope < 0)
		return (int)scope;
	if (complete_until(inf, rec->issue_ns) ||
	    (inf->issued - inf->given == inf->size && grow(inf)) ||
	    pending_push(&inf->pending, end))
		return no_memory(inf, err);
	k = known_at(inf, inf->issued);
	*k = (struct known){ .scope = (uint32_t)scope };
	find_parents(inf, rec, k);
	inf->issued++;
	return 0;
}

static void count(struct infer *inf)
{
	const struct hfr_trace_rec *rec = &inf->trace->recs[inf->given];
	const struct known *k = known_at(inf, inf->given);
	const struct depstat_request req = {
		.issue_ns = rec->issue_ns,
		.complete_ns = rec->complete_ns,
		.parents = k->hi - k->lo,
		.depth = k->depth,
		.finish_ns = k->finish_ns,
		.fast_ns = k->fast_ns,
	};

	depstat_add(&inf->stats, &req);
	inf->stats.joined += k->joins;
}

/* Ranks go round at 2^32. */
static void give(const struct infer *inf, struct hfr_trace_rec *rec)
{
	const struct known *k = known_at(inf, inf->given);

	*rec = inf->trace->recs[inf->given];
	rec->flags &= ~HFR_RF_DEP_GLOBAL;
	if (k->joins)
		rec->flags |= HFR_RF_DEP_GLOBAL;
	rec->rank = (uint32_t)k->rank;
	rec->dep_lo = (uint32_t)k->lo;
	rec->dep_hi = (uint32_t)k->hi;
	rec->scope = k->scope;
	rec->global_rank = (uint32_t)k->global_rank;
}

static bool can_give(const struct infer *inf)
{
	return inf->given < inf->issued && known_at(inf, inf->given)->complete;
}

int infer_next(struct infer *inf, struct hfr_trace_rec *rec,
	       struct hf_error *err)
{
	int ret = 0;

	while (!ret && !can_give(inf) && inf->issued < inf->trace->count)
		ret = issue_one(inf, err);
	if (!ret && inf->issued == inf->trace->count &&
	    complete_until(inf, UINT64_MAX))
		ret = no_memory(inf, err);
	if (ret || !can_give(inf))
		return ret;
	count(inf);
	if (rec)
		give(inf, rec);
	inf->given++;
	return 1;
}

int infer_info(const struct infer *inf, struct hft_dep_info *info,
	       struct hf_error *err)
{
	if (inf->nodes > UINT32_MAX)
		return hf_fail(err, E2BIG,
			       "a replay of %s would have to remember %" PRIu64 " requests at once; take a part of it",
			       inf->trace->path, inf->nodes);
	*info = (struct hft_dep_info){
		.kind = inf->opts.kind,
		.scopes = inf->scopes.count ? inf->scopes.count : 1,
		.nodes = (uint32_t)inf->nodes,
		.threshold_ns = inf->opts.threshold_ns,
	};
	return 0;
}

static int finish(struct infer *inf, struct hft_dep_info *info,
		  struct depstat **stats, struct hf_error *err)
{
	int ret = infer_info(inf, info, err);

	if (ret)
		return ret;
	*stats = malloc(sizeof(**stats));
	if (!*stats)
		return no_memory(inf, err);
	**stats = inf->stats;
	return 0;
}

int infer_all(const struct hft_file *trace, const struct infer_opts *opts,
	      struct hft_dep_info *info, struct depstat **stats,
	      struct hf_error *err)
{
	struct infer *inf;
	int ret = infer_new(&inf, trace, opts, err);

	if (ret)
		return ret;
	do {
		ret = infer_next(inf, NULL, err);
	} while (ret > 0);
	if (!ret)
		ret = finish(inf, info, stats, err);
	infer_free(inf);
	return ret;
}
