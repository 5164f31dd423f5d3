// SPDX-License-Identifier: GPL-2.0-only
/*
 * io_uring: a ring for each worker, with the targets and the memory of the
 * payload registered.
 */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "worker.h"

/* Entries for the longest batch, each with a flush in front of it. */
#define ENTRIES		(2 * BATCH_MAX)
/*
 * io_uring holds back in a plug what is handed over at once if it is more than
 * this, and Linux 6.1 issues what was held back in reverse.
 */
#define UNPLUGGED	2
/* How long a thread of the kernel looks for requests before it sleeps, ms. */
#define SQPOLL_IDLE_MS	50
/* user_data: a slot; with this bit, the flush in front of its write. */
#define FLUSH_PART	1ULL
/* user_data of a kick. */
#define KICK		2ULL

/* Linux 6.12; older headers lack them. */
#ifndef BLOCK_URING_CMD_DISCARD
#define BLOCK_URING_CMD_DISCARD	_IO(0x12, 0)
#endif
#ifndef RWF_ATOMIC
#define RWF_ATOMIC	0x40
#endif

/* Numbers of the registered buffers. */
enum buffer {
	BUFFER_POOL,
	BUFFER_SINK,
	BUFFER_OWN,
};

/**
 * struct ring - of a worker
 * @ring: liburing's
 * @kick: eventfd that is read by the ring
 * @kicks: what was read from it
 * @armed: it is being read
 */
struct ring {
	struct io_uring ring;
	int kick;
	uint64_t kicks;
	bool armed;
};

/* ---- what it can do ---- */

/* Whether the kernel has the operation at all. */
static bool has_commands(struct io_uring *ring)
{
	struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
	bool has = probe && io_uring_opcode_supported(probe,
						      IORING_OP_URING_CMD);

	io_uring_free_probe(probe);
	return has;
}

/* A discard of nothing: it is refused, in other words where it is not known. */
static bool knows_discard(int fd)
{
	struct io_uring_cqe *cqe;
	struct io_uring_sqe *sqe;
	struct io_uring ring;
	bool knows = false;

	if (io_uring_queue_init(2, &ring, 0))
		return false;
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, fd, NULL, 0, 0);
	sqe->cmd_op = BLOCK_URING_CMD_DISCARD;
	if (has_commands(&ring) && io_uring_submit_and_wait(&ring, 1) == 1 &&
	    !io_uring_peek_cqe(&ring, &cqe))
		knows = cqe->res != -EOPNOTSUPP && cqe->res != -ENOTTY;
	io_uring_queue_exit(&ring);
	return knows;
}

static uint32_t uring_ops(const struct play_target *t)
{
	uint32_t ops = 1U << HFR_OP_READ | 1U << HFR_OP_WRITE |
		       1U << HFR_OP_FLUSH | 1U << HFR_OP_WRITE_ZEROES;

	if (t->file || knows_discard(t->fd))
		ops |= 1U << HFR_OP_DISCARD;
	return ops;
}

/* ---- making ---- */

static int register_all(struct worker *w, struct ring *r, struct hf_error *err)
{
	const struct play_job *job = w->run->job;
	const struct payload *p = &w->run->payload;
	struct iovec memory[] = {
		[BUFFER_POOL] = { p->pool, p->pool_size },
		[BUFFER_SINK] = { p->sink, p->stride },
		[BUFFER_OWN] = { w->own, w->own_bytes },
	};
	uint32_t i, n = job->trace->hdr->device_count;
	int fds[HFR_MAX_DEVICES], ret;

	for (i = 0; i < n; i++)
		fds[i] = job->targets[i].fd;
	ret = io_uring_register_files(&r->ring, fds, n);
	if (ret)
		return hf_fail(err, -ret,
			       "io_uring takes no files of the targets: %s",
			       strerror(-ret));
	ret = io_uring_register_buffers(&r->ring, memory, w->own ? 3 : 2);
	if (ret == -ENOMEM)
		return hf_fail(err, ENOMEM,
			       "io_uring may not lock the memory of the requests; root may, and so may you with a larger limit (ulimit -l)");
	return ret ? hf_fail(err, -ret, "io_uring takes no memory: %s",
			     strerror(-ret)) : 0;
}

