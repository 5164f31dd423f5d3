/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device in memory for the engines in user space, as a backend: requests
 * take the time that they are told to, write and read, and fail on demand.
 */
#ifndef PLAY_WORLD_H
#define PLAY_WORLD_H

#include <poll.h>
#include <sys/eventfd.h>

#include "hft-files.h"

#include "infer-file.h"
#include "moment.h"
#include "play.h"
#include "worker.h"

#define DISK_SIZE	(64 * 4096)

static struct {
	uint8_t disk[2][DISK_SIZE];
	uint64_t fail_every;	/* requests; 0: none fails */
	uint64_t short_every;	/* likewise */
	uint64_t corrupt_every;	/* reads that give something else */
	uint64_t break_after;	/* requests; then it takes no more */
	uint32_t slower;	/* service time: so often the original's */
	uint64_t done;		/* requests; of one worker only */
} world;

/* What a worker has in flight, in no order. */
struct world_ring {
	int kick;
	struct slot *slot[4096];
	uint64_t ready[4096];
	uint32_t count;
};

static uint32_t world_ops(const struct play_target *t)
{
	(void)t;
	return 1U << HFR_OP_READ | 1U << HFR_OP_WRITE | 1U << HFR_OP_FLUSH;
}

static int world_open(struct worker *w, struct hf_error *err)
{
	struct world_ring *r = calloc(1, sizeof(*r));

	(void)err;
	r->kick = eventfd(0, EFD_NONBLOCK);
	w->ring = r;
	return 0;
}

static void world_close(struct worker *w)
{
	struct world_ring *r = w->ring;

	close(r->kick);
	free(r);
}

static int world_submit(struct worker *w)
{
	struct world_ring *r = w->ring;
	uint64_t now = moment_now();
	uint32_t i;

	if (world.break_after && w->count.issued > world.break_after)
		return -ENXIO;
	for (i = 0; i < w->batch.count; i++) {
		const struct hfr_trace_rec *req = w->batch.slot[i]->req;

		r->slot[r->count] = w->batch.slot[i];
		r->ready[r->count++] = now + world.slower *
				       (req->complete_ns - req->issue_ns);
	}
	return 0;
}

static void world_move(const struct slot *slot)
{
	const struct hfr_trace_rec *req = slot->req;
	uint8_t *at = world.disk[req->target] + req->offset;

	if (req->op == HFR_OP_WRITE)
		memcpy(at, slot->data, req->length);
	else if (req->op == HFR_OP_READ)
		memcpy(slot->data, at, req->length);
}

static bool is_nth(uint64_t every)
{
	return every && !(world.done % every);
}

static void world_finish(struct worker *w, struct slot *slot)
{
	int32_t result = (int32_t)slot->req->length;

	world.done++;
	if (is_nth(world.fail_every))
		result = -EIO;
	else
		world_move(slot);
	if (is_nth(world.short_every))
		result -= 512;
	if (is_nth(world.corrupt_every) && slot->req->op == HFR_OP_READ)
		((uint8_t *)slot->data)[100] ^= 1;
	worker_came_back(w, slot, result);
}

static void world_reap(struct worker *w)
{
	struct world_ring *r = w->ring;
	uint64_t now = moment_now();
	uint32_t i, left = 0, n = r->count;

	w->looked = now > w->looked ? now : w->looked;
	r->count = 0;
	for (i = 0; i < n; i++) {
		struct slot *slot = r->slot[i];
		uint64_t ready = r->ready[i];

		if (ready <= now) {
			world_finish(w, slot);
			continue;
		}
		r->slot[left] = slot;
		r->ready[left++] = ready;
	}
	r->count = left;
}

static void world_sleep(struct worker *w, uint64_t until)
{
	struct world_ring *r = w->ring;
	struct pollfd pfd = { .fd = r->kick, .events = POLLIN };
	uint64_t now = moment_now(), kicks;
	struct timespec ts;
	uint32_t i;

	for (i = 0; i < r->count; i++)
		if (r->ready[i] < until)
			until = r->ready[i];
	ts = moment_spec(until > now ? until - now : 0);
	if (ppoll(&pfd, 1, &ts, NULL) > 0 &&
	    read(r->kick, &kicks, sizeof(kicks)) < 0)
		fail_msg("no kick after all");
}

static void world_kick(struct worker *w)
{
	struct world_ring *r = w->ring;
	uint64_t one = 1;

	if (r && write(r->kick, &one, sizeof(one)) < 0)
		return;
}

static const struct backend backend_world = {
	.name = "world", .transfers = true, .ops = world_ops,
	.open = world_open, .close = world_close,
	.submit = world_submit, .reap = world_reap, .sleep = world_sleep,
	.kick = world_kick,
};

/* ---- plays ---- */

static uint64_t dice_state = 1;

static uint64_t dice(uint64_t sides)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (dice_state >> 11) % sides;
}

/* Bursts on two disks, by a few streams, with the flush now and then. */
static void make_world_trace(struct hft_file *file, unsigned int n)
{
	struct hft_writer *w = new_writer(unit_path("play.hft"));
	struct hf_error err = { "" };
	uint64_t now = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct hfr_trace_rec rec = {
			.issue_ns = now += dice(3) ? dice(40000) : 0,
			.complete_ns = now + 1000 + dice(200000),
			.offset = dice(60) * 4096,
			.length = 4096 * (1 + (uint32_t)dice(3)),
			.target = dice(2), .stream = 1 + (uint32_t)dice(5),
			.op = dice(2) ? HFR_OP_READ : HFR_OP_WRITE,
		};

		if (!dice(30)) {
			rec.op = HFR_OP_FLUSH;
			rec.offset = 0;
			rec.length = 0;
		}
		add(w, &rec);
	}
	if (hft_writer_finish(w, 0, 1, PROVENANCE, NULL, &err))
		fail_msg("%s", err.text);
	open_good(file, unit_path("play.hft"));
}

static void infer_world(struct hft_file *file, uint32_t kind)
{
	const struct infer_opts opts = { .kind = kind, .threshold_ns = 500 };
	struct depstat *stats = NULL;
	struct hf_error err = { "" };
	struct hft_file with;

	if (infer_file(file, NULL, &opts, &with, &stats, &err))
		fail_msg("%s", err.text);
	free(stats);
	hft_close(file);
	*file = with;
}

static struct play_target world_targets[2];

static bool never(void)
{
	return false;
}

/* Choices that ask for nothing. */
static struct play_job make_job(const struct hft_file *file,
				const struct backend *backend)
{
	unsigned int i;

	memset(&world, 0, sizeof(world));
	world.slower = 1;
	for (i = 0; i < 2; i++)
		world_targets[i] = (struct play_target){
			.path = "disk", .fd = -1, .block = 4096,
			.file = true, .ops = world_ops(NULL),
		};
	return (struct play_job){
		.backend = backend, .trace = file, .targets = world_targets,
		.interrupted = never,
		.choices = {
			.workers = 1, .speed = 1000, .think = 1000,
			.loops = 1, .bundle_max = 256, .error_max = 1,
			.tolerance = 10000, .spin = 20000, .seed = 7,
		},
	};
}

static void play_well(const struct play_job *job, struct play_outcome *out)
{
	struct hf_error err = { "" };

	if (play(job, out, &err))
		fail_msg("%s", err.text);
}

static void play_refused(const struct play_job *job, int code,
			 const char *part)
{
	struct hf_error err = { "" };
	struct play_outcome out;

	assert_int_equal(play(job, &out, &err), -code);
	assert_says(&err, part);
}

#endif /* PLAY_WORLD_H */
