// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fixed.h"
#include "irm.h"
#include "parse.h"
#include "popularity.h"

/* A normal distribution: classes, over this many deviations to each side. */
#define NORMAL_CLASSES	65536U
#define NORMAL_REACH	8U

/**
 * struct irm_plan - classes before they are a table
 * @items: items
 * @weights: of each class; sum below ALIAS_MOST
 * @firsts: first item of each class and, behind the last class, of what
 *	is left over; NULL: classes are spread evenly over the items
 */
struct irm_plan {
	uint64_t items;
	struct numbers weights;
	struct numbers firsts;
};

static const char *word_or(const struct words *w, const char *key,
			   const char *otherwise)
{
	const char *value = words_get(w, key);

	return value ? value : otherwise;
}

static int parse_classes(const struct irm_plan *plan, const char *text,
			 uint64_t *classes, struct hf_error *err)
{
	int rc = 0;

	*classes = plan->items;
	if (strcmp(text, "items"))
		rc = parse_count(text, classes, err);
	if (!rc && *classes > plan->items)
		return hf_fail(err, EINVAL, "%" PRIu64
			       " classes are more than the %" PRIu64 " items",
			       *classes, plan->items);
	if (!rc && *classes > IRM_MOST_CLASSES)
		return hf_fail(err, EINVAL, "%" PRIu64
			       " classes are more than %u", *classes,
			       IRM_MOST_CLASSES);
	return rc;
}

/* Class i has the weight i^-exponent. */
static int add_powers(struct irm_plan *plan, uint64_t classes,
		      const struct ratio *exponent, struct hf_error *err)
{
	unsigned int shift = 64 - (unsigned int)__builtin_clzll(classes);
	uint64_t i;
	int rc = 0;

	for (i = 1; !rc && i <= classes; i++) {
		unsigned __int128 e = (unsigned __int128)fixed_log2(i) *
				      exponent->num / exponent->den;

		rc = numbers_add(&plan->weights, fixed_exp2(e) >> shift, err);
	}
	return rc;
}

static int plan_power(struct irm_plan *plan, const char *exponent,
		      const char *classes, struct hf_error *err)
{
	struct ratio r;
	uint64_t n = 0;
	int rc = word_ratio(exponent, &r, err);

	if (!rc && r.num / r.den >= 64)
		rc = hf_fail(err, EINVAL, "an exponent of %s is above 64",
			     exponent);
	if (!rc)
		rc = parse_classes(plan, classes, &n, err);
	return rc ? rc : add_powers(plan, n, &r, err);
}

static int plan_zipf(struct irm_plan *plan, const struct words *w,
		     struct hf_error *err)
{
	return plan_power(plan, word_or(w, "alpha", "1.2"),
			  word_or(w, "classes", "20"), err);
}

/* (x_m / i)^a: x_m is a factor of all weights and changes nothing. */
static int plan_pareto(struct irm_plan *plan, const struct words *w,
		       struct hf_error *err)
{
	return plan_power(plan, word_or(w, "a", "2.5"),
			  word_or(w, "classes", "20"), err);
}

static int plan_uniform(struct irm_plan *plan, const struct words *w,
			struct hf_error *err)
{
	(void)w;
	return numbers_add(&plan->weights, 1, err);
}

/* Half the square of (2 * distance) / (2 * deviation), with FIXED_BITS. */
static uint64_t bell(uint64_t twice_distance, uint64_t deviation)
{
	unsigned __int128 x = ((unsigned __int128)twice_distance << 28) /
			      (2 * deviation);

	return fixed_exp(x * x / 2);
}

static int add_bell(struct irm_plan *plan, uint64_t mean, uint64_t deviation,
		    struct hf_error *err)
{
	uint64_t reach = deviation > plan->items / NORMAL_REACH ?
				 plan->items : deviation * NORMAL_REACH;
	uint64_t from = mean > reach ? mean - reach : 0;
	uint64_t to = plan->items - mean > reach ? mean + reach : plan->items;
	uint64_t classes = to - from < NORMAL_CLASSES ? to - from :
							NORMAL_CLASSES;
	uint64_t i;
	int rc = numbers_add(&plan->firsts, from, err);

