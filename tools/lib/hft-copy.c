// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "hft-copy.h"

/* The device table is kept whole: target numbers stay what they are. */
static int add_devices(const struct hft_copy *copy, struct hf_error *err)
{
	const struct hft_file *in = copy->in;
	uint32_t i;
	int n;

	for (i = 0; i < in->hdr->device_count; i++) {
		const struct hfr_file_dev *d = &in->devs[i];

		n = hft_writer_device(copy->w, (const char *)d->name, d->major,
				      d->minor);
		if (n != (int)i)
			return hf_fail(err, EINVAL,
				       "%s: device %u of its table is there twice",
				       in->path, i);
		hft_writer_geometry(copy->w, n, d->size, d->logical_block);
	}
	return 0;
}

int hft_copy_open(struct hft_copy *copy, const struct hft_file *in,
		  const char *path, struct hf_error *err)
{
	int ret;

	copy->in = in;
	copy->path = path;
	ret = hft_writer_open(&copy->w, path, err);
	if (ret)
		return ret;
	ret = add_devices(copy, err);
	if (ret)
		hft_copy_abort(copy);
	return ret;
}

void hft_copy_abort(struct hft_copy *copy)
{
	hft_writer_abort(copy->w);
	copy->w = NULL;
}

/* The provenance of the original and what was done since; takes @said. */
static char *provenance(const struct hft_file *in, const char *key,
			json_t *said)
{
	json_t *o = json_loadb(in->provenance, in->hdr->provenance_size, 0,
			       NULL);
	char *text;

	if (!json_is_object(o)) {
		json_decref(o);
		o = json_object();
	}
	json_object_set_new(o, key, said);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

int hft_copy_finish(struct hft_copy *copy, uint32_t flags, uint64_t later_ns,
		    const char *key, json_t *said, struct hft_file *file,
		    struct hf_error *err)
{
	const struct hft_file *in = copy->in;
	uint64_t wall = in->hdr->wall_start_ns;
	char *text = provenance(in, key, said);
	int ret, fd;

	if (!text) {
		hft_copy_abort(copy);
		return hf_fail(err, ENOMEM, "out of memory");
	}
	ret = hft_writer_finish(copy->w, flags, wall ? wall + later_ns : 0,
				text, &fd, err);
	copy->w = NULL;
	free(text);
	if (ret)
		return ret;
	ret = hft_open_fd(file, fd, copy->path ? copy->path : in->path, err);
	close(fd);
	return ret;
}
