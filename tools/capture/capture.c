// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel writes the events of one disk into the ring buffers of a tracer
 * instance of our own. They are emptied every few ms, decoded, and spooled as
 * text, one file per CPU. Nothing else on the machine is touched: other
 * tracers go on, and several captures of different devices can run at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "raw-event.h"
#include "ringbuf.h"
#include "spool.h"
#include "tracefs.h"

#define NSEC		UINT64_C(1000000000)
/* Between two looks at the buffers. */
#define PAUSE_NS	20000000
/* The largest page a kernel may use. */
#define PAGE_MAX	65536
/* Taken from one CPU before the next has its turn. */
#define PAGES_AT_ONCE	1024

/**
 * struct cpu - one CPU's buffer and file
 * @c: the capture
 * @fd: its trace_pipe_raw, -1 if it is not open
 * @begun: the file has its header
 * @lost: events lost so far
 * @spool: its file
 */
struct cpu {
	struct capture *c;
	int fd;
	bool begun;
	uint64_t lost;
	struct spool spool;
};

struct capture {
	const struct capture_opts *opts;
	struct capture_stats *stats;
	struct tracefs tracefs;
	struct raw_event events[RAW_EVENTS_MAX];
	int nevents;
	struct cpu *cpus;
	int ncpus;
	uint64_t mono, real;
	uint8_t page[PAGE_MAX];
};

static uint64_t now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

static const struct raw_event *event_of(const struct capture *c, uint16_t id)
{
	int i;

	for (i = 0; i < c->nevents; i++)
		if (c->events[i].id == id)
			return &c->events[i];
	return NULL;
}

/* From sectors of the disk to those of the device; false if not on it. */
static bool on_device(const struct blockdev *dev, struct spool_event *ev)
{
	if (dev->number == dev->disk)
		return true;
	/* A flush is for the whole disk. */
	if (!ev->sectors)
		return true;
	if (ev->sector < dev->start || ev->sector >= dev->start + dev->sectors)
		return false;
	ev->sector -= dev->start;
	if (ev->split)
		ev->sectors -= dev->start;
	return true;
}

static int begin(struct cpu *cpu, struct hf_error *err)
{
	const struct capture *c = cpu->c;

	if (cpu->begun)
		return 0;
	cpu->begun = true;
	return spool_header(&cpu->spool, c->opts->dev, c->mono, c->real, err);
}

static int take_event(void *ctx, uint64_t time, const uint8_t *data,
		      size_t len, struct hf_error *err)
{
	const struct raw_event *event;
	struct spool_event ev;
	struct cpu *cpu = ctx;
	struct capture *c = cpu->c;
	uint16_t id = 0;
	int ret;

	if (len >= sizeof(id))
		memcpy(&id, data, sizeof(id));
	event = event_of(c, id);
	if (!event)
		return 0;
	if (!raw_event_decode(&ev, event, data, len))
		return hf_fail(err, EBADMSG,
			       "the kernel gave an event %s of %zu bytes, shorter than its format says",
			       event->name, len);
	if (!on_device(c->opts->dev, &ev))
		return 0;
	ev.time = time;
	c->stats->events++;
	c->stats->requests += event->begins;
	ret = begin(cpu, err);
	return ret ? ret : spool_put(&cpu->spool, c->opts->dev, &ev, err);
}

/* Takes what a CPU has. Returns the number of pages, or -errno. */
static int drain_cpu(struct cpu *cpu, struct hf_error *err)
{
	struct capture *c = cpu->c;
	uint64_t lost = 0; /* the buffer's statistics say it better */
	int pages = 0;

	while (pages < PAGES_AT_ONCE) {
		ssize_t n = read(cpu->fd, c->page, sizeof(c->page));
		int ret;

		if (n < 0 && errno == EINTR)
			continue;
		if (!n || (n < 0 && errno == EAGAIN))
			break;
		if (n < 0)
			return hf_fail(err, errno,
				       "cannot read the trace buffer of CPU %u: %s",
				       cpu->spool.cpu, strerror(errno));
		ret = ringbuf_page(c->page, n, take_event, cpu, &lost, err);
		if (ret)
			return ret;
		pages++;
	}
	return pages;
}

/* Takes what all CPUs have; @busy: some has more. */
static int drain(struct capture *c, bool *busy, struct hf_error *err)
{
	int i;

	*busy = false;
	for (i = 0; i < c->ncpus; i++) {
		int pages = drain_cpu(&c->cpus[i], err);

		if (pages < 0)
			return pages;
		*busy |= pages == PAGES_AT_ONCE;
	}
	return 0;
}

static int count_lost(struct capture *c, struct hf_error *err)
{
	uint64_t lost = 0;
	int i, ret;

	for (i = 0; i < c->ncpus; i++) {
		struct cpu *cpu = &c->cpus[i];
		char file[64], text[1024];

		snprintf(file, sizeof(file), "per_cpu/cpu%u/stats",
			 cpu->spool.cpu);
		ret = tracefs_read(&c->tracefs, file, text, sizeof(text), err);
		if (ret)
			return ret;
		cpu->lost = tracefs_number(text, "overrun") +
			    tracefs_number(text, "commit overrun") +
			    tracefs_number(text, "dropped events");
		lost += cpu->lost;
	}
	c->stats->lost = lost;
	return 0;
}

