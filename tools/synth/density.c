// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "density.h"

/* Ticks for a few items: their sleeps are not rounded to much. */
#define FEWEST_TICKS	4096U
/* The most ticks for many: a ring of 4 bytes a tick. */
#define TICKS_AN_ITEM	10U
/* As many bins as there can be have masses of this many bits. */
#define MASS_BITS	42

struct named_ird {
	const char *name;
	const char *fgen;
};

/* The default densities of 2DIO; its two programs differ in f. */
static const struct named_ird named[] = {
	{ "b", "bins=20,spikes=0+3,epsilon=0.005" },
	{ "c", "bins=20,spikes=2+9,epsilon=0.005" },
	{ "d", "bins=5,spikes=0+4,epsilon=0.01" },
	{ "e", "bins=20,spikes=1,epsilon=0.005" },
	{ "f", "bins=5,spikes=2,epsilon=0.01" },
	{ "f20", "bins=20,spikes=2,epsilon=0.01" },
};

static const char *const variants[] = {
	[FGEN_PAPER] = "paper", [FGEN_PYTHON] = "python", [FGEN_CLI] = "cli",
};

static int parse_variant(const char *text, enum fgen_kind *kind,
			 struct hf_error *err)
{
	unsigned int i;

	*kind = FGEN_PAPER;
	for (i = 0; text && i < ARRAY_SIZE(variants); i++) {
		if (strcmp(text, variants[i]))
			continue;
		*kind = i;
		return 0;
	}
	if (!text)
		return 0;
	return hf_fail(err, EINVAL,
		       "variant=%s is not paper, python or cli", text);
}

static int check_spikes(const struct numbers *spikes, uint64_t bins,
			struct hf_error *err)
{
	size_t i, k;

	for (i = 0; i < spikes->n; i++) {
		if (spikes->list[i] >= bins)
			return hf_fail(err, EINVAL,
				       "there is no bin %" PRIu64 " for a spike: %" PRIu64
				       " bins are counted from 0",
				       spikes->list[i], bins);
		for (k = 0; k < i; k++)
			if (spikes->list[k] == spikes->list[i])
				return hf_fail(err, EINVAL,
					       "spike %" PRIu64
					       " is there twice",
					       spikes->list[i]);
	}
	return 0;
}

/* Masses of a spike and of a hole, exact unless epsilon has many digits. */
static void spike_and_hole(enum fgen_kind kind, const struct ratio *eps,
			   uint64_t spikes, uint64_t bins, uint64_t *spike,
			   uint64_t *hole)
{
	unsigned __int128 s = eps->den - eps->num, h = eps->num;

	if (kind == FGEN_PAPER)
		s *= bins - spikes;
	if (kind != FGEN_CLI)
		h *= spikes;
	while ((s | h) >> MASS_BITS) {
		s >>= 1;
		h >>= 1;
	}
	*spike = (uint64_t)s;
	*hole = (uint64_t)h;
}

static int alloc_bins(struct density *ird, uint64_t bins, struct hf_error *err)
{
	if (!bins || bins > DENSITY_MOST_BINS)
		return hf_fail(err, EINVAL, "%" PRIu64
			       " bins are not from 1 to %u", bins,
			       DENSITY_MOST_BINS);
	ird->weights = calloc(bins, sizeof(*ird->weights));
	ird->bins = (uint32_t)bins;
	if (ird->weights)
		return 0;
	return hf_fail(err, ENOMEM, "no memory for %" PRIu64 " bins", bins);
}

static void fill_fgen(struct density *ird, enum fgen_kind kind,
		      const struct ratio *eps, const struct numbers *spikes)
{
	uint64_t spike = 1, hole = 0;
	size_t i;

	/* Without holes there is nothing for epsilon to be. */
	if (spikes->n < ird->bins)
		spike_and_hole(kind, eps, spikes->n, ird->bins, &spike, &hole);
	for (i = 0; i < ird->bins; i++)
		ird->weights[i] = hole;
	for (i = 0; i < spikes->n; i++)
		ird->weights[spikes->list[i]] = spike;
}

static int parse_fgen(struct density *ird, const struct words *w,
		      struct hf_error *err)
{
	const char *bins = words_get(w, "bins"), *eps = words_get(w, "epsilon");
	const char *at = words_get(w, "spikes");
	struct numbers spikes = { 0 };
	enum fgen_kind kind;
	struct ratio epsilon;
	uint64_t n;
	int rc;

	if (!bins || !at || !eps)
		return hf_fail(err, EINVAL,
			       "fgen wants bins=, spikes= and epsilon=");
	rc = word_count(bins, &n, err);
	if (!rc)
		rc = parse_share(eps, &epsilon, err);
	if (!rc)
		rc = parse_variant(words_get(w, "variant"), &kind, err);
	if (!rc)
		rc = parse_list(at, &spikes, err);
	if (!rc)
		rc = check_spikes(&spikes, n, err);
	if (!rc)
		rc = alloc_bins(ird, n, err);
	if (!rc)
		fill_fgen(ird, kind, &epsilon, &spikes);
	numbers_free(&spikes);
	return rc;
}

static int parse_pdf(struct density *ird, const struct words *w,
		     struct hf_error *err)
{
	const char *list = words_get(w, "weights"), *file = words_get(w, "file");
	struct numbers weights;
	int rc;

	if (!list == !file)
		return hf_fail(err, EINVAL, "pdf wants weights= or file=");
	rc = list ? parse_weights(list, &weights, err) :
		    read_weights(file, &weights, err);
	if (rc)
		return rc;
	if (weights.n > DENSITY_MOST_BINS) {
		numbers_free(&weights);
		return hf_fail(err, EINVAL, "%zu bins are more than %u",
			       weights.n, DENSITY_MOST_BINS);
	}
	*ird = (struct density){ weights.list, (uint32_t)weights.n };
	return 0;
}

