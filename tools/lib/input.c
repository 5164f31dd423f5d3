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

#include "gunzip.h"
#include "input.h"

#define BLOCK		(64U << 10)
/* Read at a time; of compressed files this much is decompressed. */
#define ROOM		(256U << 10)
#define MAX_LINE	(1U << 20)

/**
 * struct input - a file that is read forward
 * @path: name for messages; owned
 * @fd: the file; closed at the end unless it is stdin
 * @start: where it begins in the file, -1 if that cannot be gone back to
 * @block: bytes of the file, as they are
 * @ahead: how many of them were only looked at
 * @gz: decompressor of gzip; NULL when there is none or its end is reached
 * @ar: the same of other formats
 * @plain: the file is read as it is
 * @buf: bytes that are decompressed and not taken: [@head, @tail)
 * @size: bytes allocated at @buf, one more is there for a NUL
 * @offset: bytes taken
 * @lines: lines taken
 * @raw_size: size of the file, 0 unknown
 * @raw_done: bytes read of it
 */
struct input {
	char *path;
	int fd;
	off_t start;
	uint8_t block[BLOCK];
	size_t ahead;
	struct gunzip *gz;
	struct archive *ar;
	bool plain;
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
	in->start = lseek(in->fd, 0, SEEK_CUR);
	if (S_ISREG(st.st_mode))
		in->raw_size = (uint64_t)st.st_size;
	return 0;
}

static void close_archive(struct input *in)
{
	if (!in->ar)
		return;
	archive_read_free(in->ar);
	in->ar = NULL;
}

static int failed(const struct input *in, int code, const char *why,
		  struct hf_error *err)
{
	if (code == EINTR)
		return hf_fail(err, EINTR, "interrupted while %s is read",
			       in->path);
	return hf_fail(err, code,
		       "cannot read %s after byte %" PRIu64
		       " of its content: %s", in->path,
		       in->offset + (in->tail - in->head), why);
}

static int broken(struct input *in, struct hf_error *err)
{
	int code = archive_errno(in->ar);
	const char *why = archive_error_string(in->ar);

	return failed(in, code > 0 ? code : EIO,
		      why ? why : "the compressed data are damaged", err);
}

/* A signal that ends the command ends the wait for data, as of a pipe. */
static ssize_t read_fd(struct input *in, void *buf, size_t len)
{
	ssize_t n = read(in->fd, buf, len);

	if (n < 0)
		return -errno;
	in->raw_done += (uint64_t)n;
	return n;
}

static ssize_t next_block(void *ctx, const uint8_t **bytes)
{
	struct input *in = ctx;
	ssize_t n = (ssize_t)in->ahead;

	*bytes = in->block;
	in->ahead = 0;
	return n ? n : read_fd(in, in->block, sizeof(in->block));
}

static la_ssize_t archive_block(struct archive *ar, void *ctx,
				const void **bytes)
{
	const uint8_t *block = NULL;
	ssize_t n = next_block(ctx, &block);

	*bytes = block;
	if (n < 0)
		archive_set_error(ar, (int)-n, "%s", strerror((int)-n));
	return n < 0 ? ARCHIVE_FATAL : n;
}

/* The first bytes tell whether it is gzip. */
static int open_gzip(struct input *in, struct hf_error *err)
{
	while (in->ahead < 3) {
		ssize_t n = read_fd(in, in->block + in->ahead,
				    sizeof(in->block) - in->ahead);

		if (n < 0)
			return failed(in, (int)-n, strerror((int)-n), err);
		if (!n)
			break;
		in->ahead += (size_t)n;
	}
	if (!gunzip_is(in->block, in->ahead))
		return 0;
	in->gz = gunzip_new(next_block, in);
	if (!in->gz)
		return hf_fail(err, ENOMEM, "no memory to read %s", in->path);
	return 0;
}

