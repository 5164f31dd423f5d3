// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pairing.h"

#define NOBODY	UINT64_MAX

/**
 * struct item - a request by what it does
 * @offset: bytes
 * @length: bytes
 * @op: enum hfr_op
 * @index: among the requests
 */
struct item {
	uint64_t offset;
	uint64_t index;
	uint32_t length;
	uint8_t op;
};

/**
 * struct work - lists on the way to a pairing
 * @want: requests of the trace
 * @seen: those that were seen
 * @left: of @seen, those without a partner, in the same order
 * @nleft: number of those
 * @longest: longest of those, bytes
 * @partner: by index in the trace: index of what was seen, or NOBODY
 */
struct work {
	struct item *want;
	struct item *seen;
	struct item *left;
	uint64_t nleft;
	uint32_t longest;
	uint64_t *partner;
};

/**
 * struct times - when requests were due, and came
 * @want: the trace
 * @seen: what was seen
 * @speed: the trace was to run so many times as fast
 * @start: time of the observation that is time 0 of the trace, if @known
 * @known: it is
 */
struct times {
	const struct hfr_trace_rec *want;
	const struct hfr_trace_rec *seen;
	double speed;
	int64_t start;
	bool known;
};

static int64_t scaled(uint64_t ns, double speed)
{
	return (int64_t)((double)ns / speed);
}

static int compare_kind(const struct item *a, const struct item *b)
{
	if (a->op != b->op)
		return a->op < b->op ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->length < b->length ? -1 : a->length > b->length;
}

static int compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare_kind(x, y);

	return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

static struct item *list(const struct hfr_trace_rec *recs, uint64_t n)
{
	struct item *items = calloc(n + 1, sizeof(*items));
	uint64_t i;

	for (i = 0; items && i < n; i++)
		items[i] = (struct item){
			.offset = recs[i].offset, .length = recs[i].length,
			.op = recs[i].op, .index = i,
		};
	if (items)
		qsort(items, n, sizeof(*items), compare);
	return items;
}

static void leave(struct work *w, const struct item *seen)
{
	if (seen->length > w->longest)
		w->longest = seen->length;
	w->left[w->nleft++] = *seen;
}

/* Of a sorted list, how many from @at on are of one kind. */
static uint64_t row_length(const struct item *items, uint64_t at, uint64_t n)
{
	uint64_t end = at;

	while (end < n && !compare_kind(&items[at], &items[end]))
		end++;
	return end - at;
}

static uint64_t apart(int64_t a, int64_t b)
{
	return a > b ? (uint64_t)(a - b) : (uint64_t)(b - a);
}

/*
 * Of a kind that was seen more often than it is wanted: how many in front are
 * left out, so that the first that is not comes nearest to its time.
 */
static uint64_t find_shift(const struct times *t, const struct item *want,
			   const struct item *seen, uint64_t extra)
{
	int64_t due = t->start + scaled(t->want[want->index].issue_ns,
					t->speed);
	uint64_t i, best = 0;

	for (i = 1; i <= extra; i++)
		if (apart((int64_t)t->seen[seen[i].index].issue_ns, due) <
		    apart((int64_t)t->seen[seen[best].index].issue_ns, due))
			best = i;
	return best;
}

static void pair_row(struct work *w, const struct times *t,
		     const struct item *want, uint64_t nwant,
		     const struct item *seen, uint64_t nseen)
{
	uint64_t shift = t->known && nseen > nwant ?
			 find_shift(t, want, seen, nseen - nwant) : 0;
	uint64_t i;

	for (i = 0; i < nwant; i++)
		w->partner[want[i].index] = shift + i < nseen ?
					    seen[shift + i].index : NOBODY;
	for (i = 0; i < nseen; i++)
		if (i < shift || i >= shift + nwant)
			leave(w, &seen[i]);
}

/* Both lists are sorted: rows of one kind follow each other in both. */
static void join(struct work *w, const struct times *t, uint64_t nwant,
		 uint64_t nseen)
{
	uint64_t i = 0, k = 0, ni, nk;
	int order;

	w->nleft = 0;
	while (i < nwant || k < nseen) {
		order = i == nwant ? 1 : k == nseen ? -1 :
			compare_kind(&w->want[i], &w->seen[k]);
		ni = order <= 0 ? row_length(w->want, i, nwant) : 0;
		nk = order >= 0 ? row_length(w->seen, k, nseen) : 0;
		pair_row(w, t, &w->want[i], ni, &w->seen[k], nk);
		i += ni;
		k += nk;
	}
}

