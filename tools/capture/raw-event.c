// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "array.h"
#include "raw-event.h"

/* How the kernel joins major and minor in its events. */
#define KERNEL_MINOR_BITS	20

static const struct raw_event driver_events[] = {
	{ .name = "block_rq_issue", .begins = true },
	{ .name = "block_rq_complete" },
	{ .name = "block_rq_requeue" },
	{ .name = "block_rq_remap", .remap = true },
};

static const struct raw_event queue_events[] = {
	{ .name = "block_bio_queue", .begins = true },
	{ .name = "block_split" },
	{ .name = "block_rq_complete" },
	{ .name = "block_bio_complete" },
	{ .name = "block_bio_remap", .remap = true },
};

static uint32_t kernel_number(dev_t number)
{
	return major(number) << KERNEL_MINOR_BITS | minor(number);
}

static dev_t from_kernel(uint64_t number)
{
	return makedev(number >> KERNEL_MINOR_BITS,
		       number & ((1U << KERNEL_MINOR_BITS) - 1));
}

static int find_fields(struct raw_event *ev, const char *format,
		       struct hf_error *err)
{
	ev->id = tracefs_number(format, "ID");
	ev->dev = tracefs_field(format, "dev");
	ev->sector = tracefs_field(format, "sector");
	ev->nr_sector = tracefs_field(format, "nr_sector");
	if (!ev->nr_sector.size)
		ev->nr_sector = tracefs_field(format, "new_sector");
	ev->rwbs = tracefs_field(format, "rwbs");
	ev->bytes = tracefs_field(format, "bytes");
	ev->comm = tracefs_field(format, "comm");
	ev->cmd = tracefs_field(format, "cmd");
	ev->ioprio = tracefs_field(format, "ioprio");
	ev->error = tracefs_field(format, "error");
	ev->old_dev = tracefs_field(format, "old_dev");
	ev->old_sector = tracefs_field(format, "old_sector");
	if (!ev->id || ev->dev.size != 4 || ev->sector.size != 8 ||
	    !ev->nr_sector.size || (ev->remap && !ev->old_sector.size) ||
	    !ev->rwbs.size || ev->rwbs.size >= sizeof(((struct spool_event *)0)->rwbs))
		return hf_fail(err, ENOTSUP,
			       "this kernel's event %s has another form than any that is known",
			       ev->name);
	return 0;
}

/*
 * What is filtered out by the kernel takes no room in the buffer. A request
 * is on one partition, from its first sector on; tap.c says it to the sector.
 */
static void own_filter(const struct raw_event *ev, const struct blockdev *dev,
		       char *text, size_t size)
{
	size_t n = snprintf(text, size, "dev == %u", kernel_number(dev->disk));

	if (!blockdev_is_partition(dev))
		return;
	n += snprintf(text + n, size - n,
		      " && ((sector >= %llu && sector <= %llu)",
		      (unsigned long long)dev->start,
		      (unsigned long long)(dev->start + dev->sectors));
	if (dev->flushes && ev->nr_sector.size == 4)
		n += snprintf(text + n, size - n, " || nr_sector == 0");
	snprintf(text + n, size - n, ")");
}

/* Remap events are of the device that a request has come to. */
static void remap_filter(const struct devstack *below, char *text, size_t size)
{
	size_t n = 0;
	int i;

	for (i = 0; i < below->n && n < size; i++)
		n += snprintf(text + n, size - n, "%sold_dev == %u",
			      i ? " || " : "",
			      kernel_number(below->numbers[i]));
}

static int start(struct raw_event *ev, const struct tracefs *t,
		 const struct blockdev *dev, const struct devstack *below,
		 struct hf_error *err)
{
	char file[128], text[8192];
	int ret;

	snprintf(file, sizeof(file), "events/block/%s/format", ev->name);
	ret = tracefs_read(t, file, text, sizeof(text), err);
	if (!ret)
		ret = find_fields(ev, text, err);
	if (ret)
		return ret;
	snprintf(file, sizeof(file), "events/block/%s/filter", ev->name);
	if (ev->remap)
		remap_filter(below, text, sizeof(text));
	else
		own_filter(ev, dev, text, sizeof(text));
	ret = tracefs_write(t, file, text, err);
	if (ret)
		return ret;
	snprintf(file, sizeof(file), "events/block/%s/enable", ev->name);
	return tracefs_write(t, file, "1", err);
}

int raw_events_start(struct raw_event *events, const struct tracefs *t,
		     bool queue, const struct blockdev *dev,
		     const struct devstack *below, struct hf_error *err)
{
	const struct raw_event *from = queue ? queue_events : driver_events;
	int all = queue ? ARRAY_SIZE(queue_events) :
			  ARRAY_SIZE(driver_events);
	int i, n = 0, ret;

	for (i = 0; i < all; i++) {
		if (from[i].remap && !below)
			continue;
		events[n] = from[i];
		ret = start(&events[n++], t, dev, below, err);
		if (ret)
			return ret;
	}
	return n;
}

/* A number of 1 to 8 bytes; false beyond the end. */
static bool number(struct trace_field f, const uint8_t *data, size_t len,
		   uint64_t *value)
{
	*value = 0;
	if (f.size > sizeof(*value) || (size_t)f.offset + f.size > len)
		return false;
	memcpy(value, data + f.offset, f.size);
	return true;
}

/* A string in a field of its own; @out has room for more than it. */
static bool string(struct trace_field f, const uint8_t *data, size_t len,
		   char *out, size_t size)
{
	size_t n = f.size < size ? f.size : size - 1;

	if ((size_t)f.offset + f.size > len)
		return false;
	memcpy(out, data + f.offset, n);
	out[n] = '\0';
	return true;
}

/* A field says where the string of a command lies: length << 16 | offset. */
static bool has_command(struct trace_field f, const uint8_t *data, size_t len)
{
	uint64_t where;

	if (!f.size || !number(f, data, len, &where))
		return false;
	return (where & 0xffff) < len && where >> 16 && data[where & 0xffff];
}

bool raw_event_decode(struct spool_event *ev, const struct raw_event *event,
		      const uint8_t *data, size_t len)
{
	static const struct trace_field pid = { 4, 4 };
	uint64_t v, dev, bytes, prio, error, from;

	memset(ev, 0, sizeof(*ev));
	if (!number(event->dev, data, len, &dev) ||
	    !number(event->old_dev, data, len, &from) ||
	    !number(event->old_sector, data, len, &ev->from_sector) ||
	    !number(event->sector, data, len, &ev->sector) ||
	    !number(event->nr_sector, data, len, &ev->sectors) ||
	    !number(event->bytes, data, len, &bytes) ||
	    !number(event->ioprio, data, len, &prio) ||
	    !number(event->error, data, len, &error) ||
	    !number(pid, data, len, &v) ||
	    !string(event->rwbs, data, len, ev->rwbs, sizeof(ev->rwbs)) ||
	    !string(event->comm, data, len, ev->comm, sizeof(ev->comm)))
		return false;
	ev->name = event->name;
	ev->number = from_kernel(dev);
	ev->from = from_kernel(from);
	ev->remap = event->remap;
	ev->split = event->nr_sector.size == 8;
	ev->bytes = event->bytes.size ? (int64_t)bytes : -1;
	ev->prio = event->ioprio.size ? (int32_t)prio : -1;
	ev->error = (int32_t)error;
	ev->pid = v;
	ev->command = event->cmd.size;
	ev->passthrough = has_command(event->cmd, data, len);
	return true;
}
