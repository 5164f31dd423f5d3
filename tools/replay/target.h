/* SPDX-License-Identifier: GPL-2.0-only */
/* What is to be replayed on: what it is and what is on it. */
#ifndef HF_TARGET_H
#define HF_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

/**
 * struct target - a block device, or a regular file
 * @path: as given
 * @name: as the kernel calls it ("sdb1")
 * @major: device number
 * @minor: device number
 * @size: bytes
 * @logical_block: bytes
 * @read_only: it cannot be written
 * @discard: it takes discards
 * @write_zeroes: it takes write-zeroes
 * @zone: bytes of a zone, 0 if it has none
 * @append_max: bytes of the longest append to a zone
 * @atomic_max: bytes of the longest write that is not torn, 0 if none is
 * @model: of the disk, or empty
 * @file: a regular file; it has no name and no number
 * @by: the engine that lacks something, or empty
 * @lacks: bit N set: @by cannot do operation N on it
 * @busy: what uses it ("it is mounted on /home"), empty if nothing is seen
 * @content: what is on it ("an ext4 file system labelled data"), empty if
 *	nothing is known to be
 * @unread: it could not be looked into
 */
struct target {
	char path[256];
	char name[64];
	uint32_t major;
	uint32_t minor;
	uint64_t size;
	uint32_t logical_block;
	bool read_only;
	bool discard;
	bool write_zeroes;
	uint64_t zone;
	uint32_t append_max;
	uint32_t atomic_max;
	char model[64];
	bool file;
	char by[16];
	uint32_t lacks;
	char busy[512];
	char content[256];
	bool unread;
};

/**
 * target_probe - looks at a device, without writing to it or claiming it
 * @t: filled
 * @path: the device
 * @err: on failure, a sentence: not there, not a block device
 *
 * Works without root, but for @t->content.
 *
 * Return: 0 or -errno.
 */
int target_probe(struct target *t, const char *path, struct hf_error *err);

/**
 * target_probe_file - as target_probe(), also of a regular file
 *
 * A file can be as long as its requests reach, and is used as it is: no byte is
 * added to it.
 */
int target_probe_file(struct target *t, const char *path,
		      struct hf_error *err);

/**
 * target_check_use - whether a replay may use the device at all
 * @t: the device
 * @writes: the replay changes it
 * @err: if not, a sentence
 *
 * The kernel claims the device and checks again; this is for the sentence.
 *
 * Return: 0, -EBUSY or -EROFS.
 */
int target_check_use(const struct target *t, bool writes,
		     struct hf_error *err);

/**
 * enum target_leave - requests that do not count because they are left out
 * @TARGET_LEAVE_UNSUPPORTED: operations that a device cannot do
 * @TARGET_LEAVE_CHANGES: those that change what a device holds
 */
enum target_leave {
	TARGET_LEAVE_UNSUPPORTED	= 1 << 0,
	TARGET_LEAVE_CHANGES		= 1 << 1,
};

/**
 * target_check_trace - whether the requests of a trace fit their devices
 * @targets: one device for each entry of the trace's device table
 * @trace: the trace
 * @name: its name for people
 * @leave: enum target_leave
 * @err: if not, a sentence with the index of the first that does not
 *
 * Return: 0, -ERANGE (beyond the end), -EINVAL (alignment) or -EOPNOTSUPP.
 */
int target_check_trace(const struct target *targets,
		       const struct hft_file *trace, const char *name,
		       unsigned int leave, struct hf_error *err);

/**
 * target_can - whether a device can do an operation, as far as /sys tells
 * @t: the device
 * @op: enum hfr_op
 */
bool target_can(const struct target *t, uint8_t op);

/** target_describe - "/dev/sdb (10.0 GiB, MODEL)"; returns @buf */
const char *target_describe(const struct target *t, char *buf, size_t len);

#endif /* HF_TARGET_H */
