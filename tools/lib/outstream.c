// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "outfile.h"
#include "outstream.h"

#define BLOCK		(256U << 10)
#define MAX_PRINT	4096

/**
 * struct outstream - an output that is being written
 * @of: the file; its descriptor is -1 for standard output
 * @offset: bytes that @of has
 * @ar: compressor, NULL for none
 * @failed: what the compressor's output ended with; 0 while it is fine
 * @err: sentence of @failed
 * @used: bytes in @buf that are not written yet
 * @buf: collects what is written
 */
struct outstream {
	struct outfile of;
	uint64_t offset;
	struct archive *ar;
	int failed;
	struct hf_error err;
	size_t used;
	char buf[BLOCK];
};

static const struct compression {
	const char *suffix;
	const char *filter;
} compressions[] = {
	{ ".gz", "gzip" },
	{ ".zst", "zstd" },
	{ ".xz", "xz" },
	{ ".bz2", "bzip2" },
};

static const struct compression *find_compression(const char *path)
{
	size_t len = strlen(path), i;

	for (i = 0; i < ARRAY_SIZE(compressions); i++) {
		size_t n = strlen(compressions[i].suffix);

		if (len > n && !strcmp(path + len - n, compressions[i].suffix))
			return &compressions[i];
	}
	return NULL;
}

size_t outstream_plain_length(const char *path)
{
	const struct compression *c = find_compression(path);

	return strlen(path) - (c ? strlen(c->suffix) : 0);
}

static bool to_stdout(const struct outstream *os)
{
	return os->of.fd < 0;
}

static int put_stdout(const char *p, size_t len, struct hf_error *err)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return hf_fail(err, n ? errno : EIO,
				       "cannot write standard output: %s",
				       strerror(n ? errno : EIO));
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What has been through the compressor, or needs none. */
static int put_raw(struct outstream *os, const void *data, size_t len,
		   struct hf_error *err)
{
	int ret;

	if (to_stdout(os))
		return put_stdout(data, len, err);
	ret = outfile_write(&os->of, data, len, os->offset, err);
	if (!ret)
		os->offset += len;
	return ret;
}

static la_ssize_t compressed(struct archive *ar, void *ctx, const void *data,
			     size_t len)
{
	struct outstream *os = ctx;

	if (!os->failed)
		os->failed = put_raw(os, data, len, &os->err);
	if (!os->failed)
		return (la_ssize_t)len;
	archive_set_error(ar, -os->failed, "%s", os->err.text);
	return ARCHIVE_FATAL;
}

static int compressor_failed(struct outstream *os, struct hf_error *err)
{
	if (os->failed) {
		*err = os->err;
		return os->failed;
	}
	return hf_fail(err, EIO, "cannot compress %s: %s",
		       outfile_name(&os->of), archive_error_string(os->ar));
}

/* One entry without a name: the raw format is its bytes. */
static int add_entry(struct outstream *os)
{
	struct archive_entry *entry = archive_entry_new();
	int ret;

	if (!entry)
		return ARCHIVE_FATAL;
	archive_entry_set_pathname(entry, "data");
	archive_entry_set_filetype(entry, AE_IFREG);
	ret = archive_write_header(os->ar, entry);
	archive_entry_free(entry);
	return ret;
}

/* The same input gives the same bytes: no time of day in what gzip writes. */
static int start_compressor(struct outstream *os, const char *filter,
			    struct hf_error *err)
{
	os->ar = archive_write_new();
	if (!os->ar)
		return hf_fail(err, ENOMEM, "no memory to compress");
	if (archive_write_set_format_raw(os->ar) < ARCHIVE_WARN ||
	    archive_write_add_filter_by_name(os->ar, filter) < ARCHIVE_WARN ||
	    archive_write_set_bytes_in_last_block(os->ar, 1) < ARCHIVE_WARN)
		return compressor_failed(os, err);
	if (!strcmp(filter, "gzip"))
		archive_write_set_filter_option(os->ar, filter, "timestamp",
						NULL);
	if (archive_write_open(os->ar, os, NULL, compressed, NULL) <
	    ARCHIVE_WARN || add_entry(os) < ARCHIVE_WARN)
		return compressor_failed(os, err);
	return 0;
}

static int open_file(struct outstream *os, const char *path,
		     struct hf_error *err)
{
	const struct compression *c = find_compression(path);
	int ret = outfile_open(&os->of, path, err);

	return ret || !c ? ret : start_compressor(os, c->filter, err);
}

int outstream_open(struct outstream **out, const char *path,
		   struct hf_error *err)
{
	struct outstream *os = malloc(sizeof(*os));
	int ret = 0;

	if (!os)
		return hf_fail(err, ENOMEM, "no memory for the output");
	memset(os, 0, offsetof(struct outstream, buf));
	os->of.fd = -1;
	if (strcmp(path, "-"))
		ret = open_file(os, path, err);
	if (ret)
		outstream_abort(os);
	else
		*out = os;
	return ret;
}

static int flush(struct outstream *os, struct hf_error *err)
{
	size_t len = os->used;

	os->used = 0;
	if (!os->ar)
		return put_raw(os, os->buf, len, err);
	if (len && archive_write_data(os->ar, os->buf, len) != (la_ssize_t)len)
		return compressor_failed(os, err);
	return 0;
}

int outstream_write(struct outstream *os, const void *data, size_t len,
		    struct hf_error *err)
{
	const char *p = data;

	while (len) {
		size_t n = BLOCK - os->used < len ? BLOCK - os->used : len;
		int ret;

		memcpy(os->buf + os->used, p, n);
		os->used += n;
		p += n;
		len -= n;
		ret = os->used == BLOCK ? flush(os, err) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

int outstream_print(struct outstream *os, struct hf_error *err,
		    const char *fmt, ...)
{
	va_list ap;
	int n, ret;

	if (os->used > BLOCK - MAX_PRINT) {
		ret = flush(os, err);
		if (ret)
			return ret;
	}
	va_start(ap, fmt);
	n = vsnprintf(os->buf + os->used, MAX_PRINT, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= MAX_PRINT)
		return hf_fail(err, EOVERFLOW,
			       "a line of %d bytes is too long for the output",
			       n);
	os->used += (size_t)n;
	return 0;
}

static int commit(struct outstream *os, struct hf_error *err)
{
	int ret = flush(os, err), fd;

	if (!ret && os->ar && archive_write_close(os->ar) < ARCHIVE_WARN)
		ret = compressor_failed(os, err);
	if (ret || to_stdout(os))
		return ret;
	fd = outfile_commit(&os->of, err);
	if (fd < 0)
		return fd;
	/* Some file systems say only now that there was no room. */
	if (close(fd) < 0)
		return hf_fail(err, errno, "cannot write the output: %s",
			       strerror(errno));
	return 0;
}

int outstream_commit(struct outstream *os, struct hf_error *err)
{
	int ret = commit(os, err);

	outstream_abort(os);
	return ret;
}

void outstream_abort(struct outstream *os)
{
	if (!os)
		return;
	/* What the compressor still holds is not wanted. */
	if (!os->failed)
		os->failed = -ECANCELED;
	if (os->ar)
		archive_write_free(os->ar);
	outfile_abort(&os->of);
	free(os);
}
