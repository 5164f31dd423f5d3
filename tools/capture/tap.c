// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ringbuf.h"
#include "spool.h"
#include "tap.h"

/* The largest page a kernel may use. */
#define PAGE_MAX	65536
/* Taken from one CPU before the next has its turn. */
#define PAGES_AT_ONCE	1024

/**
 * struct tap_cpu - one CPU's buffer and file
 * @tap: the tap
 * @fd: its trace_pipe_raw, -1 if it is not open
 * @begun: the file has its header
 * @lost: events lost so far
 * @spool: its file
 */
struct tap_cpu {
	struct tap *tap;
	int fd;
	bool begun;
	uint64_t lost;
	struct spool spool;
};

static const struct raw_event *event_of(const struct tap *tap, uint16_t id)
{
	int i;

	for (i = 0; i < tap->nevents; i++)
		if (tap->events[i].id == id)
			return &tap->events[i];
	return NULL;
}

/* From sectors of the disk to those of the device; false if not on it. */
static bool place(const struct blockdev *dev, struct spool_event *ev)
{
	if (!blockdev_takes(dev, ev->sector, ev->sectors))
		return false;
	ev->number = dev->number;
	if (ev->sector < dev->start || !blockdev_is_partition(dev))
		return true;
	ev->sector -= dev->start;
	if (ev->split)
		ev->sectors -= dev->start;
	return true;
}

static bool captured_partition(const struct blockdevs *devs, dev_t number,
			       dev_t disk)
{
	int i;

	for (i = 0; i < devs->n; i++)
		if (devs->list[i].number == number &&
		    devs->list[i].disk == disk && number != disk)
			return true;
	return false;
}

/*
 * A stacked device that is on a partition names the disk as the device below,
 * with the sectors of the partition. Another event follows, from the partition
 * to the disk. If the partition is captured, and thus the disk is not, that one
 * is turned round: what went to the disk, with those sectors, goes to the
 * partition.
 */
static void place_remap(const struct tap *tap, struct spool_event *ev)
{
	dev_t disk = ev->number;

	if (!captured_partition(tap->opts->devs, ev->from, disk))
		return;
	ev->number = ev->from;
	ev->sector = ev->from_sector;
	ev->from = disk;
}

static int begin(struct tap_cpu *cpu, struct hf_error *err)
{
	const struct tap *tap = cpu->tap;

	if (cpu->begun)
		return 0;
	cpu->begun = true;
	return spool_header(&cpu->spool, tap->opts->devs, tap->clock->mono,
			    tap->clock->real, err);
}

static int take_event(void *ctx, uint64_t time, const uint8_t *data,
		      size_t len, struct hf_error *err)
{
	const struct raw_event *event;
	struct spool_event ev;
	struct tap_cpu *cpu = ctx;
	struct tap *tap = cpu->tap;
	uint16_t id = 0;
	int ret;

	if (len >= sizeof(id))
		memcpy(&id, data, sizeof(id));
	event = event_of(tap, id);
	if (!event || time < tap->clock->mono)
		return 0;
	if (!raw_event_decode(&ev, event, data, len))
		return hf_fail(err, EBADMSG,
			       "the kernel gave an event %s of %zu bytes, shorter than its format says",
			       event->name, len);
	if (event->remap)
		place_remap(tap, &ev);
	else if (!place(tap->dev, &ev))
		return 0;
	ev.time = time;
	tap->count->events++;
	tap->count->requests += event->begins;
	ret = begin(cpu, err);
	return ret ? ret : spool_put(&cpu->spool, &ev, err);
}

/* Takes what a CPU has. Returns the number of pages, or -errno. */
static int drain_cpu(struct tap_cpu *cpu, struct hf_error *err)
{
	uint64_t lost = 0; /* the buffer's statistics say it better */
	uint8_t page[PAGE_MAX];
	int pages = 0;

	while (pages < PAGES_AT_ONCE) {
		ssize_t n = read(cpu->fd, page, sizeof(page));
		int ret;

		if (n < 0 && errno == EINTR)
			continue;
		if (!n || (n < 0 && errno == EAGAIN))
			break;
		if (n < 0)
			return hf_fail(err, errno,
				       "cannot read the trace buffer of %s, CPU %u: %s",
				       cpu->tap->dev->name, cpu->spool.cpu,
				       strerror(errno));
		ret = ringbuf_page(page, n, take_event, cpu, &lost, err);
		if (ret)
			return ret;
		pages++;
	}
	return pages;
}

int tap_drain(struct tap *tap, bool *busy, struct hf_error *err)
{
	int i;

	for (i = 0; i < tap->ncpus; i++) {
		int pages = drain_cpu(&tap->cpus[i], err);

		if (pages < 0)
			return pages;
		*busy |= pages == PAGES_AT_ONCE;
	}
	return 0;
}