struct density_kind {
	const char *name;
	const char *const *keys;
	int (*parse)(struct density *ird, const struct words *w,
		     struct hf_error *err);
};

static const struct density_kind kinds[] = {
	{ "fgen",
	  (const char *const[]){ "", "bins", "spikes", "epsilon", "variant",
				 NULL }, parse_fgen },
	{ "pdf", (const char *const[]){ "", "weights", "file", NULL },
	  parse_pdf },
};

static int parse_words(struct density *ird, const char *text,
		       struct hf_error *err);

static int parse_named(struct density *ird, const struct words *w,
		       struct hf_error *err)
{
	static const char *const keys[] = { "", "variant", NULL };
	const char *variant = words_get(w, "variant");
	char text[128];
	unsigned int i;
	int rc = words_plain(w, keys, err);

	for (i = 0; !rc && i < ARRAY_SIZE(named); i++) {
		if (strcmp(words_get(w, ""), named[i].name))
			continue;
		snprintf(text, sizeof(text), "fgen,%s,variant=%.20s",
			 named[i].fgen, variant ? variant : "python");
		return parse_words(ird, text, err);
	}
	return rc;
}

static bool is_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(named); i++)
		if (!strcmp(name, named[i].name))
			return true;
	return false;
}

static int parse_kind(struct density *ird, const struct words *w,
		      struct hf_error *err)
{
	const char *name = words_get(w, "");
	unsigned int i;
	int rc;

	for (i = 0; name && i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(name, kinds[i].name))
			continue;
		rc = words_plain(w, kinds[i].keys, err);
		return rc ? rc : kinds[i].parse(ird, w, err);
	}
	if (name && is_named(name))
		return parse_named(ird, w, err);
	return hf_fail(err, EINVAL,
		       "distances are fgen, pdf or one of b, c, d, e, f, f20");
}

static int parse_words(struct density *ird, const char *text, struct hf_error *err)
{
	struct words w;
	int rc = words_split(&w, text, err);

	if (rc)
		return rc;
	rc = parse_kind(ird, &w, err);
	words_free(&w);
	return rc;
}

int density_parse(struct density *ird, const char *text, struct hf_error *err)
{
	int rc;

	*ird = (struct density){ 0 };
	rc = parse_words(ird, text, err);
	if (rc)
		density_free(ird);
	return rc;
}

void density_free(struct density *ird)
{
	free(ird->weights);
	*ird = (struct density){ 0 };
}

/* The mean is at sum of w (2i + 1) over 2 sum of w steps. */
static void sums(const struct density *ird, unsigned __int128 *mass,
		 unsigned __int128 *moment)
{
	uint32_t i;

	*mass = 0;
	*moment = 0;
	for (i = 0; i < ird->bins; i++) {
		*mass += ird->weights[i];
		*moment += (unsigned __int128)ird->weights[i] * (2 * i + 1);
	}
}

double density_longest(const struct density *ird)
{
	unsigned __int128 mass, moment;

	sums(ird, &mass, &moment);
	return 2.0 * ird->bins * (double)mass / (double)moment;
}

/* Steps as wide as makes the mean sleep @mean ticks; @most ticks at the most. */
static uint64_t step_width(const struct density *ird, uint64_t mean, uint64_t most)
{
	unsigned __int128 mass, moment, width;
	const uint64_t widest = (most << 32) / ird->bins;

	sums(ird, &mass, &moment);
	width = (mass << 64) / moment * mean >> 31;
	return width < widest ? (uint64_t)width : widest;
}

static int make_first(struct sleep *s, const struct density *ird,
		      struct hf_error *err)
{
	uint64_t *weights = calloc(ird->bins, sizeof(*weights));
	unsigned __int128 mass, moment;
	unsigned int shift = 0;
	uint32_t i;
	int rc;

	if (!weights)
		return hf_fail(err, ENOMEM, "no memory for %u bins", ird->bins);
	sums(ird, &mass, &moment);
	while (moment >> shift >= ALIAS_MOST)
		shift++;
	for (i = 0; i < ird->bins; i++)
		weights[i] = (uint64_t)((unsigned __int128)ird->weights[i] *
					(2 * i + 1) >> shift);
	rc = alias_build(&s->first, weights, ird->bins, err);
	free(weights);
	return rc;
}

int sleep_make(struct sleep *s, const struct density *ird, uint64_t items,
	       struct hf_error *err)
{
	uint64_t most = items * TICKS_AN_ITEM, mean = items;
	int rc;

	*s = (struct sleep){ 0 };
	if (mean < FEWEST_TICKS) {
		mean = FEWEST_TICKS;
		most = 1ULL << 20;
	}
	if (most > UINT32_MAX - 1)
		most = UINT32_MAX - 1;
	s->width = step_width(ird, mean, most);
	s->ticks = (uint32_t)(((unsigned __int128)s->width * ird->bins >> 32) +
			      1);
	rc = alias_build(&s->step, ird->weights, ird->bins, err);
	if (!rc)
		rc = make_first(s, ird, err);
	if (rc)
		sleep_free(s);
	return rc;
}

void sleep_free(struct sleep *s)
{
	alias_free(&s->step);
	alias_free(&s->first);
}

uint32_t sleep_draw_rest(const struct sleep *s, struct draw *d)
{
	uint32_t bin = alias_draw(&s->first, d);
	uint64_t end = (uint64_t)(bin + 1) << 32, length;

	do {
		length = (uint64_t)bin << 32 | draw_next(d) >> 32;
	} while (draw_below(d, end) >= length);
	return (uint32_t)((unsigned __int128)draw_below(d, length) * s->width >>
			  64);
}
