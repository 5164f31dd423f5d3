// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/fs.h>

#include "blocks.h"
#include "target.h"

/* Alignment that direct reads of every device are content with. */
#define ALIGN	65536

static int open_file(struct blocks *b, const struct stat *st,
		     struct hf_error *err)
{
	b->fd = open(b->path, O_RDONLY | O_CLOEXEC);
	if (b->fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", b->path,
			       strerror(errno));
	b->size = (uint64_t)st->st_size;
	b->block = 512;
	return 0;
}

static int open_device(struct blocks *b, struct hf_error *err)
{
	static struct target t;
	int ret = target_probe(&t, b->path, err);

	if (ret)
		return ret;
	if (t.busy[0])
		return hf_fail(err, EBUSY,
			       "%s cannot be verified while it is in use: %s",
			       b->path, t.busy);
	b->fd = open(b->path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (b->fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", b->path,
			       strerror(errno));
	b->size = t.size;
	b->block = t.logical_block;
	return 0;
}

int blocks_open(struct blocks *b, const char *path, struct hf_error *err)
{
	struct stat st;
	int ret;

	*b = (struct blocks){ .path = path, .fd = -1 };
	if (stat(path, &st))
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	ret = S_ISREG(st.st_mode) ? open_file(b, &st, err) :
		open_device(b, err);
	if (ret)
		return ret;
	b->buf = aligned_alloc(ALIGN, BLOCKS_PIECE);
	if (b->buf)
		return 0;
	close(b->fd);
	return hf_fail(err, ENOMEM, "no memory to read %s", path);
}

void blocks_close(struct blocks *b)
{
	close(b->fd);
	free(b->buf);
}

int blocks_read(struct blocks *b, uint64_t offset, uint32_t length)
{
	char *at = b->buf;

	while (length) {
		ssize_t n = pread(b->fd, at, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -ENODATA;
		at += n;
		offset += (uint64_t)n;
		length -= (uint32_t)n;
	}
	return 0;
}
