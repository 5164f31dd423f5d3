// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import-report.h"
#include "progress.h"
#include "reads.h"
#include "source.h"

static int read_options(const struct args *args, struct import_opts *opts,
			struct hf_error *err)
{
	const char *event = args_get(args, "event");

	memset(opts, 0, sizeof(*opts));
	opts->from = args_get(args, "from");
	opts->device = args_get(args, "device");
	opts->command = args_command_line(args);
	opts->progress = progress_import;
	opts->stop = interrupted;
	if (event && !strcmp(event, "issue"))
		opts->level = IMPORT_LEVEL_ISSUE;
	else if (event && !strcmp(event, "queue"))
		opts->level = IMPORT_LEVEL_QUEUE;
	else if (event && strcmp(event, "any"))
		return hf_fail(err, EINVAL,
			       "--event %s is not issue, queue or any",
			       event);
	return args_u64(args, "max-junk", 0, &opts->max_junk, err);
}

static int check_format(const char *from, struct hf_error *err)
{
	char list[256] = "";
	const char *name;
	unsigned int n;

	for (n = 0; from && (name = import_format_name(n)); n++) {
		if (!strcmp(name, from))
			return 0;
		strncat(list, n ? ", " : "", sizeof(list) - strlen(list) - 1);
		strncat(list, name, sizeof(list) - strlen(list) - 1);
	}
	if (!from)
		return 0;
	return hf_fail(err, EINVAL, "--from %s is no format; there are: %s",
		       from, list);
}

int source_options_ok(const struct args *args, struct hf_error *err)
{
	struct import_opts opts;
	int ret = read_options(args, &opts, err);

	return ret ? ret : check_format(opts.from, err);
}

/* Whether the file is an .hft file that can be used as it is. */
static bool is_hft(const char *path)
{
	char magic[sizeof(HFR_FILE_MAGIC) - 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = pread(fd, magic, sizeof(magic), 0);
		close(fd);
	}
	return n == (ssize_t)sizeof(magic) &&
	       !memcmp(magic, HFR_FILE_MAGIC, sizeof(magic));
}

static bool as_it_is(const struct args *args, const struct import_opts *opts)
{
	return args_count(args) == 1 && !opts->from && !opts->device &&
	       is_hft(args_pos(args, 0));
}

/* An output in the place of an input would be the end of the input. */
static int check_apart(const char *keep, const char *input,
		       struct hf_error *err)
{
	struct stat a, b;

	if (!keep || stat(keep, &a) || stat(input, &b) ||
	    a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return 0;
	return hf_fail(err, EEXIST,
		       "%s is the input and would be overwritten by the trace that is replayed; choose another folder for the output",
		       input);
}

int source_open(struct source *src, const struct args *args,
		const char *keep, bool whole, struct hf_error *err)
{
	struct import_opts opts;
	int ret, i;

	memset(src, 0, sizeof(*src));
	src->name = args_pos(args, 0);
	ret = read_options(args, &opts, err);
	if (ret)
		return ret;
	if (as_it_is(args, &opts))
		return hft_open(&src->file, args_pos(args, 0), err);
	for (i = 0; !ret && i < args_count(args); i++)
		ret = check_apart(keep, args_pos(args, i), err);
	if (ret)
		return ret;
	src->made = keep ? strdup(keep) : NULL;
	if (keep && !src->made)
		return hf_fail(err, ENOMEM, "out of memory");
	src->converted = true;
	opts.whole = whole;
	ret = import_trace(args_list(args), args_count(args), keep, &opts,
			   &src->file, &src->sum, err);
	progress_end();
	if (!ret)
		import_report_warn(&src->sum, opts.level);
	if (ret) {
		free(src->made);
		src->made = NULL;
	}
	return ret;
}

int source_reads_only(struct source *src, const char *keep,
		      uint64_t *left_out, struct hf_error *err)
{
	struct hft_file reduced;
	int ret = 0;

	if (!src->made)
		ret = check_apart(keep, src->file.path, err);
	if (!ret)
		ret = reads_only(&src->file, keep, &reduced, left_out, err);
	if (ret)
		return ret;
	hft_close(&src->file);
	src->file = reduced;
	if (keep && !src->made)
		src->made = strdup(keep);
	return 0;
}

void source_close(struct source *src)
{
	hft_close(&src->file);
	free(src->made);
	memset(src, 0, sizeof(*src));
}
