// SPDX-License-Identifier: GPL-2.0-only
/*
 * Straight from the definitions, in O(n^2), and from nothing that the module
 * or the tools do.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "deps.h"

static bool earlier(const struct hfr_trace_rec *recs, size_t a, size_t b)
{
	if (recs[a].complete_ns != recs[b].complete_ns)
		return recs[a].complete_ns < recs[b].complete_ns;
	return a < b;
}

/* Position of @i in the order of completions, in its scope or among all. */
static uint32_t rank_of(const struct image *im, size_t i, bool all)
{
	uint32_t rank = 0;
	size_t j;

	for (j = 0; j < im->count; j++)
		rank += j != i && earlier(im->rec, j, i) &&
			(all || im->rec[j].scope == im->rec[i].scope);
	return rank;
}

/* Ranks below: those that had completed @threshold before @start. */
static uint32_t bound(const struct image *im, size_t i, bool all,
		      uint64_t threshold, uint64_t start)
{
	uint32_t n = 0;
	size_t j;

	for (j = 0; j < im->count; j++)
		n += (all || im->rec[j].scope == im->rec[i].scope) &&
			im->rec[j].complete_ns + threshold < start;
	return n;
}

/* The latest start among those that had completed before @i. */
static uint64_t last_start(const struct image *im, size_t i, bool all,
			   uint64_t threshold)
{
	uint64_t last = 0;
	size_t j;

	for (j = 0; j < im->count; j++)
		if ((all || im->rec[j].scope == im->rec[i].scope) &&
		    im->rec[j].complete_ns + threshold < im->rec[i].issue_ns &&
		    im->rec[j].issue_ns > last)
			last = im->rec[j].issue_ns;
	return last;
}

static bool is_first(const struct image *im, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (im->rec[j].scope == im->rec[i].scope)
			return false;
	return true;
}

static void set_window(struct image *im, size_t i, uint64_t threshold,
		       bool roots)
{
	struct hfr_trace_rec *rec = &im->rec[i];
	bool all = im->hdr->dep_scope != HFR_DEP_GLOBAL && roots &&
		is_first(im, i);

	rec->rank = rank_of(im, i, false);
	rec->global_rank = rank_of(im, i, true);
	rec->dep_hi = bound(im, i, all, threshold, rec->issue_ns);
	rec->dep_lo = bound(im, i, all, threshold,
			    last_start(im, i, all, threshold));
	if (all)
		rec->flags |= HFR_RF_DEP_GLOBAL;
}

static uint32_t set_scope(struct image *im, size_t i, uint32_t scopes)
{
	struct hfr_trace_rec *rec = &im->rec[i];
	size_t j;

	switch (im->hdr->dep_scope) {
	case HFR_DEP_GLOBAL:
		return 1;
	case HFR_DEP_TARGET:
		rec->scope = rec->target;
		return im->hdr->device_count;
	default:
		for (j = 0; j < i; j++)
			if (im->rec[j].stream == rec->stream) {
				rec->scope = im->rec[j].scope;
				return scopes;
			}
		rec->scope = scopes;
		return scopes + 1;
	}
}

static void count_nodes(struct image *im)
{
	uint32_t *span = calloc(im->hdr->scopes, sizeof(*span));
	uint32_t *seen = calloc(im->hdr->scopes, sizeof(*seen));
	size_t i;

	for (i = 0; i < im->count; i++) {
		const struct hfr_trace_rec *rec = &im->rec[i];
		uint32_t n = ++seen[rec->scope];

		if (!(rec->flags & HFR_RF_DEP_GLOBAL))
			n -= rec->dep_lo;
		if (n > span[rec->scope])
			span[rec->scope] = n;
	}
	im->hdr->dep_nodes = 0;
	for (i = 0; i < im->hdr->scopes; i++)
		im->hdr->dep_nodes += span[i];
	free(span);
	free(seen);
}

static bool is_parent(const struct image *im, size_t of, size_t j)
{
	const struct hfr_trace_rec *rec = &im->rec[of], *p = &im->rec[j];
	bool all = rec->flags & HFR_RF_DEP_GLOBAL;
	uint32_t rank = all ? p->global_rank : p->rank;

	return (all || p->scope == rec->scope) && rank >= rec->dep_lo &&
		rank < rec->dep_hi;
}

static void list_edges(struct deps *d)
{
	size_t i, j, n = 0, room = 0;

	d->first = calloc(d->im->count + 1, sizeof(*d->first));
	for (i = 0; i < d->im->count; i++) {
		d->first[i] = n;
		for (j = 0; j < d->im->count; j++) {
			if (!is_parent(d->im, i, j))
				continue;
			if (n == room) {
				room = 2 * room + 64;
				d->parent = realloc(d->parent,
						    room * sizeof(*d->parent));
			}
			d->parent[n++] = j;
		}
	}
	d->first[i] = n;
}

