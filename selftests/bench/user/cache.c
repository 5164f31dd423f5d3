// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-cache: the engine's own files, in user space, replay a trace on a
 * device that completes requests in any order. Under cachegrind the difference
 * between a run with "run" and one with "prepare" is what the issue and
 * completion path costs.
 */
#include "issue.h"
#include "state.h"
#include "feed.h"
#include "memory.h"
#include "telemetry.h"

#define DEPTH	32
#define BLOCK	4096
#define GAP_NS	1000

struct task_struct user_task;
u64 user_clock = 1;

/* ---- the device ---- */

static struct bio *busy[DEPTH];
static u32 busy_count;

void submit_bio(struct bio *bio)
{
	if (busy_count == DEPTH)
		abort();
	busy[busy_count++] = bio;
}

/* Completes one of those in flight, whichever. */
static void complete_one(void)
{
	static u32 state = 1;
	struct bio *bio;
	u32 i;

	if (!busy_count)
		abort();
	state = state * 1664525 + 1013904223;
	i = (u64)state * busy_count >> 32;
	bio = busy[i];
	busy[i] = busy[--busy_count];
	bio->bi_blkg = NULL;
	bio->bi_end_io(bio);
}

void schedule(void)
{
	complete_one();
}

int schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode)
{
	if (expires && (u64)*expires > user_clock)
		user_clock = *expires;
	if (busy_count)
		complete_one();
	return 0;
}

/* ---- what the engine asks of the rest of the module ---- */

static bool ended;

u64 hfr_feed_room(const struct hfr_session *s)
{
	return 0;
}

void hfr_verify_prepare(struct hfr_verify *v, struct hfr_slot *slot,
			const struct hfr_trace_rec *rec, u64 index)
{
	abort();
}

bool hfr_verify_done(struct hfr_verify *v, struct hfr_slot *slot, u64 *blocks)
{
	abort();
}

void hfr_state_fail(struct hfr_session *s, u64 index, const char *fmt, ...)
{
	abort();
}

bool hfr_target_gone(const struct hfr_target *t)
{
	return false;
}

u32 hfr_target_pieces_of(const struct hfr_target *t, u8 op, u32 length)
{
	return 2;
}

bool hfr_target_one_piece(const struct hfr_target *t,
			  const struct hfr_trace_rec *rec)
{
	return true;
}

int hfr_memory_charge(u64 bytes)
{
	return 0;
}

void hfr_memory_uncharge(u64 bytes)
{
}

void hfr_session_worker_issued(struct hfr_session *s)
{
}

void hfr_session_worker_done(struct hfr_session *s)
{
	ended = true;
}

/* ---- reading of records, which does not happen here ---- */

size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *to)
{
	abort();
}

void iov_iter_revert(struct iov_iter *to, size_t bytes)
{
	abort();
}

size_t iov_iter_count(const struct iov_iter *to)
{
	abort();
}

/* ---- the program ---- */

static void must(int err)
{
	if (err) {
		fprintf(stderr, "bench-cache: error %d\n", err);
		exit(1);
	}
}

static void fill_window(struct hfr_window *win, u32 count)
{
	u32 i;

	must(hfr_window_init(win, count, 1));
	memset(win->recs, 0, count * sizeof(*win->recs));
	for (i = 0; i < count; i++) {
		win->recs[i].op = HFR_OP_READ;
		win->recs[i].issue_ns = (u64)i * GAP_NS;
		win->recs[i].complete_ns = HFR_UNKNOWN;
		win->recs[i].offset = (u64)(i * 2654435761U) * BLOCK;
		win->recs[i].length = BLOCK;
	}
	win->loaded = count;
	win->complete = true;
}

static struct hfr_session *prepare(u32 mode, u32 count)
{
	struct hfr_session *s = aligned_alloc(64, roundup(sizeof(*s), 64));
	struct hfr_worker *w = aligned_alloc(64, roundup(sizeof(*w), 64));
	u32 op;

	memset(s, 0, sizeof(*s));
	memset(w, 0, sizeof(*w));
	s->config = (struct hfr_config) {
		.mode = mode, .speed = 1000, .loops = 1,
		.limit = HFREPLAY_LIMIT_FIXED, .limit_value = DEPTH,
		.workers = 1, .window = count, .tolerance = 10000,
	};
	s->ntargets = 1;
	s->nworkers = 1;
	s->workers = w;
	s->targets = calloc(1, sizeof(*s->targets));
	s->targets->limits.ops = ~0U;
	s->targets->depth = 256;
	s->targets->bdev = (struct block_device *)s->targets;
	for (op = 0; op < HFR_OP_NR; op++)
		s->targets->piece[op] = 1U << 20;
	s->pace = (struct hfr_pace) { .clock = 1, .num = 1000, .den = 1000 };
	must(hfr_payload_init(&s->payload, BLOCK, false, 0));
	must(hfr_results_init(&s->results, count));
	hfr_results_plan(&s->results, false, count, 1);
	hfr_results_reset(&s->results);
	fill_window(&s->window, count);
	must(hfr_worker_init(w, s, 0, 0));
	hfr_lane_begin(&w->lanes[0], 1, 0);
	must(hfr_telemetry_need(s, 0, HFR_OP_READ));
	must(hfr_slots_init(&w->slots, w, 256, false, &s->payload));
	w->until = U64_MAX;
	w->start = 1;
	return s;
}

static void check(const struct hfr_session *s, u32 count)
{
	const struct hfr_stats *st = &s->workers->lanes[0].stats;
	u32 i;

	if (!ended || st->op[HFR_OP_READ]->completed != count)
		must(-EIO);
	for (i = 0; i < count; i += 1024)
		if (s->results.recs[i].state != HFR_REC_DONE)
			must(-EIO);
}

static const struct {
	const char *name;
	u32 mode;
} modes[] = {
	{ "afap", HFREPLAY_MODE_AFAP },
	{ "hf", HFREPLAY_MODE_HF },
};

static u32 find_mode(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		if (!strcmp(modes[i].name, name))
			return modes[i].mode;
	fputs("usage: bench-cache afap|hf run|prepare COUNT\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	u32 mode = find_mode(argc > 3 ? argv[1] : "");
	u32 count = strtoul(argv[3], NULL, 10);
	struct hfr_session *s = prepare(mode, count);

	if (strcmp(argv[2], "run"))
		return 0;
	hfr_worker_run(s->workers);
	check(s, count);
	return 0;
}
