// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "depend.h"
#include "netlink.h"
#include "node.h"
#include "session.h"
#include "spread.h"
#include "state.h"
#include "telemetry.h"
#include "store.h"

/* How often a running session tells of its progress, ms. */
#define PROGRESS_MS	500

static LIST_HEAD(sessions);
static DEFINE_MUTEX(hfr_sessions_lock);
static u32 last_id;
static struct workqueue_struct *session_wq;

/* ---- finding ---- */

/* The rings stay for those who wait on an open file. */
static void session_free(struct kref *ref)
{
	struct hfr_session *s = container_of(ref, struct hfr_session, ref);
	u32 i;

	if (s->workers)
		hfr_depend_free(s);
	if (s->workers)
		hfr_telemetry_free(s);
	for (i = 0; s->workers && i < s->nworkers; i++)
		hfr_worker_free(&s->workers[i]);
	hfr_store_free_rings(s);
	hfr_feed_free(&s->feed);
	hfr_verify_free(&s->verify);
	mutex_destroy(&s->control);
	mutex_destroy(&s->feed_lock);
	mutex_destroy(&s->read_lock);
	mutex_destroy(&s->event_lock);
	kfree(s->targets);
	kvfree(s->workers);
	kfree(s->limits);
	kfree(s);
}

void hfr_session_put(struct hfr_session *s)
{
	kref_put(&s->ref, session_free);
}

struct hfr_session *hfr_session_find(u32 id, const char *name)
{
	struct hfr_session *s, *found = NULL;

	mutex_lock(&hfr_sessions_lock);
	list_for_each_entry(s, &sessions, node) {
		if (!s->live || (name ? strcmp(s->name, name) : s->id != id))
			continue;
		found = s;
		kref_get(&s->ref);
		break;
	}
	mutex_unlock(&hfr_sessions_lock);
	return found;
}

struct hfr_session *hfr_session_next(u32 id)
{
	struct hfr_session *s, *found = NULL;

	mutex_lock(&hfr_sessions_lock);
	list_for_each_entry(s, &sessions, node) {
		if (!s->live || s->id <= id)
			continue;
		found = s;
		kref_get(&s->ref);
		break;
	}
	mutex_unlock(&hfr_sessions_lock);
	return found;
}

static bool name_taken(const char *name)
{
	struct hfr_session *s;

	lockdep_assert_held(&hfr_sessions_lock);
	list_for_each_entry(s, &sessions, node)
		if (!strcmp(s->name, name))
			return true;
	return false;
}

/* Gives a session its id and name, and a place in the list, not yet live. */
static int session_enlist(struct hfr_session *s, const char *name, char *why)
{
	struct hfr_session *other;
	u32 count = 0;
	int err = 0;

	mutex_lock(&hfr_sessions_lock);
	list_for_each_entry(other, &sessions, node)
		count++;
	if (count >= HFR_MAX_SESSIONS) {
		snprintf(why, HFR_WHY_LEN, "there are %u sessions already: delete one",
			 count);
		err = -ENOSPC;
		goto out;
	}
	/* A name that was chosen may be one of those that are given. */
	do {
		s->id = ++last_id;
		if (name)
			strscpy(s->name, name, sizeof(s->name));
		else
			snprintf(s->name, sizeof(s->name), "s%u", s->id);
	} while (!name && name_taken(s->name));
	if (name && name_taken(s->name)) {
		snprintf(why, HFR_WHY_LEN, "the name %s is taken", s->name);
		err = -EEXIST;
		goto out;
	}
	list_add_tail(&s->node, &sessions);
out:
	mutex_unlock(&hfr_sessions_lock);
	return err;
}

static void session_delist(struct hfr_session *s)
{
	mutex_lock(&hfr_sessions_lock);
	list_del(&s->node);
	mutex_unlock(&hfr_sessions_lock);
}

/* ---- making ---- */

static void release_targets(struct hfr_session *s, u32 count)
{
	while (count--)
		hfr_target_release(&s->targets[count]);
}

static int refuse_unpolled(const struct hfr_session *s,
			   const struct hfr_target *t, char *why)
{
	if (!(s->config.flags & HFREPLAY_SESSION_FLAGS_POLLED) || t->polls)
		return 0;
	snprintf(why, HFR_WHY_LEN,
		 "%.80s has no queues to poll: its driver must be told to make some (poll_queues)",
		 t->path);
	return -EOPNOTSUPP;
}

