// SPDX-License-Identifier: GPL-2.0-only
/* A run of a session: its start, its end, and back to the beginning. */
#include <linux/kernel.h>
#include <linux/ktime.h>

#include "depend.h"
#include "session.h"
#include "spread.h"
#include "state.h"

/* Workers get on their CPUs, and learn their clocks, before time 0, ns. */
#define START_DELAY_NS	(2 * NSEC_PER_MSEC)
/* No run is longer: clocks do not go round in it, ns. */
#define HFR_MAX_RUN	(1ULL << 62)

static int refuse_start(const struct hfr_session *s, char *why)
{
	switch (s->state) {
	case HFREPLAY_SESSION_STATE_EMPTY:
		snprintf(why, HFR_WHY_LEN, "session %s has no trace: load one", s->name);
		return -ENODATA;
	case HFREPLAY_SESSION_STATE_LOADING:
		if (hfr_session_streams(s) && !s->writers) {
			snprintf(why, HFR_WHY_LEN,
				 "session %s is a stream that nobody writes to",
				 s->name);
			return -EBUSY;
		}
		snprintf(why, HFR_WHY_LEN,
			 "session %s holds %llu requests of a trace that is not complete",
			 s->name, READ_ONCE(s->window.loaded));
		return -EBUSY;
	default:
		snprintf(why, HFR_WHY_LEN, "session %s is %s: rewind it before it is started again",
			 s->name, hfr_state_name(s->state));
		return -EBUSY;
	}
}

/* Pages and slots are made with the header; a stream needs no more to start. */
static bool may_start(const struct hfr_session *s)
{
	if (s->state == HFREPLAY_SESSION_STATE_READY)
		return true;
	if (!hfr_session_streams(s) || !s->writers ||
	    s->state != HFREPLAY_SESSION_STATE_LOADING)
		return false;
	/* pairs with accept_header() */
	return smp_load_acquire(&s->feed.stage) != HFR_FEED_HEADER;
}

/* What may have changed since the session was made. */
static int recheck(struct hfr_session *s, char *why)
{
	bool write = s->config.flags & HFREPLAY_SESSION_FLAGS_ALLOW_WRITES;
	u32 i;

	for (i = 0; i < s->ntargets; i++) {
		if (hfr_target_gone(&s->targets[i])) {
			snprintf(why, HFR_WHY_LEN, "%.80s was removed",
				 s->targets[i].path);
			return -ENODEV;
		}
		/* Linux 6.1 warns of a write to such a device, and writes. */
		if (write && bdev_read_only(s->targets[i].bdev)) {
			snprintf(why, HFR_WHY_LEN, "%.80s has become read-only",
				 s->targets[i].path);
			return -EROFS;
		}
	}
	for (i = 0; i < s->nworkers; i++) {
		if (!cpu_online(s->workers[i].cpu)) {
			snprintf(why, HFR_WHY_LEN, "CPU %u of target %u is offline",
				 s->workers[i].cpu, s->workers[i].home);
			return -ENODEV;
		}
	}
	return 0;
}

/* What the trace must have for what was chosen; the header is known. */
static int check_choices(const struct hfr_session *s,
			 const struct hfr_config *c, char *why)
{
	const struct hfr_file_hdr *hdr = &s->feed.hdr;
	int err;

	if (c->mode == HFREPLAY_MODE_LOAD && !(hdr->flags & HFR_FF_COMPLETIONS)) {
		snprintf(why, HFR_WHY_LEN,
			 "mode load needs a trace with completion times");
		return -EINVAL;
	}
	if (c->mode == HFREPLAY_MODE_DEP && !(hdr->flags & HFR_FF_DEPS)) {
		snprintf(why, HFR_WHY_LEN,
			 "mode dep needs a trace with dependencies");
		return -EINVAL;
	}
	/* Else the record of a request might wait for one that waits for it. */
	if (c->mode == HFREPLAY_MODE_DEP && hfr_session_streams(s) &&
	    s->results.recs && s->results.slots < s->window.slots) {
		snprintf(why, HFR_WHY_LEN,
			 "mode dep needs at least as many results as the window has slots, %u",
			 s->window.slots);
		return -EINVAL;
	}
	err = hfr_spread_limit(c, hfr_spread_sharers(c, s->ntargets,
						     hdr->dep_scope), why);
	if (err)
		return err;
	if (c->loops > 1 && hdr->duration_ns > HFR_MAX_TIME / c->loops) {
		snprintf(why, HFR_WHY_LEN,
			 "%u loops of a trace of %llu ns last more than 104 days",
			 c->loops, hdr->duration_ns);
		return -ERANGE;
	}
	return 0;
}

/* The clock of time 0. */
static int start_clock(const struct hfr_config *c, u64 *start, char *why)
{
	u64 now, then, at;

	/* Close together: what lies in between is an error of the start. */
	preempt_disable();
	now = ktime_get_ns();
	then = c->start_clock == HFREPLAY_CLOCK_TAI ? ktime_get_clocktai_ns() :
		ktime_get_real_ns();
	preempt_enable();
	*start = now + START_DELAY_NS;
	if (!c->start_at)
		return 0;
	at = c->start_at - then + now;
	if (c->start_at < then || at < *start) {
		snprintf(why, HFR_WHY_LEN,
			 "the time to start at has passed: it is %llu ns now",
			 then);
		return -ETIME;
	}
	if (at - now > HFR_MAX_RUN) {
		snprintf(why, HFR_WHY_LEN, "the time to start at is too far away");
		return -ERANGE;
	}
	*start = at;
	return 0;
}

