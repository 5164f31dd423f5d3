// SPDX-License-Identifier: GPL-2.0-only
#include "roots.h"

/* Parts of one worker: those of another begin on a cache line of their own. */
static u32 parts_of(u32 count)
{
	return ALIGN(2 * count + 1,
		     SMP_CACHE_BYTES / (u32)sizeof(struct hfr_root_part));
}

int hfr_roots_init(struct hfr_roots *r, u32 count, u32 workers)
{
	*r = (struct hfr_roots) {
		.stride = parts_of(count), .size = count, .workers = workers,
	};
	r->roots = kvcalloc(count + 1, sizeof(*r->roots), GFP_KERNEL | __GFP_NOWARN);
	r->bounds = kvcalloc(2 * (size_t)count + 1, sizeof(*r->bounds),
			     GFP_KERNEL | __GFP_NOWARN);
	r->resolves = kvcalloc(2 * (size_t)count + 1, sizeof(*r->resolves),
			       GFP_KERNEL | __GFP_NOWARN);
	r->parts = kvcalloc((size_t)r->stride * workers, sizeof(*r->parts),
			    GFP_KERNEL | __GFP_NOWARN);
	if (r->roots && r->bounds && r->resolves && r->parts)
		return 0;
	hfr_roots_free(r);
	return -ENOMEM;
}

void hfr_roots_free(struct hfr_roots *r)
{
	kvfree(r->roots);
	kvfree(r->bounds);
	kvfree(r->resolves);
	kvfree(r->parts);
	memset(r, 0, sizeof(*r));
}

u64 hfr_roots_bytes(u32 count, u32 workers)
{
	return (count + 1ULL) * sizeof(struct hfr_root) +
		(2ULL * count + 1) * 2 * sizeof(u32) +
		(u64)parts_of(count) * workers * sizeof(struct hfr_root_part);
}

void hfr_roots_add(struct hfr_roots *r, u64 index, u32 lo, u32 hi, u32 owner)
{
	r->roots[r->count++] = (struct hfr_root) {
		.index = index, .lo = lo, .hi = hi, .owner = owner,
	};
}

/* ---- intervals ---- */

/* All bounds in order, each once: both kinds are sorted. */
static u32 merge_bounds(struct hfr_roots *r)
{
	u32 lo = 0, hi = 0, n = 0, bound;

	while (lo < r->count || hi < r->count) {
		if (lo < r->count && r->roots[lo].lo <= r->roots[hi].hi)
			bound = r->roots[lo++].lo;
		else
			bound = r->roots[hi++].hi;
		if (!n || r->bounds[n - 1] != bound)
			r->bounds[n++] = bound;
	}
	return n;
}

/* The interval that begins with @rank, a bound. */
static u32 interval_at(const struct hfr_roots *r, u32 from, u32 rank)
{
	while (r->bounds[from] != rank)
		from++;
	return from;
}

void hfr_roots_seal(struct hfr_roots *r)
{
	u32 n = merge_bounds(r), lo = 0, hi = 0, i, full;

	r->intervals = n ? n - 1 : 0;
	for (i = 0; i < r->count; i++) {
		lo = interval_at(r, lo, r->roots[i].lo);
		hi = interval_at(r, hi, r->roots[i].hi);
		r->roots[i].lo = lo;
		r->roots[i].hi = hi;
	}
	for (i = 0, full = 0; full <= r->intervals; full++) {
		while (i < r->count && r->roots[i].hi <= full)
			i++;
		r->resolves[full] = i;
	}
}

/*
 * An interval is in no window when the next root that needs an interval as
 * late as this begins behind it: nobody waits for it.
 */
static bool interval_waited_for(const struct hfr_roots *r, u32 interval)
{
	return r->roots[r->resolves[interval]].lo <= interval;
}

