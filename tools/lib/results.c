// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "outfile.h"
#include "results.h"

#define MAX_META (64U << 20)

static const char *const cause_names[HFR_CAUSE_NR] = {
	[HFR_CAUSE_NONE] = "none",
	[HFR_CAUSE_SUBMIT] = "submit of the request before",
	[HFR_CAUSE_QUEUE] = "tag or queue wait",
	[HFR_CAUSE_LIMIT] = "in-flight limit",
	[HFR_CAUSE_PARENT] = "parent not complete",
	[HFR_CAUSE_FEEDER] = "starved by the feeder",
	[HFR_CAUSE_RESULTS] = "completion ring full",
	[HFR_CAUSE_WINDOW] = "window full",
	[HFR_CAUSE_STOLEN] = "interrupt or preemption",
	[HFR_CAUSE_ENGINE] = "engine",
};

const char *hfr_cause_name(uint8_t cause)
{
	return cause < HFR_CAUSE_NR ? cause_names[cause] : NULL;
}

static uint64_t recs_size(uint64_t count)
{
	return count * sizeof(struct hfr_completion_rec);
}

static int write_all(struct outfile *of, const struct results *res,
		     const char *meta, struct hf_error *err)
{
	struct results_hdr hdr = {
		.byte_order = HFR_BYTE_ORDER,
		.version = HFR_RESULTS_VERSION,
		.record_size = sizeof(struct hfr_completion_rec),
		.meta_size = (uint32_t)strlen(meta),
		.count = res->count,
	};
	struct results_end end = {
		.count = res->count,
		.checksum = XXH64(res->recs, recs_size(res->count), 0),
	};
	static const char zeros[64];
	uint64_t at = sizeof(hdr) + hdr.meta_size;
	int rc;

	memcpy(hdr.magic, HFR_RESULTS_MAGIC, sizeof(hdr.magic));
	memcpy(end.magic, HFR_RESULTS_END, sizeof(end.magic));
	hdr.header_size = (uint32_t)((at + 63) / 64 * 64);
	rc = outfile_write(of, &hdr, sizeof(hdr), 0, err);
	if (!rc)
		rc = outfile_write(of, meta, hdr.meta_size, sizeof(hdr), err);
	if (!rc)
		rc = outfile_write(of, zeros, hdr.header_size - at, at, err);
	if (!rc)
		rc = outfile_write(of, res->recs, recs_size(res->count),
				   hdr.header_size, err);
	if (rc)
		return rc;
	return outfile_write(of, &end, sizeof(end),
			     hdr.header_size + recs_size(res->count), err);
}

int results_write(const struct results *res, const char *path,
		  struct hf_error *err)
{
	struct outfile of;
	char *meta = json_dumps(res->meta, JSON_COMPACT);
	int rc;

	if (!meta || strlen(meta) > MAX_META) {
		free(meta);
		return hf_fail(err, EINVAL,
			       "cannot write %s: its description is no JSON object below 64 MiB",
			       path);
	}
	rc = outfile_open(&of, path, err);
	if (!rc) {
		rc = write_all(&of, res, meta, err);
		if (!rc)
			rc = outfile_commit(&of, err);
		if (rc >= 0)
			close(rc);
		else
			outfile_abort(&of);
	}
	free(meta);
	return rc < 0 ? rc : 0;
}

/**
 * struct source - an .hfr file that is read
 * @fd: the file
 * @path: its name
 * @size: its bytes
 */
struct source {
	int fd;
	const char *path;
	uint64_t size;
};

static int open_source(struct source *src, const char *path,
		       struct hf_error *err)
{
	struct stat st;

