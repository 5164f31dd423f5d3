// SPDX-License-Identifier: GPL-2.0-only
/* A run of a session: its start, its end, and back to the beginning. */
#include <linux/kernel.h>
#include <linux/ktime.h>

#include "session.h"
#include "state.h"

/* Workers get on their CPUs before time 0, ns. */
#define START_DELAY_NS	NSEC_PER_MSEC

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
		if (!cpu_online(s->workers[i].cpu)) {
			snprintf(why, HFR_WHY_LEN, "CPU %u of target %u is offline",
				 s->workers[i].cpu, i);
			return -ENODEV;
		}
	}
	return 0;
}

static void go(struct hfr_session *s)
{
	u64 now = ktime_get_ns();
	u32 i;

	WRITE_ONCE(s->end_ns, 0);
	WRITE_ONCE(s->start_ns, now + START_DELAY_NS);
	s->wall_start = ktime_get_real_ns() + START_DELAY_NS;
	for (i = 0; i < s->ntargets; i++)
		hfr_worker_go(&s->workers[i], s->start_ns);
	hfr_session_queue_progress(s);
}

int hfr_session_start(struct hfr_session *s, const struct hfr_config *config,
		      char *why)
{
	u32 i;
	int err;

	lockdep_assert_held(&s->control);
	err = recheck(s, why);
	if (err)
		return err;
	spin_lock(&s->state_lock);
	if (s->dying) {
		snprintf(why, HFR_WHY_LEN, "session %s is being deleted", s->name);
		err = -ENODEV;
	} else if (!may_start(s)) {
		err = refuse_start(s, why);
	} else {
		s->config = *config;
		for (i = 0; i < s->ntargets; i++)
			hfr_target_learn_depth(&s->targets[i]);
		WRITE_ONCE(s->stop, false);
		atomic_set(&s->issuing, s->ntargets);
		atomic_set(&s->running, s->ntargets);
		atomic_set(&s->failures, 0);
		hfr_state_move(s, HFREPLAY_SESSION_STATE_RUNNING);
	}
	spin_unlock(&s->state_lock);
	if (!err) {
		/* In this order: a short run ends before go() returns. */
		hfr_state_announce(s);
		go(s);
	}
	return err;
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

	if (!keep)
		hfr_feed_reset(s);
	hfr_results_reset(&s->results);
	for (i = 0; i < s->ntargets; i++)
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
