// SPDX-License-Identifier: GPL-2.0-only
/* Documents as text for a terminal of 80 columns and more. */
#include "report.h"

#include <ctype.h>
#include <string.h>

#include "doc.h"
#include "hrc-report.h"
#include "stats-report.h"
#include "text.h"

#define TEXT_WIDTH	78

/* Columns that a text takes: bytes that continue a UTF-8 character take none. */
static int width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

static void spaces(FILE *out, int n)
{
	for (; n > 0; n--)
		fputc(' ', out);
}

/* Control characters of a file name must not reach the terminal. */
static void put(FILE *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fputc(iscntrl((unsigned char)s[i]) ? '?' : s[i], out);
}

/* Breaks lines at spaces; those after the first start at @indent. */
static void wrap(FILE *out, const char *text, int indent, int column)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + (int)len > TEXT_WIDTH) {
			fputc('\n', out);
			spaces(out, indent);
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		put(out, text, len);
		column += (int)len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void text_title(struct doc *doc, const char *title, const char *about)
{
	fprintf(doc->out, "%s: ", title);
	put(doc->out, about, strlen(about));
	fputc('\n', doc->out);
}

static void text_verdict(struct doc *doc, bool first, const char *word,
			 const char *sentence)
{
	if (first)
		fputc('\n', doc->out);
	fprintf(doc->out, "%s:", word);
	wrap(doc->out, sentence, 2, width(word) + 1);
}

static void text_cell(FILE *out, const char *text, int room, char align,
		      bool last)
{
	int pad = room - width(text);

	if (align == 'r')
		spaces(out, pad);
	put(out, text, strlen(text));
	if (align != 'r' && !last)
		spaces(out, pad);
	if (!last)
		spaces(out, 2);
}

static void measure(const struct table *t, int room[TABLE_MAX_COLS])
{
	for (unsigned int c = 0; c < t->cols; c++) {
		room[c] = t->head[c] ? width(t->head[c]) : 0;
		for (size_t r = 0; r < table_rows(t); r++)
			if (width(table_at(t, r, c)) > room[c])
				room[c] = width(table_at(t, r, c));
	}
}

void text_table(FILE *out, const struct table *t)
{
	int room[TABLE_MAX_COLS];

	measure(t, room);
	for (unsigned int c = 0; t->head[0] && c < t->cols; c++) {
		spaces(out, c ? 0 : 2);
		text_cell(out, t->head[c], room[c], t->align[c],
			  c + 1 == t->cols);
	}
	if (t->head[0])
		fputc('\n', out);
	for (size_t r = 0; r < table_rows(t); r++) {
		spaces(out, 2);
		for (unsigned int c = 0; c < t->cols; c++)
			text_cell(out, table_at(t, r, c), room[c],
				  t->align[c], c + 1 == t->cols);
		fputc('\n', out);
	}
}

static void text_summary(struct doc *doc, const struct table *t)
{
	fputc('\n', doc->out);
	text_table(doc->out, t);
}

/* A title is kept until something follows: no empty sections. */
static void text_section(struct doc *doc, const char *id, const char *title)
{
	(void)id;
	doc->ctx = (void *)title;
}

static void open_section(struct doc *doc)
{
	const char *title = doc->ctx;

	if (title)
		fprintf(doc->out, "\n%s\n", title);
	doc->ctx = NULL;
}

static void text_para(struct doc *doc, const char *text)
{
	open_section(doc);
	spaces(doc->out, 2);
	wrap(doc->out, text, 2, 2);
}

static void text_table_in_section(struct doc *doc, const struct table *t)
{
	/* Tables with a head stand apart from what is above them. */
	if (!doc->ctx && t->head[0])
		fputc('\n', doc->out);
	open_section(doc);
	text_table(doc->out, t);
}

static const struct doc_ops text_ops = {
	.title = text_title,
	.verdict = text_verdict,
	.summary = text_summary,
	.section = text_section,
	.para = text_para,
	.table = text_table_in_section,
};

void report_print(const json_t *report, FILE *out)
{
	struct doc doc = { .ops = &text_ops, .out = out };

	doc_report(&doc, report);
}

void stats_print(const struct stats_report *report, FILE *out)
{
	struct doc doc = { .ops = &text_ops, .out = out };

	stats_doc(&doc, report);
}

void hrc_print(const struct hrc_report *report, FILE *out)
{
	struct doc doc = { .ops = &text_ops, .out = out };

	hrc_doc(&doc, report);
}