	for (i = 0; !rc && i < classes; i++) {
		uint64_t end = from + (uint64_t)((unsigned __int128)(to - from) *
						 (i + 1) / classes);
		uint64_t first = plan->firsts.list[i];
		/* Items i stands for the interval from i - 1/2 to i + 1/2. */
		uint64_t middle = first + end - 1;
		uint64_t off = middle > 2 * mean ? middle - 2 * mean :
						   2 * mean - middle;
		uint64_t weight =
			(uint64_t)((unsigned __int128)bell(off, deviation) *
				   (end - first) / (to - from));

		rc = numbers_add(&plan->firsts, end, err);
		if (!rc)
			rc = numbers_add(&plan->weights, weight, err);
	}
	return rc;
}

static int parse_place(const char *text, uint64_t items, uint64_t *value,
		       struct hf_error *err)
{
	struct ratio r;
	int rc;

	if (!strcmp(text, "0")) {
		*value = 0;
		return 0;
	}
	rc = word_ratio(text, &r, err);
	if (rc)
		return rc;
	if (strpbrk(text, "%/")) {
		*value = ratio_of(&r, items);
		return 0;
	}
	return parse_count(text, value, err);
}

static int plan_normal(struct irm_plan *plan, const struct words *w,
		       struct hf_error *err)
{
	uint64_t mean, deviation;
	int rc = parse_place(word_or(w, "mean", "1/2"), plan->items, &mean,
			     err);

	if (!rc)
		rc = parse_place(word_or(w, "deviation", "1/6"), plan->items,
				 &deviation, err);
	if (rc)
		return rc;
	if (!deviation)
		return hf_fail(err, EINVAL,
			       "a deviation of less than one item");
	if (mean >= plan->items)
		return hf_fail(err, EINVAL,
			       "the mean is not among the %" PRIu64 " items",
			       plan->items);
	return add_bell(plan, mean, deviation, err);
}

/* Zones as USES/ITEMS, both in any unit. */
static int split_zones(const char *text, struct numbers *uses,
		       struct numbers *items, struct hf_error *err)
{
	char *copy = strdup(text), *save = NULL, *zone;
	int rc = copy ? 0 : hf_fail(err, ENOMEM, "out of memory");
	char *rest = copy;

	while (!rc && (zone = strtok_r(rest, "+", &save))) {
		char *slash = strchr(zone, '/');
		uint64_t u, n;

		rest = NULL;
		if (!slash) {
			rc = hf_fail(err, EINVAL,
				     "\"%s\" is not USES/ITEMS (90/10+10/90: 90 %% of the uses go to 10 %% of the items)",
				     zone);
			break;
		}
		*slash = '\0';
		rc = word_count(zone, &u, err);
		if (!rc)
			rc = word_count(slash + 1, &n, err);
		if (!rc && (u >> 32 || n >> 32 || !n))
			rc = hf_fail(err, EINVAL,
				     "a zone of %s/%s makes no sense", zone,
				     slash + 1);
		if (!rc)
			rc = numbers_add(uses, u, err);
		if (!rc)
			rc = numbers_add(items, n, err);
	}
	free(copy);
	return rc;
}

static int place_zones(struct irm_plan *plan, const struct numbers *items,
		       struct hf_error *err)
{
	uint64_t all = 0, sum = 0;
	size_t i;
	int rc = numbers_add(&plan->firsts, 0, err);

	for (i = 0; i < items->n; i++)
		all += items->list[i];
	for (i = 0; !rc && i < items->n; i++) {
		uint64_t end;

		sum += items->list[i];
		end = (uint64_t)((unsigned __int128)plan->items * sum / all);
		if (end == plan->firsts.list[i])
			return hf_fail(err, EINVAL,
				       "zone %zu has none of the %" PRIu64
				       " items", i + 1, plan->items);
		rc = numbers_add(&plan->firsts, end, err);
	}
	return rc;
}

static int plan_zoned(struct irm_plan *plan, const struct words *w,
		      struct hf_error *err)
{
	struct numbers items = { 0 };
	int rc = split_zones(word_or(w, "zones", "90/10+10/90"),
			     &plan->weights, &items, err);

	if (!rc && !items.n)
		rc = hf_fail(err, EINVAL, "there is no zone");
	if (!rc)
		rc = place_zones(plan, &items, err);
	numbers_free(&items);
	return rc;
}

static int plan_pmf(struct irm_plan *plan, const struct words *w,
		    struct hf_error *err)
{
	const char *list = words_get(w, "weights"), *file = words_get(w, "file");

	if (!list == !file)
		return hf_fail(err, EINVAL, "pmf wants weights= or file=");
	if (list)
		return parse_weights(list, &plan->weights, err);
	return read_weights(file, &plan->weights, err);
}