static bool interval_full(const struct hfr_roots *r, u32 interval)
{
	u32 length = r->bounds[interval + 1] - r->bounds[interval];
	const struct hfr_root_part *part = r->parts + interval;
	u32 i, count = 0;

	if (!interval_waited_for(r, interval))
		return true;
	for (i = 0; i < r->workers; i++, part += r->stride)
		/* pairs with the release in hfr_roots_complete() */
		count += smp_load_acquire(&part->count);
	return count >= length;
}

/* Moves @full on; cmpxchg() is a full barrier. */
static u32 roots_advance(struct hfr_roots *r, u32 *from)
{
	u32 full = READ_ONCE(r->full), seen, first = U32_MAX;

	while (full < r->intervals && interval_full(r, full)) {
		seen = cmpxchg(&r->full, full, full + 1);
		if (seen != full) {
			full = seen;
			continue;
		}
		first = min(first, full);
		full++;
	}
	*from = first == U32_MAX ? r->resolves[full] : r->resolves[first];
	return r->resolves[full];
}

void hfr_roots_begin(struct hfr_roots *r)
{
	struct hfr_root_part *part = r->parts;
	struct hfr_root_part *end = part + (size_t)r->stride * r->workers;
	u32 from;

	for (; part < end; part++)
		*part = (struct hfr_root_part) { .value = S64_MIN };
	r->full = 0;
	roots_advance(r, &from);
}

/* ---- completions ---- */

/* The last interval from @first on that does not begin behind @rank. */
static u32 interval_of(const struct hfr_roots *r, u32 first, u32 rank)
{
	u32 last = r->intervals - 1, middle;

	while (first < last) {
		middle = last - (last - first) / 2;
		if (r->bounds[middle] <= rank)
			first = middle;
		else
			last = middle - 1;
	}
	return first;
}

bool hfr_roots_complete(struct hfr_roots *r, u32 worker, u32 rank, s64 value,
			u32 *from, u32 *to)
{
	u32 full = READ_ONCE(r->full), interval;
	struct hfr_root_part *part;

	if (full >= r->intervals || rank < r->bounds[full] ||
	    rank >= r->bounds[r->intervals])
		return false;
	interval = interval_of(r, full, rank);
	part = &r->parts[(size_t)worker * r->stride + interval];
	if (value > part->value)
		WRITE_ONCE(part->value, value);
	/* pairs with interval_full(): who sees the count sees the value */
	smp_store_release(&part->count, part->count + 1);
	/* Of the workers that complete an interval one sees all counts. */
	smp_mb();
	if (!interval_full(r, interval))
		return false;
	*to = roots_advance(r, from);
	return *from < *to;
}

void hfr_roots_shift(struct hfr_roots *r, u32 worker, s64 by)
{
	struct hfr_root_part *parts = r->parts + (size_t)worker * r->stride;
	u32 i;

	for (i = READ_ONCE(r->full); i < r->intervals; i++)
		if (parts[i].count)
			WRITE_ONCE(parts[i].value, parts[i].value + by);
}

/* ---- questions ---- */

u32 hfr_roots_find(const struct hfr_roots *r, u64 index)
{
	u32 first = 0, behind = r->count, middle;

	while (first < behind) {
		middle = first + (behind - first) / 2;
		if (r->roots[middle].index < index)
			first = middle + 1;
		else
			behind = middle;
	}
	return first;
}

u32 hfr_roots_next(const struct hfr_roots *r, u32 root, u32 worker)
{
	while (root < r->count && r->roots[root].owner != worker)
		root++;
	return root;
}

s64 hfr_roots_value(const struct hfr_roots *r, u32 root)
{
	const struct hfr_root_part *parts = r->parts;
	s64 value = S64_MIN;
	u32 worker, i;

	for (worker = 0; worker < r->workers; worker++, parts += r->stride)
		for (i = r->roots[root].lo; i < r->roots[root].hi; i++)
			value = max(value, READ_ONCE(parts[i].value));
	return value;
}