static int claim_targets(struct hfr_session *s,
			 const struct hfr_session_spec *spec, char *why)
{
	bool write = s->config.flags & HFREPLAY_SESSION_FLAGS_ALLOW_WRITES;
	u32 i, j;
	int err;

	for (i = 0; i < s->ntargets; i++) {
		struct hfr_target *t = &s->targets[i];

		strscpy(t->path, spec->paths[i], sizeof(t->path));
		err = hfr_target_claim(t, s, write, why);
		if (err)
			goto err_release;
		/* One holder may claim a device twice: only we know better. */
		for (j = 0; j < i; j++) {
			if (s->targets[j].bdev != t->bdev)
				continue;
			snprintf(why, HFR_WHY_LEN, "%.80s is given twice",
				 t->path);
			err = -EINVAL;
			i++;
			goto err_release;
		}
		err = refuse_unpolled(s, t, why);
		if (err) {
			i++;
			goto err_release;
		}
		s->limits[i] = t->limits;
		if (s->config.payload == HFREPLAY_PAYLOAD_VERIFY)
			s->limits[i].ops &= ~HFR_OPS_UNVERIFIED;
	}
	return 0;
err_release:
	release_targets(s, i);
	return err;
}

static void end_workers(struct hfr_session *s, u32 count)
{
	while (count--)
		hfr_worker_end(&s->workers[count]);
}

static int init_workers(struct hfr_session *s,
			const struct hfr_session_spec *spec, char *why)
{
	u32 each = s->config.workers, i, cpu;
	int err;

	for (i = 0; i < s->nworkers; i++) {
		err = hfr_spread_cpu(spec->cpus[i / each][i % each], &cpu);
		if (err) {
			snprintf(why, HFR_WHY_LEN, "CPU %u is not online", cpu);
			goto err_exit;
		}
		err = hfr_worker_init(&s->workers[i], s, i, cpu);
		if (err) {
			snprintf(why, HFR_WHY_LEN, "no thread for target %u (%d)",
				 i / each, err);
			goto err_exit;
		}
	}
	return 0;
err_exit:
	end_workers(s, i);
	return err;
}

void hfr_session_queue_progress(struct hfr_session *s)
{
	queue_delayed_work(session_wq, &s->progress,
			   msecs_to_jiffies(PROGRESS_MS));
}

void hfr_session_queue_teardown(struct hfr_session *s)
{
	queue_work(session_wq, &s->teardown);
}

static void send_progress(struct work_struct *work)
{
	struct hfr_session *s = container_of(to_delayed_work(work),
					     struct hfr_session, progress);
	u32 state = READ_ONCE(s->state);

	if (state != HFREPLAY_SESSION_STATE_RUNNING &&
	    state != HFREPLAY_SESSION_STATE_DRAINING)
		return;
	hfr_netlink_notify(s);
	hfr_session_queue_progress(s);
}

/*
 * Takes a session apart. Nothing is in flight and, it is dying, no run can
 * begin. One that was beginning when it was told to die has control until it
 * has begun: that is waited for. Control is not kept: whoever asks for it next
 * finds the session dying, and netlink must not wait for what follows.
 *
 * - The threads end first: they use everything else.
 * - A completion may still be on its way out of slot_end_io(), where it looks
 *   at its worker: it is waited for. The workers, and the last references to
 *   their threads, go with the session.
 * - Readers and writers in the middle of a call are waited for by their locks;
 *   those that come later find it dying. The rings stay for poll until the
 *   last file is closed.
 * - The node goes before the targets: nobody opens it anew.
 * - When the event is sent the targets are free and the name is too.
 */
static void session_teardown(struct work_struct *work)
{
	struct hfr_session *s = container_of(work, struct hfr_session, teardown);

	mutex_lock(&s->control);
	mutex_unlock(&s->control);
	cancel_delayed_work_sync(&s->progress);
	end_workers(s, s->nworkers);
	synchronize_rcu();
	hfr_node_remove(s);
	wake_up_all(&s->feed_wait);
	wake_up_all(&s->read_wait);
	mutex_lock(&s->feed_lock);
	mutex_lock(&s->read_lock);
	hfr_store_unprepare(s);
	release_targets(s, s->ntargets);
	mutex_unlock(&s->read_lock);
	mutex_unlock(&s->feed_lock);
	session_delist(s);
	hfr_netlink_notify_del(s);
	hfr_session_put(s);
	/* Exit waits for this work: its text stays until it has returned. */
	module_put(THIS_MODULE);
}