/* With loops a record may have to be read before its place is used again. */
static int plan_results(struct hfr_session *s, u32 loops, char *why)
{
	if (loops == 1 && !s->results.consumed)
		return 0;
	/* A call in progress on the node must not hold up the netlink family. */
	if (!mutex_trylock(&s->read_lock)) {
		snprintf(why, HFR_WHY_LEN, "session %s is being read", s->name);
		return -EBUSY;
	}
	hfr_results_plan(&s->results, false, s->window.loaded, loops);
	mutex_unlock(&s->read_lock);
	return 0;
}

/* Deals out records, places and limits. The state is READY, or a stream's. */
static int plan(struct hfr_session *s, const struct hfr_config *config,
		char *why)
{
	bool dep = config->mode == HFREPLAY_MODE_DEP;
	int err;
	u32 i;

	if (dep != (s->config.mode == HFREPLAY_MODE_DEP) &&
	    hfr_session_streams(s) && s->nworkers > 1) {
		snprintf(why, HFR_WHY_LEN,
			 "a stream is dealt out when it is written: give the mode to session-new");
		return -EBUSY;
	}
	if (!hfr_session_streams(s)) {
		err = plan_results(s, config->loops, why);
		if (err)
			return err;
	}
	s->config = *config;
	if (!hfr_session_streams(s))
		hfr_spread_all(s);
	for (i = 0; i < s->ntargets; i++)
		hfr_target_learn_depth(&s->targets[i]);
	hfr_spread_lanes(s);
	hfr_depend_free(s);
	return dep ? hfr_depend_make(s, why) : 0;
}

static void set_pace(struct hfr_session *s, u64 start)
{
	const struct hfr_config *c = &s->config;

	spin_lock(&s->pace_lock);
	s->pace = (struct hfr_pace) {
		.clock = start,
		.num = c->mode == HFREPLAY_MODE_DEP ? c->think : 1000,
		.den = c->speed,
	};
	WRITE_ONCE(s->pace_version, s->pace_version + 1);
	spin_unlock(&s->pace_lock);
}

static blk_opf_t opf_of_all(const struct hfr_config *c)
{
	blk_opf_t opf = 0;

	if (!(c->flags & HFREPLAY_SESSION_FLAGS_ALLOW_MERGE))
		opf |= REQ_NOMERGE;
	if (c->flags & HFREPLAY_SESSION_FLAGS_POLLED)
		opf |= REQ_POLLED;
	return opf;
}

static void go(struct hfr_session *s, u64 start)
{
	const struct hfr_config *c = &s->config;
	u32 i;

	WRITE_ONCE(s->end_ns, 0);
	WRITE_ONCE(s->start_ns, start);
	s->wall_start = ktime_get_real_ns() + (start - ktime_get_ns());
	set_pace(s, start);
	hfr_verify_begin(&s->verify, s->wall_start);
	hfr_depend_begin(s);
	for (i = 0; i < s->nworkers; i++) {
		struct hfr_worker *w = &s->workers[i];

		w->until = c->duration_limit ?
			start + min(c->duration_limit, HFR_MAX_RUN) : U64_MAX;
		w->opf = opf_of_all(c);
		w->plug.max = c->mode == HFREPLAY_MODE_HF ? HFR_PLUG_MAX : c->plug;
		w->plug.ahead = c->mode == HFREPLAY_MODE_HF ? 1 : c->plug;
		hfr_worker_go(w, start);
	}
	hfr_session_queue_progress(s);
}

static int refuse_unless_startable(struct hfr_session *s, char *why)
{
	int err = 0;

	spin_lock(&s->state_lock);
	if (s->dying) {
		snprintf(why, HFR_WHY_LEN, "session %s is being deleted", s->name);
		err = -ENODEV;
	} else if (!may_start(s)) {
		err = refuse_start(s, why);
	}
	spin_unlock(&s->state_lock);
	return err;
}

/* A session that was startable is still, unless it has failed or is dying. */
static int begin(struct hfr_session *s, char *why)
{
	int err = 0;

	spin_lock(&s->state_lock);
	if (s->dying || !may_start(s)) {
		snprintf(why, HFR_WHY_LEN, "session %s has just ended", s->name);
		err = -ENODEV;
	} else {
		WRITE_ONCE(s->stop, false);
		atomic_set(&s->issuing, s->nworkers);
		atomic_set(&s->running, s->nworkers);
		atomic_set(&s->failures, 0);
		hfr_state_move(s, HFREPLAY_SESSION_STATE_RUNNING);
	}
	spin_unlock(&s->state_lock);
	return err;
}

