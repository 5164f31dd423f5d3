/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices of a trace that is imported, wanted or not. */
#ifndef HF_DEVICES_H
#define HF_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

/**
 * struct seen_device - a device of the trace
 * @name: its name in the trace; owned
 * @major: device number or 0
 * @minor: device number or 0
 * @origin: the files that it is named after; owned, NULL if the trace names it
 * @size: bytes, 0 unknown
 * @logical_block: bytes, 0 unknown
 * @requests: taken or filtered
 * @wanted: its requests are taken
 * @kept: it is a target even without requests
 * @target: its index in the output
 * @placed: @target is known before all was read
 */
struct seen_device {
	char *name;
	uint32_t major, minor;
	char *origin;
	uint64_t size;
	uint32_t logical_block;
	uint64_t requests;
	bool wanted;
	bool kept;
	int target;
	bool placed;
};

/**
 * struct devices - devices in the order in which they came
 * @want: number or name of the one that is wanted, NULL for all; not owned
 * @list: the devices; owned
 * @n: how many
 * @slots: their indices plus 1 by hash of name and number, 0 in a free slot;
 *	open addressing, never more than half full; owned
 */
struct devices {
	const char *want;
	struct seen_device *list;
	int n;
	uint16_t *slots;
};

/** devices_find - finds or adds a device; its index, or -errno */
int devices_find(struct devices *devs, const char *name, uint32_t major,
		 uint32_t minor, struct hf_error *err);

/** devices_is_target - whether the output has it in its table */
static inline bool devices_is_target(const struct seen_device *dev)
{
	return dev->wanted && (dev->requests || dev->kept);
}

/** devices_say - lists those that have requests, for a sentence */
void devices_say(const struct devices *devs, char *buf, size_t len);

/**
 * devices_write - makes those targets that are to be
 * @devs: the devices; fills their targets
 * @w: the file, without devices so far
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int devices_write(struct devices *devs, struct hft_writer *w,
		  struct hf_error *err);

void devices_free(struct devices *devs);

#endif /* HF_DEVICES_H */
