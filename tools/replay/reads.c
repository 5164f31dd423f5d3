// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <jansson.h>

#include "plan.h"
#include "reads.h"

static char *provenance(const struct hft_file *in, uint64_t left_out)
{
	json_t *o = json_loadb(in->provenance, in->hdr->provenance_size, 0,
			       NULL);
	char *text;

	if (!json_is_object(o)) {
		json_decref(o);
		o = json_object();
	}
	json_object_set_new(o, "reads_only",
			    json_pack("{s:I, s:s}", "left_out",
				      (json_int_t)left_out, "of", in->path));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

/* The device table is kept whole: target numbers stay what they are. */
static int add_devices(struct hft_writer *w, const struct hft_file *in,
		       struct hf_error *err)
{
	uint32_t i;
	int n;

	for (i = 0; i < in->hdr->device_count; i++) {
		const struct hfr_file_dev *d = &in->devs[i];

		n = hft_writer_device(w, (const char *)d->name, d->major,
				      d->minor);
		if (n != (int)i)
			return hf_fail(err, EINVAL,
				       "%s: device %u of its table is there twice",
				       in->path, i);
		hft_writer_geometry(w, n, d->size, d->logical_block);
	}
	return 0;
}

static int add_reads(struct hft_writer *w, const struct hft_file *in,
		     uint64_t *kept, struct hf_error *err)
{
	struct hfr_trace_rec rec;
	uint64_t i;
	int ret;

	*kept = 0;
	for (i = 0; i < in->count; i++) {
		if (plan_op_changes(in->recs[i].op))
			continue;
		rec = in->recs[i];
		rec.rank = 0;
		rec.dep_lo = 0;
		rec.dep_hi = 0;
		ret = hft_writer_add(w, &rec, err);
		if (ret)
			return ret;
		++*kept;
	}
	if (!*kept)
		return hf_fail(err, ENODATA,
			       "%s has no request that leaves the device as it is; --allow-writes permits the others",
			       in->path);
	return 0;
}

/* @fd becomes the file's: it is mapped and closed. */
static int open_result(struct hft_file *file, int fd, const char *path,
		       struct hf_error *err)
{
	int ret = hft_open_fd(file, fd, path, err);

	close(fd);
	return ret;
}

int reads_only(const struct hft_file *in, const char *out,
	       struct hft_file *file, uint64_t *left_out,
	       struct hf_error *err)
{
	struct hft_writer *w;
	char *text = NULL;
	uint64_t kept;
	int ret, fd;

	ret = hft_writer_open(&w, out, err);
	if (ret)
		return ret;
	ret = add_devices(w, in, err);
	if (!ret)
		ret = add_reads(w, in, &kept, err);
	if (!ret) {
		*left_out = in->count - kept;
		text = provenance(in, *left_out);
		if (!text)
			ret = hf_fail(err, ENOMEM, "out of memory");
	}
	if (ret) {
		hft_writer_abort(w);
		return ret;
	}
	ret = hft_writer_finish(w, in->hdr->flags & HFR_FF_LEVEL_QUEUE,
				in->hdr->wall_start_ns, text, &fd, err);
	free(text);
	return ret ? ret : open_result(file, fd, out ? out : in->path, err);
}
