// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "plan.h"
#include "sysfs.h"
#include "target.h"
#include "target-content.h"
#include "target-use.h"
#include "units.h"

/* "/sys/dev/block/8:1" leads to a folder with the kernel's name. */
static void find_name(struct target *t)
{
	char link[64], *real;
	const char *slash;

	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", t->major,
		 t->minor);
	real = realpath(link, NULL);
	slash = real ? strrchr(real, '/') : NULL;
	snprintf(t->name, sizeof(t->name), "%s", slash ? slash + 1 : "");
	free(real);
}

static void read_zones(struct target *t)
{
	char model[32];

	if (!sysfs_block_read(model, sizeof(model), t->major, t->minor,
			      "queue/zoned") || !strcmp(model, "none"))
		return;
	t->zone = 512 * sysfs_block_u64(t->major, t->minor,
					"queue/chunk_sectors", 0);
	t->append_max = sysfs_block_u64(t->major, t->minor,
					"queue/zone_append_max_bytes", 0);
}

static void read_attributes(struct target *t)
{
	char text[32];

	/* The size in /sys is in sectors of 512 bytes, whatever the block. */
	if (sysfs_read(text, sizeof(text), "/sys/dev/block/%u:%u/size",
		       t->major, t->minor))
		t->size = strtoull(text, NULL, 10) * 512;
	if (sysfs_read(text, sizeof(text), "/sys/dev/block/%u:%u/ro",
		       t->major, t->minor))
		t->read_only = strcmp(text, "0") != 0;
	t->logical_block = (uint32_t)sysfs_block_u64(t->major, t->minor,
			"queue/logical_block_size", 512);
	t->discard = sysfs_block_u64(t->major, t->minor,
				     "queue/discard_max_bytes", 0) > 0;
	t->write_zeroes = sysfs_block_u64(t->major, t->minor,
					  "queue/write_zeroes_max_bytes",
					  0) > 0;
	t->atomic_max = sysfs_block_u64(t->major, t->minor,
					"queue/atomic_write_unit_max_bytes",
					0);
	read_zones(t);
	sysfs_block_read(t->model, sizeof(t->model), t->major, t->minor,
			 "device/model");
}

int target_probe(struct target *t, const char *path, struct hf_error *err)
{
	struct stat st;

	memset(t, 0, sizeof(*t));
	if (strlen(path) >= sizeof(t->path))
		return hf_fail(err, ENAMETOOLONG,
			       "the path of the target is too long: %s", path);
	strcpy(t->path, path);
	if (stat(path, &st))
		return hf_fail(err, errno, "target %s: %s", path,
			       strerror(errno));
	if (!S_ISBLK(st.st_mode))
		return hf_fail(err, ENOTBLK,
			       "target %s is not a block device; --engine uring replays on a file, and one is made of it with: losetup --find --show %s",
			       path, path);
	t->major = major(st.st_rdev);
	t->minor = minor(st.st_rdev);
	find_name(t);
	if (!t->name[0])
		return hf_fail(err, ENXIO,
			       "target %s: there is no device %u:%u", path,
			       t->major, t->minor);
	read_attributes(t);
	if (!t->size)
		return hf_fail(err, ENXIO,
			       "target %s has a size of 0 bytes", path);
	target_find_use(t);
	target_find_content(t);
	return 0;
}

const char *target_describe(const struct target *t, char *buf, size_t len)
{
	char size[32];

	hf_format_size(size, sizeof(size), t->size);
	snprintf(buf, len, "%s (%s%s%s)", t->path, size,
		 t->model[0] ? ", " : "", t->model);
	return buf;
}

int target_check_use(const struct target *t, bool writes,
		     struct hf_error *err)
{
	char what[384];

	target_describe(t, what, sizeof(what));
	if (t->busy[0])
		return hf_fail(err, EBUSY,
			       "target %s cannot be used: %s; nothing was issued",
			       what, t->busy);
	if (writes && t->read_only)
		return hf_fail(err, EROFS,
			       "target %s is read-only and the trace has requests that change it",
			       what);
	return 0;
}

