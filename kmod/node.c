// SPDX-License-Identifier: GPL-2.0-only
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "node.h"
#include "session.h"
#include "state.h"

/* Bytes that are taken before the feed's lock is dropped once. */
#define WRITE_CHUNK	(64U << 10)

/**
 * struct hfr_file - an open file
 * @session: a reference is held
 * @generation: of the trace that @pos belongs to; read_lock
 * @pos: next completion record, if the session keeps them; read_lock
 */
struct hfr_file {
	struct hfr_session *session;
	u32 generation;
	u64 pos;
};

/* A second writer is refused; of a stream, where a record is read once, a
 * second reader too.
 */
static int count_open(struct hfr_session *s, struct file *file)
{
	bool reads = file->f_mode & FMODE_READ;
	bool writes = file->f_mode & FMODE_WRITE;
	int err = 0;

	spin_lock(&s->state_lock);
	if (s->dying) {
		err = -ENODEV;
	} else if ((writes && s->writers) ||
		   (reads && s->readers && hfr_session_consumes(s))) {
		err = -EBUSY;
	} else {
		s->opens++;
		s->readers += reads;
		s->writers += writes;
		s->was_opened = true;
	}
	spin_unlock(&s->state_lock);
	return err;
}

/* The caller's module reference and misc's own lock keep the session here. */
static int node_open(struct inode *inode, struct file *file)
{
	struct hfr_session *s = container_of(file->private_data,
					     struct hfr_session, misc);
	struct hfr_file *f;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	err = count_open(s, file);
	if (err) {
		kfree(f);
		return err;
	}
	kref_get(&s->ref);
	f->session = s;
	f->generation = READ_ONCE(s->generation);
	file->private_data = f;
	return stream_open(inode, file);
}

static bool cut_off(const struct hfr_session *s)
{
	return s->state == HFREPLAY_SESSION_STATE_RUNNING &&
		!READ_ONCE(s->window.complete);
}

static int node_release(struct inode *inode, struct file *file)
{
	struct hfr_file *f = file->private_data;
	struct hfr_session *s = f->session;
	bool writes = file->f_mode & FMODE_WRITE;
	bool last, cut;

	spin_lock(&s->state_lock);
	s->readers -= !!(file->f_mode & FMODE_READ);
	s->writers -= writes;
	last = !--s->opens;
	cut = writes && cut_off(s);
	spin_unlock(&s->state_lock);
	if (cut)
		hfr_state_fail(s, READ_ONCE(s->window.loaded),
			       "the trace was cut off at request %llu: its writer closed the node before the trailer",
			       READ_ONCE(s->window.loaded));
	if (last && s->config.flags & HFREPLAY_SESSION_FLAGS_AUTOCLEAR)
		hfr_session_delete(s);
	hfr_session_put(s);
	kfree(f);
	return 0;
}

/* ---- writing ---- */

/* Why a session takes no records now, or 0. */
static int write_refused(const struct hfr_session *s)
{
	u32 state = READ_ONCE(s->state);

	if (READ_ONCE(s->dying))
		return -ENODEV;
	if (hfr_state_ended(s) || READ_ONCE(s->failed))
		return s->window.complete ? -EBUSY : -EPIPE;
	if (state == HFREPLAY_SESSION_STATE_DRAINING)
		return s->window.complete ? -EBUSY : -EPIPE;
	return READ_ONCE(s->window.complete) ? -EBUSY : 0;
}

/* As much as the window takes now. */
static ssize_t write_some(struct hfr_session *s, struct iov_iter *from)
{
	size_t rest = iov_iter_count(from);
	size_t chunk = min_t(size_t, rest, WRITE_CHUNK);
	ssize_t ret;

	if (mutex_lock_interruptible(&s->feed_lock))
		return -ERESTARTSYS;
	ret = write_refused(s);
	if (!ret) {
		iov_iter_truncate(from, chunk);
		ret = hfr_feed_some(s, from);
		iov_iter_reexpand(from, iov_iter_count(from) + rest - chunk);
	}
	mutex_unlock(&s->feed_lock);
	return ret;
}

/*
 * Whether a write would take something. Only records need room; and while the
 * window is being emptied its feeder is woken for a quarter of it, not for
 * every slot.
 */
static bool feed_has_room(const struct hfr_session *s)
{
	if (!hfr_session_streams(s) ||
	    READ_ONCE(s->feed.stage) != HFR_FEED_RECORDS)
		return true;
	if (READ_ONCE(s->state) == HFREPLAY_SESSION_STATE_RUNNING)
		return hfr_feed_room(s) > s->window.mask / 4;
	return hfr_feed_room(s);
}