/* The first left over of @op that begins at @offset or behind it. */
static uint64_t first_from(const struct work *w, uint8_t op, uint64_t offset)
{
	struct item key = { .op = op, .offset = offset };
	uint64_t low = 0, high = w->nleft, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare(&w->left[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether something that was seen without a partner touches a request. */
static bool touched(const struct work *w, const struct hfr_trace_rec *rec)
{
	uint64_t from = rec->offset > w->longest ? rec->offset - w->longest : 0;
	uint64_t i;

	for (i = first_from(w, rec->op, from); i < w->nleft; i++) {
		const struct item *l = &w->left[i];

		if (l->op != rec->op || l->offset >= rec->offset + rec->length)
			return false;
		if (l->offset + l->length > rec->offset)
			return true;
	}
	return false;
}

static int compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void find_start(struct times *t, const struct work *w, uint64_t nwant)
{
	int64_t starts[PAIRING_START_REQUESTS];
	unsigned int n = 0;
	uint64_t i;

	for (i = 0; i < nwant && n < PAIRING_START_REQUESTS; i++)
		if (w->partner[i] != NOBODY)
			starts[n++] = (int64_t)t->seen[w->partner[i]].issue_ns -
				      scaled(t->want[i].issue_ns, t->speed);
	qsort(starts, n, sizeof(starts[0]), compare_times);
	t->start = n ? starts[n / 2] : 0;
	t->known = n > 0;
}

/* Before time 0 there is no time in a completion record. */
static uint64_t since(int64_t start, uint64_t ns)
{
	return (int64_t)ns > start ? (uint64_t)((int64_t)ns - start) : 0;
}

static void fill_record(struct pairing *p, uint64_t i,
			const struct hfr_trace_rec *want,
			const struct hfr_trace_rec *seen, double speed)
{
	struct hfr_completion_rec *rec = &p->recs[i];
	int64_t late;

	rec->state = HFR_REC_DONE;
	rec->issued_ns = since(p->start_ns, seen->issue_ns);
	rec->completed_ns = seen->complete_ns == HFR_UNKNOWN ?
			    rec->issued_ns :
			    since(p->start_ns, seen->complete_ns);
	rec->in_flight = seen->in_flight;
	late = ((int64_t)rec->issued_ns - scaled(want->issue_ns, speed)) /
	       HFR_COST_UNIT;
	rec->lateness = late > INT32_MAX ? INT32_MAX : late < INT32_MIN ?
			INT32_MIN : (int32_t)late;
}

static void fill(struct pairing *p, const struct work *w,
		 const struct hfr_trace_rec *want,
		 const struct hfr_trace_rec *seen, double speed)
{
	uint64_t i;

	for (i = 0; i < p->wanted; i++) {
		if (w->partner[i] != NOBODY) {
			fill_record(p, i, &want[i], &seen[w->partner[i]],
				    speed);
			p->paired++;
			continue;
		}
		p->recs[i].state = HFR_REC_NOT_ISSUED;
		if (touched(w, &want[i]))
			p->changed++;
		else
			p->lost++;
	}
	p->added = w->nleft;
}

int pairing_make(struct pairing *p, const struct hfr_trace_rec *want,
		 uint64_t nwant, const struct hfr_trace_rec *seen,
		 uint64_t nseen, double speed)
{
	struct work w = {
		.want = list(want, nwant), .seen = list(seen, nseen),
		.left = calloc(nseen + 1, sizeof(*w.left)),
		.partner = calloc(nwant + 1, sizeof(*w.partner)),
	};
	struct times t = { .want = want, .seen = seen, .speed = speed };
	bool made;

	*p = (struct pairing){ .wanted = nwant, .seen = nseen };
	p->recs = calloc(nwant + 1, sizeof(*p->recs));
	made = w.want && w.seen && w.left && w.partner && p->recs;
	if (made) {
		/* With a start, rows that are too long find their places. */
		join(&w, &t, nwant, nseen);
		find_start(&t, &w, nwant);
		join(&w, &t, nwant, nseen);
		find_start(&t, &w, nwant);
		p->start_ns = t.start;
		fill(p, &w, want, seen, speed);
	} else {
		pairing_free(p);
	}
	free(w.want);
	free(w.seen);
	free(w.left);
	free(w.partner);
	return made ? 0 : -ENOMEM;
}

void pairing_free(struct pairing *p)
{
	free(p->recs);
	*p = (struct pairing){ .recs = NULL };
}