int hfr_session_start(struct hfr_session *s, const struct hfr_config *config,
		      char *why)
{
	u64 start;
	int err;

	lockdep_assert_held(&s->control);
	err = recheck(s, why) ?: refuse_unless_startable(s, why) ?:
		check_choices(s, config, why) ?:
		start_clock(config, &start, why) ?: plan(s, config, why) ?:
		/* Dealing out a long trace takes its time. */
		start_clock(config, &start, why) ?: begin(s, why);
	if (err)
		return err;
	/* In this order: a short run ends before go() returns. */
	hfr_state_announce(s);
	go(s, start);
	return 0;
}

int hfr_session_set(struct hfr_session *s, const struct hfr_config *config,
		    char *why)
{
	struct hfr_config *c = &s->config;
	int err;

	lockdep_assert_held(&s->control);
	err = hfr_spread_limit(config, hfr_spread_sharers(c, s->ntargets,
							  s->feed.hdr.dep_scope),
			       why);
	if (err)
		return err;
	/* The value first: a limit is never that of another kind. */
	WRITE_ONCE(c->limit_value, config->limit_value);
	WRITE_ONCE(c->limit, config->limit);
	WRITE_ONCE(c->speed, config->speed);
	WRITE_ONCE(c->think, config->think);
	spin_lock(&s->pace_lock);
	hfr_pace_change(&s->pace, ktime_get_ns(),
			c->mode == HFREPLAY_MODE_DEP ? c->think : 1000,
			c->speed);
	WRITE_ONCE(s->pace_version, s->pace_version + 1);
	spin_unlock(&s->pace_lock);
	hfr_session_kick_workers(s);
	return 0;
}

void hfr_session_worker_issued(struct hfr_session *s)
{
	if (atomic_dec_and_test(&s->issuing))
		hfr_state_set(s, HFREPLAY_SESSION_STATE_RUNNING,
			      HFREPLAY_SESSION_STATE_DRAINING);
}

static u32 outcome(const struct hfr_session *s)
{
	if (s->failed)
		return HFREPLAY_SESSION_STATE_FAILED;
	return READ_ONCE(s->stop) ? HFREPLAY_SESSION_STATE_STOPPED :
		HFREPLAY_SESSION_STATE_DONE;
}

void hfr_session_worker_done(struct hfr_session *s)
{
	bool ended, dying;

	if (!atomic_dec_and_test(&s->running))
		return;
	WRITE_ONCE(s->end_ns, ktime_get_ns());
	spin_lock(&s->state_lock);
	ended = hfr_state_move(s, outcome(s));
	dying = s->dying;
	spin_unlock(&s->state_lock);
	hfr_state_announce(s);
	if (ended && dying)
		hfr_session_queue_teardown(s);
}

int hfr_session_stop(struct hfr_session *s, char *why)
{
	bool running;

	spin_lock(&s->state_lock);
	running = hfr_session_runs(s);
	if (!running)
		snprintf(why, HFR_WHY_LEN, "session %s is %s, it does not run",
			 s->name, hfr_state_name(s->state));
	else if (s->state == HFREPLAY_SESSION_STATE_RUNNING)
		hfr_session_stop_workers(s);
	spin_unlock(&s->state_lock);
	return running ? 0 : -EBUSY;
}

static void rewind(struct hfr_session *s)
{
	bool keep = s->window.complete && !hfr_session_streams(s);
	u32 i;

	hfr_depend_free(s);
	if (!keep)
		hfr_feed_reset(s);
	hfr_results_reset(&s->results);
	for (i = 0; i < s->nworkers; i++)
		hfr_worker_reset(&s->workers[i]);
	spin_lock(&s->state_lock);
	s->failed = false;
	s->error[0] = '\0';
	s->error_index = HFR_UNKNOWN;
	s->generation++;
	s->end_ns = 0;
	s->start_ns = 0;
	s->wall_start = 0;
	WRITE_ONCE(s->stop, false);
	hfr_state_move(s, keep ? HFREPLAY_SESSION_STATE_READY :
		       HFREPLAY_SESSION_STATE_EMPTY);
	spin_unlock(&s->state_lock);
	hfr_state_announce(s);
}

int hfr_session_rewind(struct hfr_session *s, char *why)
{
	int err = -EBUSY;

	lockdep_assert_held(&s->control);
	if (s->state == HFREPLAY_SESSION_STATE_EMPTY)
		return 0;
	/* A call in progress on the node must not hold up the netlink family. */
	if (!mutex_trylock(&s->feed_lock)) {
		snprintf(why, HFR_WHY_LEN, "session %s is being written to", s->name);
		return err;
	}
	if (!mutex_trylock(&s->read_lock)) {
		snprintf(why, HFR_WHY_LEN, "session %s is being read", s->name);
		goto out_feed;
	}
	if (s->dying || (!hfr_state_ended(s) &&
			 s->state != HFREPLAY_SESSION_STATE_LOADING)) {
		snprintf(why, HFR_WHY_LEN, "session %s is %s: it has not ended",
			 s->name, hfr_state_name(s->state));
		goto out_read;
	}
	rewind(s);
	err = 0;
out_read:
	mutex_unlock(&s->read_lock);
out_feed:
	mutex_unlock(&s->feed_lock);
	return err;
}
