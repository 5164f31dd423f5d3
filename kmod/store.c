// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/log2.h>

#include "memory.h"
#include "store.h"

#define DEFAULT_WINDOW	65536U

/* ---- rings ---- */

int hfr_store_size_rings(struct hfr_config *c, char *why)
{
	bool stream = c->flags & HFREPLAY_SESSION_FLAGS_STREAM;
	u64 window = max_t(u64, c->window ? c->window : DEFAULT_WINDOW,
			   HFR_MIN_WINDOW);
	u64 results = c->results ? c->results :
		max_t(u64, 4 * window, DEFAULT_WINDOW);

	/* Where nothing is overwritten there are as many as were asked for. */
	if (stream) {
		window = roundup_pow_of_two(window);
		results = roundup_pow_of_two(max_t(u64, results,
						   HFR_MIN_WINDOW));
	} else {
		results = max_t(u64, window, c->results);
	}
	if (window > HFR_MAX_WINDOW || results > 4ULL * HFR_MAX_WINDOW) {
		snprintf(why, HFR_WHY_LEN, "a window of %llu slots is too large, %u are possible",
			 window, HFR_MAX_WINDOW);
		return -EINVAL;
	}
	c->window = window;
	c->results = c->flags & HFREPLAY_SESSION_FLAGS_NO_RECORDS ? 0 : results;
	return 0;
}

void hfr_store_free_rings(struct hfr_session *s)
{
	hfr_window_free(&s->window);
	hfr_results_free(&s->results);
	hfr_memory_uncharge(s->memory);
	s->memory = 0;
}

int hfr_store_make_rings(struct hfr_session *s, char *why)
{
	struct hfr_config *c = &s->config;
	u64 bytes = hfr_window_bytes(c->window, s->nworkers) +
		(u64)c->results * sizeof(struct hfr_completion_rec);

	if (hfr_memory_charge(bytes)) {
		snprintf(why, HFR_WHY_LEN,
			 "the rings need %llu MiB, %llu of %llu MiB are in use (module parameter max_memory_mb)",
			 bytes >> 20, hfr_memory_used() >> 20,
			 hfr_memory_limit() >> 20);
		return -ENOMEM;
	}
	s->memory = bytes;
	if (!hfr_window_init(&s->window, c->window, s->nworkers) &&
	    !hfr_results_init(&s->results, c->results)) {
		hfr_results_plan(&s->results, hfr_session_streams(s), 0, 1);
		return 0;
	}
	hfr_store_free_rings(s);
	snprintf(why, HFR_WHY_LEN, "no memory for rings of %llu MiB",
		 bytes >> 20);
	return -ENOMEM;
}

/* ---- pages and slots ---- */

void hfr_store_unprepare(struct hfr_session *s)
{
	u32 i;

	lockdep_assert_held(&s->feed_lock);
	for (i = 0; i < s->nworkers; i++)
		hfr_slots_free(&s->workers[i].slots);
	if (!s->prepared)
		return;
	hfr_memory_uncharge(hfr_payload_bytes(s->payload.max_length));
	hfr_payload_free(&s->payload);
	s->prepared = false;
}

static int make_payload(struct hfr_session *s, u32 max_length)
{
	u64 bytes = hfr_payload_bytes(max_length);
	int err = hfr_memory_charge(bytes);

	if (err)
		return err;
	err = hfr_payload_init(&s->payload, max_length,
			       s->config.payload == HFREPLAY_PAYLOAD_RANDOM,
			       s->config.seed);
	if (err)
		hfr_memory_uncharge(bytes);
	else
		s->prepared = true;
	s->payload.own_pages = hfr_verify_on(&s->verify);
	return err;
}

/* As many as the targets that the worker issues to can use. */
static int make_slots(struct hfr_session *s, struct hfr_worker *w, bool roam)
{
	bool own_sink = false;
	u32 wanted = 0, i;

	for (i = 0; i < s->ntargets; i++) {
		const struct hfr_target *t = &s->targets[i];

		if (i != w->home && !roam)
			continue;
		wanted += hfr_slots_wanted(t);
		own_sink |= t->own_sink;
	}
	wanted = min(wanted, hfr_slots_most(own_sink, s->payload.max_length));
	return hfr_slots_init(&w->slots, w, wanted, own_sink, &s->payload);
}

int hfr_session_prepare(struct hfr_session *s, u32 max_length, bool roam)
{
	u32 i;
	int err;

	lockdep_assert_held(&s->feed_lock);
	if (s->prepared && s->payload.max_length >= max_length &&
	    s->roam >= roam)
		return 0;
	hfr_store_unprepare(s);
	err = make_payload(s, max_length);
	for (i = 0; !err && i < s->nworkers; i++)
		err = make_slots(s, &s->workers[i], roam);
	if (err)
		hfr_store_unprepare(s);
	for (i = 0; !err && i < s->ntargets; i++)
		hfr_target_limit_append(&s->targets[i], &s->limits[i],
					s->payload.pool.size);
	s->roam = roam;
	return err;
}

u64 hfr_session_memory(const struct hfr_session *s)
{
	u64 bytes = s->memory + READ_ONCE(s->depend.bytes) +
		READ_ONCE(s->verify.bytes) + READ_ONCE(s->stats_memory);
	u32 i;

	if (READ_ONCE(s->prepared))
		bytes += hfr_payload_bytes(s->payload.max_length);
	for (i = 0; i < s->nworkers; i++)
		bytes += READ_ONCE(s->workers[i].slots.bytes);
	return bytes;
}
