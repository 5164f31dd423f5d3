/* SPDX-License-Identifier: GPL-2.0-only */
/* What /sys and /proc say about devices and the machine. */
#ifndef HF_SYSFS_H
#define HF_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

/**
 * sysfs_read - reads a small file, without white space at its end
 * @buf: gets the text; empty on failure
 * @len: size of @buf
 * @fmt: path
 *
 * Return: whether there was text.
 */
bool sysfs_read(char *buf, size_t len, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * sysfs_block_read - reads an attribute of a block device
 * @buf: gets the text
 * @len: size of @buf
 * @major: device number; for a partition the whole disk is asked when the
 *	partition has no such attribute
 * @minor: device number
 * @attr: "queue/scheduler", "device/model"
 *
 * Return: whether there was text.
 */
bool sysfs_block_read(char *buf, size_t len, uint32_t major, uint32_t minor,
		      const char *attr);

/** sysfs_block_u64 - as sysfs_block_read(), a number; @def if there is none */
int64_t sysfs_block_u64(uint32_t major, uint32_t minor, const char *attr,
			int64_t def);

/** sysfs_chosen - the word in brackets of "a [b] c"; @text is cut to it */
void sysfs_chosen(char *text);

/**
 * sysfs_target_json - adds model, firmware, scheduler, nr_requests, nomerges,
 *	wbt_lat_us and rotational of a device to @o; what is absent is left out
 */
void sysfs_target_json(json_t *o, uint32_t major, uint32_t minor);

/** sysfs_host_json - kernel, machine, cpus, mitigations, clocksource */
json_t *sysfs_host_json(void);

#endif /* HF_SYSFS_H */
