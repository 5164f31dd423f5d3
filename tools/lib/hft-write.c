// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "flight.h"
#include "hft.h"
#include "hft-rules.h"
#include "outfile.h"

/*
 * Devices and provenance are known last but stand first, so that room is left
 * for them: for all devices that can be, and about 8 KB of text.
 */
#define HEADER_ROOM	16384U
#define BUFFER_RECS	4096U

/**
 * struct hft_writer - an .hft file being written
 * @of: the file
 * @buf: records not written yet
 * @buffered: how many
 * @count: records added
 * @hdr: header as far as it is known
 * @devs: device table
 * @bits: per device, all offsets and lengths or-ed, for their alignment
 * @known: a record with a completion time was added
 * @unknown: a record without was added
 * @rules: what the next record is held against
 * @flight: requests in flight
 * @hash: checksum of the records that were written
 */
struct hft_writer {
	struct outfile of;
	struct hfr_trace_rec buf[BUFFER_RECS];
	unsigned int buffered;
	uint64_t count;
	struct hfr_file_hdr hdr;
	struct hfr_file_dev devs[HFR_MAX_DEVICES];
	uint64_t bits[HFR_MAX_DEVICES];
	bool known, unknown;
	struct hft_rules rules;
	struct flight flight;
	XXH64_state_t *hash;
};

int hft_writer_open(struct hft_writer **out, const char *path,
		    struct hf_error *err)
{
	struct hft_writer *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return hf_fail(err, ENOMEM, "no memory to write a trace");
	w->hash = XXH64_createState();
	if (!w->hash) {
		free(w);
		return hf_fail(err, ENOMEM, "no memory to write a trace");
	}
	XXH64_reset(w->hash, 0);
	w->rules.devs = w->devs;
	w->rules.max_length = HFR_MAX_LENGTH;
	rc = outfile_open(&w->of, path, err);
	if (rc) {
		hft_writer_abort(w);
		return rc;
	}
	*out = w;
	return 0;
}

void hft_writer_abort(struct hft_writer *w)
{
	if (!w)
		return;
	outfile_abort(&w->of);
	flight_free(&w->flight);
	hft_deps_free(w->rules.deps);
	XXH64_freeState(w->hash);
	free(w);
}

int hft_writer_device(struct hft_writer *w, const char *name, uint32_t major,
		      uint32_t minor)
{
	struct hfr_file_dev *dev = w->devs;
	char cut[sizeof(dev->name)];
	uint32_t i;

	snprintf(cut, sizeof(cut), "%s", name);
	for (i = 0; i < w->hdr.device_count; i++, dev++)
		if (dev->major == major && dev->minor == minor &&
		    !strcmp((const char *)dev->name, cut))
			return (int)i;
	if (i == HFR_MAX_DEVICES)
		return -E2BIG;
	memcpy(dev->name, cut, strlen(cut));
	dev->major = major;
	dev->minor = minor;
	w->hdr.device_count++;
	return (int)i;
}

void hft_writer_geometry(struct hft_writer *w, int target, uint64_t size,
			 uint32_t logical_block)
{
	w->devs[target].size = size;
	w->devs[target].logical_block = logical_block;
}

static uint64_t rec_place(uint64_t index)
{
	return HEADER_ROOM + index * sizeof(struct hfr_trace_rec);
}

static int flush_records(struct hft_writer *w, struct hf_error *err)
{
	size_t len = w->buffered * sizeof(w->buf[0]);
	int rc = outfile_write(&w->of, w->buf, len,
			       rec_place(w->count - w->buffered), err);

	XXH64_update(w->hash, w->buf, len);
	w->buffered = 0;
	return rc;
}

int hft_writer_deps(struct hft_writer *w, const struct hft_dep_info *info,
		    struct hf_error *err)
{
	hft_deps_free(w->rules.deps);
	w->rules.deps = hft_deps_new(info);
	if (!w->rules.deps)
		return hf_fail(err, ENOMEM, "no memory for %u scopes of %s",
			       info->scopes, outfile_name(&w->of));
	w->hdr.dep_scope = info->kind;
	w->hdr.scopes = info->scopes;
	w->hdr.dep_nodes = info->nodes;
	w->hdr.dep_threshold_ns = info->threshold_ns;
	return 0;
}

static int check(struct hft_writer *w, const struct hfr_trace_rec *rec,
		 struct hf_error *err)
{
	char why[HFT_WHY];

	w->rules.device_count = w->hdr.device_count;
	if (hft_rules_plain(&w->rules, rec))
		return 0;
	if (!hft_rule_broken(&w->rules, rec, why))
		return 0;
	return hf_fail(err, EINVAL, "cannot write %s: request %" PRIu64 " %s",
		       outfile_name(&w->of), w->count, why);
}

