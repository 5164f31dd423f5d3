// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "outfile.h"
#include "sorter.h"

#define OUT_RECS 4096U
/* Records whose pages are let go at once: 256 KiB. */
#define LET_GO_RECS 4096U

struct key {
	uint64_t issue_ns;
	uint32_t pos;
};

/**
 * struct run - records in order; [@next, @end) are not taken yet
 * @next: index in the file
 * @end: index in the file
 */
struct run {
	uint64_t next, end;
};

/**
 * struct sorter - the state of a sort
 * @chunk: records of the run that is being filled
 * @count: how many
 * @sorted: they came in order
 * @keys: room for sorting @chunk
 * @out: room for writing it
 * @spill: runs that are complete; open once there is one
 * @spilled: records in it
 * @last_ns: issue time of the last of them
 * @runs: the runs of @spill; after sorter_end() a heap, the run with the
 *	earliest record first, of equal ones the older
 * @nruns: entries of @runs
 * @map: @spill mapped
 * @map_len: bytes mapped, 0 if all fitted into @chunk
 * @taken: records that were given out, when all fitted
 */
struct sorter {
	struct hfr_trace_rec *chunk;
	uint32_t count;
	bool sorted;
	struct key *keys;
	struct hfr_trace_rec *out;
	struct outfile spill;
	uint64_t spilled, last_ns;
	struct run *runs;
	size_t nruns;
	const struct hfr_trace_rec *map;
	size_t map_len;
	uint32_t taken;
};

int sorter_new(struct sorter **out, struct hf_error *err)
{
	struct sorter *s = calloc(1, sizeof(*s));

	if (!s)
		return hf_fail(err, ENOMEM, "no memory to sort a trace");
	s->spill.fd = -1;
	s->sorted = true;
	s->chunk = malloc(SORTER_CHUNK * sizeof(*s->chunk));
	s->keys = malloc(SORTER_CHUNK * sizeof(*s->keys));
	s->out = malloc(OUT_RECS * sizeof(*s->out));
	if (!s->chunk || !s->keys || !s->out) {
		sorter_free(s);
		return hf_fail(err, ENOMEM, "no memory to sort a trace");
	}
	*out = s;
	return 0;
}

void sorter_free(struct sorter *s)
{
	if (!s)
		return;
	if (s->map_len)
		munmap((void *)s->map, s->map_len);
	outfile_abort(&s->spill);
	free(s->runs);
	free(s->out);
	free(s->keys);
	free(s->chunk);
	free(s);
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->issue_ns != y->issue_ns)
		return x->issue_ns < y->issue_ns ? -1 : 1;
	return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static void make_keys(struct sorter *s)
{
	uint32_t i;

	for (i = 0; i < s->count; i++)
		s->keys[i] = (struct key){ s->chunk[i].issue_ns, i };
	if (!s->sorted)
		qsort(s->keys, s->count, sizeof(*s->keys), compare_keys);
}

/* A run that goes on where the one before ended becomes part of it. */
static int add_run(struct sorter *s, struct hf_error *err)
{
	struct run *runs;

	if (s->nruns && s->keys[0].issue_ns >= s->last_ns) {
		s->runs[s->nruns - 1].end += s->count;
		return 0;
	}
	runs = reallocarray(s->runs, s->nruns + 1, sizeof(*runs));
	if (!runs)
		return hf_fail(err, ENOMEM, "no memory to sort a trace");
	s->runs = runs;
	runs[s->nruns++] = (struct run){ s->spilled, s->spilled + s->count };
	return 0;
}

static int write_run(struct sorter *s, struct hf_error *err)
{
	uint32_t i = 0;

	while (i < s->count) {
		uint32_t n = 0;
		int rc;

		for (; n < OUT_RECS && i < s->count; n++, i++)
			s->out[n] = s->chunk[s->keys[i].pos];
		rc = outfile_write(&s->spill, s->out, n * sizeof(*s->out),
				   s->spilled * sizeof(*s->out), err);
		if (rc)
			return rc;
		s->spilled += n;
	}
	return 0;
}

static int spill(struct sorter *s, struct hf_error *err)
{
	int rc = 0;

	if (s->spill.fd < 0)
		rc = outfile_open(&s->spill, NULL, err);
	if (rc)
		return rc;
	make_keys(s);
	rc = add_run(s, err);
	if (!rc)
		rc = write_run(s, err);
	if (rc)
		return rc;
	s->last_ns = s->keys[s->count - 1].issue_ns;
	s->count = 0;
	s->sorted = true;
	return 0;
}

int sorter_add(struct sorter *s, const struct hfr_trace_rec *rec,
	       struct hf_error *err)
{
	if (s->count == SORTER_CHUNK) {
		int rc = spill(s, err);

		if (rc)
			return rc;
	}
	if (s->count && rec->issue_ns < s->chunk[s->count - 1].issue_ns)
		s->sorted = false;
	s->chunk[s->count++] = *rec;
	return 0;
}

static bool run_before(const struct sorter *s, const struct run *a,
		       const struct run *b)
{
	uint64_t x = s->map[a->next].issue_ns, y = s->map[b->next].issue_ns;

	return x < y || (x == y && a->next < b->next);
}

static void sift_down(struct sorter *s, size_t i)
{
	struct run moving = s->runs[i];
	size_t child;

	while ((child = 2 * i + 1) < s->nruns) {
		if (child + 1 < s->nruns &&
		    run_before(s, &s->runs[child + 1], &s->runs[child]))
			child++;
		if (run_before(s, &moving, &s->runs[child]))
			break;
		s->runs[i] = s->runs[child];
		i = child;
	}
	s->runs[i] = moving;
}

static int map_spill(struct sorter *s, struct hf_error *err)
{
	size_t len = s->spilled * sizeof(*s->map), i;
	void *map = mmap(NULL, len, PROT_READ, MAP_SHARED, s->spill.fd, 0);

	if (map == MAP_FAILED)
		return hf_fail(err, errno, "cannot map a temporary file: %s",
			       strerror(errno));
	s->map = map;
	s->map_len = len;
	for (i = s->nruns / 2; i-- > 0;)
		sift_down(s, i);
	return 0;
}

int sorter_end(struct sorter *s, struct hf_error *err)
{
	int rc;

	if (s->spilled) {
		rc = s->count ? spill(s, err) : 0;
		return rc ? rc : map_spill(s, err);
	}
	make_keys(s);
	return 0;
}

/* What a run has given out needs no memory; it is still in the file. */
static void let_go(const struct sorter *s, const struct run *run)
{
	if (run->next && run->next % LET_GO_RECS == 0)
		madvise((void *)&s->map[run->next - LET_GO_RECS],
			LET_GO_RECS * sizeof(*s->map), MADV_DONTNEED);
}

const struct hfr_trace_rec *sorter_next(struct sorter *s)
{
	const struct hfr_trace_rec *rec;

	if (!s->map_len)
		return s->taken < s->count ?
		       &s->chunk[s->keys[s->taken++].pos] : NULL;
	if (!s->nruns)
		return NULL;
	rec = &s->map[s->runs[0].next];
	let_go(s, &s->runs[0]);
	s->runs[0].next++;
	if (s->runs[0].next == s->runs[0].end)
		s->runs[0] = s->runs[--s->nruns];
	if (s->nruns)
		sift_down(s, 0);
	return rec;
}
