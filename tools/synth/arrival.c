// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "draw.h"
#include "fixed.h"
#include "import.h"
#include "arrival.h"
#include "parse.h"

#define NS_PER_S	1000000000ULL
#define STATES_MOST	64U
/* An interval with fewer requests than this is divided no more. */
#define BMODEL_LEAST	2U
#define BMODEL_DEPTH	64U

/**
 * struct part - an interval of the b-model that is not written yet
 * @length: of it
 * @requests: in it
 */
struct part {
	unsigned __int128 length;
	uint64_t requests;
};

/**
 * struct arrival - an arrival process
 * @next: moves @now to the next request
 * @now: time of the last one
 * @draw: decides
 * @mean: time from one request to the next: constant, poisson; of each state of
 *	mmpp, 0 for a silent one
 * @stay: mean time in each state
 * @states: of mmpp
 * @state: the present one
 * @leave: when it ends
 * @bias: bmodel: share of the requests that one half of an interval has
 * @parts: bmodel: intervals to come, the next one last
 * @nparts: how many
 * @leaf: bmodel: the interval that is under way; its @length is a request's
 * @gaps: trace: times between its requests, ns
 * @at: the next gap
 *
 * Times are in units of 2^-32 ns, so that rates are met in the long run.
 */
struct arrival {
	void (*next)(struct arrival *a);
	unsigned __int128 now;
	struct draw draw;
	unsigned __int128 mean[STATES_MOST], stay[STATES_MOST];
	unsigned int states, state;
	unsigned __int128 leave;
	struct ratio bias;
	struct part parts[BMODEL_DEPTH + 2];
	unsigned int nparts;
	struct part leaf;
	struct numbers gaps;
	size_t at;
};

/* From requests a second to the time between two. */
static int parse_rate(const char *text, bool silent, unsigned __int128 *mean,
		      struct hf_error *err)
{
	struct ratio r = { 1, 1 };
	int rc;

	*mean = 0;
	if (!text)
		return hf_fail(err, EINVAL, "rate= is missing");
	if (silent && !strcmp(text, "0"))
		return 0;
	rc = strpbrk(text, "kMG") ? parse_count(text, &r.num, err) :
				    word_ratio(text, &r, err);
	if (rc)
		return rc;
	*mean = ((unsigned __int128)NS_PER_S * r.den << 32) / r.num;
	if (*mean && *mean >> 32 <= HFR_MAX_TIME)
		return 0;
	return hf_fail(err, EINVAL, "a rate of %s makes no sense", text);
}

static unsigned __int128 exponential(struct arrival *a, unsigned __int128 mean)
{
	uint64_t x = fixed_exponential(draw_next(&a->draw));

	/* In two parts: the product has more than 128 bits. */
	return (mean >> 32) * x + ((mean & UINT32_MAX) * x >> 32);
}

static void next_constant(struct arrival *a)
{
	a->now += a->mean[0];
}

static int make_constant(struct arrival *a, const struct words *w,
			 uint64_t requests, struct hf_error *err)
{
	(void)requests;
	return parse_rate(words_get(w, "rate"), false, &a->mean[0], err);
}

static void next_poisson(struct arrival *a)
{
	a->now += exponential(a, a->mean[0]);
}

/* Of several other states each is as likely. */
static void change_state(struct arrival *a)
{
	a->now = a->leave;
	a->state = (a->state + 1 +
		    (unsigned int)draw_below(&a->draw, a->states - 1)) %
		   a->states;
	a->leave = a->now + exponential(a, a->stay[a->state]);
}

/* What has not come when a state ends is drawn anew: it has no memory. */
static void next_mmpp(struct arrival *a)
{
	for (;;) {
		unsigned __int128 mean = a->mean[a->state];
		unsigned __int128 at = a->now + (mean ? exponential(a, mean) : 0);

		if (mean && at <= a->leave) {
			a->now = at;
			return;
		}
		change_state(a);
	}
}

static int next_word(const char **list, char *word, size_t len)
{
	size_t n = strcspn(*list, "+");

	if (!*list || !**list || n >= len)
		return -EINVAL;
	memcpy(word, *list, n);
	word[n] = '\0';
	*list += n + ((*list)[n] == '+');
	return 0;
}

/* It is in a state for as large a share of the time as the state has. */
static void first_state(struct arrival *a)
{
	uint64_t all = 0, at;
	unsigned int i;

	for (i = 0; i < a->states; i++)
		all += (uint64_t)(a->stay[i] >> 32);
	at = draw_below(&a->draw, all);
	for (i = 0; at >= (uint64_t)(a->stay[i] >> 32); i++)
		at -= (uint64_t)(a->stay[i] >> 32);
	a->state = i;
	a->leave = exponential(a, a->stay[i]);
}

static int make_mmpp(struct arrival *a, const struct words *w,
		     uint64_t requests, struct hf_error *err)
{
	const char *rates = words_get(w, "rates"), *stays = words_get(w, "stay");
	bool any = false;
	char word[64];
	uint64_t ns;
	int rc = 0;

	(void)requests;
	while (!rc && rates && stays && *rates && a->states < STATES_MOST &&
	       !next_word(&rates, word, sizeof(word))) {
		rc = parse_rate(word, true, &a->mean[a->states], err);
		if (rc)
			return rc;
		any |= a->mean[a->states] != 0;
		if (next_word(&stays, word, sizeof(word)))
			break;
		rc = word_time(word, &ns, err);
		if (!rc && (!ns || ns > HFR_MAX_TIME))
			return hf_fail(err, EINVAL,
				       "a stay of %s makes no sense", word);
		a->stay[a->states++] = (unsigned __int128)ns << 32;
	}
	if (rc)
		return rc;
	if (a->states < 2 || *rates || *stays || !any)
		return hf_fail(err, EINVAL,
			       "mmpp wants rates= and stay=, as many of each, 2 to %u states, not all silent (rates=100+5000,stay=10s+1s)",
			       STATES_MOST);
	first_state(a);
	return 0;
}

