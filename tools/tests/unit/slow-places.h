/* SPDX-License-Identifier: GPL-2.0-only */
/* Part of slow-stats.h: places of requests, and blocks. */
#ifndef SLOW_PLACES_H
#define SLOW_PLACES_H

/* An access of a block. */
struct slow_access {
	uint64_t block, target, index, ns;
	bool write;
};

/* ---- places: of one target; those of the whole are summed up ---- */

struct slow_places {
	double n, sequential, forward, random, judged, jumps;
	struct values jump, length;
};

static void slow_places(const struct slow *s, uint32_t target,
			struct slow_places *p)
{
	const struct hfr_trace_rec *rec, **before;
	size_t n = 0, run = 0;

	before = calloc(s->trace->count + 1, sizeof(*before));
	assert_non_null(before);
	for_requests(s, rec) {
		const struct hfr_trace_rec *prev = n ? before[n - 1] : NULL;
		bool random = true;
		uint64_t end;

		if (!slow_data(rec) || rec->target != target)
			continue;
		before[n++] = rec;
		p->n++;
		run++;
		if (!prev)
			continue;
		for (size_t k = 2; k <= 33 && k <= n; k++) {
			double d = (double)before[n - k]->offset -
				   (double)rec->offset;

			random &= fabs(d) > 131072;
		}
		p->judged++;
		p->random += random;
		end = prev->offset + prev->length;
		if (rec->offset == end) {
			p->sequential++;
			continue;
		}
		values_add(&p->length, run - 1);
		run = 1;
		p->jumps++;
		p->forward += rec->offset > end;
		values_add(&p->jump, rec->offset > end ? rec->offset - end :
							 end - rec->offset);
	}
	free(before);
}

static void slow_place(const struct slow *s)
{
	struct slow_places p = { 0 };

	for (uint32_t t = 0; t < s->trace->hdr->device_count; t++)
		slow_places(s, t, &p);
	check_number(s, "place", "requests", p.n);
	check_number(s, "place", "sequential", quotient(p.sequential, p.n));
	check_number(s, "place", "randomness", quotient(p.random, p.judged));
	check_number(s, "place", "forward", quotient(p.forward, p.jumps));
	check_values(s, "place", "jump", &p.jump);
	check_values(s, "place", "sequence_length", &p.length);
}

/* ---- blocks ---- */

