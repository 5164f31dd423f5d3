// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hft.h"
#include "hft-rules.h"

static int map_file(struct hft_file *file, int fd, struct hf_error *err)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st) < 0)
		return hf_fail(err, errno, "cannot read %s: %s", file->path,
			       strerror(errno));
	if (!S_ISREG(st.st_mode))
		return hf_fail(err, EINVAL,
			       "%s is not a regular file: a trace is mapped, convert it first",
			       file->path);
	if (!st.st_size)
		return hf_fail(err, ENODATA, "%s is empty", file->path);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return hf_fail(err, errno, "cannot map %s: %s", file->path,
			       strerror(errno));
	file->map = map;
	file->size = (size_t)st.st_size;
	madvise(map, file->size, MADV_SEQUENTIAL);
	return 0;
}

static bool all_zero(const void *p, size_t len)
{
	const uint8_t *b = p;

	while (len && !*b) {
		b++;
		len--;
	}
	return !len;
}

/* Magic, byte order and version: is it such a file at all? */
static int check_kind(const struct hft_file *file, struct hf_error *err)
{
	static const uint8_t magic[] = HFR_FILE_MAGIC;
	const struct hfr_file_hdr *hdr = file->map;
	size_t len = file->size < 8 ? file->size : 8;

	if (memcmp(file->map, magic, len))
		return hf_fail(err, EINVAL,
			       "%s is not an .hft file: byte 0 has no \"HFT\" mark; convert the trace first",
			       file->path);
	if (file->size < sizeof(*hdr))
		return hf_fail(err, EINVAL,
			       "%s is cut off in its header: %zu bytes of %zu",
			       file->path, file->size, sizeof(*hdr));
	if (hdr->byte_order == __builtin_bswap32(HFR_BYTE_ORDER))
		return hf_fail(err, EINVAL,
			       "%s was written on a host of the other byte order (byte 8); convert the source trace on this one",
			       file->path);
	if (hdr->byte_order != HFR_BYTE_ORDER)
		return hf_fail(err, EINVAL,
			       "%s is damaged: its byte order mark (byte 8) is 0x%08x",
			       file->path, hdr->byte_order);
	if (hdr->version != HFR_FILE_VERSION)
		return hf_fail(err, EINVAL,
			       "%s has format version %u (byte 12), this hfctl reads version %u",
			       file->path, hdr->version, HFR_FILE_VERSION);
	return 0;
}

struct field_check {
	bool bad;
	size_t offset;
	const char *what;
};

#define AT(member) offsetof(struct hfr_file_hdr, member)

static int check_deps(const struct hft_file *file, struct hf_error *err)
{
	const struct hfr_file_hdr *h = file->map;
	const struct hft_dep_info info = hft_dep_info(h);
	char why[HFT_WHY] = "";

	if (!(h->flags & HFR_FF_DEPS)) {
		if (!info.kind && !info.scopes && !info.nodes &&
		    !info.threshold_ns)
			return 0;
		return hf_fail(err, EINVAL,
			       "%s is damaged: its header describes dependencies, its flags do not say so",
			       file->path);
	}
	if (!(h->flags & HFR_FF_COMPLETIONS))
		return hf_fail(err, EINVAL,
			       "%s is damaged: it has dependencies and no completion times",
			       file->path);
	if (hft_dep_info_broken(&info, h->device_count, why))
		return hf_fail(err, EINVAL, "%s is damaged: it %s", file->path,
			       why);
	return 0;
}

static int check_fields(const struct hft_file *file, struct hf_error *err)
{
	const struct hfr_file_hdr *h = file->map;
	const struct field_check checks[] = {
		{ h->record_size != sizeof(struct hfr_trace_rec),
		  AT(record_size), "record size" },
		{ !h->device_count || h->device_count > HFR_MAX_DEVICES,
		  AT(device_count), "number of devices" },
		{ h->header_size % HFR_UNIT || h->header_size > HFR_MAX_HEADER,
		  AT(header_size), "header size" },
		{ sizeof(*h) + (uint64_t)h->device_count *
		  sizeof(struct hfr_file_dev) + h->provenance_size >
		  h->header_size, AT(provenance_size), "provenance size" },
		{ h->flags & ~HFR_FF_ALL, AT(flags), "flags" },
		{ h->max_length > HFR_MAX_LENGTH, AT(max_length),
		  "longest request" },
		{ h->reserved0, AT(reserved0), "reserved field" },
		{ !all_zero(h->reserved, sizeof(h->reserved)), AT(reserved),
		  "reserved field" },
	};
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].bad)
			return hf_fail(err, EINVAL,
				       "%s is damaged: bad %s in the header (byte %zu)",
				       file->path, checks[i].what,
				       checks[i].offset);
	return check_deps(file, err);
}

static int check_device(const struct hft_file *file, uint32_t i,
			struct hf_error *err)
{
	const struct hfr_file_dev *dev = &file->devs[i];
	const char *what = NULL;
	size_t at = (size_t)((const char *)dev - (const char *)file->map);

