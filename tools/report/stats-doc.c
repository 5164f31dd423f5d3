// SPDX-License-Identifier: GPL-2.0-only
/* The statistics of a trace as a document, from the tables of figures. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "service.h"
#include "stats-report.h"
#include "units.h"

/* Streams that the overview shows. */
#define STREAMS_LISTED	20

static const char *number(struct fmt *b, enum stat_unit unit, double v)
{
	if (!isfinite(v)) {
		strcpy(b->text, FMT_UNKNOWN);
	} else if (unit == STAT_BYTES && v >= 0 && v < 1.8e19) {
		hf_format_size(b->text, sizeof(b->text), (uint64_t)v);
	} else if (unit == STAT_NS && fabs(v) < 9e18) {
		hf_format_duration(b->text, sizeof(b->text), llround(v));
	} else if (unit == STAT_SHARE) {
		fmt_share(b, v);
	} else if (unit == STAT_COUNT) {
		json_t *n = json_real(v);

		fmt_count(b, n);
		json_decref(n);
	} else {
		snprintf(b->text, sizeof(b->text), "%.4g", v);
	}
	return b->text;
}

/* Numbers that do not apply, or are not known, are no help. */
static bool is_shown(const struct statistic *s, double v)
{
	return s->title && isfinite(v) && !(s->unit == STAT_COUNT && v == 0);
}

static void numbers_table(struct doc *doc, const struct stat_family *f,
			  const void *state, const struct stat_scope *scope)
{
	const struct statistic *s;
	struct table t;
	struct fmt b;

	table_init(&t, "lr", NULL);
	for (s = f->list; s->name; s++) {
		double v;

		if (s->kind == STAT_HIST)
			continue;
		v = stat_value(s, state, scope);
		if (!is_shown(s, v) || (s->unit == STAT_BYTES && v == 0))
			continue;
		table_cell(&t, "%s", s->title);
		table_cell(&t, "%s", number(&b, s->unit, v));
	}
	doc_table(doc, &t);
}

static void hist_row(struct table *t, const struct statistic *s,
		     const struct loghist *h)
{
	static const unsigned int shares[] = { 500, 900, 990, 999 };
	struct fmt b;

	table_cell(t, "%s", s->title);
	table_cell(t, "%s", number(&b, STAT_COUNT, (double)h->count));
	table_cell(t, "%s", number(&b, s->unit, (double)h->min));
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		table_cell(t, "%s", number(&b, s->unit, (double)
					   loghist_quantile(h, shares[i])));
	table_cell(t, "%s", number(&b, s->unit, (double)h->max));
	table_cell(t, "%s", number(&b, s->unit == STAT_COUNT ? STAT_NUMBER :
				   s->unit, loghist_mean(h)));
}

static void hists_table(struct doc *doc, const struct stat_family *f,
			const void *state)
{
	static const char *const head[] = {
		"", "Count", "Min", "p50", "p90", "p99", "p99.9", "Max", "Mean",
	};
	const struct statistic *s;
	struct table t;

	table_init(&t, "lrrrrrrrr", head);
	for (s = f->list; s->name; s++)
		if (s->kind == STAT_HIST && stat_hist(s, state)->count)
			hist_row(&t, s, stat_hist(s, state));
	doc_table(doc, &t);
}

/* @name is put in front of the headings; NULL for the whole, number 0. */
static void group_sections(struct doc *doc, const struct tracestat *st,
			   const struct stat_group *group, const char *name,
			   unsigned int index)
{
	const struct stat_family *f;
	char id[48];

	for (f = tracestat_families; f->name; f++) {
		const void *state = f->state(group);
		char *title = NULL;

		if (!state || asprintf(&title, "%s%s%s", name ? name : "",
				       name ? ": " : "", f->title) < 0)
			continue;
		snprintf(id, sizeof(id), name ? "%s-%u" : "%s", f->name, index);
		doc->ops->section(doc, id, title);
		numbers_table(doc, f, state, &st->scope);
		hists_table(doc, f, state);
		/* Id and title of a section are used until the next. */
		doc->ops->section(doc, "", "");
		free(title);
	}
}

static void overview_row(struct table *t, const struct tracestat *st,
			 const struct stat_group *g)
{
	const struct stat_mix *m = &g->mix;
	struct fmt b;

	table_cell(t, "%s", number(&b, STAT_COUNT, (double)m->requests));
	table_cell(t, "%s", number(&b, STAT_SHARE, stat_ratio(
		(double)m->read_size.count,
		(double)(m->read_size.count + m->write_size.count))));
	table_cell(t, "%s", number(&b, STAT_BYTES, (double)m->read_size.sum));
	table_cell(t, "%s", number(&b, STAT_BYTES, (double)m->write_size.sum));
	table_cell(t, "%s", number(&b, STAT_NS, g->arrival.gap.count ?
				   (double)loghist_quantile(&g->arrival.gap,
							    500) : NAN));
	table_cell(t, "%s", number(&b, STAT_SHARE, stat_ratio(
		(double)g->place.sequential, (double)g->place.requests)));
	table_cell(t, "%s", number(&b, STAT_SHARE, stat_ratio(
		(double)g->place.random, (double)g->place.judged)));
	if (g->blocks)
		table_cell(t, "%s", number(&b, STAT_BYTES, (double)
			   g->blocks->blocks * (double)st->scope.block));
}

