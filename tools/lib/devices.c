// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "devices.h"

/* Devices of one trace, wanted or not. */
#define MAX_SEEN 4096
#define SLOTS (2 * MAX_SEEN)

static const char *without_dev(const char *name)
{
	return strncmp(name, "/dev/", 5) ? name : name + 5;
}

/* "MAJOR,MINOR" if it is known, else nothing. */
static void device_number(const struct seen_device *dev, char *buf, size_t len)
{
	buf[0] = '\0';
	if (dev->major || dev->minor)
		snprintf(buf, len, "%u,%u", dev->major, dev->minor);
}

static bool is_wanted(const struct devices *devs,
		      const struct seen_device *dev)
{
	const char *want = devs->want;
	char number[32];

	if (!want || !strcmp(without_dev(want), without_dev(dev->name)))
		return true;
	device_number(dev, number, sizeof(number));
	return !strcmp(want, number);
}

static bool same_device(const struct seen_device *dev, const char *name,
			uint32_t major, uint32_t minor)
{
	return dev->major == major && dev->minor == minor &&
	       !strcmp(dev->name, name);
}

static int add(struct devices *devs, const char *name, uint32_t major,
	       uint32_t minor, struct hf_error *err)
{
	struct seen_device *list, *dev;

	if (devs->n == MAX_SEEN)
		return hf_fail(err, E2BIG,
			       "the trace has more than %d devices", MAX_SEEN);
	list = reallocarray(devs->list, (size_t)devs->n + 1, sizeof(*list));
	if (!list)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	devs->list = list;
	dev = &list[devs->n];
	*dev = (struct seen_device){ .major = major, .minor = minor };
	dev->name = strdup(name);
	if (!dev->name)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	dev->wanted = is_wanted(devs, dev);
	return devs->n++;
}

/* Where a device is, or would be. */
static uint16_t *find_slot(const struct devices *devs, const char *name,
			   uint32_t major, uint32_t minor)
{
	uint64_t seed = (uint64_t)major << 32 | minor;
	size_t i = XXH3_64bits_withSeed(name, strlen(name), seed) % SLOTS;

	while (devs->slots[i] && !same_device(&devs->list[devs->slots[i] - 1],
					      name, major, minor))
		i = (i + 1) % SLOTS;
	return &devs->slots[i];
}

int devices_find(struct devices *devs, const char *name, uint32_t major,
		 uint32_t minor, struct hf_error *err)
{
	uint16_t *slot;
	int i;

	if (!devs->slots)
		devs->slots = calloc(SLOTS, sizeof(*devs->slots));
	if (!devs->slots)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	slot = find_slot(devs, name, major, minor);
	if (*slot)
		return *slot - 1;
	i = add(devs, name, major, minor, err);
	if (i >= 0)
		*slot = (uint16_t)(i + 1);
	return i;
}

void devices_say(const struct devices *devs, char *buf, size_t len)
{
	size_t at = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < devs->n && at < len; i++) {
		const struct seen_device *dev = &devs->list[i];
		char number[32];

		if (!dev->requests)
			continue;
		device_number(dev, number, sizeof(number));
		if (!strcmp(number, dev->name))
			number[0] = '\0';
		at += (size_t)snprintf(buf + at, len - at,
				       "%s%.64s (%s%s%" PRIu64 " requests)",
				       at ? ", " : "", dev->name, number,
				       *number ? ": " : "", dev->requests);
	}
}

/* Of a name that is too long its end is kept: of paths that tells more. */
static void short_name(char *buf, size_t size, const char *name)
{
	size_t len = strlen(name), room = size - sizeof("...");
	const char *s = name;

	if (len >= size) {
		s += len - room;
		while ((*s & 0xc0) == 0x80) /* not from within a character */
			s++;
	}
	snprintf(buf, size, "%s%s", s == name ? "" : "...", s);
}

int devices_write(struct devices *devs, struct hft_writer *w,
		  struct hf_error *err)
{
	char name[sizeof(((struct hfr_file_dev *)0)->name)];
	int i, n = 0;

	for (i = 0; i < devs->n; i++) {
		struct seen_device *dev = &devs->list[i];

		if (!devices_is_target(dev))
			continue;
		short_name(name, sizeof(name), dev->name);
		dev->target = hft_writer_device(w, name, dev->major,
						dev->minor);
		if (dev->target < 0)
			return hf_fail(err, E2BIG,
				       "the trace has too many devices");
		if (dev->target != n++)
			return hf_fail(err, EINVAL,
				       "the trace has several devices whose names end in %s: the file has no room for more; choose one with --device",
				       name);
		hft_writer_geometry(w, dev->target, dev->size,
				    dev->logical_block);
	}
	return 0;
}

void devices_free(struct devices *devs)
{
	int i;

	for (i = 0; i < devs->n; i++) {
		free(devs->list[i].name);
		free(devs->list[i].origin);
	}
	free(devs->list);
	free(devs->slots);
}
