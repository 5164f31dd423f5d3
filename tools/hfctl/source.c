// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cut.h"
#include "import-report.h"
#include "infer-file.h"
#include "progress.h"
#include "shape.h"
#include "service.h"
#include "source.h"
#include "units.h"

int source_import_opts(const struct args *args, struct import_opts *opts,
		       struct hf_error *err)
{
	const char *event = args_get(args, "event");

	memset(opts, 0, sizeof(*opts));
	opts->from = args_get(args, "from");
	opts->columns = args_get(args, "columns");
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
	if (import_check_opts(opts, err) || shape_options(args, opts, err))
		return -EINVAL;
	return args_u64(args, "max-junk", 0, &opts->max_junk, err);
}

/* A part of the trace's time: [from_ns, to_ns). */
struct range {
	uint64_t from_ns, to_ns;
};

static int parse_range(const char *text, struct range *r)
{
	const char *colon = strchr(text, ':');
	char from[64];

	*r = (struct range){ 0, HFR_UNKNOWN };
	if (!colon || (size_t)(colon - text) >= sizeof(from))
		return -EINVAL;
	memcpy(from, text, (size_t)(colon - text));
	from[colon - text] = '\0';
	if (from[0] && hf_parse_duration(from, &r->from_ns))
		return -EINVAL;
	if (colon[1] && hf_parse_duration(colon + 1, &r->to_ns))
		return -EINVAL;
	return r->from_ns < r->to_ns ? 0 : -EINVAL;
}

static int read_range(const struct args *args, struct range *r,
		      struct hf_error *err)
{
	const char *text = args_get(args, "range");

	if (!text || !parse_range(text, r))
		return 0;
	return hf_fail(err, EINVAL,
		       "--range %s is not FROM:TO with two times of the trace, the first before the second (10s:1m, :30, 2h:)",
		       text);
}

int source_options_ok(const struct args *args, struct hf_error *err)
{
	struct import_opts opts;
	struct range unused;
	int ret = source_import_opts(args, &opts, err);

	return ret ? ret : read_range(args, &unused, err);
}

/**
 * struct paths - the files of a trace
 * @list: their names
 * @count: how many
 */
struct paths {
	const char *const *list;
	int count;
};

/* An output in the place of an input would be the end of the input. */
static int check_apart(const char *keep, const char *input,
		       struct hf_error *err)
{
	struct stat a, b;

	if (!keep || stat(keep, &a) || stat(input, &b) ||
	    a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return 0;
	return hf_fail(err, EEXIST,
		       "%s is the input and would be overwritten; choose another place for the output",
		       input);
}

int source_output_ok(const struct args *args, const char *out,
		     struct hf_error *err)
{
	int ret = 0, i;

	for (i = 0; !ret && i < args_count(args); i++)
		ret = check_apart(out, args_pos(args, i), err);
	return ret;
}

static int convert(struct source *src, const struct paths *paths,
		   const char *keep, struct import_opts *opts,
		   struct hf_error *err)
{
	int ret;

	src->made = keep ? strdup(keep) : NULL;
	if (keep && !src->made)
		return hf_fail(err, ENOMEM, "out of memory");
	src->converted = true;
	ret = import_trace(paths->list, paths->count, keep, opts, &src->file,
			   &src->sum, err);
	progress_end();
	if (!ret)
		import_report_warn(&src->sum, opts->level);
	if (ret) {
		free(src->made);
		src->made = NULL;
	}
	return ret;
}

/* Another trace takes the place; it is at @keep if that is not NULL. */
static void replace(struct source *src, const char *keep,
		    const struct hft_file *by)
{
	hft_close(&src->file);
	src->file = *by;
	src->changed = true;
	if (keep && !src->made)
		src->made = strdup(keep);
}

/* What was given must not be replaced, what was made may. */
static int check_keep(const struct source *src, const char *keep,
		      struct hf_error *err)
{
	return src->made ? 0 : check_apart(keep, src->file.path, err);
}

static int take_range(struct source *src, const struct args *args,
		      const char *keep, struct hf_error *err)
{
	struct hft_file part;
	struct range r;
	int ret;

	if (!args_has(args, "range"))
		return 0;
	ret = read_range(args, &r, err);
	if (!ret)
		ret = check_keep(src, keep, err);
	if (!ret)
		ret = cut_range(&src->file, keep, r.from_ns, r.to_ns, &part,
				err);
	if (!ret)
		replace(src, keep, &part);
	return ret;
}

static int open_paths(struct source *src, const struct paths *paths,
		      const struct args *args, const char *keep, bool whole,
		      struct hf_error *err)
{
	struct import_opts opts;
	int ret;

	memset(src, 0, sizeof(*src));
	src->name = paths->list[0];
	ret = source_import_opts(args, &opts, err);
	if (ret)
		return ret;
	opts.whole = whole;
	if (import_takes_as_it_is(paths->list, paths->count, &opts))
		return hft_open(&src->file, src->name, err);
	ret = source_output_ok(args, keep, err);
	return ret ? ret : convert(src, paths, keep, &opts, err);
}

int source_open(struct source *src, const struct args *args,
		const char *keep, bool whole, struct hf_error *err)
{
	const struct paths all = { args_list(args), args_count(args) };
	int ret = open_paths(src, &all, args, keep, whole, err);

	return ret ? ret : take_range(src, args, keep, err);
}

int source_open_one(struct source *src, const struct args *args, int n,
		    struct hf_error *err)
{
	const struct paths one = { args_list(args) + n, 1 };

	return open_paths(src, &one, args, NULL, false, err);
}

int source_reads_only(struct source *src, const char *keep,
		      uint64_t *left_out, struct hf_error *err)
{
	struct hft_file reduced;
	int ret = check_keep(src, keep, err);

	if (!ret)
		ret = reads_only(&src->file, keep, &reduced, left_out, err);
	if (!ret)
		replace(src, keep, &reduced);
	return ret;
}

int source_infer(struct source *src, const char *keep,
		 const struct infer_opts *opts, struct depstat **stats,
		 struct hf_error *err)
{
	struct hft_file with;
	int ret = check_keep(src, keep, err);

	if (!ret)
		ret = infer_file(&src->file, keep, opts, &with, stats, err);
	if (!ret)
		replace(src, keep, &with);
	return ret;
}

int source_infer_service(struct source *src, struct hf_error *err)
{
	struct hft_file with;
	int ret = service_file(&src->file, NULL, &with, err);

	if (!ret)
		replace(src, NULL, &with);
	return ret;
}

void source_close(struct source *src)
{
	hft_close(&src->file);
	free(src->made);
	memset(src, 0, sizeof(*src));
}