static void targets_section(struct doc *doc, const struct tracestat *st)
{
	static const char *const head[] = {
		"Target", "Requests", "Reads", "Read", "Written", "Gap p50",
		"Sequential", "Random", "Working set",
	};
	struct table t;
	char name[80];

	if (st->ntargets < 2)
		return;
	doc->ops->section(doc, "targets", "By target");
	table_init(&t, "lrrrrrrrr", head);
	for (unsigned int i = 0; i < st->ntargets; i++) {
		if (!st->targets[i].mix.requests)
			continue;
		table_cell(&t, "%s", stats_target_name(st, i, name));
		overview_row(&t, st, &st->targets[i]);
	}
	doc_table(doc, &t);
}

static void streams_section(struct doc *doc, const struct tracestat *st)
{
	static const char *const head[] = {
		"Stream", "Target", "Requests", "Reads", "Read", "Written",
		"Gap p50", "Sequential", "Random",
	};
	struct table t;
	char name[80];

	if (!st->nstreams)
		return;
	doc->ops->section(doc, "streams", "By stream");
	if (st->streams_found > STREAMS_LISTED)
		doc_para(doc, "The trace has %s%" PRIu64 " streams; these %d have most requests.",
			 st->streams_uncounted ? "more than " : "",
			 st->streams_found, STREAMS_LISTED);
	table_init(&t, "llrrrrrrr", head);
	for (unsigned int i = 0; i < st->nstreams && i < STREAMS_LISTED; i++) {
		const struct stat_group *g = &st->streams[i];

		table_cell(&t, "%" PRIu32, g->stream);
		table_cell(&t, "%s", stats_target_name(st, g->target, name));
		overview_row(&t, st, g);
	}
	doc_table(doc, &t);
}

static void each_section(struct doc *doc, const struct stats_report *report)
{
	const struct tracestat *st = report->st;
	bool streams = report->each == STATS_EACH_STREAM;
	unsigned int n = streams ? st->nstreams : st->ntargets;
	char name[80], title[128];

	for (unsigned int i = 0; report->each && i < n; i++) {
		const struct stat_group *g = streams ? &st->streams[i] :
						       &st->targets[i];

		if (!g->mix.requests)
			continue;
		stats_target_name(st, g->target, name);
		if (streams)
			snprintf(title, sizeof(title), "Stream %" PRIu32 " on %s",
				 g->stream, name);
		group_sections(doc, st, g, streams ? title : name, i);
	}
}

/* How the figures of blocks were made, and how far they can be trusted. */
static void sample_section(struct doc *doc, const struct tracestat *st)
{
	const struct stat_reuse *r = st->all->reuse;
	double real = (double)(r->reads + r->writes);
	struct fmt a, b;

	doc->ops->section(doc, "sample", "Blocks");
	doc_para(doc, "Blocks are of %s; %s of them took %s of memory. Times between their accesses are in steps of %s.",
		 number(&a, STAT_BYTES, (double)st->opts.block),
		 number(&b, STAT_COUNT, (double)st->sampled),
		 number(&(struct fmt){ "" }, STAT_BYTES,
			(double)st->map_bytes),
		 number(&(struct fmt){ "" }, STAT_NS,
			ldexp(1, (int)st->tick_shift)));
	if (!st->halvings)
		return;
	doc_para(doc, "These are a sample of one in %" PRIu64 ", by address. The standard error of the working set is %s; the sample stands for %s accesses, %+.2f %% of what there are. Shares of blocks have a standard error of %s at most.",
		 (uint64_t)1 << st->halvings,
		 number(&a, STAT_SHARE, st->all->blocks->error),
		 number(&b, STAT_COUNT, (double)r->counted),
		 real > 0 ? ((double)r->counted / real - 1) * 100 : 0,
		 number(&(struct fmt){ "" }, STAT_SHARE, st->sampled ?
			0.5 / sqrt((double)st->sampled) : NAN));
}

static void title(struct doc *doc, const struct stats_report *report)
{
	const struct tracestat *st = report->st;
	struct fmt a, b;
	char *about = NULL;

	if (asprintf(&about, "%s, %s requests in %s%s%s", report->name,
		     number(&a, STAT_COUNT, (double)st->trace->count),
		     number(&b, STAT_NS, (double)st->scope.duration_ns),
		     st->trace->hdr->flags & HFR_FF_LEVEL_QUEUE ?
		     ", as they were queued" : "",
		     service_is_inferred(st->trace) ?
		     ", completions inferred, not recorded" : "") < 0)
		return;
	doc->ops->title(doc, "Statistics", about);
	free(about);
}

void stats_doc(struct doc *doc, const struct stats_report *report)
{
	title(doc, report);
	group_sections(doc, report->st, report->st->all, NULL, 0);
	sample_section(doc, report->st);
	targets_section(doc, report->st);
	streams_section(doc, report->st);
	each_section(doc, report);
}

static const char *unit_name(enum stat_unit unit)
{
	static const char *const names[] = {
		[STAT_COUNT] = "count", [STAT_BYTES] = "bytes",
		[STAT_NS] = "ns", [STAT_SHARE] = "share",
		[STAT_NUMBER] = "number", [STAT_RATE] = "per second",
	};

	return names[unit];
}

void stats_list(FILE *out)
{
	const struct stat_family *f;
	const struct statistic *s;
	char key[64];

	for (f = tracestat_families; f->name; f++)
		for (s = f->list; s->name; s++)
			fprintf(out, "%s.%s\t%s%s\t%s\n", f->name,
				stats_key(s, key), unit_name(s->unit),
				s->kind == STAT_HIST ? ", distribution" : "",
				s->source);
}