static ssize_t node_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	struct hfr_file *f = file->private_data;
	struct hfr_session *s = f->session;
	ssize_t ret = 0, total = 0;

	while (iov_iter_count(from)) {
		ret = write_some(s, from);
		if (ret > 0)
			total += ret;
		else if (ret != -EAGAIN)
			break;
		if (ret != -EAGAIN)
			continue;
		if (file->f_flags & O_NONBLOCK || iocb->ki_flags & IOCB_NOWAIT)
			break;
		ret = wait_event_interruptible(s->feed_wait, feed_has_room(s) ||
					       write_refused(s));
		if (ret)
			break;
	}
	/* A broken rule is told at once: nothing of the session is left. */
	if (ret < 0 && (!total || READ_ONCE(s->failed)))
		return ret;
	return total;
}

/* ---- reading ---- */

/* Index behind the last request that was issued; 0 before the end. */
static u64 read_end(const struct hfr_session *s)
{
	u64 end = 0;
	u32 i;

	if (!hfr_state_ended(s))
		return 0;
	for (i = 0; i < s->nworkers; i++)
		end = max(end, s->workers[i].count.last_index);
	return end;
}

static u64 read_pos(const struct hfr_session *s, const struct hfr_file *f)
{
	if (hfr_session_consumes(s))
		return s->results.taken;
	return f->generation == s->generation ? f->pos : 0;
}

/* Whether a read would return: with a record or because all was read. */
static bool readable(const struct hfr_session *s, const struct hfr_file *f)
{
	if (READ_ONCE(s->dying) || hfr_state_ended(s))
		return true;
	return hfr_results_ready(&s->results, read_pos(s, f));
}

static void read_took(struct hfr_session *s, struct hfr_file *f, u64 n)
{
	if (hfr_session_consumes(s)) {
		hfr_results_take(&s->results, n);
		hfr_session_kick_workers(s);
		return;
	}
	f->pos = read_pos(s, f) + n;
	f->generation = s->generation;
}

/* Records read, 0 at the end, -EAGAIN if there is none yet. */
static ssize_t read_some(struct hfr_session *s, struct hfr_file *f,
			 struct iov_iter *to)
{
	bool ended;
	ssize_t n;

	if (mutex_lock_interruptible(&s->read_lock))
		return -ERESTARTSYS;
	if (s->dying) {
		mutex_unlock(&s->read_lock);
		return -ENODEV;
	}
	/* Before the records: at the end all are there that ever will be. */
	ended = hfr_state_ended(s);
	n = hfr_results_copy(&s->results, read_pos(s, f), to, read_end(s));
	if (n > 0)
		read_took(s, f, n);
	else if (!n && !ended)
		n = -EAGAIN;
	mutex_unlock(&s->read_lock);
	return n;
}

static ssize_t node_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *file = iocb->ki_filp;
	struct hfr_file *f = file->private_data;
	struct hfr_session *s = f->session;
	ssize_t n;

	if (iov_iter_count(to) < sizeof(struct hfr_completion_rec))
		return iov_iter_count(to) ? -EINVAL : 0;
	for (;;) {
		n = read_some(s, f, to);
		if (n != -EAGAIN)
			break;
		if (file->f_flags & O_NONBLOCK || iocb->ki_flags & IOCB_NOWAIT)
			break;
		if (wait_event_interruptible(s->read_wait, readable(s, f)))
			return -ERESTARTSYS;
	}
	return n > 0 ? n * (ssize_t)sizeof(struct hfr_completion_rec) : n;
}

static __poll_t node_poll(struct file *file, poll_table *wait)
{
	struct hfr_file *f = file->private_data;
	struct hfr_session *s = f->session;
	__poll_t mask = 0;

	poll_wait(file, &s->feed_wait, wait);
	poll_wait(file, &s->read_wait, wait);
	if (READ_ONCE(s->dying))
		return EPOLLHUP | EPOLLERR;
	if (readable(s, f))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (!write_refused(s) && feed_has_room(s))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (hfr_state_ended(s))
		mask |= EPOLLHUP;
	if (READ_ONCE(s->state) == HFREPLAY_SESSION_STATE_FAILED)
		mask |= EPOLLERR;
	return mask;
}

static const struct file_operations node_fops = {
	.owner		= THIS_MODULE,
	.open		= node_open,
	.release	= node_release,
	.read_iter	= node_read_iter,
	.write_iter	= node_write_iter,
	.poll		= node_poll,
	.llseek		= noop_llseek,
};

int hfr_node_add(struct hfr_session *s, char *why)
{
	int err;

	snprintf(s->misc_name, sizeof(s->misc_name), "hfreplay-%s", s->name);
	snprintf(s->misc_node, sizeof(s->misc_node), "hfreplay/%s", s->name);
	s->misc.minor = MISC_DYNAMIC_MINOR;
	s->misc.name = s->misc_name;
	s->misc.nodename = s->misc_node;
	s->misc.mode = 0600;
	s->misc.fops = &node_fops;
	err = misc_register(&s->misc);
	if (err)
		snprintf(why, HFR_WHY_LEN, "no character device %s (%d)%s",
			 s->misc_node, err, err == -EBUSY ?
			 ": the system has no minor number left" : "");
	return err;
}

void hfr_node_remove(struct hfr_session *s)
{
	misc_deregister(&s->misc);
}
