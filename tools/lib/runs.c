// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "runs.h"

#define REC		sizeof(struct hfr_trace_rec)
/* More than this at once saves no time. */
#define MOST_AHEAD	16384U

void runs_init(struct runs *runs)
{
	*runs = (struct runs){ .file.fd = -1 };
}

void runs_free(struct runs *runs)
{
	outfile_abort(&runs->file);
	free(runs->list);
	runs_init(runs);
}

int runs_begin(struct runs *runs, uint64_t issue_ns, struct hf_error *err)
{
	struct run *list;
	int rc = 0;

	if (runs->n && issue_ns >= runs->last_ns)
		return 0;
	if (runs->file.fd < 0)
		rc = outfile_open(&runs->file, NULL, err);
	if (rc)
		return rc;
	list = reallocarray(runs->list, runs->n + 1, sizeof(*list));
	if (!list)
		return hf_fail(err, ENOMEM, "no memory to sort a trace");
	runs->list = list;
	list[runs->n++] = (struct run){ runs->records, runs->records };
	return 0;
}

int runs_add(struct runs *runs, const struct hfr_trace_rec *recs, size_t n,
	     struct hf_error *err)
{
	int rc = outfile_write(&runs->file, recs, n * REC, runs->records * REC,
			       err);

	if (rc)
		return rc;
	runs->records += n;
	runs->list[runs->n - 1].end = runs->records;
	runs->last_ns = recs[n - 1].issue_ns;
	return 0;
}

/**
 * struct source - a run that is read
 * @recs: records read ahead; part of merge.room
 * @left: what is not read ahead
 * @order: which run it is; of equal records that of the first comes first
 * @at: the next of @recs
 * @n: records in it
 */
struct source {
	struct hfr_trace_rec *recs;
	struct run left;
	size_t order;
	uint32_t at, n;
};

/**
 * struct merge - runs that are merged
 * @file: of the runs; not owned
 * @heap: the runs that have records left, the earliest first; owned
 * @n: how many
 * @room: of all that is read ahead; owned
 * @ahead: records for each run
 */
struct merge {
	struct outfile *file;
	struct source *heap;
	size_t n;
	struct hfr_trace_rec *room;
	uint32_t ahead;
};

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory to sort a trace");
}

static int refill(struct merge *m, struct source *src, struct hf_error *err)
{
	uint64_t n = src->left.end - src->left.first;
	int rc;

	if (n > m->ahead)
		n = m->ahead;
	rc = outfile_read(m->file, src->recs, n * REC, src->left.first * REC,
			  err);
	src->left.first += n;
	src->n = (uint32_t)n;
	src->at = 0;
	return rc;
}

static bool before(const struct source *a, const struct source *b)
{
	uint64_t x = a->recs[a->at].issue_ns, y = b->recs[b->at].issue_ns;

	return x < y || (x == y && a->order < b->order);
}

static void sift_down(struct merge *m, size_t i)
{
	struct source moving = m->heap[i];
	size_t child;

	while ((child = 2 * i + 1) < m->n) {
		if (child + 1 < m->n &&
		    before(&m->heap[child + 1], &m->heap[child]))
			child++;
		if (before(&moving, &m->heap[child]))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = moving;
}

static int start(struct merge *m, const struct runs *runs,
		 struct hf_error *err)
{
	size_t i;

	for (i = 0; i < runs->n; i++) {
		struct source *src = &m->heap[m->n++];
		int rc;

		*src = (struct source){
			.recs = m->room + i * m->ahead,
			.left = runs->list[i],
			.order = i,
		};
		rc = refill(m, src, err);
		if (rc)
			return rc;
	}
	for (i = m->n / 2; i-- > 0;)
		sift_down(m, i);
	return 0;
}

int merge_new(struct merge **out, struct runs *runs, size_t memory,
	      struct hf_error *err)
{
	size_t ahead = runs->n ? memory / runs->n / REC : 0;
	struct merge *m = calloc(1, sizeof(*m));
	int rc;

	if (!m)
		return no_memory(err);
	if (ahead > MOST_AHEAD)
		ahead = MOST_AHEAD;
	m->ahead = ahead ? (uint32_t)ahead : 1;
	m->file = &runs->file;
	m->heap = calloc(runs->n + 1, sizeof(*m->heap));
	m->room = malloc((runs->n + 1) * m->ahead * REC);
	rc = m->heap && m->room ? start(m, runs, err) : no_memory(err);
	if (rc)
		merge_free(m);
	else
		*out = m;
	return rc;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	free(m->heap);
	free(m->room);
	free(m);
}

const struct hfr_trace_rec *merge_peek(const struct merge *m)
{
	return m->n ? &m->heap[0].recs[m->heap[0].at] : NULL;
}

int merge_next(struct merge *m, struct hf_error *err)
{
	struct source *src = &m->heap[0];
	int rc = 0;

	if (++src->at == src->n) {
		if (src->left.first == src->left.end)
			*src = m->heap[--m->n];
		else
			rc = refill(m, src, err);
	}
	if (m->n > 1)
		sift_down(m, 0);
	return rc;
}
