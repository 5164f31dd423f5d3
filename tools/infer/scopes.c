// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scopes.h"

static int make_room(struct scopes *sc, uint32_t n)
{
	struct scope *all = reallocarray(sc->all, n, sizeof(*all));
	uint32_t *streams;

	if (!all)
		return -ENOMEM;
	sc->all = all;
	streams = reallocarray(sc->streams, n, sizeof(*streams));
	if (!streams)
		return -ENOMEM;
	sc->streams = streams;
	memset(all + sc->room, 0, (n - sc->room) * sizeof(*all));
	sc->room = n;
	return 0;
}

int scopes_start(struct scopes *sc, uint32_t kind, uint32_t devices)
{
	memset(sc, 0, sizeof(*sc));
	sc->kind = kind;
	if (kind == HFR_DEP_STREAM)
		return make_room(sc, 64);
	sc->count = kind == HFR_DEP_TARGET ? devices : 1;
	return make_room(sc, sc->count);
}

/* Where a stream is in the table, or where it belongs. */
static uint32_t *slot_of(const struct scopes *sc, uint32_t stream)
{
	uint32_t i = stream * 2654435761U;

	for (i ^= i >> 16;; i++) {
		uint32_t *slot = &sc->slots[i & (sc->nslots - 1)];

		if (!*slot || sc->streams[*slot - 1] == stream)
			return slot;
	}
}

/* The table is at most half full, so that searches end soon. */
static int grow_table(struct scopes *sc)
{
	uint32_t *old = sc->slots, i;

	if (sc->count < sc->nslots / 2)
		return 0;
	sc->slots = calloc(sc->nslots ? sc->nslots * 2 : 128, sizeof(*old));
	if (!sc->slots) {
		sc->slots = old;
		return -ENOMEM;
	}
	sc->nslots = sc->nslots ? sc->nslots * 2 : 128;
	for (i = 0; i < sc->count; i++)
		*slot_of(sc, sc->streams[i]) = i + 1;
	free(old);
	return 0;
}

static int64_t find_stream(struct scopes *sc, uint32_t stream)
{
	uint32_t *slot;

	if (grow_table(sc))
		return -ENOMEM;
	slot = slot_of(sc, stream);
	if (*slot)
		return *slot - 1;
	if (sc->count == HFR_MAX_SCOPES)
		return -E2BIG;
	if (sc->count == sc->room && make_room(sc, 2 * sc->room))
		return -ENOMEM;
	sc->streams[sc->count] = stream;
	*slot = ++sc->count;
	return sc->count - 1;
}

int64_t scopes_find(struct scopes *sc, const struct hfr_trace_rec *rec)
{
	if (sc->kind == HFR_DEP_STREAM)
		return find_stream(sc, rec->stream);
	return sc->kind == HFR_DEP_TARGET ? rec->target : 0;
}

void scopes_free(struct scopes *sc)
{
	uint32_t i;

	for (i = 0; sc->all && i < sc->count; i++)
		sweep_free(&sc->all[i].sweep);
	free(sc->all);
	free(sc->streams);
	free(sc->slots);
	memset(sc, 0, sizeof(*sc));
}
