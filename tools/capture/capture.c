// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel writes the events of each device into the ring buffers of a
 * tracer instance of our own. They are emptied every few ms, decoded, and
 * spooled as text. Nothing else on the machine is touched: other tracers go
 * on, and several captures of different devices can run at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "spool.h"
#include "tap.h"

#define NSEC		UINT64_C(1000000000)
/* Between two looks at the buffers. */
#define PAUSE_NS	20000000

struct capture {
	const struct capture_opts *opts;
	struct capture_stats *stats;
	struct capture_clock clock;
	struct tap taps[HFR_MAX_DEVICES];
	int ntaps;
};

static uint64_t now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

static void sum_up(struct capture_stats *stats, int ndevs)
{
	int i;

	memset(&stats->all, 0, sizeof(stats->all));
	for (i = 0; i < ndevs; i++) {
		stats->all.events += stats->devs[i].events;
		stats->all.requests += stats->devs[i].requests;
		stats->all.lost += stats->devs[i].lost;
	}
}

/* Takes what all devices have; @busy: some has more. */
static int drain(struct capture *c, bool *busy, struct hf_error *err)
{
	int i, ret = 0;

	*busy = false;
	for (i = 0; !ret && i < c->ntaps; i++)
		ret = tap_drain(&c->taps[i], busy, err);
	sum_up(c->stats, c->ntaps);
	return ret;
}

static int count_losses(struct capture *c, struct hf_error *err)
{
	int i, ret = 0;

	for (i = 0; !ret && i < c->ntaps; i++)
		ret = tap_losses(&c->taps[i], err);
	sum_up(c->stats, c->ntaps);
	return ret;
}

/* Once a second: what was spooled so far survives a crash. */
static int tick(struct capture *c, struct hf_error *err)
{
	int i, ret = count_losses(c, err);

	for (i = 0; !ret && i < c->ntaps; i++)
		ret = tap_flush(&c->taps[i], err);
	if (!ret && c->opts->progress)
		c->opts->progress(c->stats);
	return ret;
}

static bool finished(const struct capture *c)
{
	const struct capture_opts *o = c->opts;

	return o->stop() ||
	       (o->duration_ns && c->stats->elapsed_ns >= o->duration_ns) ||
	       (o->count && c->stats->all.requests >= o->count);
}

static void pause_until(const struct capture *c)
{
	struct timespec ts = { .tv_nsec = PAUSE_NS };
	uint64_t end = c->opts->duration_ns;

	if (end && end - c->stats->elapsed_ns < PAUSE_NS)
		ts.tv_nsec = end - c->stats->elapsed_ns;
	nanosleep(&ts, NULL);
}

static int record(struct capture *c, struct hf_error *err)
{
	uint64_t next_tick = NSEC;
	bool busy;
	int ret;

	for (;;) {
		ret = drain(c, &busy, err);
		if (ret)
			return ret;
		c->stats->elapsed_ns = now(CLOCK_MONOTONIC) - c->clock.mono;
		if (finished(c))
			return 0;
		if (c->stats->elapsed_ns >= next_tick) {
			next_tick = c->stats->elapsed_ns + NSEC;
			ret = tick(c, err);
			if (ret)
				return ret;
		}
		if (!busy)
			pause_until(c);
	}
}

static int switch_all(struct capture *c, bool on, struct hf_error *err)
{
	int i, ret = 0;

	for (i = 0; !ret && i < c->ntaps; i++)
		ret = tap_switch(&c->taps[i], on, err);
	return ret;
}

/* What is still in the buffers, and what was lost. */
static int wind_up(struct capture *c, struct hf_error *err)
{
	struct hf_error later;
	int i, ret = switch_all(c, false, err);
	bool busy;

	do {
		busy = false;
		if (!ret)
			ret = drain(c, &busy, err);
	} while (!ret && busy);
	if (!ret)
		ret = count_losses(c, err);
	for (i = 0; i < c->ntaps; i++) {
		int closed = tap_finish(&c->taps[i], ret ? &later : err);

		ret = ret ? ret : closed;
	}
	return ret;
}

/* Two files are open for each device and CPU: more than is usual. */
static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_taps(struct capture *c, struct hf_error *err)
{
	const struct blockdevs *devs = c->opts->devs;
	int i, ret = 0;

	for (i = 0; !ret && i < devs->n; i++) {
		struct tap *tap = &c->taps[c->ntaps++];

		tap->dev = &devs->list[i];
		tap->opts = c->opts;
		tap->clock = &c->clock;
		tap->count = &c->stats->devs[i];
		ret = tap_open(tap, err);
	}
	return ret;
}

static int start(struct capture *c, struct hf_error *err)
{
	int ret = spool_check(c->opts->spool, err);

	if (ret)
		return ret;
	allow_files();
	ret = open_taps(c, err);
	if (!ret)
		ret = switch_all(c, true, err);
	/* From here on all of them record. */
	c->clock.mono = now(CLOCK_MONOTONIC);
	c->clock.real = now(CLOCK_REALTIME);
	return ret;
}

static void close_all(struct capture *c, struct capture_files *files)
{
	int i;

	for (i = 0; i < c->ntaps; i++) {
		tap_files(&c->taps[i], files);
		tap_close(&c->taps[i]);
	}
	free(c);
}

int capture_run(const struct capture_opts *opts, struct capture_files *files,
		struct capture_stats *stats, struct hf_error *err)
{
	struct capture *c = calloc(1, sizeof(*c));
	struct hf_error late;
	int ret, wound_up;

	memset(files, 0, sizeof(*files));
	memset(stats, 0, sizeof(*stats));
	if (!c)
		return hf_fail(err, ENOMEM, "no memory to capture");
	c->opts = opts;
	c->stats = stats;
	ret = start(c, err);
	if (!ret) {
		if (opts->begun)
			opts->begun(opts->devs);
		ret = record(c, err);
		/* After a failure too: what was seen is not thrown away. */
		wound_up = wind_up(c, ret ? &late : err);
		ret = ret ? ret : wound_up;
	}
	close_all(c, files);
	return ret;
}

void capture_files_free(struct capture_files *files, bool remove)
{
	int i;

	for (i = 0; i < files->n; i++) {
		if (remove)
			unlink(files->paths[i]);
		free(files->paths[i]);
	}
	free(files->paths);
	files->paths = NULL;
	files->n = 0;
}
