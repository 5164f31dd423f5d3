// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <linux/hfreplay_stamp.h>

#include "medium.h"

static const char *const fault_names[FAULT_NR] = {
	[FAULT_OLD] = "old",
	[FAULT_LOST] = "lost",
	[FAULT_TORN] = "torn",
	[FAULT_MISPLACED] = "misplaced",
	[FAULT_STRAY] = "stray",
	[FAULT_ATOMIC] = "atomic",
	[FAULT_UNREADABLE] = "unreadable",
};

const char *fault_name(enum fault_kind kind)
{
	return fault_names[kind];
}

static bool follows(const struct fault *a, const struct fault *b)
{
	return a->start != a->end && a->end == b->start &&
		a->kind == b->kind && a->must == b->must &&
		a->found == b->found && a->target == b->target &&
		b->place - a->place == b->start - a->start;
}

static void report_last(struct medium *m)
{
	if (m->last.start != m->last.end)
		m->report(m->ctx, &m->last);
	memset(&m->last, 0, sizeof(m->last));
}

static void torn_atomic(void *ctx, uint64_t number,
			const struct atomic_piece *older)
{
	struct medium *m = ctx;
	const struct fault f = {
		.kind = FAULT_ATOMIC, .start = older->start, .end = older->end,
		.must = number, .found = older->number, .place = older->start,
		.target = m->expect->target,
	};

	m->faults[FAULT_ATOMIC] += (f.end - f.start) / m->block;
	m->report(m->ctx, &f);
}

int medium_end(struct medium *m)
{
	report_last(m);
	return m->atomics ? atomics_judge(m->atomics, torn_atomic, m) : 0;
}

static void note(struct medium *m, const struct expect_cell *c,
		 enum fault_kind kind, uint64_t sector,
		 const struct hfr_stamp *s)
{
	struct fault f = {
		.kind = kind, .start = sector, .end = sector + m->block,
		.must = c->must, .found = s ? s->index : EXPECT_NONE,
		.place = kind == FAULT_MISPLACED ? s->sector : sector,
		.target = kind == FAULT_MISPLACED ? s->target :
			m->expect->target,
	};

	m->faults[kind]++;
	if (follows(&m->last, &f)) {
		m->last.end = f.end;
		return;
	}
	report_last(m);
	m->last = f;
}

static const struct hfr_stamp *stamp_at(const void *data, uint32_t sector)
{
	return (const void *)((const char *)data +
			      ((size_t)sector << HFR_STAMP_SHIFT));
}

static bool of_run(const struct medium *m, const struct hfr_stamp *s)
{
	return s->seed == m->seed && (!m->run || s->run == m->run);
}

static bool all_zero(const void *data, uint32_t sectors)
{
	const uint64_t *word = data;
	size_t i, n = (size_t)sectors * HFR_STAMP_WORDS;

	for (i = 0; i < n; i++)
		if (word[i])
			return false;
	return true;
}

/*
 * Whether all sectors of a block were written by one request of this run, or
 * none of them was. @s gets the stamp that speaks for the block, or NULL.
 */
static bool in_one_piece(const struct medium *m, const void *data,
			 const struct hfr_stamp **s)
{
	bool whole = true;
	uint32_t i, ours = 0, first = 0;

	*s = NULL;
	for (i = 0; i < m->block; i++) {
		const struct hfr_stamp *at = stamp_at(data, i);
		enum hfr_stamp_state state = hfr_stamp_read(at);

		/* Half a stamp is nobody's: it may be older than the run. */
		if (state == HFR_STAMP_NONE || state == HFR_STAMP_DAMAGED ||
		    !of_run(m, at))
			continue;
		ours++;
		if (state == HFR_STAMP_TORN ||
		    (*s && ((*s)->index != at->index ||
			    (*s)->target != at->target ||
			    at->sector - (*s)->sector != i - first)))
			whole = false;
		if (!*s) {
			*s = at;
			first = i;
		}
	}
	return whole && (!ours || ours == m->block);
}

static void found(struct medium *m, uint64_t sector, uint64_t number)
{
	if (m->atomics)
		atomics_found(m->atomics, sector, m->block, number);
}

static void check_version(struct medium *m, const struct expect_cell *c,
			  uint64_t sector, const struct hfr_stamp *s)
{
	m->found += m->block;
	if (s->sector != sector || s->target != m->expect->target) {
		note(m, c, FAULT_MISPLACED, sector, s);
		return;
	}
	switch (expect_version(m->expect, c, sector, s->index)) {
	case EXPECT_OLD:
		note(m, c, FAULT_OLD, sector, s);
		break;
	case EXPECT_NEVER:
		note(m, c, FAULT_STRAY, sector, s);
		break;
	case EXPECT_FINE:
		found(m, sector, s->index);
		break;
	}
}

/* What made zeroes of it, or anything, may have come after the writes. */
static void untouched(struct medium *m, const struct expect_cell *c,
		      uint64_t sector)
{
	if (c->zero == EXPECT_NONE && c->any == EXPECT_NONE)
		found(m, sector, EXPECT_NONE);
}

static void check_block(struct medium *m, const struct expect_cell *c,
			uint64_t sector, const void *data)
{
	const struct hfr_stamp *s;

	if (!in_one_piece(m, data, &s))
		note(m, c, FAULT_TORN, sector, s);
	else if (s)
		check_version(m, c, sector, s);
	else if (c->must == EXPECT_NONE)
		untouched(m, c, sector);
	else if (!expect_zero(m->expect, c) || !all_zero(data, m->block))
		note(m, c, FAULT_LOST, sector, NULL);
}

void medium_check(struct medium *m, const struct expect_cell *c,
		  uint64_t sector, const void *data, uint64_t sectors)
{
	uint64_t i;

	m->checked += sectors;
	if (expect_undefined(m->expect, c)) {
		m->undefined += sectors;
		return;
	}
	for (i = 0; i < sectors; i += m->block) {
		if (data)
			check_block(m, c, sector + i,
				    stamp_at(data, (uint32_t)i));
		else
			note(m, c, FAULT_UNREADABLE, sector + i, NULL);
	}
}

uint64_t medium_faults(const struct medium *m)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < FAULT_NR; i++)
		sum += m->faults[i];
	return sum;
}
