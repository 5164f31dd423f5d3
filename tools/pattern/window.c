// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "window.h"

/**
 * struct seen - a file of the window
 * @id: of it
 * @round: of the window that set it; of any other the entry is free
 * @index: place in the order of first appearance
 */
struct seen {
	uint64_t id;
	uint32_t round;
	uint32_t index;
};

/**
 * struct cutter - a sequence that is being cut
 * @w: the window so far; without requests if @n is 0
 * @room: values that @x has room for
 * @x: its series; owned
 * @last: place of the request before, KiB
 * @seen: table of files with open addressing; owned
 * @slots: its size, a power of two
 * @round: number of the window
 */
struct cutter {
	struct window w;
	size_t room;
	int64_t *x;
	int64_t last;
	struct seen *seen;
	uint32_t slots;
	uint32_t round;
};

#define FIRST_ROOM 1024U

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the windows of the trace");
}

const char *window_ops_name(enum window_ops ops)
{
	static const char *const names[] = { "all", "read", "write" };

	return names[ops];
}

static struct seen *find_seen(const struct cutter *c, struct seen *table,
			      uint32_t slots, uint64_t id)
{
	uint64_t hash = id * 0x9e3779b97f4a7c15ULL;
	uint32_t i = (uint32_t)(hash >> 32) & (slots - 1);

	while (table[i].round == c->round && table[i].id != id)
		i = (i + 1) & (slots - 1);
	return &table[i];
}

static int grow_seen(struct cutter *c, struct hf_error *err)
{
	uint32_t slots = c->slots ? c->slots * 2 : FIRST_ROOM, i;
	struct seen *table = calloc(slots, sizeof(*table));

	if (!table)
		return no_memory(err);
	for (i = 0; i < c->slots; i++)
		if (c->seen[i].round == c->round)
			*find_seen(c, table, slots, c->seen[i].id) =
				c->seen[i];
	free(c->seen);
	c->seen = table;
	c->slots = slots;
	return 0;
}

/* Number of a file in the order of first appearance in the window. */
static int file_index(struct cutter *c, uint64_t id, uint32_t *index,
		      struct hf_error *err)
{
	struct seen *s;

	if (c->w.files >= c->slots / 2) {
		int rc = grow_seen(c, err);

		if (rc)
			return rc;
	}
	s = find_seen(c, c->seen, c->slots, id);
	if (s->round != c->round)
		*s = (struct seen){ id, c->round, c->w.files++ };
	*index = s->index;
	return 0;
}

static int grow_series(struct cutter *c, struct hf_error *err)
{
	size_t room = c->room ? c->room * 2 : FIRST_ROOM;
	int64_t *x = realloc(c->x, room * sizeof(*x));

	if (!x)
		return no_memory(err);
	c->x = x;
	c->room = room;
	return 0;
}

static int add(struct cutter *c, const struct files *files,
	       const struct hfr_trace_rec *rec, struct hf_error *err)
{
	struct file_place at;
	uint32_t index;
	int64_t place;
	int rc;

	files_place(files, rec, &at);
	rc = file_index(c, at.file, &index, err);
	if (!rc && c->w.n == c->room)
		rc = grow_series(c, err);
	if (rc)
		return rc;
	place = index * WINDOW_FILE_KIB + (int64_t)(at.offset >> 10);
	c->x[c->w.n++] = place - c->last;
	c->last = place;
	if (rec->op == HFR_OP_READ)
		c->w.reads++;
	else
		c->w.writes++;
	c->w.bytes += rec->length;
	return 0;
}

static int close_window(struct cutter *c, window_fn each, void *ctx,
			struct hf_error *err)
{
	int rc;

	if (!c->w.n)
		return 0;
	c->w.x = c->x;
	rc = each(ctx, &c->w, err);
	c->w = (struct window){ .target = c->w.target, .ops = c->w.ops };
	c->last = 0;
	c->round++;
	return rc;
}

static bool belongs(const struct window *w, const struct hfr_trace_rec *rec)
{
	if (rec->target != w->target)
		return false;
	if (rec->op == HFR_OP_READ)
		return w->ops != WINDOW_WRITES;
	return rec->op == HFR_OP_WRITE && w->ops != WINDOW_READS;
}

static int cut(struct cutter *c, const struct hft_file *file,
	       const struct files *files, uint64_t period, window_fn each,
	       void *ctx, struct hf_error *err)
{
	uint64_t i;
	int rc = 0;

	for (i = 0; i < file->count && !rc; i++) {
		const struct hfr_trace_rec *rec = &file->recs[i];

		if (!belongs(&c->w, rec))
			continue;
		if (c->w.n && rec->issue_ns - c->w.start_ns >= period)
			rc = close_window(c, each, ctx, err);
		if (rc)
			return rc;
		if (!c->w.n)
			c->w.start_ns = rec->issue_ns;
		rc = add(c, files, rec, err);
	}
	return rc ? rc : close_window(c, each, ctx, err);
}

static int cut_server(const struct hft_file *file, const struct files *files,
		      uint16_t target, enum window_ops ops, uint64_t period,
		      window_fn each, void *ctx, struct hf_error *err)
{
	struct cutter c = { .w = { .target = target, .ops = ops }, .round = 1 };
	int rc = cut(&c, file, files, period, each, ctx, err);

	free(c.x);
	free(c.seen);
	return rc;
}

int windows_of(const struct hft_file *file, const struct files *files,
	       const struct window_opts *opts, window_fn each, void *ctx,
	       struct hf_error *err)
{
	enum window_ops first = opts->split ? WINDOW_READS : WINDOW_ALL;
	enum window_ops last = opts->split ? WINDOW_WRITES : WINDOW_ALL, ops;
	uint32_t target;
	int rc = 0;

	for (target = 0; target < file->hdr->device_count; target++)
		for (ops = first; ops <= last && !rc; ops++)
			rc = cut_server(file, files, (uint16_t)target, ops,
					opts->period_ns, each, ctx, err);
	return rc;
}
