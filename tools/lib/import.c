// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "columns.h"
#include "format.h"
#include "importer.h"

#define SNIFF (64U << 10)

const char *import_format_name(unsigned int n)
{
	unsigned int i;

	for (i = 0; formats[i]; i++)
		if (i == n)
			return formats[i]->name;
	return NULL;
}

static void list_formats(char *buf, size_t len)
{
	size_t at = 0;
	int i;

	for (i = 0; formats[i] && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s",
				       i ? ", " : "", formats[i]->name);
}

static int format_by_name(const char *name, const struct format **format,
			  struct hf_error *err)
{
	char known[512];
	int i;

	for (i = 0; formats[i]; i++) {
		if (!strcmp(formats[i]->name, name)) {
			*format = formats[i];
			return 0;
		}
	}
	list_formats(known, sizeof(known));
	return hf_fail(err, EINVAL, "unknown trace format %s; known are: %s",
		       name, known);
}

static int check_columns(struct import_opts *opts, struct hf_error *err)
{
	struct column_map map;

	if (opts->from && strcmp(opts->from, "csv"))
		return hf_fail(err, EINVAL,
			       "--columns goes with --from csv only: the format %s says itself what its columns hold",
			       opts->from);
	opts->from = "csv";
	return column_map_parse(opts->columns, &map, err);
}

int import_check_opts(struct import_opts *opts, struct hf_error *err)
{
	const struct format *format;
	int rc = opts->from ? format_by_name(opts->from, &format, err) : 0;

	return rc || !opts->columns ? rc : check_columns(opts, err);
}

static bool looks_like_text(const uint8_t *head, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (head[i] < 0x20 && !strchr("\t\n\r\f", head[i]))
			return false;
	return true;
}

static int unknown_format(const struct input *in, const uint8_t *head,
			  size_t len, struct hf_error *err)
{
	const char *may_be;
	char known[512];
	int i;

	for (i = 0; formats[i]; i++) {
		may_be = formats[i]->ask ? formats[i]->ask(head, len) : NULL;
		if (may_be)
			return hf_fail(err, EINVAL, "%s has %s", input_path(in),
				       may_be);
	}
	list_formats(known, sizeof(known));
	return hf_fail(err, EINVAL,
		       "%s is not a trace of a known format: it is %s that none of them starts with; say which it is with --from (%s)",
		       input_path(in),
		       looks_like_text(head, len) ? "text" : "binary data",
		       known);
}

/* What an input may be: its start, and the format that takes it for its own. */
static int look(struct input *in, const uint8_t **head, size_t *len,
		const struct format **format, struct hf_error *err)
{
	int i;

	*format = NULL;
	*head = input_peek(in, SNIFF, len, err);
	if (!*head)
		return -EIO;
	for (i = 0; *len && formats[i] && !*format; i++)
		if (formats[i]->sniff(*head, *len))
			*format = formats[i];
	return 0;
}

int import_sniff(const char *path, const char **name, struct hf_error *err)
{
	const struct format *format;
	const uint8_t *head;
	struct input *in;
	size_t len;
	int rc = input_open(&in, path, err);

	if (rc)
		return rc;
	rc = look(in, &head, &len, &format, err);
	*name = !rc && format ? format->name : NULL;
	input_close(in);
	return rc;
}

/* The format of one input; none for an empty one. */
static int sniff(struct input *in, const struct format **format,
		 struct hf_error *err)
{
	const uint8_t *head;
	size_t len;
	int rc = look(in, &head, &len, format, err);

	if (rc || !len || *format)
		return rc;
	return unknown_format(in, head, len, err);
}

/* Per-CPU files of an idle CPU are empty; not all of them can be. */
static int sniff_all(struct input *const *ins, int nins,
		     const struct format **format, struct hf_error *err)
{
	const struct format *found = NULL, *one;
	int first = 0, i, rc;

	for (i = 0; i < nins; i++) {
		rc = sniff(ins[i], &one, err);
		if (rc)
			return rc;
		if (!found)
			first = i;
		if (found && one && found != one)
			return hf_fail(err, EINVAL,
				       "%s is a %s trace, but %s is a %s trace: the files of one trace have one format",
				       input_path(ins[first]), found->name,
				       input_path(ins[i]), one->name);
		if (one)
			found = one;
	}
	if (!found)
		return hf_fail(err, ENODATA, "%s is empty",
			       input_path(ins[0]));
	*format = found;
	return 0;
}

static void close_all(struct input **ins, int nins)
{
	int i;

	for (i = 0; i < nins; i++)
		input_close(ins[i]);
	free(ins);
}

/* The same file twice would give every request twice. */
static int check_twice(const char *const *paths, int npaths,
		       struct hf_error *err)
{
	struct stat a, b;
	int i, k;

