// SPDX-License-Identifier: GPL-2.0-only
#include "likeness-report.h"

#include <math.h>
#include <stddef.h>

#include "array.h"
#include "fmt.h"
#include "json-text.h"
#include "text.h"

/**
 * struct figure - a figure of the whole
 * @key: in JSON
 * @title: in text
 * @at: the member of struct likeness
 */
struct figure {
	const char *key;
	const char *title;
	size_t at;
};

#define FIGURE(member, title) \
	{ #member, title, offsetof(struct likeness, member) }

static const struct figure figures[] = {
	FIGURE(read_share, "Share of reads, difference"),
	FIGURE(size_ks, "Size of a request, KS"),
	FIGURE(gap_ks, "Time between issues, KS"),
	FIGURE(jump_ks, "Jump to the next request, KS"),
	FIGURE(mmd, "Address and size, MMD^2"),
	FIGURE(mmd_same, "  of two halves of the original"),
	FIGURE(mmd_random, "  of the original and random points"),
};

static double value_of(const struct likeness *l, const struct figure *f)
{
	return *(const double *)((const char *)l + f->at);
}

/* JSON has no NaN. */
static json_t *real_json(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *side_json(const struct likeness_side *side, const char *name)
{
	return json_pack("{s:o, s:I, s:I, s:I, s:I}",
			 "trace", json_text(name),
			 "requests", (json_int_t)side->requests,
			 "reads", (json_int_t)side->reads,
			 "writes", (json_int_t)side->writes,
			 "footprint_blocks", (json_int_t)side->blocks);
}

static json_t *curves_json(const struct likeness *l)
{
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < l->count; i++) {
		const struct likeness_curve *c = &l->curves[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}",
			"policy", json_text(c->name),
			"mean", real_json(c->mean),
			"max", real_json(c->most),
			"scaled_mean", real_json(c->scaled_mean),
			"scaled_max", real_json(c->scaled_most)));
	}
	return list;
}

json_t *likeness_json(const struct likeness *l, const char *const names[2])
{
	json_t *o = json_pack("{s:o, s:o}",
			      "original", side_json(&l->side[0], names[0]),
			      "other", side_json(&l->side[1], names[1]));

	for (size_t i = 0; o && i < ARRAY_SIZE(figures); i++)
		json_object_set_new(o, figures[i].key,
				    real_json(value_of(l, &figures[i])));
	if (o)
		json_object_set_new(o, "hit_ratios", curves_json(l));
	return o;
}

static void real_cell(struct table *t, double v)
{
	if (isfinite(v))
		table_cell(t, "%.4f", v);
	else
		table_cell(t, FMT_UNKNOWN);
}

static void sides_table(FILE *out, const struct likeness *l,
			const char *const names[2])
{
	static const char *const head[] = {
		"Trace", "Requests", "Reads", "Writes", "Blocks",
	};
	struct table t;

	table_init(&t, "lrrrr", head);
	for (int i = 0; i < 2; i++) {
		const struct likeness_side *s = &l->side[i];
		const uint64_t counts[] = { s->requests, s->reads, s->writes,
					    s->blocks };
		struct fmt b;

		table_cell(&t, "%s", names[i]);
		for (size_t k = 0; k < ARRAY_SIZE(counts); k++) {
			json_t *n = json_real((double)counts[k]);

			table_cell(&t, "%s", fmt_count(&b, n));
			json_decref(n);
		}
	}
	text_table(out, &t);
	table_free(&t);
}

static void curves_table(FILE *out, const struct likeness *l)
{
	static const char *const head[] = {
		"Policy", "Mean", "Max", "Scaled mean", "Scaled max",
	};
	struct table t;

	table_init(&t, "lrrrr", head);
	for (unsigned int i = 0; i < l->count; i++) {
		const struct likeness_curve *c = &l->curves[i];

		table_cell(&t, "%s", c->name);
		real_cell(&t, c->mean);
		real_cell(&t, c->most);
		real_cell(&t, c->scaled_mean);
		real_cell(&t, c->scaled_most);
	}
	text_table(out, &t);
	table_free(&t);
}

void likeness_print(const struct likeness *l, const char *const names[2],
		    FILE *out)
{
	struct table t;

	sides_table(out, l, names);
	fputs("\nDifferences; 0 is none\n", out);
	table_init(&t, "lr", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		table_cell(&t, "%s", figures[i].title);
		real_cell(&t, value_of(l, &figures[i]));
	}
	text_table(out, &t);
	table_free(&t);
	fputs("\nHit ratios, absolute difference\n", out);
	curves_table(out, l);
}