static int make_ring(struct worker *w, struct ring *r, struct hf_error *err)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP,
		.cq_entries = 2 * w->slots.count + 2 * ENTRIES,
	};
	int ret;

	if (worker_choices(w)->sqpoll) {
		p.flags |= IORING_SETUP_SQPOLL;
		p.sq_thread_idle = SQPOLL_IDLE_MS;
	}
	ret = io_uring_queue_init_params(ENTRIES, &r->ring, &p);
	if (ret)
		return hf_fail(err, -ret, "io_uring is not available: %s%s",
			       strerror(-ret), ret == -EPERM ?
			       " (sysctl kernel.io_uring_disabled)" : "");
	if (!(p.features & IORING_FEAT_EXT_ARG)) {
		io_uring_queue_exit(&r->ring);
		return hf_fail(err, EOPNOTSUPP,
			       "the io_uring of this kernel is too old: Linux 5.11 or later is needed");
	}
	ret = register_all(w, r, err);
	if (ret)
		io_uring_queue_exit(&r->ring);
	return ret;
}

static int uring_open(struct worker *w, struct hf_error *err)
{
	struct ring *r = calloc(1, sizeof(*r));
	int ret;

	if (!r)
		return hf_fail(err, ENOMEM, "out of memory");
	r->kick = eventfd(0, EFD_CLOEXEC);
	ret = r->kick < 0 ? hf_fail(err, errno, "cannot make an eventfd: %s",
				    strerror(errno)) : make_ring(w, r, err);
	if (!ret) {
		w->ring = r;
		return 0;
	}
	if (r->kick >= 0)
		close(r->kick);
	free(r);
	return ret;
}

static void uring_close(struct worker *w)
{
	struct ring *r = w->ring;

	/* The kernel takes a ring down later; the targets are to be free now. */
	io_uring_unregister_files(&r->ring);
	io_uring_queue_exit(&r->ring);
	close(r->kick);
	free(r);
}

/* ---- requests ---- */

/* There is room: of a batch no more than ENTRIES are made. */
static struct io_uring_sqe *next_entry(struct ring *r)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&r->ring);

	while (!sqe) {
		io_uring_submit(&r->ring);
		io_uring_sqring_wait(&r->ring);
		sqe = io_uring_get_sqe(&r->ring);
	}
	return sqe;
}

static void prep_flush(struct io_uring_sqe *sqe, const struct slot *slot)
{
	io_uring_prep_fsync(sqe, (int)slot->lane->index,
			    IORING_FSYNC_DATASYNC);
	sqe->flags |= IOSQE_FIXED_FILE;
}

static int transfer_flags(const struct hfr_trace_rec *req)
{
	int flags = 0;

	if (req->flags & HFR_RF_FUA)
		flags |= RWF_DSYNC;
	if (req->flags & HFR_RF_NOWAIT)
		flags |= RWF_NOWAIT;
	if (req->flags & HFR_RF_ATOMIC)
		flags |= RWF_ATOMIC;
	return flags;
}

static void prep_transfer(struct worker *w, struct io_uring_sqe *sqe,
			  const struct slot *slot)
{
	const struct hfr_trace_rec *req = slot->req;
	int buffer = slot->data == slot->own ? BUFFER_OWN :
		     slot->data == w->run->payload.sink ? BUFFER_SINK :
		     BUFFER_POOL;

	io_uring_prep_rw(req->op == HFR_OP_READ ? IORING_OP_READ_FIXED :
			 IORING_OP_WRITE_FIXED, sqe, (int)slot->lane->index,
			 slot->data, req->length, req->offset);
	sqe->buf_index = (__u16)buffer;
	sqe->rw_flags = transfer_flags(req);
	sqe->ioprio = req->prio;
}

static void prep_discard(struct io_uring_sqe *sqe, const struct slot *slot)
{
	const struct hfr_trace_rec *req = slot->req;
	int fd = (int)slot->lane->index;

	if (slot->lane->target->file) {
		io_uring_prep_fallocate(sqe, fd, FALLOC_FL_PUNCH_HOLE |
					FALLOC_FL_KEEP_SIZE,
					(off_t)req->offset, req->length);
		return;
	}
	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, fd, NULL, 0, 0);
	sqe->cmd_op = BLOCK_URING_CMD_DISCARD;
	sqe->addr = req->offset;
	sqe->addr3 = req->length;
}

