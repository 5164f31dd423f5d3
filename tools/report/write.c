// SPDX-License-Identifier: GPL-2.0-only
/* The three files of a report. */
#include "report.h"

#include <errno.h>

#include "array.h"
#include "doc.h"
#include "folder.h"
#include "html.h"

static int write_json(FILE *out, const void *src)
{
	const struct plot_source *s = src;

	if (json_dumpf(s->report, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)))
		return -ENOMEM;
	fputc('\n', out);
	return 0;
}

static int write_text(FILE *out, const void *src)
{
	const struct plot_source *s = src;

	report_print(s->report, out);
	return 0;
}

static void write_doc(struct doc *doc, const void *src)
{
	const struct plot_source *s = src;

	doc_report(doc, s->report);
}

static int write_html(FILE *out, const void *src)
{
	const struct html_source page = {
		.write = write_doc, .plots = plots, .count = plots_count,
		.src = src, .figures = "report.json",
	};

	html_write(out, &page);
	return 0;
}

static const struct folder_file files[] = {
	{ "report.json", write_json },
	{ "report.txt", write_text },
	{ "report.html", write_html },
};

int report_write(const struct hft_file *trace, const struct results *res,
		 const json_t *report, const char *dir, struct hf_error *err)
{
	const struct plot_source src = { report, trace, res };

	return folder_write(dir, files, ARRAY_SIZE(files), &src, err);
}