static void account(struct hft_writer *w, const struct hfr_trace_rec *rec)
{
	struct hfr_file_dev *dev = &w->devs[rec->target];
	uint64_t end = rec->offset + rec->length;
	uint64_t time = rec->issue_ns;

	if (rec->complete_ns != HFR_UNKNOWN)
		time = rec->complete_ns;
	if (time > w->hdr.duration_ns)
		w->hdr.duration_ns = time;
	if (end > dev->max_end)
		dev->max_end = end;
	if (hft_op_moves_data(rec->op) && rec->length > w->hdr.max_length)
		w->hdr.max_length = rec->length;
	w->bits[rec->target] |= rec->offset | rec->length;
	hft_rule_next(&w->rules, rec);
	dev->requests++;
}

static uint16_t saturate(int64_t n)
{
	return n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
}

int hft_writer_add(struct hft_writer *w, const struct hfr_trace_rec *rec,
		   struct hf_error *err)
{
	struct hfr_trace_rec *slot = &w->buf[w->buffered];
	int64_t n = 0;
	int rc = check(w, rec, err);

	if (rc)
		return rc;
	if (rec->complete_ns == HFR_UNKNOWN)
		w->unknown = true;
	else
		w->known = true;
	/* One request without an end makes all counts unknown. */
	if (!w->unknown)
		n = flight_add(&w->flight, rec);
	if (n < 0)
		return hf_fail(err, ENOMEM,
			       "no memory for the requests in flight at request %" PRIu64,
			       w->count);
	account(w, rec);
	*slot = *rec;
	slot->in_flight = saturate(n);
	w->count++;
	if (++w->buffered == BUFFER_RECS)
		return flush_records(w, err);
	return 0;
}

int hft_writer_read(struct hft_writer *w, uint64_t first,
		    struct hfr_trace_rec *recs, size_t n,
		    struct hf_error *err)
{
	int rc = w->buffered ? flush_records(w, err) : 0;

	if (rc)
		return rc;
	return outfile_read(&w->of, recs, n * sizeof(*recs), rec_place(first),
			    err);
}

/* Takes back the in-flight counts of the records on disk, and rehashes. */
static int clear_in_flight(struct hft_writer *w, struct hf_error *err)
{
	uint64_t done = 0;

	XXH64_reset(w->hash, 0);
	while (done < w->count) {
		uint64_t n = w->count - done;
		size_t len, i;
		int rc;

		if (n > BUFFER_RECS)
			n = BUFFER_RECS;
		len = n * sizeof(w->buf[0]);
		rc = outfile_read(&w->of, w->buf, len, rec_place(done), err);
		if (rc)
			return rc;
		for (i = 0; i < n; i++)
			w->buf[i].in_flight = 0;
		rc = outfile_write(&w->of, w->buf, len, rec_place(done), err);
		if (rc)
			return rc;
		XXH64_update(w->hash, w->buf, len);
		done += n;
	}
	return 0;
}

/* Moves the records towards the end of the file, the last ones first. */
static int move_records(struct hft_writer *w, uint64_t by,
			struct hf_error *err)
{
	uint64_t left = w->count;