static struct hfr_session *session_alloc(const struct hfr_session_spec *spec)
{
	struct hfr_session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	kref_init(&s->ref);
	mutex_init(&s->control);
	mutex_init(&s->feed_lock);
	mutex_init(&s->read_lock);
	mutex_init(&s->event_lock);
	spin_lock_init(&s->state_lock);
	spin_lock_init(&s->pace_lock);
	init_waitqueue_head(&s->feed_wait);
	init_waitqueue_head(&s->read_wait);
	INIT_DELAYED_WORK(&s->progress, send_progress);
	INIT_WORK(&s->teardown, session_teardown);
	s->config = spec->config;
	s->owner_port = spec->port;
	s->error_index = HFR_UNKNOWN;
	s->ntargets = spec->ntargets;
	s->nworkers = spec->ntargets * s->config.workers;
	s->targets = kcalloc(s->ntargets, sizeof(*s->targets), GFP_KERNEL);
	s->workers = kvcalloc(s->nworkers, sizeof(*s->workers), GFP_KERNEL | __GFP_NOWARN);
	s->limits = kcalloc(s->ntargets, sizeof(*s->limits), GFP_KERNEL);
	if (s->targets && s->workers && s->limits)
		return s;
	hfr_session_put(s);
	return NULL;
}

static int make_verify(struct hfr_session *s, char *why)
{
	int err = 0;

	if (s->config.payload == HFREPLAY_PAYLOAD_VERIFY)
		err = hfr_verify_init(&s->verify, s->targets, s->ntargets,
				      s->config.seed);
	if (err)
		snprintf(why, HFR_WHY_LEN, "no memory to verify");
	return err;
}

static int session_make(struct hfr_session *s,
			const struct hfr_session_spec *spec, char *why)
{
	int err;

	err = hfr_store_size_rings(&s->config, why);
	if (err)
		return err;
	err = session_enlist(s, spec->name, why);
	if (err)
		return err;
	err = claim_targets(s, spec, why);
	if (err)
		goto err_delist;
	err = make_verify(s, why);
	if (!err)
		err = hfr_store_make_rings(s, why);
	if (err)
		goto err_release;
	err = init_workers(s, spec, why);
	if (err)
		goto err_rings;
	mutex_lock(&s->feed_lock);
	hfr_feed_reset(s);
	mutex_unlock(&s->feed_lock);
	err = hfr_node_add(s, why);
	if (err)
		goto err_workers;
	return 0;

err_workers:
	end_workers(s, s->nworkers);
err_rings:
	hfr_store_free_rings(s);
err_release:
	release_targets(s, s->ntargets);
err_delist:
	session_delist(s);
	return err;
}

struct hfr_session *hfr_session_new(const struct hfr_session_spec *spec,
				    char *why)
{
	struct hfr_session *s;
	int err;

	snprintf(why, HFR_WHY_LEN, "no memory for a session");
	s = session_alloc(spec);
	if (!s)
		return ERR_PTR(-ENOMEM);
	if (!try_module_get(THIS_MODULE)) {
		snprintf(why, HFR_WHY_LEN, "the module is being removed");
		hfr_session_put(s);
		return ERR_PTR(-ENODEV);
	}
	/*
	 * The caller's; the first one is the list's. Now, because whoever sees
	 * the node may open and close it, and so delete the session.
	 */
	kref_get(&s->ref);
	err = session_make(s, spec, why);
	if (err) {
		module_put(THIS_MODULE);
		hfr_session_put(s);
		hfr_session_put(s);
		return ERR_PTR(err);
	}
	mutex_lock(&hfr_sessions_lock);
	s->live = true;
	mutex_unlock(&hfr_sessions_lock);
	hfr_netlink_notify(s);
	return s;
}

/* ---- deleting ---- */

void hfr_session_delete(struct hfr_session *s)
{
	bool first, idle;

	spin_lock(&s->state_lock);
	first = !s->dying;
	WRITE_ONCE(s->dying, true);
	idle = !hfr_session_runs(s);
	if (first && !idle)
		hfr_session_stop_workers(s);
	spin_unlock(&s->state_lock);
	wake_up_all(&s->feed_wait);
	wake_up_all(&s->read_wait);
	/* Of a session that runs the last worker queues it. */
	if (first && idle)
		hfr_session_queue_teardown(s);
}

void hfr_session_delete_orphans(u32 port)
{
	struct hfr_session *s;
	bool orphan;

	mutex_lock(&hfr_sessions_lock);
	list_for_each_entry(s, &sessions, node) {
		if (!s->live || s->owner_port != port ||
		    !(s->config.flags & HFREPLAY_SESSION_FLAGS_AUTOCLEAR))
			continue;
		spin_lock(&s->state_lock);
		orphan = !s->was_opened;
		spin_unlock(&s->state_lock);
		if (orphan)
			hfr_session_delete(s);
	}
	mutex_unlock(&hfr_sessions_lock);
}

int hfr_session_module_init(void)
{
	/*
	 * Not ordered: a session whose device does not answer must not keep
	 * the others from being deleted.
	 */
	session_wq = alloc_workqueue("hfreplay", WQ_UNBOUND, 0);
	return session_wq ? 0 : -ENOMEM;
}

void hfr_session_module_exit(void)
{
	destroy_workqueue(session_wq);
}