/* Once a second: what was spooled so far survives a crash. */
static int tick(struct capture *c, struct hf_error *err)
{
	int i, ret = count_lost(c, err);

	for (i = 0; !ret && i < c->ncpus; i++)
		ret = spool_flush(&c->cpus[i].spool, err);
	if (!ret && c->opts->progress)
		c->opts->progress(c->stats);
	return ret;
}

static bool finished(const struct capture *c)
{
	const struct capture_opts *o = c->opts;

	return o->stop() ||
	       (o->duration_ns && c->stats->elapsed_ns >= o->duration_ns) ||
	       (o->count && c->stats->requests >= o->count);
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
		c->stats->elapsed_ns = now(CLOCK_MONOTONIC) - c->mono;
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

/* What is still in the buffers, and what was lost. */
static int wind_up(struct capture *c, struct hf_error *err)
{
	bool busy;
	int i, ret;

	ret = tracefs_write(&c->tracefs, "tracing_on", "0", err);
	do {
		busy = false;
		if (!ret)
			ret = drain(c, &busy, err);
	} while (!ret && busy);
	if (!ret)
		ret = count_lost(c, err);
	for (i = 0; !ret && i < c->ncpus; i++) {
		struct cpu *cpu = &c->cpus[i];

		if (cpu->lost)
			ret = begin(cpu, err);
		if (!ret && cpu->lost)
			ret = spool_lost(&cpu->spool, cpu->lost, err);
	}
	for (i = 0; i < c->ncpus; i++) {
		struct hf_error ignored;
		int closed = spool_close(&c->cpus[i].spool,
					 ret ? &ignored : err);

		ret = ret ? ret : closed;
	}
	return ret;
}

static int open_cpus(struct capture *c, struct hf_error *err)
{
	int n = sysconf(_SC_NPROCESSORS_CONF), i, ret;

	c->cpus = calloc(n, sizeof(*c->cpus));
	if (!c->cpus)
		return hf_fail(err, ENOMEM, "no memory for %d CPUs", n);
	for (i = 0; i < n; i++) {
		struct cpu *cpu = &c->cpus[i];
		char file[64];

		cpu->c = c;
		cpu->fd = -1;
		if (spool_init(&cpu->spool, c->opts->spool, i))
			return hf_fail(err, ENOMEM, "no memory for %d CPUs", n);
		c->ncpus = i + 1;
		ret = spool_check(&cpu->spool, err);
		if (ret)
			return ret;
		snprintf(file, sizeof(file), "per_cpu/cpu%d/trace_pipe_raw", i);
		cpu->fd = tracefs_open(&c->tracefs, file, err);
		if (cpu->fd < 0)
			return cpu->fd;
	}
	return 0;
}

static int start(struct capture *c, struct hf_error *err)
{
	const struct capture_opts *o = c->opts;
	char name[64];
	int ret;

	snprintf(name, sizeof(name), "hfctl-%u-%u", major(o->dev->number),
		 minor(o->dev->number));
	ret = tracefs_create(&c->tracefs, name, o->force, o->buffer, err);
	if (!ret)
		ret = tracefs_write(&c->tracefs, "tracing_on", "0", err);
	if (ret)
		return ret;
	ret = raw_events_start(c->events, &c->tracefs, o->queue, o->dev->disk,
			       err);
	if (ret < 0)
		return ret;
	c->nevents = ret;
	ret = open_cpus(c, err);
	if (ret)
		return ret;
	c->mono = now(CLOCK_MONOTONIC);
	c->real = now(CLOCK_REALTIME);
	return tracefs_write(&c->tracefs, "tracing_on", "1", err);
}

/* Names the files that were made. */
static void list_files(struct capture *c, struct capture_files *files)
{
	int i;

	files->paths = calloc(c->ncpus + 1, sizeof(*files->paths));
	for (i = 0; files->paths && i < c->ncpus; i++) {
		struct spool *s = &c->cpus[i].spool;

		if (!c->cpus[i].begun || access(s->path, F_OK))
			continue;
		files->paths[files->n++] = s->path;
		s->path = NULL;
	}
}

static void close_all(struct capture *c)
{
	int i;

	for (i = 0; i < c->ncpus; i++) {
		if (c->cpus[i].fd >= 0)
			close(c->cpus[i].fd);
		spool_free(&c->cpus[i].spool);
	}
	free(c->cpus);
	tracefs_remove(&c->tracefs);
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
		ret = record(c, err);
		/* After a failure too: what was seen is not thrown away. */
		wound_up = wind_up(c, ret ? &late : err);
		ret = ret ? ret : wound_up;
	}
	list_files(c, files);
	close_all(c);
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
