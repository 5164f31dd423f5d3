// SPDX-License-Identifier: GPL-2.0-only
/* The three files of a report. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "html.h"
#include "outfile.h"

static int write_json(FILE *out, const struct plot_source *src)
{
	if (json_dumpf(src->report, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)))
		return -ENOMEM;
	fputc('\n', out);
	return 0;
}

static int write_text(FILE *out, const struct plot_source *src)
{
	report_print(src->report, out);
	return 0;
}

static int write_html(FILE *out, const struct plot_source *src)
{
	html_write(out, src);
	return 0;
}

static const struct {
	const char *name;
	int (*write)(FILE *out, const struct plot_source *src);
} files[] = {
	{ "report.json", write_json },
	{ "report.txt", write_text },
	{ "report.html", write_html },
};

/* A report is small: it is made in memory, then written in one go. */
static int write_file(const char *path, size_t which,
		      const struct plot_source *src, struct hf_error *err)
{
	struct outfile of;
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);
	int ret = mem ? files[which].write(mem, src) : -ENOMEM;

	if (mem && fclose(mem) && !ret)
		ret = -ENOMEM;
	if (ret) {
		free(text);
		return hf_fail(err, -ret, "no memory to make %s", path);
	}
	ret = outfile_open(&of, path, err);
	if (!ret) {
		ret = outfile_write(&of, text, len, 0, err);
		if (!ret)
			ret = outfile_commit(&of, err);
		if (ret >= 0)
			ret = close(ret) ? -errno : 0;
		else
			outfile_abort(&of);
	}
	free(text);
	return ret;
}

static int make_dir(const char *dir, struct hf_error *err)
{
	if (!mkdir(dir, 0777) || errno == EEXIST)
		return 0;
	return hf_fail(err, errno, "cannot make the folder %s: %s", dir,
		       strerror(errno));
}

int report_write(const struct hft_file *trace, const struct results *res,
		 const json_t *report, const char *dir, struct hf_error *err)
{
	const struct plot_source src = { report, trace, res };
	int ret = make_dir(dir, err);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(files); i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, files[i].name) < 0)
			return hf_fail(err, ENOMEM, "no memory to make the report");
		ret = write_file(path, i, &src, err);
		free(path);
	}
	return ret;
}
