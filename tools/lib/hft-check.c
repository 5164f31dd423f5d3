// SPDX-License-Identifier: GPL-2.0-only
/* The records of an .hft file: against the rules, the checksum, the header. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xxhash.h>

#include "hft.h"
#include "hft-rules.h"

/* Records that are looked at, then hashed: 128 KiB, which a cache holds. */
#define CHUNK 2048U

/**
 * struct totals - what the records say about the header
 * @duration_ns: latest time
 * @max_end: per device, highest byte plus 1
 * @requests: per device
 */
struct totals {
	uint64_t duration_ns;
	uint64_t max_end[HFR_MAX_DEVICES];
	uint64_t requests[HFR_MAX_DEVICES];
};

/**
 * struct hft_check - a check under way
 * @file: of what
 * @rules: what the next record is held against; index counts those that were
 * @blocks: logical block of each device, bytes
 * @totals: of the records so far
 * @hash: checksum of the records so far
 */
struct hft_check {
	struct hft_file *file;
	struct hft_rules rules;
	uint32_t blocks[HFR_MAX_DEVICES];
	struct totals totals;
	XXH64_state_t *hash;
};

static int no_memory(const struct hft_file *file, struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory to check %u scopes of %s",
		       file->hdr->scopes, file->path);
}

int hft_check_new(struct hft_check **out, struct hft_file *file,
		  struct hf_error *err)
{
	struct hft_check *c = calloc(1, sizeof(*c));
	uint32_t i;

	if (!c)
		return no_memory(file, err);
	c->file = file;
	c->rules.devs = file->devs;
	c->rules.device_count = file->hdr->device_count;
	c->rules.max_length = file->hdr->max_length;
	for (i = 0; i < file->hdr->device_count; i++)
		c->blocks[i] = hft_logical_block(&file->devs[i]);
	c->hash = XXH64_createState();
	if (file->hdr->flags & HFR_FF_DEPS) {
		const struct hft_dep_info info = hft_dep_info(file->hdr);

		c->rules.deps = hft_deps_new(&info);
	}
	if (!c->hash || (file->hdr->flags & HFR_FF_DEPS && !c->rules.deps)) {
		hft_check_free(c);
		return no_memory(file, err);
	}
	XXH64_reset(c->hash, 0);
	*out = c;
	return 0;
}

void hft_check_free(struct hft_check *c)
{
	if (!c)
		return;
	XXH64_freeState(c->hash);
	hft_deps_free(c->rules.deps);
	free(c);
}

static void add_totals(struct totals *t, const struct hfr_trace_rec *rec)
{
	uint64_t time = rec->issue_ns;

	if (rec->complete_ns != HFR_UNKNOWN)
		time = rec->complete_ns;
	/* Without a branch: whether it is later nobody can foretell. */
	t->duration_ns = time > t->duration_ns ? time : t->duration_ns;
	if (rec->offset + rec->length > t->max_end[rec->target])
		t->max_end[rec->target] = rec->offset + rec->length;
	t->requests[rec->target]++;
}

/* As most requests are. */
static bool quickly_good(const struct hft_check *c,
			 const struct hfr_trace_rec *rec)
{
	const struct hft_rules *rules = &c->rules;

	return !rules->deps && rec->target < rules->device_count &&
	       rec->issue_ns >= rules->last_issue_ns &&
	       rec->issue_ns <= HFR_MAX_TIME &&
	       rec->complete_ns >= rec->issue_ns &&
	       rec->complete_ns <= HFR_MAX_TIME &&
	       rec->length <= rules->max_length &&
	       hft_plain_io(rec, c->blocks[rec->target]);
}

static int check_record(struct hft_check *c, const struct hfr_trace_rec *rec,
			struct hf_error *err)
{
	const struct hft_file *file = c->file;
	const bool completions = file->hdr->flags & HFR_FF_COMPLETIONS;
	char why[HFT_WHY] = "has no completion time, but the header says so";

	if ((!hft_rules_plain(&c->rules, rec) &&
	     hft_rule_broken(&c->rules, rec, why)) ||
	    (completions && rec->complete_ns == HFR_UNKNOWN))
		return hf_fail(err, EINVAL,
			       "%s: request %" PRIu64 " (byte %" PRIu64 ") %s",
			       file->path, c->rules.index,
			       file->hdr->header_size +
			       c->rules.index * sizeof(*rec), why);
	hft_rule_next(&c->rules, rec);
	return 0;
}