static int by_block(const void *a, const void *b)
{
	const struct slow_access *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static struct slow_access *slow_accesses(const struct slow *s, size_t *n)
{
	uint64_t block = s->st->opts.block;
	const struct hfr_trace_rec *rec;
	struct slow_access *all = NULL;
	size_t room = 0;

	*n = 0;
	for_requests(s, rec) {
		if (!slow_data(rec))
			continue;
		for (uint64_t b = rec->offset / block;
		     b * block < rec->offset + rec->length; b++) {
			if (*n == room) {
				room = room ? 2 * room : 64;
				all = realloc(all, room * sizeof(*all));
				assert_non_null(all);
			}
			all[*n] = (struct slow_access){
				.block = b, .target = rec->target,
				.index = *n, .ns = rec->issue_ns,
				.write = slow_writes(rec),
			};
			(*n)++;
		}
	}
	if (*n)
		qsort(all, *n, sizeof(*all), by_block);
	return all;
}

struct slow_blocks {
	double blocks, read, written, updated, read_only, read_mostly;
	double write_mostly, reads, writes, mostly_reads, once, three;
	double window[3];
	struct values pair[4], update, counts;
};

/* Times are kept in steps. */
static uint64_t slow_between(const struct slow *s, uint64_t from, uint64_t to)
{
	uint64_t step = 1ULL << s->st->tick_shift;

	return to / step * step - from / step * step;
}

static void slow_windows(struct slow_blocks *b, uint64_t ns)
{
	static const double window[] = { 1e9, 60e9, 3600e9 };

	for (int i = 0; i < 3; i++)
		b->window[i] += fmin((double)ns, window[i]);
}

/* All accesses of one block. */
static void slow_block(const struct slow *s, const struct slow_access *a,
		       size_t n, struct slow_blocks *b)
{
	double reads = 0, writes = 0;

	for (size_t i = 0; i < n; i++) {
		*(a[i].write ? &writes : &reads) += 1;
		slow_windows(b, slow_between(s, a[i].ns, i + 1 < n ?
			     a[i + 1].ns : s->st->scope.duration_ns));
		if (i)
			values_add(&b->pair[2 * a[i - 1].write + a[i].write],
				   slow_between(s, a[i - 1].ns, a[i].ns));
		for (size_t k = i; a[i].write && k--;) {
			if (!a[k].write)
				continue;
			values_add(&b->update,
				   slow_between(s, a[k].ns, a[i].ns));
			break;
		}
	}
	b->blocks++;
	b->reads += reads;
	b->writes += writes;
	b->read += reads > 0;
	b->written += writes > 0;
	b->updated += writes >= 2;
	b->read_only += writes == 0;
	b->once += n == 1;
	b->three += n == 3;
	if (reads / (double)n > 0.95) {
		b->read_mostly++;
		b->mostly_reads += reads;
	}
	b->write_mostly += writes / (double)n > 0.95;
	values_add(&b->counts, n);
}

static double slow_zipf(const struct values *counts)
{
	double n = (double)counts->n, mx = 0, my = 0, xx = 0, xy = 0;

	if (counts->n < 2)
		return NAN;
	for (size_t i = 0; i < counts->n; i++) {
		mx += log((double)i + 1) / n;
		my += log((double)counts->v[counts->n - 1 - i]) / n;
	}
	for (size_t i = 0; i < counts->n; i++) {
		double x = log((double)i + 1) - mx;

		xx += x * x;
		xy += x * (log((double)counts->v[counts->n - 1 - i]) - my);
	}
	return -xy / xx;
}

static double slow_top(const struct values *counts, size_t part)
{
	size_t top = (counts->n + part - 1) / part;
	double sum = 0;

	for (size_t i = 0; i < top; i++)
		sum += (double)counts->v[counts->n - 1 - i];
	return quotient(sum, values_sum(counts));
}

static void check_blocks(const struct slow *s, struct slow_blocks *b)
{
	double block = (double)s->st->opts.block;
	double time = (double)s->st->scope.duration_ns;

	check_number(s, "reuse", "block_reads", b->reads);
	check_number(s, "reuse", "block_writes", b->writes);
	check_number(s, "reuse", "cold_misses",
		     quotient(b->blocks, b->reads + b->writes));
	check_number(s, "reuse", "working_set_second",
		     quotient(b->window[0] * block, time));
	check_number(s, "reuse", "working_set_minute",
		     quotient(b->window[1] * block, time));
	check_number(s, "reuse", "working_set_hour",
		     quotient(b->window[2] * block, time));
	check_values(s, "reuse", "rar", &b->pair[0]);
	check_values(s, "reuse", "war", &b->pair[1]);
	check_values(s, "reuse", "raw", &b->pair[2]);
	check_values(s, "reuse", "waw", &b->pair[3]);
	check_values(s, "reuse", "update_interval", &b->update);
	check_number(s, "blocks", "blocks", b->blocks);
	check_number(s, "blocks", "working_set", b->blocks * block);
	check_number(s, "blocks", "read_working_set", b->read * block);
	check_number(s, "blocks", "write_working_set", b->written * block);
	check_number(s, "blocks", "update_coverage",
		     quotient(b->updated, b->blocks));
	check_number(s, "blocks", "read_only",
		     quotient(b->read_only, b->blocks));
	check_number(s, "blocks", "read_mostly",
		     quotient(b->read_mostly, b->blocks));
	check_number(s, "blocks", "write_mostly",
		     quotient(b->write_mostly, b->blocks));
	check_number(s, "blocks", "read_mostly_reads",
		     quotient(b->mostly_reads, b->reads));
	check_number(s, "blocks", "once", quotient(b->once, b->blocks));
	check_number(s, "blocks", "three_times",
		     quotient(b->three, b->blocks));
	values_sort(&b->counts);
	check_number(s, "blocks", "zipf", slow_zipf(&b->counts));
	check_number(s, "blocks", "top_1_percent", slow_top(&b->counts, 100));
	check_number(s, "blocks", "top_10_percent", slow_top(&b->counts, 10));
	check_number(s, "blocks", "most_accesses", b->counts.n ?
		     (double)b->counts.v[b->counts.n - 1] : 0);
	free(b->counts.v);
}

static void slow_blocks(const struct slow *s)
{
	struct slow_blocks b = { 0 };
	struct slow_access *all;
	size_t n, i, k;

	all = slow_accesses(s, &n);
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && all[k].block == all[i].block &&
				all[k].target == all[i].target; k++)
			;
		slow_block(s, &all[i], k - i, &b);
	}
	free(all);
	check_blocks(s, &b);
}

#endif /* SLOW_PLACES_H */