	*src = (struct source){ .path = path };
	src->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (src->fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	if (fstat(src->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(src->fd);
		return hf_fail(err, EINVAL, "%s is not a regular file", path);
	}
	src->size = (uint64_t)st.st_size;
	return 0;
}

static int read_at(const struct source *src, void *buf, uint64_t len,
		   uint64_t offset, struct hf_error *err)
{
	char *p = buf;

	while (len) {
		ssize_t n = pread(src->fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return hf_fail(err, errno,
				       "cannot read %s at byte %" PRIu64 ": %s",
				       src->path, offset, strerror(errno));
		if (!n)
			return hf_fail(err, EINVAL,
				       "%s is cut off at byte %" PRIu64,
				       src->path, offset);
		p += n;
		len -= (uint64_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

static int check_kind(const struct source *src, const struct results_hdr *h,
		      struct hf_error *err)
{
	if (memcmp(h->magic, HFR_RESULTS_MAGIC, sizeof(h->magic)))
		return hf_fail(err, EINVAL,
			       "%s is not a file of results: byte 0 has no \"HFR\" mark",
			       src->path);
	if (h->byte_order == __builtin_bswap32(HFR_BYTE_ORDER))
		return hf_fail(err, EINVAL,
			       "%s was written on a host of the other byte order (byte 8)",
			       src->path);
	if (h->byte_order != HFR_BYTE_ORDER)
		return hf_fail(err, EINVAL,
			       "%s is damaged: its byte order mark (byte 8) is 0x%08x",
			       src->path, h->byte_order);
	if (h->version != HFR_RESULTS_VERSION)
		return hf_fail(err, EINVAL,
			       "%s has format version %u (byte 12), this hfctl reads version %u",
			       src->path, h->version, HFR_RESULTS_VERSION);
	return 0;
}

static int check_header(const struct source *src, const struct results_hdr *h,
			struct hf_error *err)
{
	static const uint64_t none[4];
	const char *what = NULL;
	uint64_t body;
	int rc = check_kind(src, h, err);

	if (rc)
		return rc;
	if (h->record_size != sizeof(struct hfr_completion_rec))
		what = "record size (byte 14)";
	else if (h->meta_size > MAX_META || h->header_size !=
		 (sizeof(*h) + (uint64_t)h->meta_size + 63) / 64 * 64)
		what = "header size (byte 16)";
	else if (memcmp(h->reserved, none, sizeof(none)))
		what = "reserved field (byte 32)";
	if (what)
		return hf_fail(err, EINVAL, "%s is damaged: bad %s",
			       src->path, what);
	if (src->size < h->header_size + sizeof(struct results_end))
		return hf_fail(err, EINVAL,
			       "%s is cut off in its header (byte %" PRIu64 ")",
			       src->path, src->size);
	body = src->size - h->header_size - sizeof(struct results_end);
	if (h->count > body / sizeof(struct hfr_completion_rec))
		return hf_fail(err, EINVAL,
			       "%s is cut off at byte %" PRIu64
			       ": its header says %" PRIu64 " records",
			       src->path, src->size, h->count);
	if (recs_size(h->count) != body)
		return hf_fail(err, EINVAL,
			       "%s is damaged: it has bytes behind its trailer (byte %" PRIu64
			       ")", src->path, h->header_size +
			       recs_size(h->count) +
			       sizeof(struct results_end));
	return 0;
}

/* The text and, behind it, the zeros up to the first record. */
static int read_meta(struct results *res, const struct source *src,
		     const struct results_hdr *h, struct hf_error *err)
{
	size_t len = h->header_size - sizeof(*h), i;
	char *text = malloc(len + 1);
	json_error_t why;
	int rc;

	if (!text)
		return hf_fail(err, ENOMEM, "no memory to read %s", src->path);
	rc = read_at(src, text, len, sizeof(*h), err);
	for (i = h->meta_size; !rc && i < len; i++)
		if (text[i])
			rc = hf_fail(err, EINVAL,
				     "%s is damaged: byte %zu is not 0",
				     src->path, sizeof(*h) + i);
	if (!rc) {
		res->meta = json_loadb(text, h->meta_size, 0, &why);
		if (!json_is_object(res->meta))
			rc = hf_fail(err, EINVAL,
				     "%s is damaged: its description (byte %zu) is no JSON object: %s",
				     src->path, sizeof(*h),
				     res->meta ? "another value" : why.text);
	}
	free(text);
	return rc;
}

static int check_end(const struct results *res, const struct source *src,
		     uint64_t at, struct hf_error *err)
{
	struct results_end end;
	uint64_t sum = XXH64(res->recs, recs_size(res->count), 0);
	int rc = read_at(src, &end, sizeof(end), at, err);

	if (rc)
		return rc;
	if (memcmp(end.magic, HFR_RESULTS_END, sizeof(end.magic)) ||
	    end.reserved || end.count != res->count)
		return hf_fail(err, EBADMSG,
			       "%s is damaged: bad trailer (byte %" PRIu64 ")",
			       src->path, at);
	if (end.checksum != sum)
		return hf_fail(err, EBADMSG,
			       "%s is damaged: checksum of its records is %016" PRIx64
			       ", the trailer (byte %" PRIu64 ") says %016" PRIx64,
			       src->path, sum, at, end.checksum);
	return 0;
}

/* What code that prints a record relies on. */
static int check_recs(const struct results *res, const struct source *src,
		      uint64_t at, struct hf_error *err)
{
	uint64_t i;

	for (i = 0; i < res->count; i++) {
		const struct hfr_completion_rec *rec = &res->recs[i];
		const char *what = NULL;

		if (rec->cause >= HFR_CAUSE_NR)
			what = "cause of lateness";
		else if (rec->state > HFR_REC_NOT_ISSUED)
			what = "state";
		if (what)
			return hf_fail(err, EINVAL,
				       "%s: record %" PRIu64 " (byte %" PRIu64
				       ") has an unknown %s", src->path, i,
				       at + recs_size(i), what);
	}
	return 0;
}

static int read_recs(struct results *res, const struct source *src,
		     const struct results_hdr *h, struct hf_error *err)
{
	int rc;

	/* Never 0 bytes: no records is not the same as no memory. */
	res->count = h->count;
	res->recs = malloc(recs_size(h->count) + 1);
	if (!res->recs)
		return hf_fail(err, ENOMEM,
			       "no memory for the %" PRIu64 " records of %s",
			       h->count, src->path);
	rc = read_at(src, res->recs, recs_size(h->count), h->header_size, err);
	if (!rc)
		rc = check_end(res, src, h->header_size + recs_size(h->count),
			       err);
	return rc ? rc : check_recs(res, src, h->header_size, err);
}

int results_read(struct results *res, const char *path, struct hf_error *err)
{
	struct results_hdr hdr;
	struct source src;
	int rc = open_source(&src, path, err);

	*res = (struct results){ 0 };
	if (rc)
		return rc;
	if (!src.size)
		rc = hf_fail(err, ENODATA, "%s is empty", path);
	else if (src.size < sizeof(hdr))
		rc = hf_fail(err, EINVAL,
			     "%s is not a file of results: it has %" PRIu64
			     " bytes only", path, src.size);
	else
		rc = read_at(&src, &hdr, sizeof(hdr), 0, err);
	if (!rc)
		rc = check_header(&src, &hdr, err);
	if (!rc)
		rc = read_meta(res, &src, &hdr, err);
	if (!rc)
		rc = read_recs(res, &src, &hdr, err);
	close(src.fd);
	if (rc)
		results_free(res);
	return rc;
}

void results_free(struct results *res)
{
	free(res->recs);
	json_decref(res->meta);
	*res = (struct results){ 0 };
}