struct deps *deps_windows(struct image *im, uint32_t kind, uint64_t threshold,
			  bool roots)
{
	struct deps *d = calloc(1, sizeof(*d));
	uint32_t scopes = 0;
	size_t i;

	im->hdr->flags |= HFR_FF_DEPS | HFR_FF_COMPLETIONS;
	im->hdr->dep_scope = kind;
	im->hdr->dep_threshold_ns = threshold;
	for (i = 0; i < im->count; i++)
		scopes = set_scope(im, i, scopes);
	im->hdr->scopes = scopes;
	for (i = 0; i < im->count; i++)
		set_window(im, i, threshold, roots);
	count_nodes(im);
	image_end(im);
	for (i = 0; i < im->count; i++)
		if (im->rec[i].complete_ns > im->hdr->duration_ns)
			im->hdr->duration_ns = im->rec[i].complete_ns;
	d->im = im;
	list_edges(d);
	return d;
}

void deps_free(struct deps *d)
{
	image_free(d->im);
	free(d->first);
	free(d->parent);
	free(d);
}

struct image *deps_random(size_t count, unsigned int targets,
			  unsigned int streams, uint64_t step)
{
	struct image *im = image_new(targets, count);
	struct hfr_trace_rec *rec;
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		/* Some at the same time, some after a pause. */
		at += rand() % 5 ? rand() % (2 * step) : 0;
		if (!(rand() % 50))
			at += 10 * step;
		rec = image_add(im, HFR_OP_READ, at, rand() % 4000 * 4096ULL,
				4096);
		rec->complete_ns = at + rand() % (1 + rand() % (12 * step));
		rec->target = rand() % targets;
		/* Streams that begin late. */
		rec->stream = rand() % (1 + streams * i / count);
	}
	return im;
}

/* k times a time of the trace, with k = @think / @speed. */
static int64_t scaled(uint64_t ns, uint32_t think, uint32_t speed)
{
	return (int64_t)((__int128)ns * think / speed);
}

/* When the trace began in effect in a loop that is over. */
static int64_t slip_of(const struct deps *d,
		       const struct hfr_completion_rec *recs, uint32_t think,
		       uint32_t speed)
{
	int64_t slip = INT64_MIN, now;
	size_t i;

	for (i = 0; i < d->im->count; i++) {
		now = recs[i].completed_ns -
			scaled(d->im->rec[i].complete_ns, think, speed);
		if (now > slip)
			slip = now;
	}
	return slip;
}

/* The value that the parents of @i give, @base if it has none. */
static int64_t value_of(const struct deps *d,
			const struct hfr_completion_rec *recs, size_t i,
			int64_t base, uint32_t think, uint32_t speed)
{
	int64_t from = d->first[i] == d->first[i + 1] ? base : INT64_MIN, now;
	size_t e;

	for (e = d->first[i]; e < d->first[i + 1]; e++) {
		const uint32_t p = d->parent[e];

		now = recs[p].completed_ns -
			scaled(d->im->rec[p].complete_ns, think, speed);
		if (now > from)
			from = now;
	}
	return from;
}

/* One without parents follows the first of its scope, which may have some. */
static int64_t due_of(const struct deps *d,
		      const struct hfr_completion_rec *recs, size_t i,
		      int64_t base, uint32_t think, uint32_t speed)
{
	const struct hfr_trace_rec *rec = d->im->rec;
	size_t f = 0;
	int64_t at;

	while (rec[f].scope != rec[i].scope)
		f++;
	if (rec[f].flags & HFR_RF_DEP_GLOBAL)
		base = value_of(d, recs, f, base, think, speed);
	at = value_of(d, recs, i, base, think, speed) +
		scaled(rec[i].issue_ns, think, speed);
	return at < 0 ? 0 : at;
}

void deps_due(const struct deps *d, const struct hfr_completion_rec *recs,
	      unsigned int loops, uint32_t think, uint32_t speed, int64_t *due)
{
	size_t n = d->im->count, i;
	int64_t base = 0;
	unsigned int l;

	for (l = 0; l < loops; l++, recs += n, due += n) {
		for (i = 0; i < n; i++)
			due[i] = due_of(d, recs, i, base, think, speed);
		base = slip_of(d, recs, think, speed) +
			scaled(d->im->hdr->duration_ns, think, speed);
	}
}
