// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "hft-pipe.h"
#include "outstream.h"

#define BUFFER_RECS 1024U

/**
 * struct hft_pipe - an .hft file on its way into a pipe
 * @os: the pipe
 * @hash: checksum of the records that were written
 * @buf: records that were not
 * @buffered: how many
 * @count: records added
 */
struct hft_pipe {
	struct outstream *os;
	XXH64_state_t *hash;
	struct hfr_trace_rec buf[BUFFER_RECS];
	unsigned int buffered;
	uint64_t count;
};

static int write_header(struct hft_pipe *p, const struct hft_pipe_opts *opts,
			struct hf_error *err)
{
	size_t text = strlen(opts->provenance);
	size_t table = opts->ndevices * sizeof(struct hfr_file_dev);
	size_t size = sizeof(struct hfr_file_hdr) + table + text;
	struct hfr_file_hdr *hdr;
	struct hfr_file_dev *dev;
	unsigned int i;
	int rc;

	size = (size + HFR_UNIT - 1) / HFR_UNIT * HFR_UNIT;
	if (size > HFR_MAX_HEADER)
		return hf_fail(err, E2BIG,
			       "the provenance of %zu bytes does not fit the header",
			       text);
	hdr = calloc(1, size);
	if (!hdr)
		return hf_fail(err, ENOMEM, "out of memory");
	memcpy(hdr->magic, HFR_FILE_MAGIC, sizeof(hdr->magic));
	hdr->byte_order = HFR_BYTE_ORDER;
	hdr->version = HFR_FILE_VERSION;
	hdr->record_size = sizeof(struct hfr_trace_rec);
	hdr->header_size = (uint32_t)size;
	hdr->device_count = opts->ndevices;
	hdr->provenance_size = (uint32_t)text;
	hdr->count = HFR_UNKNOWN;
	hdr->duration_ns = HFR_UNKNOWN;
	hdr->max_length = opts->max_length;
	dev = (struct hfr_file_dev *)(hdr + 1);
	for (i = 0; i < opts->ndevices; i++, dev++) {
		snprintf((char *)dev->name, sizeof(dev->name), "%s",
			 opts->devices[i]);
		dev->max_end = HFR_UNKNOWN;
		dev->requests = HFR_UNKNOWN;
	}
	memcpy(dev, opts->provenance, text);
	rc = outstream_write(p->os, hdr, size, err);
	free(hdr);
	return rc;
}

int hft_pipe_open(struct hft_pipe **out, const struct hft_pipe_opts *opts,
		  struct hf_error *err)
{
	struct hft_pipe *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return hf_fail(err, ENOMEM, "out of memory");
	p->hash = XXH64_createState();
	if (!p->hash) {
		free(p);
		return hf_fail(err, ENOMEM, "out of memory");
	}
	XXH64_reset(p->hash, 0);
	rc = outstream_open(&p->os, "-", err);
	if (!rc)
		rc = write_header(p, opts, err);
	if (rc) {
		hft_pipe_abort(p);
		return rc;
	}
	*out = p;
	return 0;
}

static int flush(struct hft_pipe *p, struct hf_error *err)
{
	size_t len = p->buffered * sizeof(p->buf[0]);

	XXH64_update(p->hash, p->buf, len);
	p->buffered = 0;
	return outstream_write(p->os, p->buf, len, err);
}

int hft_pipe_add(struct hft_pipe *p, const struct hfr_trace_rec *rec,
		 struct hf_error *err)
{
	p->buf[p->buffered++] = *rec;
	p->count++;
	return p->buffered == BUFFER_RECS ? flush(p, err) : 0;
}

int hft_pipe_finish(struct hft_pipe *p, struct hf_error *err)
{
	struct hfr_file_end end = { .count = p->count, .op = HFR_OP_END };
	int rc = flush(p, err);

	memcpy(end.magic, HFR_END_MAGIC, sizeof(end.magic));
	end.checksum = XXH64_digest(p->hash);
	if (!rc)
		rc = outstream_write(p->os, &end, sizeof(end), err);
	if (!rc) {
		rc = outstream_commit(p->os, err);
		p->os = NULL;
	}
	hft_pipe_abort(p);
	return rc;
}

void hft_pipe_abort(struct hft_pipe *p)
{
	if (!p)
		return;
	outstream_abort(p->os);
	XXH64_freeState(p->hash);
	free(p);
}
