// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "gunzip.h"

/* The largest window, and the header and check sums of gzip. */
#define GZIP_WINDOW	(15 + 16)

/**
 * struct gunzip - a stream of gzip members
 * @z: the decompressor
 * @fill: gives compressed bytes
 * @ctx: for @fill
 * @between: the next byte begins a member, or there is none
 */
struct gunzip {
	z_stream z;
	gunzip_fill_fn fill;
	void *ctx;
	bool between;
};

bool gunzip_is(const uint8_t *head, size_t len)
{
	return len >= 3 && head[0] == 0x1f && head[1] == 0x8b &&
	       head[2] == Z_DEFLATED;
}

struct gunzip *gunzip_new(gunzip_fill_fn fill, void *ctx)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (!g || inflateInit2(&g->z, GZIP_WINDOW) != Z_OK) {
		free(g);
		return NULL;
	}
	g->fill = fill;
	g->ctx = ctx;
	return g;
}

void gunzip_free(struct gunzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	free(g);
}

/* 1, 0 at the end of the file, or -errno. */
static int need_input(struct gunzip *g, const char **why)
{
	const uint8_t *bytes;
	ssize_t n;

	if (g->z.avail_in)
		return 1;
	n = g->fill(g->ctx, &bytes);
	if (n < 0)
		*why = strerror((int)-n);
	if (n <= 0)
		return (int)n;
	g->z.next_in = (Bytef *)bytes;
	g->z.avail_in = (uInt)n;
	return 1;
}

/* Zeros behind the last member fill a block of a tape. */
static void skip_zeros(struct gunzip *g)
{
	while (g->z.avail_in && !*g->z.next_in) {
		g->z.next_in++;
		g->z.avail_in--;
	}
}

/* What inflate() said of the bytes that it got; 0 or -errno. */
static int judge(struct gunzip *g, int ret, const char **why)
{
	if (ret == Z_STREAM_END) {
		g->between = true;
		return inflateReset(&g->z) == Z_OK ? 0 : -EIO;
	}
	if (ret == Z_OK || ret == Z_BUF_ERROR)
		return 0;
	*why = g->z.msg ? g->z.msg : "the compressed data are damaged";
	return ret == Z_MEM_ERROR ? -ENOMEM : -EIO;
}

ssize_t gunzip_read(struct gunzip *g, void *buf, size_t len, const char **why)
{
	int rc;

	g->z.next_out = buf;
	g->z.avail_out = (uInt)len;
	do {
		rc = need_input(g, why);
		if (!rc && !g->between) {
			*why = "the compressed data end in the middle";
			return -EIO;
		}
		if (rc > 0 && g->between)
			skip_zeros(g);
		if (rc <= 0)
			break;
		if (!g->z.avail_in)
			continue;
		g->between = false;
		rc = judge(g, inflate(&g->z, Z_NO_FLUSH), why);
		if (rc)
			break;
	} while (g->z.avail_out == len);
	return rc < 0 ? rc : (ssize_t)(len - g->z.avail_out);
}