/* A file that is not compressed can do without a copy of each byte. */
static void read_directly(struct input *in)
{
	if (archive_filter_count(in->ar) > 1 || in->start < 0 ||
	    lseek(in->fd, in->start, SEEK_SET) < 0)
		return;
	close_archive(in);
	in->raw_done = 0;
	in->plain = true;
}

static int open_archive(struct input *in, struct hf_error *err)
{
	struct archive_entry *entry;
	int rc;

	rc = open_gzip(in, err);
	if (rc || in->gz)
		return rc;
	in->ar = archive_read_new();
	if (!in->ar)
		return hf_fail(err, ENOMEM, "no memory to read %s", in->path);
	archive_read_support_filter_zstd(in->ar);
	archive_read_support_filter_xz(in->ar);
	archive_read_support_filter_bzip2(in->ar);
	archive_read_support_format_raw(in->ar);
	archive_read_support_format_empty(in->ar);
	rc = archive_read_open(in->ar, in, NULL, archive_block, NULL);
	if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
		rc = archive_read_next_header(in->ar, &entry);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN && rc != ARCHIVE_EOF)
		return broken(in, err);
	if (rc == ARCHIVE_EOF)
		close_archive(in);
	else
		read_directly(in);
	return 0;
}

int input_open(struct input **out, const char *path, struct hf_error *err)
{
	struct input *in = calloc(1, sizeof(*in));
	int rc;

	if (!in)
		return hf_fail(err, ENOMEM, "no memory to read %s", path);
	in->fd = -1;
	in->size = ROOM;
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
	gunzip_free(in->gz);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in->buf);
	free(in->path);
	free(in);
}

static bool at_end(const struct input *in)
{
	return !in->ar && !in->plain && !in->gz;
}

static ssize_t read_plain(struct input *in, void *buf, size_t len,
			  struct hf_error *err)
{
	ssize_t n = read_fd(in, buf, len);

	if (n < 0)
		return failed(in, (int)-n, strerror((int)-n), err);
	in->plain = n > 0;
	return n;
}

static ssize_t read_archive(struct input *in, void *buf, size_t len,
			    struct hf_error *err)
{
	la_ssize_t n = archive_read_data(in->ar, buf, len);

	if (n < 0)
		return broken(in, err);
	if (n == 0)
		close_archive(in);
	return n;
}

static ssize_t read_gzip(struct input *in, void *buf, size_t len,
			 struct hf_error *err)
{
	const char *why = "no memory";
	ssize_t n = gunzip_read(in->gz, buf, len, &why);

	if (n < 0)
		return failed(in, (int)-n, why, err);
	if (n == 0) {
		gunzip_free(in->gz);
		in->gz = NULL;
	}
	return n;
}

static ssize_t read_more(struct input *in, void *buf, size_t len,
			 struct hf_error *err)
{
	if (in->plain)
		return read_plain(in, buf, len, err);
	return in->gz ? read_gzip(in, buf, len, err) :
			read_archive(in, buf, len, err);
}

/* Reads until @want bytes are there or the file ends. */
static int fill(struct input *in, size_t want, struct hf_error *err)
{
	if (in->size - in->head < want) {
		memmove(in->buf, in->buf + in->head, in->tail - in->head);
		in->tail -= in->head;
		in->head = 0;
	}
	while (!at_end(in) && in->tail - in->head < want) {
		ssize_t n = read_more(in, in->buf + in->tail,
				      in->size - in->tail, err);

		if (n < 0)
			return (int)n;
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
	if (in->tail - in->head < want && fill(in, want, err))
		return NULL;
	*got = in->tail - in->head;
	if (*got > want)
		*got = want;
	return in->buf + in->head;
}

const uint8_t *input_take(struct input *in, size_t len, size_t *got,
			  struct hf_error *err)
{
	if (in->tail - in->head < len && fill(in, len, err))
		return NULL;
	*got = in->tail - in->head;
	if (*got > len)
		*got = len;
	return take(in, *got);
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
		if (nl || at_end(in))
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
	return in->raw_done;
}

uint64_t input_raw_size(const struct input *in)
{
	return in->raw_size;
}
