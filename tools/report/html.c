// SPDX-License-Identifier: GPL-2.0-only
/* The document as HTML; pictures close the section that they belong to. */
#include "html.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "doc.h"
#include "fmt.h"
#include "gnuplot.h"
#include "svg.h"
#include "version.h"

/**
 * struct html - state of a page
 * @source: what it is made from
 * @svgs: its pictures, NULL where there is none; owned
 * @id: of the section
 * @title: of the section
 * @open: the section has been started: it has something to show
 * @in_verdict: the card with the verdict is open
 */
struct html {
	const struct html_source *source;
	char *svgs[HTML_MAX_PLOTS];
	const char *id;
	const char *title;
	bool open;
	bool in_verdict;
};

static void put(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			fputs("&lt;", out);
		else if (*s == '>')
			fputs("&gt;", out);
		else if (*s == '&')
			fputs("&amp;", out);
		else if (*s == '"')
			fputs("&quot;", out);
		else if (*s == '\'')
			fputs("&#39;", out);
		else
			fputc(iscntrl((unsigned char)*s) ? '?' : *s, out);
	}
}

static void html_title(struct doc *doc, const char *title, const char *about)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<meta name=\"generator\" content=\"hfctl " HFCTL_VERSION
	      "\">\n<title>", doc->out);
	put(doc->out, title);
	fputs(": ", doc->out);
	put(doc->out, about);
	fprintf(doc->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>",
		html_style);
	put(doc->out, title);
	fputs("</h1>\n<p class=\"about\">", doc->out);
	put(doc->out, about);
	fputs("</p>\n", doc->out);
}

/* How bad a word is: class of its colour. Words not listed are bad. */
static const char *tone(const char *word)
{
	static const struct {
		const char *word;
		const char *tone;
	} tones[] = {
		{ "FAITHFUL", "good" },
		{ "SCALED", "warn" },
		{ "LIMITED", "warn" },
		{ "LATE", "warn" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tones); i++)
		if (!strcmp(word, tones[i].word))
			return tones[i].tone;
	return "bad";
}

static void html_verdict(struct doc *doc, bool first, const char *word,
			 const char *sentence)
{
	struct html *page = doc->ctx;

	if (first)
		fprintf(doc->out, "<div class=\"card verdict %s\">\n",
			tone(word));
	page->in_verdict = true;
	fprintf(doc->out, "<p class=\"said %s\"><b>", tone(word));
	put(doc->out, word);
	fputs("</b><span>", doc->out);
	put(doc->out, sentence);
	fputs("</span></p>\n", doc->out);
}

static void close_verdict(struct doc *doc)
{
	struct html *page = doc->ctx;

	if (page->in_verdict)
		fputs("</div>\n", doc->out);
	page->in_verdict = false;
}

static void html_summary(struct doc *doc, const struct table *t)
{
	close_verdict(doc);
	fputs("<div class=\"tiles\">\n", doc->out);
	for (size_t r = 0; r < table_rows(t); r++) {
		fputs("<div class=\"tile\"><span>", doc->out);
		put(doc->out, table_at(t, r, 0));
		fputs("</span><strong>", doc->out);
		put(doc->out, table_at(t, r, 1));
		fputs("</strong></div>\n", doc->out);
	}
	fputs("</div>\n", doc->out);
}

static void open_section(struct doc *doc)
{
	struct html *page = doc->ctx;

	if (page->open)
		return;
	page->open = true;
	fprintf(doc->out, "<section class=\"card\" id=\"%s\">\n<h2>", page->id);
	put(doc->out, page->title);
	fputs("</h2>\n", doc->out);
}

static void write_figure(struct doc *doc, unsigned int i)
{
	struct html *page = doc->ctx;

	fputs("<figure><figcaption>", doc->out);
	put(doc->out, page->source->plots[i].title);
	fputs("</figcaption>\n", doc->out);
	svg_embed(doc->out, page->svgs[i], i);
	fputs("</figure>\n", doc->out);
}

