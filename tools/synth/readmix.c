// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "parse.h"
#include "readmix.h"

/*
 * A run of reads ends with probability 1/run. So that reads keep their share r,
 * a run of writes ends with probability r / ((1 - r) run).
 */
static int set_runs(struct readmix *m, const struct ratio *share,
		    const char *text, struct hf_error *err)
{
	unsigned __int128 num, den;
	struct ratio run;
	int rc = word_ratio(text, &run, err);

	if (rc)
		return rc;
	if (!share->num || share->num == share->den)
		return hf_fail(err, EINVAL,
			       "run= wants reads and writes, and all are of one kind");
	num = (unsigned __int128)share->num * run.den;
	den = (unsigned __int128)(share->den - share->num) * run.num;
	if (run.num < run.den || num > den)
		return hf_fail(err, EINVAL,
			       "runs of reads of %s are too short for this share: those of writes would be shorter than 1",
			       text);
	m->runs = true;
	m->read_ends = ratio_of(&(struct ratio){ run.den, run.num },
				UINT64_MAX);
	while (den >> 63) {
		num >>= 1;
		den >>= 1;
	}
	m->write_ends = ratio_of(&(struct ratio){ (uint64_t)num,
						  (uint64_t)den }, UINT64_MAX);
	return 0;
}

static int set_by(struct readmix *m, const char *text, struct hf_error *err)
{
	if (!text || !strcmp(text, "request"))
		return 0;
	if (strcmp(text, "item"))
		return hf_fail(err, EINVAL, "by=%s is not item or request",
			       text);
	m->by_item = true;
	return 0;
}

static int parse_words(struct readmix *m, const struct words *w,
		       struct hf_error *err)
{
	static const char *const keys[] = { "", "by", "run", NULL };
	const char *text, *run = words_get(w, "run");
	struct ratio share;
	int rc = words_plain(w, keys, err);

	if (rc)
		return rc;
	text = words_get(w, "");
	if (!text)
		return hf_fail(err, EINVAL, "the share of reads is missing");
	rc = parse_share(text, &share, err);
	if (!rc)
		rc = set_by(m, words_get(w, "by"), err);
	if (!rc && run && m->by_item)
		rc = hf_fail(err, EINVAL, "run= does not go with by=item");
	if (!rc && run)
		rc = set_runs(m, &share, run, err);
	if (!rc)
		m->below = share_of_draws(&share);
	return rc;
}

int readmix_make(struct readmix *m, const char *text, uint64_t seed,
		 struct hf_error *err)
{
	struct words w;
	int rc = words_split(&w, text, err);

	*m = (struct readmix){ .seed = hash_mix(seed) };
	if (rc)
		return rc;
	rc = parse_words(m, &w, err);
	words_free(&w);
	draw_seed(&m->draw, seed, 0);
	m->reading = draw_next(&m->draw) < m->below;
	return rc;
}

/* All of them when there are no writes: no draw is at the top. */
static bool is_below(const struct readmix *m, uint64_t v)
{
	return v < m->below || m->below == UINT64_MAX;
}

bool readmix_next(struct readmix *m, uint64_t item)
{
	bool reading = m->reading;

	if (m->by_item)
		return is_below(m, hash_mix(m->seed ^ hash_mix(item)));
	if (!m->runs)
		return is_below(m, draw_next(&m->draw));
	if (draw_next(&m->draw) < (reading ? m->read_ends : m->write_ends))
		m->reading = !reading;
	return reading;
}
