// SPDX-License-Identifier: GPL-2.0-only
#include "stat-streams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t key_of(const struct hfr_trace_rec *rec)
{
	return ((uint64_t)rec->target << 32 | rec->stream) + 1;
}

static struct stream_count *slot_of(const struct stat_streams *s, uint64_t key)
{
	uint64_t i = key * 0x9e3779b97f4a7c15ULL;

	for (i ^= i >> 32;; i++) {
		struct stream_count *slot = &s->slots[i & (s->size - 1)];

		if (!slot->key || slot->key == key)
			return slot;
	}
}

static int resize(struct stat_streams *s, uint64_t size)
{
	struct stat_streams old = *s;

	s->slots = calloc(size, sizeof(*s->slots));
	if (!s->slots) {
		*s = old;
		return -ENOMEM;
	}
	s->size = size;
	for (uint64_t i = 0; i < old.size; i++)
		if (old.slots[i].key)
			*slot_of(s, old.slots[i].key) = old.slots[i];
	free(old.slots);
	return 0;
}

static int count_one(struct stat_streams *s, uint64_t key)
{
	struct stream_count *slot = slot_of(s, key);

	if (!slot->key) {
		if (s->count == STREAMS_COUNTED) {
			s->uncounted++;
			return 0;
		}
		if (s->count >= s->size / 4 * 3) {
			if (resize(s, s->size * 2))
				return -ENOMEM;
			slot = slot_of(s, key);
		}
		slot->key = key;
		s->count++;
	}
	slot->value++;
	return 0;
}

/* Ties are decided by the key, so that the answer is always the same. */
static int most_first(const void *a, const void *b)
{
	const struct stream_count *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return (x->key > y->key) - (x->key < y->key);
}

/* Leaves in the table only what is shown, by index. */
static int keep_most(struct stat_streams *s)
{
	struct stream_count *all = s->slots;
	uint64_t n = 0;

	for (uint64_t i = 0; i < s->size; i++)
		if (all[i].key)
			all[n++] = all[i];
	qsort(all, n, sizeof(*all), most_first);
	s->size = 2 * STREAMS_SHOWN;
	s->slots = calloc(s->size, sizeof(*s->slots));
	for (uint64_t i = 0; s->slots && i < n && i < STREAMS_SHOWN; i++)
		*slot_of(s, all[i].key) = (struct stream_count){ all[i].key, i };
	free(all);
	return s->slots ? 0 : -ENOMEM;
}

int stat_streams_find(struct stat_streams *s, const struct hfr_trace_rec *recs,
		      uint64_t count)
{
	int ret;

	memset(s, 0, sizeof(*s));
	ret = resize(s, 1024);
	for (uint64_t i = 0; !ret && i < count; i++)
		if (recs[i].stream)
			ret = count_one(s, key_of(&recs[i]));
	return ret ? ret : keep_most(s);
}

void stat_streams_free(struct stat_streams *s)
{
	free(s->slots);
	memset(s, 0, sizeof(*s));
}

int64_t stat_streams_index(const struct stat_streams *s,
			   const struct hfr_trace_rec *rec)
{
	const struct stream_count *slot;

	if (!rec->stream || !s->count)
		return -1;
	slot = slot_of(s, key_of(rec));
	return slot->key ? (int64_t)slot->value : -1;
}