static void write_figures(struct doc *doc)
{
	struct html *page = doc->ctx;
	const struct html_source *source = page->source;
	bool any = false;

	for (unsigned int i = 0; i < source->count; i++) {
		if (!page->svgs[i] ||
		    strcmp(source->plots[i].section, page->id))
			continue;
		open_section(doc);
		if (!any)
			fputs("<div class=\"figs\">\n", doc->out);
		any = true;
		write_figure(doc, i);
	}
	if (any)
		fputs("</div>\n", doc->out);
}

static void close_section(struct doc *doc)
{
	struct html *page = doc->ctx;

	if (!page->id)
		return;
	write_figures(doc);
	if (page->open)
		fputs("</section>\n", doc->out);
	page->open = false;
	page->id = NULL;
}

static void html_section(struct doc *doc, const char *id, const char *title)
{
	struct html *page = doc->ctx;

	close_verdict(doc);
	close_section(doc);
	page->id = id;
	page->title = title;
}

static void html_para(struct doc *doc, const char *text)
{
	open_section(doc);
	fputs("<p>", doc->out);
	put(doc->out, text);
	fputs("</p>\n", doc->out);
}

static void html_row(FILE *out, const struct table *t, const char *tag,
		     size_t row, bool head)
{
	fputs("<tr>", out);
	for (unsigned int c = 0; c < t->cols; c++) {
		fprintf(out, "<%s%s>", tag,
			t->align[c] == 'r' ? " class=\"r\"" : "");
		put(out, head ? t->head[c] : table_at(t, row, c));
		fprintf(out, "</%s>", tag);
	}
	fputs("</tr>\n", out);
}

static void html_table(struct doc *doc, const struct table *t)
{
	open_section(doc);
	fputs("<div class=\"scroll\"><table>\n", doc->out);
	if (t->head[0]) {
		fputs("<thead>", doc->out);
		html_row(doc->out, t, "th", 0, true);
		fputs("</thead>\n", doc->out);
	}
	fputs("<tbody>\n", doc->out);
	for (size_t r = 0; r < table_rows(t); r++)
		html_row(doc->out, t, "td", r, false);
	fputs("</tbody>\n</table></div>\n", doc->out);
}

static const struct doc_ops html_ops = {
	.title = html_title,
	.verdict = html_verdict,
	.summary = html_summary,
	.section = html_section,
	.para = html_para,
	.table = html_table,
};

/* Returns the picture, or NULL: nothing to show, or a sentence in @err. */
static char *draw(const struct html_source *source, unsigned int i,
		  struct hf_error *err)
{
	char *script = NULL, *svg = NULL;
	size_t len = 0;
	FILE *gp = open_memstream(&script, &len);
	bool any;

	if (!gp)
		return NULL;
	any = source->plots[i].script(gp, source->src);
	if (fclose(gp))
		hf_fail(err, ENOMEM, "no memory for a picture");
	else if (any)
		svg = gnuplot_run(script, len, err);
	free(script);
	return svg;
}

/* Stops at the first failure: the others would fail alike. */
static void draw_all(struct html *page, struct hf_error *err)
{
	for (unsigned int i = 0; i < page->source->count && !err->text[0]; i++)
		page->svgs[i] = draw(page->source, i, err);
}

static void write_missing(struct doc *doc, const struct hf_error *err)
{
	if (!err->text[0])
		return;
	html_section(doc, "pictures", "Pictures are missing");
	doc_para(doc, "All is here but the pictures: %s.",
		 err->text);
}

void html_write(FILE *out, const struct html_source *source)
{
	struct html page = { .source = source };
	struct doc doc = { .ops = &html_ops, .out = out, .ctx = &page };
	struct hf_error err = { "" };

	draw_all(&page, &err);
	source->write(&doc, source->src);
	write_missing(&doc, &err);
	close_section(&doc);
	fprintf(out, "<footer>Made by hfctl " HFCTL_VERSION
		". All figures are in %s.</footer>\n</main>\n</body>\n</html>\n",
		source->figures);
	for (unsigned int i = 0; i < source->count; i++)
		free(page.svgs[i]);
}
