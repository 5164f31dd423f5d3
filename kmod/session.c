// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "memory.h"
#include "netlink.h"
#include "node.h"
#include "session.h"
#include "state.h"

#define DEFAULT_WINDOW	65536U
/* How often a running session tells of its progress, ms. */
#define PROGRESS_MS	500

static LIST_HEAD(sessions);
static DEFINE_MUTEX(hfr_sessions_lock);
static u32 last_id;
static struct workqueue_struct *session_wq;

/* ---- finding ---- */

static void free_rings(struct hfr_session *s)
{
	hfr_window_free(&s->window);
	hfr_results_free(&s->results);
	hfr_memory_uncharge(s->memory);
	s->memory = 0;
}

/* The rings stay for those who wait on an open file. */
static void session_free(struct kref *ref)
{
	struct hfr_session *s = container_of(ref, struct hfr_session, ref);
	u32 i;

	for (i = 0; s->workers && i < s->ntargets; i++)
		hfr_worker_free(&s->workers[i]);
	free_rings(s);
	mutex_destroy(&s->control);
	mutex_destroy(&s->feed_lock);
	mutex_destroy(&s->read_lock);
	mutex_destroy(&s->event_lock);
	kfree(s->targets);
	kfree(s->workers);
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
		s->limits[i] = t->limits;
	}
	return 0;
err_release:
	release_targets(s, i);
	return err;
}

/* CPUs from the last one down: interrupts and tools gather at the first. */
static u32 choose_cpu(void)
{
	static atomic_t next;
	u32 n = atomic_inc_return(&next) - 1;
	u32 cpu, left = n % num_online_cpus();

	cpu = cpumask_last(cpu_online_mask);
	while (left--) {
		do {
			cpu = cpu ? cpu - 1 : nr_cpu_ids - 1;
		} while (!cpu_online(cpu));
	}
	return cpu;
}

static void end_workers(struct hfr_session *s, u32 count)
{
	while (count--)
		hfr_worker_end(&s->workers[count]);
}

static int init_workers(struct hfr_session *s,
			const struct hfr_session_spec *spec, char *why)
{
	u32 i, cpu;
	int err;

	for (i = 0; i < s->ntargets; i++) {
		cpu = spec->cpus[i] < 0 ? choose_cpu() : spec->cpus[i];
		if (cpu >= nr_cpu_ids || !cpu_online(cpu)) {
			snprintf(why, HFR_WHY_LEN, "CPU %u is not online", cpu);
			err = -EINVAL;
			goto err_exit;
		}
		err = hfr_worker_init(&s->workers[i], s, &s->targets[i], i, cpu);
		if (err) {
			snprintf(why, HFR_WHY_LEN, "no thread for target %u (%d)",
				 i, err);
			goto err_exit;
		}
	}
	return 0;
err_exit:
	end_workers(s, i);
	return err;
}

static int make_rings(struct hfr_session *s, char *why)
{
	struct hfr_config *c = &s->config;
	u64 bytes = hfr_window_bytes(c->window, s->ntargets) +
		(u64)c->results * sizeof(struct hfr_completion_rec);

	if (hfr_memory_charge(bytes)) {
		snprintf(why, HFR_WHY_LEN,
			 "the rings need %llu MiB, %llu of %llu MiB are in use (module parameter max_memory_mb)",
			 bytes >> 20, hfr_memory_used() >> 20,
			 hfr_memory_limit() >> 20);
		return -ENOMEM;
	}
	s->memory = bytes;
	if (!hfr_window_init(&s->window, c->window, s->ntargets) &&
	    !hfr_results_init(&s->results, c->results))
		return 0;
	free_rings(s);
	snprintf(why, HFR_WHY_LEN, "no memory for rings of %llu MiB",
		 bytes >> 20);
	return -ENOMEM;
}

/* Sizes of the rings: asked for or default, then powers of two. */
static int size_rings(struct hfr_config *c, char *why)
{
	u64 window = c->window ? c->window : DEFAULT_WINDOW;
	u64 results = c->results ? c->results :
		max_t(u64, 4 * window, DEFAULT_WINDOW);

	window = roundup_pow_of_two(max_t(u64, window, HFR_MIN_WINDOW));
	results = roundup_pow_of_two(max_t(u64, results, HFR_MIN_WINDOW));
	if (!(c->flags & HFREPLAY_SESSION_FLAGS_STREAM))
		results = window;
	if (window > HFR_MAX_WINDOW || results > 4ULL * HFR_MAX_WINDOW) {
		snprintf(why, HFR_WHY_LEN, "a window of %llu slots is too large, %u are possible",
			 window, HFR_MAX_WINDOW);
		return -EINVAL;
	}
	c->window = window;
	c->results = results;
	return 0;
}

/* Frees pages and slots; nothing is in flight. */
static void unprepare(struct hfr_session *s)
{
	u32 i;

	lockdep_assert_held(&s->feed_lock);
	for (i = 0; i < s->ntargets; i++)
		hfr_slots_free(&s->workers[i].slots);
	if (!s->prepared)
		return;
	hfr_memory_uncharge(hfr_payload_bytes(s->payload.max_length));
	hfr_payload_free(&s->payload);
	s->prepared = false;
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
	end_workers(s, s->ntargets);
	synchronize_rcu();
	hfr_node_remove(s);
	wake_up_all(&s->feed_wait);
	wake_up_all(&s->read_wait);
	mutex_lock(&s->feed_lock);
	mutex_lock(&s->read_lock);
	unprepare(s);
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
	init_waitqueue_head(&s->feed_wait);
	init_waitqueue_head(&s->read_wait);
	INIT_DELAYED_WORK(&s->progress, send_progress);
	INIT_WORK(&s->teardown, session_teardown);
	s->config = spec->config;
	s->owner_port = spec->port;
	s->error_index = HFR_UNKNOWN;
	s->ntargets = spec->ntargets;
	s->targets = kcalloc(s->ntargets, sizeof(*s->targets), GFP_KERNEL);
	s->workers = kcalloc(s->ntargets, sizeof(*s->workers), GFP_KERNEL);
	s->limits = kcalloc(s->ntargets, sizeof(*s->limits), GFP_KERNEL);
	if (s->targets && s->workers && s->limits)
		return s;
	hfr_session_put(s);
	return NULL;
}

static int session_make(struct hfr_session *s,
			const struct hfr_session_spec *spec, char *why)
{
	int err;

	err = size_rings(&s->config, why);
	if (err)
		return err;
	err = session_enlist(s, spec->name, why);
	if (err)
		return err;
	err = claim_targets(s, spec, why);
	if (err)
		goto err_delist;
	err = make_rings(s, why);
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
	end_workers(s, s->ntargets);
err_rings:
	free_rings(s);
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
	return err;
}

int hfr_session_prepare(struct hfr_session *s, u32 max_length)
{
	u32 i;
	int err;

	lockdep_assert_held(&s->feed_lock);
	if (s->prepared && s->payload.max_length >= max_length)
		return 0;
	unprepare(s);
	err = make_payload(s, max_length);
	for (i = 0; !err && i < s->ntargets; i++)
		err = hfr_slots_init(&s->workers[i].slots, &s->workers[i],
				     &s->targets[i], &s->payload);
	if (err)
		unprepare(s);
	return err;
}

u64 hfr_session_memory(const struct hfr_session *s)
{
	u64 bytes = s->memory;
	u32 i;

	if (READ_ONCE(s->prepared))
		bytes += hfr_payload_bytes(s->payload.max_length);
	for (i = 0; i < s->ntargets; i++)
		bytes += READ_ONCE(s->workers[i].slots.bytes);
	return bytes;
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