	if (!memchr(dev->name, '\0', sizeof(dev->name)))
		what = "has no end of its name";
	else if (!hft_logical_block_good(dev->logical_block))
		what = "has a logical block that is no power of two from 512";
	else if (dev->reserved0 ||
		 !all_zero(dev->reserved, sizeof(dev->reserved)))
		what = "has a reserved field that is not 0";
	if (!what)
		return 0;
	return hf_fail(err, EINVAL, "%s is damaged: device %u (byte %zu) %s",
		       file->path, i, at, what);
}

static int check_header(struct hft_file *file, struct hf_error *err)
{
	const struct hfr_file_hdr *hdr = file->map;
	size_t table, used;
	uint32_t i;
	int rc = check_kind(file, err);

	if (!rc)
		rc = check_fields(file, err);
	if (rc)
		return rc;
	if (file->size < hdr->header_size)
		return hf_fail(err, EINVAL,
			       "%s is cut off in its header: %zu bytes of %u",
			       file->path, file->size, hdr->header_size);
	file->hdr = hdr;
	file->devs = (const void *)((const char *)file->map + sizeof(*hdr));
	for (i = 0; i < hdr->device_count; i++) {
		rc = check_device(file, i, err);
		if (rc)
			return rc;
	}
	table = hdr->device_count * sizeof(struct hfr_file_dev);
	file->provenance = (const char *)file->map + sizeof(*hdr) + table;
	used = sizeof(*hdr) + table + hdr->provenance_size;
	if (!all_zero((const char *)file->map + used, hdr->header_size - used))
		return hf_fail(err, EINVAL,
			       "%s is damaged: bytes behind the provenance (byte %zu) are not 0",
			       file->path, used);
	return 0;
}

static const struct hfr_file_end *trailer_at(const struct hft_file *file,
					     uint64_t count)
{
	return (const void *)(file->recs + count);
}

/*
 * Finds count and trailer from the size, before any record is looked at: a
 * file that is cut off is more likely than one that is damaged.
 */
static int check_size(struct hft_file *file, struct hf_error *err)
{
	const struct hfr_file_hdr *hdr = file->hdr;
	uint64_t body = file->size - hdr->header_size;
	uint64_t whole = body / sizeof(struct hfr_trace_rec), end;

	file->recs = (const void *)((const char *)file->map +
				    hdr->header_size);
	if (hdr->count == HFR_UNKNOWN) {
		if (body % HFR_UNIT || !whole ||
		    memcmp(trailer_at(file, whole - 1)->magic, HFR_END_MAGIC, 8))
			return hf_fail(err, EINVAL,
				       "%s is cut off after request %" PRIu64
				       " (byte %zu): it has no trailer",
				       file->path, whole, file->size);
		file->count = whole - 1;
		return 0;
	}
	file->count = hdr->count;
	if (whole <= hdr->count)
		return hf_fail(err, EINVAL,
			       "%s is cut off at byte %zu: its header says %" PRIu64
			       " requests and a trailer, there are %" PRIu64,
			       file->path, file->size, (uint64_t)hdr->count,
			       whole);
	end = (hdr->count + 1) * sizeof(struct hfr_trace_rec);
	if (body != end)
		return hf_fail(err, EINVAL,
			       "%s is damaged: it has bytes behind its trailer (byte %" PRIu64
			       ")", file->path, hdr->header_size + end);
	return 0;
}

static int open_fd(struct hft_file *file, int fd, const char *path,
		   struct hf_error *err)
{
	int rc;

	*file = (struct hft_file){ .path = strdup(path) };
	if (!file->path)
		return hf_fail(err, ENOMEM, "no memory to open %s", path);
	rc = map_file(file, fd, err);
	if (!rc)
		rc = check_header(file, err);
	if (!rc)
		rc = check_size(file, err);
	if (rc)
		hft_close(file);
	return rc;
}

static int check_all(struct hft_file *file, struct hf_error *err)
{
	struct hft_check *check;
	int rc = hft_check_new(&check, file, err);

	if (!rc)
		rc = hft_check_end(check, err);
	if (rc)
		hft_close(file);
	return rc;
}

int hft_open_fd(struct hft_file *file, int fd, const char *path,
		struct hf_error *err)
{
	int rc = open_fd(file, fd, path, err);

	return rc ? rc : check_all(file, err);
}

int hft_open_unchecked(struct hft_file *file, const char *path,
		       struct hf_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	rc = open_fd(file, fd, path, err);
	close(fd);
	return rc;
}

int hft_open(struct hft_file *file, const char *path, struct hf_error *err)
{
	int rc = hft_open_unchecked(file, path, err);

	return rc ? rc : check_all(file, err);
}

void hft_close(struct hft_file *file)
{
	if (file->map)
		munmap(file->map, file->size);
	free(file->path);
	*file = (struct hft_file){ 0 };
}
