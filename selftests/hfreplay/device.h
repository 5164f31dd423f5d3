/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices to replay on: null_blk, device mapper, scsi_debug, loop. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stddef.h>
#include <stdint.h>

/* Size of a device unless a test wants another. */
#define DEVICE_MIB	64
#define DEVICE_BYTES	((uint64_t)DEVICE_MIB << 20)

/**
 * device_null - makes a null_blk device
 * @name: its name: it is /dev/@name
 * @options: "attribute=value ..." of configfs, beyond the defaults: 64 MiB,
 *	nothing stored, completions in the submitter, one queue of 64 tags, no
 *	scheduler
 *
 * Ends the test if that fails.
 */
void device_null(const char *name, const char *options);

/** device_null_set - changes an attribute of a live device; 0 or -errno */
int device_null_set(const char *name, const char *attr, const char *value);

/** device_dm - makes /dev/mapper/@name out of a table; ends the test if that
 * fails
 */
void device_dm(const char *name, const char *table);

/**
 * device_scsi - makes the disk of scsi_debug
 * @path: gets its path
 * @len: size of @path
 * @options: "parameter=value ..." beyond the defaults: 64 MiB, no delay
 *
 * Ends the test if that fails.
 */
void device_scsi(char *path, size_t len, const char *options);

/** device_remove_all - removes all devices of tests */
void device_remove_all(void);

/** struct device_stat - requests that a device has completed */
struct device_stat {
	uint64_t reads;
	uint64_t writes;
	uint64_t discards;
	uint64_t flushes;
};

/** device_stat - the counters of /dev/@name since device_null() made it */
struct device_stat device_stat(const char *name);

/** device_ios - sum of them */
uint64_t device_ios(const char *name);

/** device_fill - writes a pattern all over /dev/@name */
void device_fill(const char *name, uint8_t byte);

/** device_read - a part of /dev/@name as it is on the device, to be freed */
void *device_read(const char *name, uint64_t offset, uint64_t length);

/** device_hash - XXH64 of a part of /dev/@name */
uint64_t device_hash(const char *name, uint64_t offset, uint64_t length);

#endif /* DEVICE_H */