bool target_can(const struct target *t, uint8_t op)
{
	if (t->lacks & 1U << op)
		return false;
	switch (op) {
	case HFR_OP_DISCARD:
		return t->discard;
	case HFR_OP_WRITE_ZEROES:
		return t->write_zeroes;
	case HFR_OP_ZONE_APPEND:
		return t->append_max > 0;
	case HFR_OP_ZONE_RESET:
	case HFR_OP_ZONE_RESET_ALL:
	case HFR_OP_ZONE_OPEN:
	case HFR_OP_ZONE_CLOSE:
	case HFR_OP_ZONE_FINISH:
		return t->zone > 0;
	default:
		return true;
	}
}

static int check_record(const struct target *t, const char *path,
			const struct hfr_trace_rec *rec, uint64_t index,
			struct hf_error *err)
{
	uint64_t end = rec->offset + rec->length;

	if (end > t->size || end < rec->offset)
		return hf_fail(err, ERANGE,
			       "%s: request %" PRIu64 " (%s) ends at byte %" PRIu64 ", beyond the %" PRIu64 " bytes of %s; nothing was issued",
			       path, index, hfr_op_name(rec->op), end, t->size,
			       t->path);
	if (rec->offset % t->logical_block || rec->length % t->logical_block)
		return hf_fail(err, EINVAL,
			       "%s: request %" PRIu64 " (%s at %" PRIu64 ", %u bytes) does not fit the %u-byte blocks of %s; nothing was issued",
			       path, index, hfr_op_name(rec->op), (uint64_t)rec->offset,
			       rec->length, t->logical_block, t->path);
	if (rec->op >= HFR_OP_ZONE_APPEND && t->zone && rec->offset % t->zone)
		return hf_fail(err, EINVAL,
			       "%s: request %" PRIu64 " (%s at %" PRIu64 ") does not begin where a zone of %s does, which has %" PRIu64 " bytes; nothing was issued",
			       path, index, hfr_op_name(rec->op),
			       (uint64_t)rec->offset, t->path, t->zone);
	return 0;
}

static int check_op(const struct target *t, const char *name,
		    const struct hfr_trace_rec *rec, uint64_t index,
		    struct hf_error *err)
{
	if (rec->flags & HFR_RF_ATOMIC && rec->length > t->atomic_max)
		return hf_fail(err, EOPNOTSUPP,
			       "%s: request %" PRIu64 " is an atomic write of %u bytes, of which %s can do %u at most; --unsupported skip leaves such requests out",
			       name, index, rec->length, t->path,
			       t->atomic_max);
	if (rec->op == HFR_OP_ZONE_APPEND && t->append_max &&
	    rec->length > t->append_max)
		return hf_fail(err, EOPNOTSUPP,
			       "%s: request %" PRIu64 " is a zone-append of %u bytes, of which %s can do %u at most; --unsupported skip leaves such requests out",
			       name, index, rec->length, t->path,
			       t->append_max);
	if (target_can(t, rec->op))
		return 0;
	if (t->lacks & 1U << rec->op)
		return hf_fail(err, EOPNOTSUPP,
			       "%s: request %" PRIu64 " is a %s, which the engine %s cannot do on %s; --unsupported skip leaves such requests out",
			       name, index, hfr_op_name(rec->op), t->by,
			       t->path);
	return hf_fail(err, EOPNOTSUPP,
		       "%s: request %" PRIu64 " is a %s, which %s cannot do; --unsupported skip leaves such requests out",
		       name, index, hfr_op_name(rec->op), t->path);
}

int target_check_trace(const struct target *targets,
		       const struct hft_file *trace, const char *name,
		       unsigned int leave, struct hf_error *err)
{
	uint64_t i;
	int ret;

	for (i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];
		const struct target *t = &targets[rec->target];

		if ((leave & TARGET_LEAVE_CHANGES) && plan_op_changes(rec->op))
			continue;
		ret = check_record(t, name, rec, i, err);
		if (!ret && !(leave & TARGET_LEAVE_UNSUPPORTED))
			ret = check_op(t, name, rec, i, err);
		if (ret)
			return ret;
	}
	return 0;
}
