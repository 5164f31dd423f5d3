// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "report.h"
#include "reporting.h"

int reporting_folder(const char *dir, struct hf_error *err)
{
	struct stat st;

	if (!mkdir(dir, 0777) ||
	    (errno == EEXIST && !stat(dir, &st) && S_ISDIR(st.st_mode)))
		return 0;
	return hf_fail(err, errno, "cannot make the folder %s: %s", dir,
		       strerror(errno));
}

int reporting_make(const struct hft_file *trace, const struct results *res,
		   const char *dir, bool json, struct hf_error *err)
{
	json_t *report = report_json(trace, res, err);
	int ret = 0;

	if (!report)
		return -EINVAL;
	if (dir)
		ret = report_write(trace, res, report, dir, err);
	if (!ret && json) {
		json_dumpf(report, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!ret) {
		report_print(report, stdout);
	}
	json_decref(report);
	return ret;
}
