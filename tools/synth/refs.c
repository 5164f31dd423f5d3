// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "density.h"
#include "irm.h"
#include "refs.h"
#include "wheel.h"

/**
 * struct refs - a sequence under way
 * @draw: decides everything
 * @irm: draws items of independent uses
 * @sleep: draws times between dependent ones
 * @wheel: items that sleep
 * @all_irm: there are no dependent uses
 * @mixed: not all uses are dependent ones of known items
 * @irm_below: a draw below is an independent use
 * @once_below: a draw below, if not that, is an item that is used once
 * @once: the next such item
 * @longest: longest sleep, where the mean is 1
 */
struct refs {
	struct draw draw;
	struct irm irm;
	struct sleep sleep;
	struct wheel wheel;
	bool all_irm, mixed;
	uint64_t irm_below, once_below;
	uint64_t once;
	double longest;
};

static int check(const struct refs_opts *o, struct hf_error *err)
{
	if (!o->items || o->items > REFS_MOST_ITEMS)
		return hf_fail(err, EINVAL, "%" PRIu64
			       " items are not from 1 to %u", o->items,
			       REFS_MOST_ITEMS);
	if (o->p_inf.num >= o->p_inf.den)
		return hf_fail(err, EINVAL,
			       "if all items are used only once there is nothing to draw distances for");
	if (o->p_irm.num && !o->irm)
		return hf_fail(err, EINVAL,
			       "independent uses need a distribution");
	if (o->p_irm.num < o->p_irm.den && !o->ird)
		return hf_fail(err, EINVAL, "dependent uses need distances");
	return 0;
}

/* All items go to sleep. */
static void start_items(struct refs *r, uint32_t items, enum refs_start start)
{
	uint32_t i;

	for (i = 0; i < items; i++)
		wheel_put(&r->wheel, i, start == REFS_PAPER ?
					sleep_draw(&r->sleep, &r->draw) :
					sleep_draw_rest(&r->sleep, &r->draw));
}

static int make_sleep(struct refs *r, const struct refs_opts *o,
		      struct hf_error *err)
{
	struct density ird;
	int rc = density_parse(&ird, o->ird, err);

	if (rc)
		return rc;
	r->longest = density_longest(&ird);
	rc = sleep_make(&r->sleep, &ird, o->items, err);
	density_free(&ird);
	if (!rc)
		rc = wheel_make(&r->wheel, r->sleep.ticks, (uint32_t)o->items,
				err);
	if (!rc)
		start_items(r, (uint32_t)o->items, o->start);
	return rc;
}

static void set_shares(struct refs *r, const struct refs_opts *o)
{
	r->once = o->items;
	r->all_irm = o->p_irm.num == o->p_irm.den;
	r->mixed = o->p_irm.num || o->p_inf.num;
	r->irm_below = ratio_of(&o->p_irm, UINT64_MAX);
	r->once_below = r->irm_below +
			ratio_of(&o->p_inf, UINT64_MAX - r->irm_below);
}

int refs_new(struct refs **out, const struct refs_opts *opts,
	     struct hf_error *err)
{
	struct refs *r;
	int rc = check(opts, err);

	if (rc)
		return rc;
	r = calloc(1, sizeof(*r));
	if (!r)
		return hf_fail(err, ENOMEM, "out of memory");
	draw_seed(&r->draw, opts->seed, 0);
	set_shares(r, opts);
	if (opts->p_irm.num)
		rc = irm_make(&r->irm, opts->irm, opts->items, err);
	if (!rc && !r->all_irm)
		rc = make_sleep(r, opts, err);
	if (rc) {
		refs_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

void refs_free(struct refs *r)
{
	if (!r)
		return;
	irm_free(&r->irm);
	sleep_free(&r->sleep);
	wheel_free(&r->wheel);
	free(r);
}

double refs_longest(const struct refs *r)
{
	return r->longest;
}

/* One access for each position: time is that of the wheel, not the position. */
static inline uint64_t dependent(struct wheel *w, const struct sleep *s,
				 struct draw *d)
{
	uint32_t item = wheel_wake(w);

	wheel_put(w, item, sleep_draw(s, d));
	return item;
}

static void fill_dependent(struct refs *r, uint64_t *items, size_t n)
{
	/* What is in registers need not be stored with each item. */
	struct wheel wheel = r->wheel;
	struct sleep sleep = r->sleep;
	struct draw draw = r->draw;
	size_t i;

	for (i = 0; i < n; i++)
		items[i] = dependent(&wheel, &sleep, &draw);
	r->wheel = wheel;
	r->draw = draw;
}

static void fill_independent(struct refs *r, uint64_t *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		items[i] = irm_draw(&r->irm, &r->draw);
}

static void fill_mixed(struct refs *r, uint64_t *items, size_t n)
{
	struct wheel wheel = r->wheel;
	struct sleep sleep = r->sleep;
	struct draw draw = r->draw;
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t kind = draw_next(&draw);

		if (kind < r->irm_below)
			items[i] = irm_draw(&r->irm, &draw);
		else if (kind < r->once_below)
			items[i] = r->once++;
		else
			items[i] = dependent(&wheel, &sleep, &draw);
	}
	r->wheel = wheel;
	r->draw = draw;
}

void refs_fill(struct refs *r, uint64_t *items, size_t n)
{
	if (r->all_irm)
		fill_independent(r, items, n);
	else if (r->mixed)
		fill_mixed(r, items, n);
	else
		fill_dependent(r, items, n);
}
