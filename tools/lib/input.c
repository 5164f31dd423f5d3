// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"

#define BLOCK		(64U << 10)
#define MAX_LINE	(1U << 20)

/**
 * struct input - a file that is read forward
 * @path: name for messages; owned
 * @fd: the file; closed at the end unless it is stdin
 * @ar: decompressor; NULL when its end is reached or it is empty
 * @buf: bytes that are decompressed and not taken: [@head, @tail)
 * @size: bytes allocated at @buf, one more is there for a NUL
 * @offset: bytes taken
 * @lines: lines taken
 * @raw_size: size of the file, 0 unknown
 * @raw_done: bytes read of it when @ar was closed
 */
struct input {
	char *path;
	int fd;
	struct archive *ar;
	uint8_t *buf;
	size_t size, head, tail;
	uint64_t offset, lines;
	uint64_t raw_size, raw_done;
};

static int open_file(struct input *in, const char *path, struct hf_error *err)
{
	struct stat st;

	in->fd = STDIN_FILENO;
	if (strcmp(path, "-"))
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	if (fstat(in->fd, &st) < 0)
		return hf_fail(err, errno, "cannot read %s: %s", in->path,
			       strerror(errno));
	if (S_ISDIR(st.st_mode))
		return hf_fail(err, EISDIR,
			       "%s is a directory; name the trace files in it",
			       in->path);
	if (S_ISREG(st.st_mode))
		in->raw_size = (uint64_t)st.st_size;
	return 0;
}

static void close_archive(struct input *in)
{
	if (!in->ar)
		return;
	in->raw_done = input_raw_done(in);
	archive_read_free(in->ar);
	in->ar = NULL;
}

static int broken(struct input *in, struct hf_error *err)
{
	int code = archive_errno(in->ar);
	const char *why = archive_error_string(in->ar);

	return hf_fail(err, code > 0 ? code : EIO,
		       "cannot read %s after byte %" PRIu64
		       " of its content: %s", in->path,
		       in->offset + (in->tail - in->head),
		       why ? why : "the compressed data are damaged");
}

static int open_archive(struct input *in, struct hf_error *err)
{
	struct archive_entry *entry;
	int rc;

	in->ar = archive_read_new();
	if (!in->ar)
		return hf_fail(err, ENOMEM, "no memory to read %s", in->path);
	archive_read_support_filter_gzip(in->ar);
	archive_read_support_filter_zstd(in->ar);
	archive_read_support_filter_xz(in->ar);
	archive_read_support_filter_bzip2(in->ar);
	archive_read_support_format_raw(in->ar);
	archive_read_support_format_empty(in->ar);
	rc = archive_read_open_fd(in->ar, in->fd, BLOCK);
	if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
		rc = archive_read_next_header(in->ar, &entry);
	if (rc == ARCHIVE_EOF)
		close_archive(in);
	else if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		return broken(in, err);
	return 0;
}

int input_open(struct input **out, const char *path, struct hf_error *err)
{
	struct input *in = calloc(1, sizeof(*in));
	int rc;

	if (!in)
		return hf_fail(err, ENOMEM, "no memory to read %s", path);
	in->fd = -1;
	in->size = 2 * BLOCK;
	in->path = strdup(strcmp(path, "-") ? path : "standard input");
	in->buf = malloc(in->size + 1);
	if (!in->path || !in->buf)
		rc = hf_fail(err, ENOMEM, "no memory to read %s", path);
	else
		rc = open_file(in, path, err);
	if (!rc)
		rc = open_archive(in, err);
	if (rc) {
		input_close(in);
		return rc;
	}
	*out = in;
	return 0;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	close_archive(in);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in->buf);
	free(in->path);
	free(in);
}

