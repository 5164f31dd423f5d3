// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json-text.h"
#include "patterns-show.h"
#include "text.h"

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the report");
}

static const char *server_name(const struct hft_file *file, uint16_t target)
{
	return (const char *)file->devs[target].name;
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static int add_row(struct pattern_report *r, const struct study *s,
		   const char *trace, const char *server,
		   const struct lengths *l, struct hf_error *err)
{
	struct pattern_row *row;

	row = realloc(r->rows, (r->n + 1) * sizeof(*row));
	if (!row)
		return no_memory(err);
	r->rows = row;
	row += r->n++;
	*row = (struct pattern_row){
		.trace = copy(trace), .label = copy(s->label),
		.server = copy(server), .lengths = *l,
	};
	if (row->trace && (row->label || !s->label) &&
	    (row->server || !server))
		return 0;
	return no_memory(err);
}

/* Lengths of one kind of requests of all servers; false if there are none. */
static bool sum_up(const struct study *s, enum window_ops ops,
		   struct lengths *all)
{
	size_t i;

	*all = (struct lengths){ .ops = ops };
	for (i = 0; i < s->n; i++) {
		const struct lengths *l = &s->lengths[i];

		if (l->ops != ops)
			continue;
		all->windows += l->windows;
		all->requests += l->requests;
		all->squares += l->squares;
	}
	return all->windows;
}

int pattern_report_add(struct pattern_report *r, const struct study *s,
		       const struct hft_file *file, const char *trace,
		       bool servers, struct hf_error *err)
{
	enum window_ops ops;
	struct lengths all;
	size_t i;
	int rc = 0;

	for (i = 0; servers && i < s->n && !rc; i++)
		rc = add_row(r, s, trace,
			     server_name(file, s->lengths[i].target),
			     &s->lengths[i], err);
	for (ops = WINDOW_ALL; !servers && ops <= WINDOW_WRITES && !rc; ops++)
		if (sum_up(s, ops, &all))
			rc = add_row(r, s, trace, NULL, &all, err);
	return rc;
}

void pattern_report_free(struct pattern_report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->rows[i].trace);
		free(r->rows[i].label);
		free(r->rows[i].server);
	}
	free(r->rows);
}

static void print_lengths(const struct pattern_report *r, FILE *out)
{
	static const char *const head[] = {
		"trace", "label", "server", "ops", "windows", "requests",
		"mean", "deviation",
	};
	struct table t;
	size_t i;

	table_init(&t, "llllrrrr", head);
	for (i = 0; i < r->n; i++) {
		const struct pattern_row *row = &r->rows[i];
		const struct lengths *l = &row->lengths;

		table_cell(&t, "%s", row->trace);
		table_cell(&t, "%s", row->label ? row->label : "-");
		table_cell(&t, "%s", row->server ? row->server : "all");
		table_cell(&t, "%s", window_ops_name(l->ops));
		table_cell(&t, "%" PRIu64, l->windows);
		table_cell(&t, "%" PRIu64, l->requests);
		table_cell(&t, "%.2f", lengths_mean(l));
		table_cell(&t, "%.2f", lengths_deviation(l));
	}
	text_table(out, &t);
	table_free(&t);
}

static double percent(uint64_t part, uint64_t all)
{
	return all ? 100 * (double)part / (double)all : 0;
}

/* "precision   93.0 %, 93 of 100 ...", or that there is none. */
static void print_share(FILE *out, const char *name, uint64_t part,
			uint64_t all, const char *of)
{
	if (all)
		fprintf(out, "  %-11s %5.1f %%: %" PRIu64 " of %" PRIu64 " %s\n",
			name, percent(part, all), part, all, of);
	else
		fprintf(out, "  %-11s       -: there are no %s\n", name, of);
}