static int check_chunk(struct hft_check *c, const struct hfr_trace_rec *recs,
		       uint64_t n, struct hf_error *err)
{
	uint64_t i;
	int rc = 0;

	for (i = 0; !rc && i < n; i++) {
		if (quickly_good(c, &recs[i])) {
			c->rules.index++;
			c->rules.last_issue_ns = recs[i].issue_ns;
		} else {
			rc = check_record(c, &recs[i], err);
		}
		if (!rc)
			add_totals(&c->totals, &recs[i]);
	}
	if (!rc)
		XXH64_update(c->hash, recs, n * sizeof(*recs));
	return rc;
}

int hft_check_next(struct hft_check *c, uint64_t end, struct hf_error *err)
{
	int rc = 0;

	while (!rc && c->rules.index < end) {
		uint64_t n = end - c->rules.index;

		if (n > CHUNK)
			n = CHUNK;
		rc = check_chunk(c, c->file->recs + c->rules.index, n, err);
	}
	return rc;
}

static int check_trailer(struct hft_file *file, struct hf_error *err)
{
	static const struct hfr_file_end zero;
	const struct hfr_file_end *end = (const void *)(file->recs +
							file->count);
	size_t at = (size_t)((const char *)end - (const char *)file->map);

	if (memcmp(end->magic, HFR_END_MAGIC, sizeof(end->magic)) ||
	    end->op != HFR_OP_END || end->reserved1 ||
	    memcmp(end->reserved0, zero.reserved0, sizeof(zero.reserved0)) ||
	    memcmp(end->reserved, zero.reserved, sizeof(zero.reserved)))
		return hf_fail(err, EBADMSG,
			       "%s is damaged: bad trailer (byte %zu)",
			       file->path, at);
	if (end->count != file->count)
		return hf_fail(err, EBADMSG,
			       "%s is damaged: its trailer (byte %zu) says %" PRIu64
			       " requests, there are %" PRIu64, file->path, at,
			       (uint64_t)end->count, file->count);
	if (end->checksum != file->checksum)
		return hf_fail(err, EBADMSG,
			       "%s is damaged: checksum of its requests (byte %u to %zu) is %016" PRIx64
			       ", the trailer says %016" PRIx64, file->path,
			       file->hdr->header_size, at, file->checksum,
			       (uint64_t)end->checksum);
	return 0;
}

/* What a pipe left open is filled in; all else must be as it was counted. */
static bool settle(const __u64 *field, uint64_t counted)
{
	__u64 *writable = (__u64 *)field;

	if (*field == counted)
		return true;
	if (*field != HFR_UNKNOWN)
		return false;
	*writable = counted;
	return true;
}

/* The map is private: the file itself stays as it is. */
static int protect_header(const struct hft_file *file, int prot,
			  struct hf_error *err)
{
	if (!mprotect(file->map, file->hdr->header_size, prot))
		return 0;
	return hf_fail(err, errno, "cannot change the map of %s: %s",
		       file->path, strerror(errno));
}

static int check_totals(const struct hft_file *file, const struct totals *t,
			struct hf_error *err)
{
	uint32_t i;

	if (protect_header(file, PROT_READ | PROT_WRITE, err))
		return -ENOMEM;
	settle(&file->hdr->count, file->count);
	if (!settle(&file->hdr->duration_ns, t->duration_ns))
		return hf_fail(err, EINVAL,
			       "%s is damaged: its header (byte %zu) says that it ends at %" PRIu64
			       " ns, its requests end at %" PRIu64 " ns",
			       file->path,
			       offsetof(struct hfr_file_hdr, duration_ns),
			       (uint64_t)file->hdr->duration_ns,
			       t->duration_ns);
	for (i = 0; i < file->hdr->device_count; i++) {
		const struct hfr_file_dev *dev = &file->devs[i];

		if (settle(&dev->max_end, t->max_end[i]) &&
		    settle(&dev->requests, t->requests[i]))
			continue;
		return hf_fail(err, EINVAL,
			       "%s is damaged: its header says %" PRIu64
			       " requests up to byte %" PRIu64
			       " for device %u, counted are %" PRIu64
			       " up to byte %" PRIu64, file->path,
			       (uint64_t)dev->requests, (uint64_t)dev->max_end,
			       i, t->requests[i], t->max_end[i]);
	}
	return protect_header(file, PROT_READ, err);
}

/* A rule broken is more telling than a checksum that differs. */
int hft_check_end(struct hft_check *c, struct hf_error *err)
{
	int rc = hft_check_next(c, c->file->count, err);

	c->file->checksum = XXH64_digest(c->hash);
	if (!rc)
		rc = check_trailer(c->file, err);
	if (!rc)
		rc = check_totals(c->file, &c->totals, err);
	c->file->checked = !rc;
	hft_check_free(c);
	return rc;
}