	for (i = 0; i < npaths; i++) {
		bool known = !stat(paths[i], &a);

		for (k = 0; k < i; k++)
			if (!strcmp(paths[i], paths[k]) ||
			    (known && !stat(paths[k], &b) &&
			     a.st_dev == b.st_dev && a.st_ino == b.st_ino))
				return hf_fail(err, EINVAL,
					       "%s and %s are the same file: a trace is not read twice",
					       paths[k], paths[i]);
	}
	return 0;
}

static int open_all(struct input ***out, const char *const *paths, int npaths,
		    struct hf_error *err)
{
	struct input **ins = NULL;
	int i, rc;

	if (npaths < 1)
		return hf_fail(err, EINVAL, "no trace file is named");
	rc = check_twice(paths, npaths, err);
	if (rc)
		return rc;
	ins = calloc((size_t)npaths, sizeof(*ins));
	if (!ins)
		return hf_fail(err, ENOMEM, "no memory for the inputs");
	for (i = 0; i < npaths; i++) {
		rc = input_open(&ins[i], paths[i], err);
		if (rc) {
			close_all(ins, i);
			return rc;
		}
	}
	*out = ins;
	return 0;
}

static int choose_format(const struct import_opts *opts,
			 struct input *const *ins, int nins,
			 const struct format **format, struct hf_error *err)
{
	if (opts->from)
		return format_by_name(opts->from, format, err);
	return sniff_all(ins, nins, format, err);
}

static int convert(struct importer *imp, struct input *const *ins, int nins,
		   const char *out, int *fd, struct hf_error *err)
{
	const struct format *format = NULL;
	int rc = choose_format(importer_opts(imp), ins, nins, &format, err);

	if (rc)
		return rc;
	importer_sum(imp)->format = format->name;
	importer_output(imp, out);
	rc = format->read(ins, nins, imp, err);
	if (rc)
		return rc;
	rc = importer_progress(imp, ins, nins, err);
	if (rc)
		return rc;
	return importer_write(imp, ins, nins, out, fd, err);
}

/* What is mapped is read again, which costs time that nobody may want. */
static int open_result(int fd, const char *out, struct hft_file *file,
		       struct hf_error *err)
{
	int rc = 0;

	if (file)
		rc = hft_open_fd(file, fd, out ? out : "the converted trace",
				 err);
	close(fd);
	return rc;
}

int import_trace(const char *const *paths, int npaths, const char *out,
		 const struct import_opts *opts, struct hft_file *file,
		 struct import_summary *sum, struct hf_error *err)
{
	struct importer *imp = NULL;
	struct input **ins = NULL;
	int fd = -1, rc;

	rc = open_all(&ins, paths, npaths, err);
	if (rc)
		return rc;
	rc = importer_new(&imp, opts, err);
	if (!rc)
		rc = convert(imp, ins, npaths, out, &fd, err);
	if (!rc)
		rc = open_result(fd, out, file, err);
	if (imp && sum)
		*sum = *importer_sum(imp);
	importer_free(imp);
	close_all(ins, npaths);
	return rc;
}

bool import_is_hft(const char *path)
{
	uint8_t head[8];
	struct stat st;
	bool yes = false;
	FILE *f;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fread(head, 1, sizeof(head), f) == sizeof(head))
		yes = !memcmp(head, HFR_FILE_MAGIC, sizeof(head));
	fclose(f);
	return yes;
}

static int open_hft(const char *path, bool unchecked, struct hft_file *file,
		    struct import_summary *sum, struct hf_error *err)
{
	int rc = unchecked ? hft_open_unchecked(file, path, err) :
			     hft_open(file, path, err);

	if (rc || !sum)
		return rc;
	*sum = (struct import_summary){
		.format = "hft",
		.level = file->hdr->flags & HFR_FF_LEVEL_QUEUE ? "queue" :
								 "driver",
		.records = file->count,
		.events = file->count,
	};
	return 0;
}

/* Whether an .hft file is wanted with all its requests as they are. */
static bool as_it_is(const struct import_opts *opts)
{
	return !opts || (!opts->device && !opts->invert_rw && !opts->dedup &&
			 !opts->spread && !opts->keys &&
			 (!opts->from || !strcmp(opts->from, "hft")));
}

bool import_takes_as_it_is(const char *const *paths, int npaths,
			   const struct import_opts *opts)
{
	return npaths == 1 && as_it_is(opts) && import_is_hft(paths[0]);
}

int import_open(const char *const *paths, int npaths,
		const struct import_opts *opts, struct hft_file *file,
		struct import_summary *sum, struct hf_error *err)
{
	if (import_takes_as_it_is(paths, npaths, opts))
		return open_hft(paths[0], opts && opts->unchecked, file, sum,
				err);
	return import_trace(paths, npaths, NULL, opts, file, sum, err);
}