	while (by && left) {
		uint64_t n = left < BUFFER_RECS ? left : BUFFER_RECS;
		size_t len = n * sizeof(w->buf[0]);
		int rc;

		left -= n;
		rc = outfile_read(&w->of, w->buf, len, rec_place(left), err);
		if (!rc)
			rc = outfile_write(&w->of, w->buf, len,
					   rec_place(left) + by, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int write_trailer(struct hft_writer *w, struct hf_error *err)
{
	struct hfr_file_end end = {
		.count = w->count,
		.checksum = XXH64_digest(w->hash),
		.op = HFR_OP_END,
	};

	memcpy(end.magic, HFR_END_MAGIC, sizeof(end.magic));
	return outfile_write(&w->of, &end, sizeof(end),
			     w->hdr.header_size +
			     w->count * sizeof(struct hfr_trace_rec), err);
}

static uint32_t table_size(const struct hft_writer *w)
{
	return w->hdr.device_count * (uint32_t)sizeof(struct hfr_file_dev);
}

static int write_header(struct hft_writer *w, const char *text,
			struct hf_error *err)
{
	size_t at = sizeof(w->hdr) + table_size(w);
	char *block = malloc(w->hdr.header_size);
	int rc;

	if (!block)
		return hf_fail(err, ENOMEM, "no memory to write %s",
			       outfile_name(&w->of));
	/* White space behind the JSON text fills the room: no bytes are left. */
	memset(block, ' ', w->hdr.header_size);
	memcpy(block, &w->hdr, sizeof(w->hdr));
	memcpy(block + sizeof(w->hdr), w->devs, table_size(w));
	memcpy(block + at, text, strlen(text));
	if (w->hdr.header_size > at + strlen(text))
		block[w->hdr.header_size - 1] = '\n';
	rc = outfile_write(&w->of, block, w->hdr.header_size, 0, err);
	free(block);
	return rc;
}

static void fill_header(struct hft_writer *w, uint32_t flags,
			uint64_t wall_start_ns)
{
	struct hfr_file_hdr *hdr = &w->hdr;
	bool counted = w->count && !w->unknown;

	memcpy(hdr->magic, HFR_FILE_MAGIC, sizeof(hdr->magic));
	hdr->byte_order = HFR_BYTE_ORDER;
	hdr->version = HFR_FILE_VERSION;
	hdr->record_size = sizeof(struct hfr_trace_rec);
	hdr->provenance_size = hdr->header_size - (uint32_t)sizeof(*hdr) -
			       table_size(w);
	hdr->flags = flags & ~HFR_FF_COMPLETIONS;
	hdr->count = w->count;
	hdr->wall_start_ns = wall_start_ns;
	if (!counted)
		return;
	hdr->flags |= HFR_FF_COMPLETIONS;
	hdr->max_in_flight = w->flight.max_in_flight < UINT32_MAX ?
			     (uint32_t)w->flight.max_in_flight : UINT32_MAX;
	hdr->span = w->flight.span < UINT32_MAX ?
		    (uint32_t)w->flight.span : UINT32_MAX;
}

/* Geometry may have been stated after the records it must fit. */
static int check_devices(struct hft_writer *w, struct hf_error *err)
{
	uint32_t i;

	if (!w->hdr.device_count)
		return hf_fail(err, EINVAL, "cannot write %s: it has no device",
			       outfile_name(&w->of));
	for (i = 0; i < w->hdr.device_count; i++) {
		const struct hfr_file_dev *dev = &w->devs[i];

		if (!hft_logical_block_good(dev->logical_block))
			return hf_fail(err, EINVAL,
				       "cannot write %s: device %s has a logical block of %u bytes",
				       outfile_name(&w->of), dev->name,
				       dev->logical_block);
		if (w->bits[i] % hft_logical_block(dev))
			return hf_fail(err, EINVAL,
				       "cannot write %s: device %s has a logical block of %u bytes, but requests that are not aligned to it",
				       outfile_name(&w->of), dev->name,
				       dev->logical_block);
	}
	return 0;
}

static int header_size(struct hft_writer *w, const char *provenance,
		       struct hf_error *err)
{
	uint64_t need = sizeof(w->hdr) + table_size(w) +
			(uint64_t)strlen(provenance);

	need = (need + HFR_UNIT - 1) / HFR_UNIT * HFR_UNIT;
	if (need > HFR_MAX_HEADER)
		return hf_fail(err, E2BIG,
			       "cannot write %s: its provenance of %zu bytes does not fit the header",
			       outfile_name(&w->of), strlen(provenance));
	w->hdr.header_size = need > HEADER_ROOM ? (uint32_t)need : HEADER_ROOM;
	return 0;
}

static int complete(struct hft_writer *w, uint32_t flags,
		    uint64_t wall_start_ns, const char *provenance,
		    struct hf_error *err)
{
	int rc = check_devices(w, err);

	if (!rc && !w->rules.deps != !(flags & HFR_FF_DEPS))
		rc = hf_fail(err, EINVAL,
			     "cannot write %s: HFR_FF_DEPS and hft_writer_deps() go together",
			     outfile_name(&w->of));
	if (!rc)
		rc = header_size(w, provenance, err);
	if (!rc)
		rc = flush_records(w, err);
	if (!rc && w->known && w->unknown)
		rc = clear_in_flight(w, err);
	if (!rc)
		rc = move_records(w, w->hdr.header_size - HEADER_ROOM, err);
	if (rc)
		return rc;
	fill_header(w, flags, wall_start_ns);
	rc = write_trailer(w, err);
	return rc ? rc : write_header(w, provenance, err);
}

int hft_writer_finish(struct hft_writer *w, uint32_t flags,
		      uint64_t wall_start_ns, const char *provenance, int *fd,
		      struct hf_error *err)
{
	int rc = complete(w, flags, wall_start_ns, provenance, err);

	if (!rc)
		rc = outfile_commit(&w->of, err);
	if (rc >= 0 && fd)
		*fd = rc;
	else if (rc >= 0)
		close(rc);
	hft_writer_abort(w);
	return rc < 0 ? rc : 0;
}