static int losses_of(struct tap_cpu *cpu, struct hf_error *err)
{
	char file[64], text[1024];
	uint64_t lost;
	int ret;

	snprintf(file, sizeof(file), "per_cpu/cpu%u/stats", cpu->spool.cpu);
	ret = tracefs_read(&cpu->tap->tracefs, file, text, sizeof(text), err);
	if (ret)
		return ret;
	lost = tracefs_number(text, "overrun") +
	       tracefs_number(text, "commit overrun") +
	       tracefs_number(text, "dropped events");
	if (lost <= cpu->lost)
		return 0;
	ret = begin(cpu, err);
	if (!ret)
		ret = spool_lost(&cpu->spool, lost - cpu->lost, err);
	cpu->tap->count->lost += lost - cpu->lost;
	cpu->lost = lost;
	return ret;
}

int tap_losses(struct tap *tap, struct hf_error *err)
{
	int i, ret = 0;

	for (i = 0; !ret && i < tap->ncpus; i++)
		ret = losses_of(&tap->cpus[i], err);
	return ret;
}

int tap_flush(struct tap *tap, struct hf_error *err)
{
	int i, ret = 0;

	for (i = 0; !ret && i < tap->ncpus; i++)
		ret = spool_flush(&tap->cpus[i].spool, err);
	return ret;
}

int tap_finish(struct tap *tap, struct hf_error *err)
{
	struct hf_error later;
	int i, ret = 0;

	for (i = 0; i < tap->ncpus; i++) {
		int closed = spool_close(&tap->cpus[i].spool,
					 ret ? &later : err);

		ret = ret ? ret : closed;
	}
	return ret;
}

int tap_switch(struct tap *tap, bool on, struct hf_error *err)
{
	return tracefs_write(&tap->tracefs, "tracing_on", on ? "1" : "0", err);
}

static int open_cpus(struct tap *tap, struct hf_error *err)
{
	int n = sysconf(_SC_NPROCESSORS_CONF), i;

	tap->cpus = calloc(n, sizeof(*tap->cpus));
	if (!tap->cpus)
		return hf_fail(err, ENOMEM, "no memory for %d CPUs", n);
	for (i = 0; i < n; i++) {
		struct tap_cpu *cpu = &tap->cpus[i];
		char file[64];

		cpu->tap = tap;
		cpu->fd = -1;
		if (spool_init(&cpu->spool, tap->opts->spool, tap->dev->name,
			       i))
			return hf_fail(err, ENOMEM, "no memory for %d CPUs", n);
		tap->ncpus = i + 1;
		snprintf(file, sizeof(file), "per_cpu/cpu%d/trace_pipe_raw", i);
		cpu->fd = tracefs_open(&tap->tracefs, file, err);
		if (cpu->fd < 0)
			return cpu->fd;
	}
	return 0;
}

int tap_open(struct tap *tap, struct hf_error *err)
{
	const struct capture_opts *o = tap->opts;
	struct devstack below;
	bool remaps = blockdevs_below(o->devs, tap->dev, &below);
	char name[64];
	int ret;

	snprintf(name, sizeof(name), "hfctl-%u-%u", major(tap->dev->number),
		 minor(tap->dev->number));
	ret = tracefs_create(&tap->tracefs, name, o->force, o->buffer, err);
	if (!ret)
		ret = tap_switch(tap, false, err);
	if (ret)
		return ret;
	ret = raw_events_start(tap->events, &tap->tracefs, o->queue, tap->dev,
			       remaps ? &below : NULL, err);
	if (ret < 0)
		return ret;
	tap->nevents = ret;
	return open_cpus(tap, err);
}

void tap_files(struct tap *tap, struct capture_files *files)
{
	int i;

	for (i = 0; i < tap->ncpus; i++) {
		struct spool *s = &tap->cpus[i].spool;
		char **paths;

		if (!tap->cpus[i].begun || access(s->path, F_OK))
			continue;
		paths = reallocarray(files->paths, files->n + 1,
				     sizeof(*paths));
		if (!paths)
			return;
		files->paths = paths;
		files->paths[files->n++] = s->path;
		s->path = NULL;
	}
}

void tap_close(struct tap *tap)
{
	int i;

	for (i = 0; i < tap->ncpus; i++) {
		if (tap->cpus[i].fd >= 0)
			close(tap->cpus[i].fd);
		spool_free(&tap->cpus[i].spool);
	}
	free(tap->cpus);
	tracefs_remove(&tap->tracefs);
}
