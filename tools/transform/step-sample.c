// SPDX-License-Identifier: GPL-2.0-only
/* --sample: a share of the requests, of the streams or of the addresses. */
#include <errno.h>
#include <string.h>

#include "array.h"
#include "hashing.h"
#include "transform.h"
#include "words.h"

#define GRANULE		(1ULL << 20)

enum sample_by {
	BY_REQUEST,
	BY_STREAM,
	BY_ADDRESS,
};

static const char *const by_names[] = { "request", "stream", "address" };

/**
 * struct sample - which share
 * @by: of what
 * @most: what hashes to this or less is in it
 * @granule: bytes that stay together, with BY_ADDRESS
 * @seed: another seed is another sample
 */
struct sample {
	enum sample_by by;
	uint64_t most;
	uint64_t granule;
	uint64_t seed;
};

static int parse_share(struct sample *sa, const char *text,
		       struct hf_error *err)
{
	struct ratio share;
	int rc;

	if (!text)
		return hf_fail(err, EINVAL, "the share is missing");
	rc = word_ratio(text, &share, err);
	if (rc)
		return rc;
	if (share.num > share.den)
		return hf_fail(err, EINVAL, "\"%s\" is more than everything",
			       text);
	sa->most = ratio_of(&share, UINT64_MAX);
	return 0;
}

static int parse_by(struct sample *sa, const char *text, struct hf_error *err)
{
	unsigned int i;

	for (i = 0; text && i < ARRAY_SIZE(by_names); i++) {
		if (strcmp(text, by_names[i]))
			continue;
		sa->by = i;
		return 0;
	}
	if (!text)
		return 0;
	return hf_fail(err, EINVAL, "by=%s is not request, stream or address",
		       text);
}

static int parse_granule(struct sample *sa, const char *text,
			 struct hf_error *err)
{
	sa->granule = GRANULE;
	if (!text)
		return 0;
	if (sa->by != BY_ADDRESS)
		return hf_fail(err, EINVAL, "granule goes with by=address");
	return word_granule(text, 512, &sa->granule, err);
}

static int parse_sample(void *state, const char *text, struct hf_error *err)
{
	static const char *const keys[] = {
		"", "by", "granule", "seed", NULL
	};
	struct sample *sa = state;
	struct words w;
	int rc = words_split(&w, text, err);

	if (!rc)
		rc = words_plain(&w, keys, err);
	if (!rc)
		rc = parse_share(sa, words_get(&w, ""), err);
	if (!rc)
		rc = parse_by(sa, words_get(&w, "by"), err);
	if (!rc)
		rc = parse_granule(sa, words_get(&w, "granule"), err);
	if (!rc && words_get(&w, "seed"))
		rc = word_count(words_get(&w, "seed"), &sa->seed, err);
	words_free(&w);
	return rc;
}

static int open_sample(struct stage *s, struct shape *shape, struct hf_error *err)
{
	(void)err;
	shape_undo_deps(shape, s->kind->name);
	return 0;
}

static bool chosen(const struct sample *sa, uint64_t what)
{
	return hash_mix(what ^ hash_mix(sa->seed)) <= sa->most;
}

static bool granule_chosen(const struct sample *sa, uint32_t target,
			   uint64_t granule)
{
	return chosen(sa, hash_mix(target + 1) + granule);
}

/* Parts of a request whose granules are chosen; neighbours stay together. */
static int by_address(struct stage *s, const struct hfr_trace_rec *rec,
		      struct hf_error *err)
{
	const struct sample *sa = s->state;
	uint64_t end = rec->offset + rec->length, at = rec->offset, next;
	uint64_t start = at;
	int rc = 0;

	for (; !rc && at < end; at = next) {
		next = (at / sa->granule + 1) * sa->granule;
		if (next > end)
			next = end;
		if (granule_chosen(sa, rec->target, at / sa->granule)) {
			if (next < end)
				continue;
			at = end;
		}
		if (at > start)
			rc = stage_piece(s, rec, start - rec->offset,
					 (uint32_t)(at - start), start, err);
		start = next;
	}
	return rc;
}

static int each_sample(struct stage *s, const struct hfr_trace_rec *rec,
		struct hf_error *err)
{
	const struct sample *sa = s->state;
	bool in;

	if (sa->by == BY_ADDRESS && rec->length)
		return by_address(s, rec, err);
	if (sa->by == BY_STREAM)
		in = chosen(sa, rec->stream);
	else if (sa->by == BY_ADDRESS && stage_has_place(rec))
		in = granule_chosen(sa, rec->target,
				    rec->offset / sa->granule);
	else
		in = chosen(sa, s->came);
	return in ? stage_push(s, rec, err) : 0;
}

const struct transform transform_sample = {
	.name = "sample",
	.state_size = sizeof(struct sample),
	.parse = parse_sample,
	.open = open_sample,
	.each = each_sample,
};