static void prep_entry(struct worker *w, struct io_uring_sqe *sqe,
		       const struct slot *slot)
{
	const struct hfr_trace_rec *req = slot->req;

	switch (req->op) {
	case HFR_OP_FLUSH:
		prep_flush(sqe, slot);
		break;
	case HFR_OP_DISCARD:
		prep_discard(sqe, slot);
		break;
	case HFR_OP_WRITE_ZEROES:
		io_uring_prep_fallocate(sqe, (int)slot->lane->index,
					FALLOC_FL_ZERO_RANGE |
					FALLOC_FL_KEEP_SIZE,
					(off_t)req->offset, req->length);
		break;
	default:
		prep_transfer(w, sqe, slot);
		break;
	}
	sqe->flags |= IOSQE_FIXED_FILE;
	sqe->user_data = (uint64_t)(uintptr_t)slot;
}

static void prep(struct worker *w, struct ring *r, struct slot *slot)
{
	struct io_uring_sqe *sqe;

	if (slot->req->flags & HFR_RF_PREFLUSH) {
		sqe = next_entry(r);
		prep_flush(sqe, slot);
		sqe->flags |= IOSQE_IO_LINK;
		sqe->user_data = (uint64_t)(uintptr_t)slot | FLUSH_PART;
	}
	prep_entry(w, next_entry(r), slot);
}

/* What is for now only: the kernel has no memory, or completions to give. */
static bool passes(int ret)
{
	return ret == -EAGAIN || ret == -EBUSY || ret == -EINTR;
}

static int hand_over(struct worker *w, struct ring *r)
{
	int ret;

	do {
		ret = io_uring_submit(&r->ring);
		if (ret < 0 && !passes(ret))
			return ret;
	} while (!worker_choices(w)->sqpoll && io_uring_sq_ready(&r->ring));
	return 0;
}

/* A bundle is to arrive in order; with --plug speed was asked for. */
static int uring_submit(struct worker *w)
{
	bool ordered = worker_choices(w)->mode == HFREPLAY_MODE_HF;
	struct ring *r = w->ring;
	uint32_t i;
	int ret;

	for (i = 0; i < w->batch.count; i++) {
		prep(w, r, w->batch.slot[i]);
		if (!ordered || io_uring_sq_ready(&r->ring) < UNPLUGGED)
			continue;
		ret = hand_over(w, r);
		if (ret)
			return ret;
	}
	return hand_over(w, r);
}

/* ---- completions ---- */

static void came_back(struct worker *w, struct ring *r,
		      const struct io_uring_cqe *cqe)
{
	uint64_t data = io_uring_cqe_get_data64(cqe);

	if (data == KICK)
		r->armed = false;
	else if (!(data & FLUSH_PART))
		worker_came_back(w, (struct slot *)(uintptr_t)data, cqe->res);
}

static void uring_reap(struct worker *w)
{
	struct ring *r = w->ring;
	struct io_uring_cqe *cqe;
	unsigned int head, n = 0;

	if (io_uring_cq_has_overflow(&r->ring))
		io_uring_get_events(&r->ring);
	if (!io_uring_cq_ready(&r->ring))
		return;
	worker_look(w);
	io_uring_for_each_cqe(&r->ring, head, cqe) {
		came_back(w, r, cqe);
		n++;
	}
	io_uring_cq_advance(&r->ring, n);
}

/* ---- waiting ---- */

static void arm(struct worker *w, struct ring *r)
{
	struct io_uring_sqe *sqe = next_entry(r);

	io_uring_prep_read(sqe, r->kick, &r->kicks, sizeof(r->kicks), 0);
	sqe->user_data = KICK;
	r->armed = true;
	hand_over(w, r);
}

static void uring_sleep(struct worker *w, uint64_t until)
{
	struct ring *r = w->ring;
	struct io_uring_cqe *cqe;
	struct __kernel_timespec ts;
	uint64_t now;

	if (!r->armed)
		arm(w, r);
	now = moment_now();
	if (until <= now)
		return;
	ts.tv_sec = (long long)((until - now) / 1000000000);
	ts.tv_nsec = (long long)((until - now) % 1000000000);
	io_uring_wait_cqes(&r->ring, &cqe, 1, &ts, NULL);
}

static void uring_kick(struct worker *w)
{
	struct ring *r = w->ring;
	uint64_t one = 1;

	/* It fails when so many kicks wait that one more makes no difference. */
	if (r && write(r->kick, &one, sizeof(one)) < 0)
		return;
}

const struct backend backend_uring = {
	.name = "io_uring",
	.needs_fd = true,
	.transfers = true,
	.ops = uring_ops,
	.open = uring_open,
	.close = uring_close,
	.submit = uring_submit,
	.reap = uring_reap,
	.sleep = uring_sleep,
	.kick = uring_kick,
};
