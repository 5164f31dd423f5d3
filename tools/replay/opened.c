// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>

#include "opened.h"
#include "sysfs.h"

/* Memory of requests lies in pages that need not follow each other. */
#define SEGMENT		4096U

static bool has_requests(const struct target *t)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/mq", t->major,
		 t->minor);
	if (!access(path, F_OK))
		return true;
	/* A partition has those of its disk. */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../mq", t->major,
		 t->minor);
	return !access(path, F_OK);
}

static bool has_integrity(const struct target *t)
{
	char text[64];

	return sysfs_block_read(text, sizeof(text), t->major, t->minor,
				"integrity/format") && strcmp(text, "none");
}

static uint32_t number(const struct target *t, const char *attr)
{
	int64_t value = sysfs_block_u64(t->major, t->minor, attr, 0);

	return value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
}

/* With a scheduler its requests count, without one the tags of a queue. */
static uint32_t find_depth(const struct target *t)
{
	uint32_t depth = number(t, "queue/nr_requests");
	uint32_t tags = number(t, "mq/0/nr_tags");
	char scheduler[128];

	if (!sysfs_block_read(scheduler, sizeof(scheduler), t->major, t->minor,
			      "queue/scheduler"))
		return depth;
	sysfs_chosen(scheduler);
	if (strcmp(scheduler, "none") || !tags || tags > depth)
		return depth;
	return tags;
}

static uint32_t find_piece(const struct target *t)
{
	uint64_t sectors = (uint64_t)number(t, "queue/max_sectors_kb") << 10;
	uint64_t pages = (uint64_t)number(t, "queue/max_segments") * SEGMENT;
	uint64_t piece = pages && pages < sectors ? pages : sectors;

	return piece < UINT32_MAX ? (uint32_t)piece : UINT32_MAX;
}

static void learn_device(struct opened *o)
{
	const struct target *t = &o->probed;
	char cache[32];

	o->play.major = t->major;
	o->play.minor = t->minor;
	o->play.own_sink = !has_requests(t) || has_integrity(t);
	if (has_requests(t))
		o->play.depth = find_depth(t);
	o->play.piece = find_piece(t);
	o->write_cache = sysfs_block_read(cache, sizeof(cache), t->major,
					  t->minor, "queue/write_cache") &&
			 !strcmp(cache, "write back");
}

static void learn(struct opened *o, const struct backend *backend)
{
	uint8_t op;

	o->play.path = o->probed.path;
	o->play.block = o->probed.logical_block;
	o->play.file = o->probed.file;
	if (o->probed.file)
		/* A file system may compute in what it reads. */
		o->play.own_sink = true;
	else
		learn_device(o);
	o->play.ops = backend->ops(&o->play);
	for (op = 0; op < HFR_OP_NR; op++)
		if (!target_can(&o->probed, op))
			o->play.ops &= ~(1U << op);
}

static int fail_open(const struct target *t, int code, struct hf_error *err)
{
	return hf_fail(err, code, "target %s: %s; nothing was issued", t->path,
		       code == EBUSY ? "it is mounted or held by something else"
				     : strerror(code));
}

static int open_claimed(struct opened *o, bool write, struct hf_error *err)
{
	const struct target *t = &o->probed;
	int flags = (write ? O_RDWR : O_RDONLY) | O_CLOEXEC |
		    (t->file ? 0 : O_EXCL);

	o->direct = true;
	o->play.fd = open(t->path, flags | O_DIRECT);
	if (o->play.fd < 0 && errno == EINVAL) {
		o->direct = false;
		o->play.fd = open(t->path, flags);
	}
	if (o->play.fd < 0)
		return fail_open(t, errno, err);
	if (t->file && flock(o->play.fd, LOCK_EX | LOCK_NB)) {
		opened_close(o);
		return fail_open(t, EBUSY, err);
	}
	return 0;
}

int opened_open(struct opened *o, const struct session_target *t,
		const struct backend *backend, bool write,
		struct hf_error *err)
{
	int ret;

	memset(o, 0, sizeof(*o));
	o->play.fd = -1;
	ret = target_probe_file(&o->probed, t->path, err);
	if (!ret && backend->needs_fd)
		ret = open_claimed(o, write, err);
	if (ret)
		return ret;
	o->play.cpus = t->ncpus ? t->cpus : NULL;
	learn(o, backend);
	return 0;
}

void opened_close(struct opened *o)
{
	if (o->play.fd >= 0)
		close(o->play.fd);
	o->play.fd = -1;
}
