// SPDX-License-Identifier: GPL-2.0-only
/* Hit-ratio curves as a document. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "fmt.h"
#include "hrc-report.h"
#include "text.h"
#include "units.h"

/* Curves beside each other in a table. */
#define COLUMNS	8

static const char *count(struct fmt *b, uint64_t n)
{
	json_t *value = json_real((double)n);

	fmt_count(b, value);
	json_decref(value);
	return b->text;
}

static const char *size(struct fmt *b, double bytes)
{
	if (bytes < 1.8e19)
		hf_format_size(b->text, sizeof(b->text), (uint64_t)bytes);
	else
		snprintf(b->text, sizeof(b->text), "%.3g", bytes);
	return b->text;
}

static void size_cells(struct table *t, const struct hrc *h, unsigned int i)
{
	double blocks = (double)h->sizes.blocks[i];
	struct fmt b;

	table_cell(t, "%s", count(&b, h->sizes.blocks[i]));
	table_cell(t, "%s", size(&b, blocks * (double)h->refs.block));
	table_cell(t, "%.4g %%", blocks * 100 * h->refs.rate /
		   h->refs.distinct);
}

/* Curves @from to @to, with their sizes in front. */
static void curves_table(struct doc *doc, const struct hrc *h,
			 const struct hrc_weight *weight, unsigned int from,
			 unsigned int to)
{
	const char *head[TABLE_MAX_COLS] = { "Blocks", "Size", "Footprint" };
	static const char align[] = "rrrrrrrrrrrr";
	struct table t;

	for (unsigned int c = from; c < to; c++)
		head[3 + c - from] = h->curves[c].choice.name;
	table_init(&t, align + sizeof(align) - 1 - (3 + to - from), head);
	for (unsigned int i = 0; i < h->sizes.count; i++) {
		size_cells(&t, h, i);
		for (unsigned int c = from; c < to; c++) {
			double v = hrc_ratio(h, weight, &h->curves[c], i);

			if (isfinite(v))
				table_cell(&t, "%.4f", v);
			else
				table_cell(&t, FMT_UNKNOWN);
		}
	}
	doc_table(doc, &t);
}

static void weight_section(struct doc *doc, const struct hrc *h,
			   const struct hrc_weight *weight)
{
	doc->ops->section(doc, weight->key, weight->title);
	for (unsigned int c = 0; c < h->count; c += COLUMNS)
		curves_table(doc, h, weight, c,
			     c + COLUMNS < h->count ? c + COLUMNS : h->count);
}

static void ird_section(struct doc *doc, const struct hrc *h)
{
	static const char *const head[] = {
		"First", "Later", "Min", "p50", "p90", "p99", "Max", "Mean",
	};
	struct table t;
	struct fmt b;

	doc->ops->section(doc, "ird", "References from one to a block to the next");
	table_init(&t, "rrrrrrrr", head);
	table_cell(&t, "%s", count(&b, h->cold));
	table_cell(&t, "%s", count(&b, h->ird.count));
	table_cell(&t, "%s", count(&b, h->ird.min));
	table_cell(&t, "%s", count(&b, loghist_quantile(&h->ird, 500)));
	table_cell(&t, "%s", count(&b, loghist_quantile(&h->ird, 900)));
	table_cell(&t, "%s", count(&b, loghist_quantile(&h->ird, 990)));
	table_cell(&t, "%s", count(&b, h->ird.max));
	if (h->ird.count)
		table_cell(&t, "%.4g", loghist_mean(&h->ird));
	else
		table_cell(&t, FMT_UNKNOWN);
	doc_table(doc, &t);
}

static void sample_section(struct doc *doc, const struct block_refs *refs)
{
	struct fmt a, b;

	if (refs->rate >= 1)
		return;
	doc->ops->section(doc, "sample", "Sample");
	doc_para(doc, "These are estimates from a sample of %.4g %% of the blocks, chosen by a hash of their address: %s blocks with %s references. A cache of this share of its size is run over them.",
		 refs->rate * 100, count(&a, refs->distinct),
		 count(&b, refs->count));
}

void hrc_doc(struct doc *doc, const struct hrc_report *report)
{
	const struct block_refs *refs = &report->hrc->refs;
	struct fmt a, b, c;
	char *about = NULL;

	if (asprintf(&about, "%s, %s references to %s blocks of %s",
		     report->name, count(&a, refs->all),
		     count(&b, block_refs_footprint(refs)),
		     size(&c, (double)refs->block)) < 0)
		return;
	doc->ops->title(doc, "Hit ratios", about);
	for (unsigned int w = 0; w < HRC_WEIGHTS; w++)
		if (hrc_weight_differs(report->hrc, w))
			weight_section(doc, report->hrc, &hrc_weights[w]);
	ird_section(doc, report->hrc);
	sample_section(doc, refs);
	doc->ops->section(doc, "", "");
	free(about);
}

void hrc_list(FILE *out)
{
	const struct cache_policy *p;

	for (unsigned int i = 0; (p = cache_policy_at(i)); i++) {
		const struct policy_param *v = p->params;

		fprintf(out, "%s\t%s\n", p->name, p->about);
		for (unsigned int k = 0; v && v[k].name; k++)
			fprintf(out, "%s:%s=%g\t%s\n", p->name, v[k].name,
				v[k].def, v[k].about);
	}
}
