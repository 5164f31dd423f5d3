// SPDX-License-Identifier: GPL-2.0-only
/* The files of hit-ratio curves: page, figures, and what pictures show. */
#include <errno.h>

#include "array.h"
#include "folder.h"
#include "hrc-report.h"
#include "html.h"

static int write_json(FILE *out, const void *src)
{
	json_t *o = hrc_json(src, true);
	int ret;

	if (!o)
		return -ENOMEM;
	ret = json_dumpf(o, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	json_decref(o);
	fputc('\n', out);
	return ret ? -ENOMEM : 0;
}

static int write_text(FILE *out, const void *src)
{
	hrc_print(src, out);
	return 0;
}

static void write_doc(struct doc *doc, const void *src)
{
	hrc_doc(doc, src);
}

static int write_html(FILE *out, const void *src)
{
	const struct html_source page = {
		.write = write_doc, .plots = hrc_plots,
		.count = hrc_plots_count, .src = src,
		.figures = "hrc.json, those of the pictures in curves.csv and ird.csv",
	};

	html_write(out, &page);
	return 0;
}

static const struct folder_file files[] = {
	{ "hrc.json", write_json },
	{ "hrc.txt", write_text },
	{ "curves.csv", hrc_csv },
	{ "ird.csv", hrc_csv_ird },
	{ "hrc.html", write_html },
};

int hrc_write(const struct hrc_report *report, const char *dir,
	      struct hf_error *err)
{
	return folder_write(dir, files, ARRAY_SIZE(files), report, err);
}