static int plan_empirical(struct irm_plan *plan, const struct words *w,
			  struct hf_error *err)
{
	const char *file = words_get(w, "trace");
	uint64_t block;
	int rc;

	if (!file)
		return hf_fail(err, EINVAL, "empirical wants trace=FILE");
	rc = word_size(word_or(w, "block", "4k"), &block, err);
	if (!rc && (!block || block % 512))
		rc = hf_fail(err, EINVAL,
			     "a block of %s is not a multiple of 512",
			     words_get(w, "block"));
	return rc ? rc : popularity_of_trace(file, block, &plan->weights, err);
}

struct irm_kind {
	const char *name;
	const char *const *keys;
	int (*plan)(struct irm_plan *plan, const struct words *w,
		    struct hf_error *err);
};

#define KEYS(...) ((const char *const[]){ "", ##__VA_ARGS__, NULL })

static const struct irm_kind kinds[] = {
	{ "zipf", KEYS("alpha", "classes"), plan_zipf },
	{ "pareto", KEYS("a", "classes"), plan_pareto },
	{ "normal", KEYS("mean", "deviation"), plan_normal },
	{ "uniform", KEYS(), plan_uniform },
	{ "zoned", KEYS("zones"), plan_zoned },
	{ "sequential", KEYS(), NULL },
	{ "pmf", KEYS("weights", "file"), plan_pmf },
	{ "empirical", KEYS("trace", "block"), plan_empirical },
};

static const struct irm_kind *find_kind(const char *name)
{
	unsigned int i;

	for (i = 0; name && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* More classes than items: those that share an item become one. */
static void join_classes(struct irm_plan *plan)
{
	struct numbers *w = &plan->weights;
	uint64_t n = w->n, i;

	for (i = 0; i < n; i++) {
		uint64_t at = (uint64_t)((unsigned __int128)plan->items * i /
					 n);
		uint64_t weight = w->list[i];

		w->list[i] = 0;
		w->list[at] += weight;
	}
	w->n = plan->items;
}

static uint64_t class_first(const struct irm_plan *plan, uint64_t i)
{
	if (plan->firsts.n)
		return plan->firsts.list[i];
	return (uint64_t)((unsigned __int128)plan->items * i /
			  plan->weights.n);
}

static int place_classes(struct irm *irm, const struct irm_plan *plan,
			 struct hf_error *err)
{
	uint64_t i, n = plan->weights.n;

	if (!plan->firsts.n && n == plan->items)
		return 0;
	irm->classes = calloc(n, sizeof(*irm->classes));
	if (!irm->classes)
		return hf_fail(err, ENOMEM, "no memory for %" PRIu64
			       " classes of items", n);
	for (i = 0; i < n; i++)
		irm->classes[i] = (struct irm_class){
			class_first(plan, i),
			class_first(plan, i + 1) - class_first(plan, i),
		};
	return 0;
}

static int from_plan(struct irm *irm, struct irm_plan *plan,
		     struct hf_error *err)
{
	int rc;

	if (!plan->firsts.n && plan->weights.n > plan->items)
		join_classes(plan);
	rc = place_classes(irm, plan, err);
	if (rc)
		return rc;
	return alias_build(&irm->which, plan->weights.list,
			   (uint32_t)plan->weights.n, err);
}

static int make_kind(struct irm *irm, const struct words *w,
		     struct hf_error *err)
{
	const struct irm_kind *kind = find_kind(words_get(w, ""));
	struct irm_plan plan = { .items = irm->items };
	int rc;

	if (!kind)
		return hf_fail(err, EINVAL,
			       "frequencies are zipf, pareto, normal, uniform, zoned, sequential, pmf or empirical");
	rc = words_plain(w, kind->keys, err);
	if (rc)
		return rc;
	irm->in_turn = !kind->plan;
	if (irm->in_turn)
		return 0;
	rc = kind->plan(&plan, w, err);
	if (!rc)
		rc = from_plan(irm, &plan, err);
	numbers_free(&plan.weights);
	numbers_free(&plan.firsts);
	return rc;
}

int irm_make(struct irm *irm, const char *text, uint64_t items,
	     struct hf_error *err)
{
	struct words w;
	int rc = words_split(&w, text, err);

	*irm = (struct irm){ .items = items };
	if (rc)
		return rc;
	rc = make_kind(irm, &w, err);
	words_free(&w);
	if (rc)
		irm_free(irm);
	return rc;
}

void irm_free(struct irm *irm)
{
	alias_free(&irm->which);
	free(irm->classes);
	*irm = (struct irm){ 0 };
}