/* Halves, one with the larger share of the requests, until there are few. */
static void divide(struct arrival *a)
{
	struct part p = a->parts[--a->nparts];

	while (p.requests >= BMODEL_LEAST && a->nparts < BMODEL_DEPTH &&
	       p.length >> 33) {
		uint64_t more = ratio_of(&a->bias, p.requests);
		bool later = draw_next(&a->draw) >> 63;
		uint64_t first = later ? p.requests - more : more;

		p.length /= 2;
		a->parts[a->nparts++] =
			(struct part){ p.length, p.requests - first };
		p.requests = first;
	}
	a->leaf = p;
}

static void next_bmodel(struct arrival *a)
{
	while (!a->leaf.requests && a->nparts) {
		a->now += a->leaf.length;
		divide(a);
		if (a->leaf.requests)
			a->leaf.length /= a->leaf.requests + 1;
	}
	if (!a->leaf.requests)
		return;
	/* After its last request a leaf has one more length to go. */
	a->now += a->leaf.length;
	a->leaf.requests--;
}

static int make_bmodel(struct arrival *a, const struct words *w,
		       uint64_t requests, struct hf_error *err)
{
	const char *bias = words_get(w, "bias");
	unsigned __int128 mean;
	int rc = parse_rate(words_get(w, "rate"), false, &mean, err);

	if (!rc)
		rc = word_ratio(bias ? bias : "0.7", &a->bias, err);
	if (rc)
		return rc;
	if (a->bias.num > a->bias.den || a->bias.num < a->bias.den - a->bias.num)
		return hf_fail(err, EINVAL, "bias=%s is not from 0.5 to 1", bias);
	if (!requests)
		return hf_fail(err, EINVAL,
			       "bmodel must know the number of requests, not only how long it goes on");
	if (requests > HFR_MAX_TIME / ((uint64_t)(mean >> 32) + 1))
		return hf_fail(err, EINVAL,
			       "so many requests at such a rate take longer than 104 days");
	a->parts[a->nparts++] = (struct part){ mean * requests, requests };
	return 0;
}

static void next_of_trace(struct arrival *a)
{
	a->now += (unsigned __int128)a->gaps.list[a->at] << 32;
	if (++a->at == a->gaps.n)
		a->at = 0;
}

static int make_of_trace(struct arrival *a, const struct words *w,
			 uint64_t requests, struct hf_error *err)
{
	const struct import_opts opts = { .level = IMPORT_LEVEL_ANY };
	const char *path = words_get(w, "file");
	struct hft_file file;
	uint64_t i;
	int rc;

	(void)requests;
	if (!path)
		return hf_fail(err, EINVAL, "trace wants file=FILE");
	rc = import_open(&path, 1, &opts, &file, NULL, err);
	if (rc)
		return rc;
	for (i = 1; !rc && i < file.count; i++)
		rc = numbers_add(&a->gaps, file.recs[i].issue_ns -
					   file.recs[i - 1].issue_ns, err);
	hft_close(&file);
	if (!rc && !a->gaps.n)
		rc = hf_fail(err, ENODATA,
			     "%s has fewer than two requests", path);
	return rc;
}

struct arrival_kind {
	const char *name;
	const char *const *keys;
	int (*make)(struct arrival *a, const struct words *w, uint64_t requests,
		    struct hf_error *err);
	void (*next)(struct arrival *a);
};

#define KEYS(...) ((const char *const[]){ "", __VA_ARGS__, NULL })

static const struct arrival_kind kinds[] = {
	{ "constant", KEYS("rate"), make_constant, next_constant },
	{ "poisson", KEYS("rate"), make_constant, next_poisson },
	{ "mmpp", KEYS("rates", "stay"), make_mmpp, next_mmpp },
	{ "bmodel", KEYS("rate", "bias"), make_bmodel, next_bmodel },
	{ "trace", KEYS("file"), make_of_trace, next_of_trace },
};

static int make_kind(struct arrival *a, const struct words *w,
		     uint64_t requests, struct hf_error *err)
{
	const char *name = words_get(w, "");
	unsigned int i;
	int rc;

	for (i = 0; name && i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(name, kinds[i].name))
			continue;
		a->next = kinds[i].next;
		rc = words_plain(w, kinds[i].keys, err);
		return rc ? rc : kinds[i].make(a, w, requests, err);
	}
	return hf_fail(err, EINVAL,
		       "arrivals are constant, poisson, mmpp, bmodel or trace");
}

int arrival_new(struct arrival **out, const char *text, uint64_t requests,
		uint64_t seed, struct hf_error *err)
{
	struct arrival *a = calloc(1, sizeof(*a));
	struct words w;
	int rc;

	if (!a)
		return hf_fail(err, ENOMEM, "out of memory");
	draw_seed(&a->draw, seed, 0);
	rc = words_split(&w, text, err);
	if (!rc) {
		rc = make_kind(a, &w, requests, err);
		words_free(&w);
	}
	if (rc) {
		arrival_free(a);
		return rc;
	}
	*out = a;
	return 0;
}

void arrival_free(struct arrival *a)
{
	if (!a)
		return;
	numbers_free(&a->gaps);
	free(a);
}

uint64_t arrival_next(struct arrival *a)
{
	a->next(a);
	return a->now >> 32 > UINT64_MAX - 1 ? UINT64_MAX :
					       (uint64_t)(a->now >> 32);
}
