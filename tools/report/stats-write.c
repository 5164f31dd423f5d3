// SPDX-License-Identifier: GPL-2.0-only
/* The files of the statistics: page, figures, and the data of each picture. */
#include <errno.h>

#include "array.h"
#include "folder.h"
#include "html.h"
#include "stats-plots.h"
#include "stats-report.h"
#include "text.h"

static int write_json(FILE *out, const void *src)
{
	json_t *o = stats_all_json(src, true);
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
	stats_print(src, out);
	return 0;
}

static void write_doc(struct doc *doc, const void *src)
{
	stats_doc(doc, src);
}

static int write_html(FILE *out, const void *src)
{
	const struct html_source page = {
		.write = write_doc, .plots = stats_plots,
		.count = stats_plots_count, .src = src,
		.figures = "stats.json, those of each picture in a CSV file",
	};

	html_write(out, &page);
	return 0;
}

static const struct folder_file files[] = {
	{ "stats.json", write_json },
	{ "stats.txt", write_text },
	{ "heat.csv", stats_csv_heat },
	{ "requests.csv", stats_csv_requests },
	{ "bytes.csv", stats_csv_bytes },
	{ "size.csv", stats_csv_size },
	{ "gap.csv", stats_csv_gap },
	{ "latency.csv", stats_csv_latency },
	{ "reuse.csv", stats_csv_reuse },
	{ "stats.html", write_html },
};

int stats_write(const struct stats_report *report, const char *dir,
		struct hf_error *err)
{
	return folder_write(dir, files, ARRAY_SIZE(files), report, err);
}
