// SPDX-License-Identifier: GPL-2.0-only
/* .hft files that are filtered, merged, compressed or come through a pipe. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "hft.h"
#include "importer.h"
#include "outfile.h"

#define BLOCK		65536
#define PROGRESS_RECS	65536

static bool hft_sniff(const uint8_t *head, size_t len)
{
	return len >= 8 && !memcmp(head, HFR_FILE_MAGIC, 8);
}

/* A file that can be mapped. Returns its descriptor or -errno. */
static int spool(struct input *in, struct hf_error *err)
{
	struct outfile of;
	uint64_t at = 0;
	char buf[BLOCK];
	ssize_t n;
	int rc = outfile_open(&of, NULL, err);

	if (rc)
		return rc;
	while ((n = input_read(in, buf, sizeof(buf), err)) > 0) {
		rc = outfile_write(&of, buf, (size_t)n, at, err);
		if (rc)
			break;
		at += (uint64_t)n;
	}
	if (n < 0)
		rc = (int)n;
	if (!rc)
		return outfile_commit(&of, err);
	outfile_abort(&of);
	return rc;
}

static int add_devices(struct importer *imp, const struct hft_file *file,
		       int *target, struct hf_error *err)
{
	uint32_t i;

	for (i = 0; i < file->hdr->device_count; i++) {
		const struct hfr_file_dev *dev = &file->devs[i];

		target[i] = importer_device(imp, (const char *)dev->name,
					    dev->major, dev->minor, err);
		if (target[i] < 0)
			return target[i];
		importer_geometry(imp, target[i], dev->size,
				  dev->logical_block);
	}
	return 0;
}

static int add_requests(struct importer *imp, struct input *in,
			const struct hft_file *file, const int *target,
			struct hf_error *err)
{
	uint64_t i;
	int rc;

	for (i = 0; i < file->count; i++) {
		struct hfr_trace_rec rec = file->recs[i];

		rec.target = (uint16_t)target[rec.target];
		if (rec.complete_ns != HFR_UNKNOWN)
			importer_completions(imp);
		rc = importer_request(imp, &rec, in, err);
		if (rc)
			return rc;
		if (i % PROGRESS_RECS == 0)
			rc = importer_progress(imp, &in, 1, err);
		if (rc)
			return rc;
	}
	importer_sum(imp)->events += file->count;
	return 0;
}

static int read_one(struct importer *imp, struct input *in,
		    struct hf_error *err)
{
	int target[HFR_MAX_DEVICES];
	struct hft_file file;
	int fd = spool(in, err);
	int rc;

	if (fd < 0)
		return fd;
	rc = hft_open_fd(&file, fd, input_path(in), err);
	close(fd);
	if (rc)
		return rc;
	if (file.hdr->flags & HFR_FF_LEVEL_QUEUE)
		importer_sum(imp)->level = "queue";
	if (file.hdr->wall_start_ns)
		importer_wall_clock(imp, 0, file.hdr->wall_start_ns);
	importer_source(imp, file.provenance, file.hdr->provenance_size);
	rc = add_devices(imp, &file, target, err);
	if (!rc)
		rc = add_requests(imp, in, &file, target, err);
	hft_close(&file);
	return rc;
}

static int hft_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	int i, rc = 0;

	for (i = 0; i < nins && !rc; i++)
		rc = read_one(imp, ins[i], err);
	return rc;
}

const struct format format_hft = {
	.name = "hft",
	.about = "hfreplay's own",
	.sniff = hft_sniff,
	.read = hft_read,
};