void pattern_report_text(const struct pattern_report *r, FILE *out)
{
	const struct scores *s = &r->scores;

	fputs("pattern length: requests a window\n", out);
	print_lengths(r, out);
	fprintf(out, "\npatterns: %zu known before, %zu now\n", r->known,
		r->patterns);
	print_share(out, "matched", s->matched, s->windows,
		    "windows that are long enough");
	print_share(out, "precision", s->right, s->judged,
		    "matches between labelled patterns");
	print_share(out, "recall", s->right, s->labelled,
		    "windows whose label the base had");
	print_share(out, "prediction", s->came_true, s->foreseen,
		    "windows with a prediction");
}

static void csv_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void pattern_report_csv(const struct pattern_report *r, FILE *out)
{
	size_t i;

	fputs("experiment,label,server,operation,windows,requests,mean,deviation\n",
	      out);
	for (i = 0; i < r->n; i++) {
		const struct pattern_row *row = &r->rows[i];
		const struct lengths *l = &row->lengths;

		csv_text(out, row->trace);
		fputc(',', out);
		csv_text(out, row->label ? row->label : "");
		fputc(',', out);
		csv_text(out, row->server ? row->server : "");
		fprintf(out, ",%s,%" PRIu64 ",%" PRIu64 ",%.6f,%.6f\n",
			window_ops_name(l->ops), l->windows, l->requests,
			lengths_mean(l), lengths_deviation(l));
	}
}

static json_t *row_json(const struct pattern_row *row)
{
	const struct lengths *l = &row->lengths;
	json_t *o = json_pack("{s:o, s:s, s:I, s:I, s:f, s:f}",
			      "trace", json_text(row->trace),
			      "operation", window_ops_name(l->ops),
			      "windows", (json_int_t)l->windows,
			      "requests", (json_int_t)l->requests,
			      "mean", lengths_mean(l),
			      "deviation", lengths_deviation(l));

	if (row->label)
		json_object_set_new(o, "label", json_text(row->label));
	if (row->server)
		json_object_set_new(o, "server", json_text(row->server));
	return o;
}

static json_t *share_json(uint64_t part, uint64_t all)
{
	return all ? json_real((double)part / (double)all) : json_null();
}

json_t *pattern_report_json(const struct pattern_report *r)
{
	const struct scores *s = &r->scores;
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < r->n; i++)
		json_array_append_new(rows, row_json(&r->rows[i]));
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}",
			 "lengths", rows,
			 "patterns_before", (json_int_t)r->known,
			 "patterns", (json_int_t)r->patterns,
			 "windows", (json_int_t)s->windows,
			 "matched", (json_int_t)s->matched,
			 "labelled", (json_int_t)s->labelled,
			 "judged", (json_int_t)s->judged,
			 "right", (json_int_t)s->right,
			 "predicted", (json_int_t)s->foreseen,
			 "came_true", (json_int_t)s->came_true,
			 "precision", share_json(s->right, s->judged),
			 "recall", share_json(s->right, s->labelled),
			 "prediction", share_json(s->came_true, s->foreseen));
}

void pattern_dump_header(FILE *out)
{
	fputs("trace,server,ops,start_ns,requests,bytes,files,pattern,new,similarity,predicted\n",
	      out);
}

static void put_index(FILE *out, size_t index)
{
	if (index == BASE_NONE)
		fputc(',', out);
	else
		fprintf(out, ",%zu", index);
}

void pattern_dump(const struct finding *f, const struct hft_file *file,
		  const char *trace, FILE *out)
{
	const struct window *w = f->w;

	csv_text(out, trace);
	fputc(',', out);
	csv_text(out, server_name(file, w->target));
	fprintf(out, ",%s,%" PRIu64 ",%zu,%" PRIu64 ",%" PRIu32,
		window_ops_name(w->ops), w->start_ns, w->n, w->bytes,
		w->files);
	put_index(out, f->m.index);
	fprintf(out, ",%d", f->added);
	if (f->m.index == BASE_NONE || f->added)
		fputc(',', out);
	else
		fprintf(out, ",%.3f", f->m.similarity);
	put_index(out, f->foreseen);
	fputc('\n', out);
}