/* Reads until @want bytes are there or the file ends. */
static int fill(struct input *in, size_t want, struct hf_error *err)
{
	if (in->size - in->head < want) {
		memmove(in->buf, in->buf + in->head, in->tail - in->head);
		in->tail -= in->head;
		in->head = 0;
	}
	while (in->ar && in->tail - in->head < want) {
		la_ssize_t n = archive_read_data(in->ar, in->buf + in->tail,
						 in->size - in->tail);

		if (n < 0)
			return broken(in, err);
		if (n == 0)
			close_archive(in);
		in->tail += (size_t)n;
	}
	return 0;
}

static uint8_t *take(struct input *in, size_t len)
{
	uint8_t *p = in->buf + in->head;

	in->head += len;
	in->offset += len;
	if (in->head == in->tail) {
		in->head = 0;
		in->tail = 0;
	}
	return p;
}

const uint8_t *input_peek(struct input *in, size_t want, size_t *got,
			  struct hf_error *err)
{
	if (want > BLOCK)
		want = BLOCK;
	if (fill(in, want, err))
		return NULL;
	*got = in->tail - in->head;
	if (*got > want)
		*got = want;
	return in->buf + in->head;
}

ssize_t input_read(struct input *in, void *buf, size_t len,
		   struct hf_error *err)
{
	size_t done = 0;

	while (done < len) {
		size_t n = len - done < BLOCK ? len - done : BLOCK;
		int rc = fill(in, n, err);

		if (rc)
			return rc;
		if (n > in->tail - in->head)
			n = in->tail - in->head;
		if (!n)
			break;
		memcpy((uint8_t *)buf + done, take(in, n), n);
		done += n;
	}
	return (ssize_t)done;
}

static int grow(struct input *in, struct hf_error *err)
{
	size_t size = in->size * 2;
	uint8_t *buf;

	if (in->size >= MAX_LINE)
		return hf_fail(err, EINVAL,
			       "%s line %" PRIu64 " (byte %" PRIu64
			       ") is longer than 1 MiB: not a text trace",
			       in->path, in->lines + 1, in->offset);
	buf = realloc(in->buf, size + 1);
	if (!buf)
		return hf_fail(err, ENOMEM, "no memory for a long line of %s",
			       in->path);
	in->buf = buf;
	in->size = size;
	return 0;
}

/* Length of the next line with its newline, 0 at the end of the input. */
static int find_line(struct input *in, size_t *len, struct hf_error *err)
{
	size_t seen = 0;

	for (;;) {
		size_t have = in->tail - in->head;
		const uint8_t *nl = memchr(in->buf + in->head + seen, '\n',
					   have - seen);
		int rc = 0;

		*len = nl ? (size_t)(nl - (in->buf + in->head)) + 1 : have;
		if (nl || !in->ar)
			return 0;
		seen = have;
		if (have == in->size)
			rc = grow(in, err);
		if (!rc)
			rc = fill(in, have + 1, err);
		if (rc)
			return rc;
	}
}

int input_line(struct input *in, char **line, size_t *len,
	       struct hf_error *err)
{
	size_t n;
	char *p;
	int rc = find_line(in, &n, err);

	if (rc)
		return rc;
	if (!n)
		return 0;
	p = (char *)take(in, n);
	in->lines++;
	/*
	 * The last line of a file may lack its newline; the NUL then goes
	 * where nothing is stored, as all of the buffer was taken.
	 */
	if (p[n - 1] == '\n')
		n--;
	if (n && p[n - 1] == '\r')
		n--;
	p[n] = '\0';
	*line = p;
	if (len)
		*len = n;
	return 1;
}

const char *input_path(const struct input *in)
{
	return in->path;
}

uint64_t input_offset(const struct input *in)
{
	return in->offset;
}

uint64_t input_line_number(const struct input *in)
{
	return in->lines;
}

uint64_t input_raw_done(const struct input *in)
{
	la_int64_t n;

	if (!in->ar)
		return in->raw_done;
	n = archive_filter_bytes(in->ar, -1);
	return n > 0 ? (uint64_t)n : 0;
}

uint64_t input_raw_size(const struct input *in)
{
	return in->raw_size;
}
