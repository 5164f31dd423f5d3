// SPDX-License-Identifier: GPL-2.0-only
/* hfctl patterns: which patterns of access the traces of servers have. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base-file.h"
#include "import-report.h"
#include "options.h"
#include "patterns-show.h"
#include "progress.h"
#include "show.h"
#include "source.h"
#include "units.h"
#include "volume.h"

static const struct option_desc options[] = {
	{ "window", 'w', "TIME",
	  "A window ends with the first request this much after its first one; default 1s.",
	  false },
	{ "together", 0, NULL,
	  "Look at reads and writes together. Else they are sequences of their own.",
	  false },
	{ "min-requests", 0, "N",
	  "Compare windows with at least this many requests; default 5.",
	  false },
	{ "threshold", 0, "PERCENT",
	  "Two patterns are the same from this similarity on; default 80.",
	  false },
	{ "difference", 0, "PERCENT",
	  "Patterns whose numbers of requests or files differ by more than this are not compared; default 10.",
	  false },
	{ "dtw", 0, "exact|fast",
	  "How the distance of two patterns is found: exactly, within a band (default), or as FastDTW with radius 1 does.",
	  false },
	{ "band", 0, "PERCENT",
	  "Width of the band of --dtw exact, of the longer pattern; default 10. With 100 the distance is that of full dynamic time warping.",
	  false },
	{ "scale", 0, "relative|largest",
	  "What the distance is rated by: the size of the two patterns (default), or the largest distance so far, as AGIOS does.",
	  false },
	{ "base", 'b', "FILE",
	  "Begin with the patterns of this file, if it is there, and write it back with those that are new.",
	  false },
	{ "frozen", 0, NULL,
	  "Learn nothing: new patterns are not added, the base is not written.",
	  false },
	{ "label", 0, "LABEL",
	  "Label of the traces. Else it is the one that hfctl import gave a trace.",
	  false },
	{ "servers", 0, NULL,
	  "Lengths of patterns for each server, not for all of a trace.",
	  false },
	{ "csv", 0, NULL, "Print the lengths of patterns as CSV, nothing else.",
	  false },
	{ "dump", 0, NULL, "Print a line of CSV for each window, nothing else.",
	  false },
	OPTIONS_SOURCE,
	{ "invert-rw", 0, NULL, "Take reads for writes and writes for reads.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Cuts each trace into windows, for each server (device) and operation. The pattern of a window is the series of steps from one request to the next, in KiB, with files 100 GiB apart. Its length is the number of requests.",
	"Each window with enough requests is compared with the patterns of the base by dynamic time warping. If one is similar enough, the window is that pattern; else it becomes a new one. From what followed what so far the next pattern is predicted before the window is looked at.",
	"Precision is the share of matches in which the labels of window and pattern agree. Recall is their share of the windows whose label the base had. The label of a pattern is the one that its windows had most often.",
	"In an .hft file from hfctl import or convert of a trace of file servers the files and offsets of the original are known. In any other trace a device counts as one file. What changes addresses in between makes them unknown.",
	"Each argument is a trace of its own; they are taken in the given order.",
	NULL
};

static const char *const examples[] = {
	"hfctl patterns --csv out/*.hft > pattern_length.csv",
	"hfctl patterns --base known.json training/*.hft",
	"hfctl patterns --base known.json --frozen --json new.hft",
	"hfctl patterns --dtw fast --scale largest out/*.hft",
	NULL
};

/**
 * struct patterns - what is asked for
 * @opts: how to look
 * @import: how to read traces
 * @base: the patterns
 * @path: file of the base, NULL for none
 * @label: of all traces, NULL if theirs count
 * @servers: lengths by server
 * @dump: a line for each window
 * @report: what was found
 */
struct patterns {
	struct study_opts opts;
	struct import_opts import;
	struct base base;
	const char *path;
	const char *label;
	bool servers;
	bool dump;
	struct pattern_report report;
};

static int percent(const struct args *args, const char *name, double def,
		   double *value, struct hf_error *err)
{
	const char *text = args_get(args, name);
	char *end;

	*value = def;
	if (!text)
		return 0;
	*value = strtod(text, &end);
	if (end != text && *end == '%')
		end++;
	if (end != text && !*end && *value >= 0 && *value <= 100)
		return 0;
	return hf_fail(err, EINVAL, "--%s %s is not from 0 to 100", name,
		       text);
}

static int read_match(const struct args *args, struct match_opts *m,
		      struct hf_error *err)
{
	static const struct option_word distances[] = {
		{ "exact", BASE_EXACT }, { "fast", BASE_FAST }, { NULL, 0 }
	};
	static const struct option_word scales[] = {
		{ "relative", BASE_RELATIVE }, { "largest", BASE_LARGEST },
		{ NULL, 0 }
	};
	uint32_t distance = BASE_EXACT, scale = BASE_RELATIVE;
	int rc;

	rc = percent(args, "threshold", 80, &m->threshold, err);
	if (!rc)
		rc = percent(args, "difference", 10, &m->difference, err);
	if (!rc)
		rc = percent(args, "band", 10, &m->band, err);
	if (rc || option_word(args, "dtw", distances, &distance, err) < 0 ||
	    option_word(args, "scale", scales, &scale, err) < 0)
		return -EINVAL;
	m->band /= 100;
	m->distance = distance;
	m->scale = scale;
	return 0;
}

static int check_together(const struct args *args, struct hf_error *err)
{
	int n = args_has(args, "csv") + args_has(args, "dump") +
		args_has(args, "json");

	if (n > 1)
		return hf_fail(err, EINVAL,
			       "of --csv, --dump and --json only one can be");
	return 0;
}

static int read_options(struct patterns *p, const struct args *args,
			struct hf_error *err)
{
	struct study_opts *o = &p->opts;
	int rc = args_duration(args, "window", 1000000000,
			       &o->window.period_ns, err);

	if (!rc && !o->window.period_ns)
		rc = hf_fail(err, EINVAL, "a window of 0 makes no sense");
	if (!rc)
		rc = args_u64(args, "min-requests", 5, &o->least, err);
	if (!rc)
		rc = read_match(args, &o->match, err);
	o->window.split = !args_has(args, "together");
	o->learn = !args_has(args, "frozen");
	p->path = args_get(args, "base");
	p->label = args_get(args, "label");
	p->servers = args_has(args, "servers");
	p->dump = args_has(args, "dump");
	if (!rc)
		rc = check_together(args, err);
	if (!rc)
		rc = source_options_ok(args, err);
	if (!rc)
		rc = source_import_opts(args, &p->import, err);
	p->import.invert_rw = args_has(args, "invert-rw");
	return rc;
}

/* The base of an earlier run must be of the same kind of windows. */
static int open_base(struct patterns *p, struct hf_error *err)
{
	const struct window_opts *w = &p->opts.window;
	int rc = p->path ? base_load(&p->base, p->path, err) : -ENOENT;
	char had[32];

	if (rc == -ENOENT) {
		if (p->path && !p->opts.learn)
			return hf_fail(err, ENOENT, "%s is not there", p->path);
		base_init(&p->base, w->period_ns, w->split);
		return 0;
	}
	if (rc)
		return rc;
	p->report.known = p->base.n;
	if (p->base.period_ns == w->period_ns && p->base.split == w->split)
		return 0;
	hf_format_duration(had, sizeof(had), (int64_t)p->base.period_ns);
	return hf_fail(err, EINVAL,
		       "%s has patterns of windows of %s, reads and writes %s; use the same, or another base",
		       p->path, had, p->base.split ? "apart" : "together");
}

/* What the provenance of a trace, or of those it was made of, says of @key. */
static const json_t *said(const json_t *all, const char *key, bool *before)
{
	*before = false;
	while (all && !json_object_get(all, key)) {
		all = json_object_get(all, "source");
		*before = true;
	}
	return json_object_get(all, key);
}

/* The label that an import gave the trace; to be freed. */
static char *label_of(const json_t *all)
{
	const json_t *experiment;
	const char *label;
	bool before;

	experiment = said(all, "experiment", &before);
	label = json_string_value(json_object_get(experiment, "label"));
	return label ? strdup(label) : NULL;
}

static void warn_files(const json_t *all, const char *path)
{
	bool before;

	if (said(all, "files", &before) && before)
		fprintf(stderr, "hfctl: warning: %s was made of a trace of files; which request is to which is not known any more: each device counts as one file\n",
			path);
}

/**
 * struct dumper - where a window is from
 * @file: its trace
 * @name: of that
 */
struct dumper {
	const struct hft_file *file;
	const char *name;
};

static int dump_window(void *ctx, const struct finding *f,
		       struct hf_error *err)
{
	const struct dumper *d = ctx;

	if (interrupted())
		return hf_fail(err, EINTR, "interrupted");
	pattern_dump(f, d->file, d->name, stdout);
	return 0;
}

static int check_stop(void *ctx, const struct finding *f, struct hf_error *err)
{
	(void)ctx;
	(void)f;
	return interrupted() ? hf_fail(err, EINTR, "interrupted") : 0;
}

static void add_scores(struct scores *sum, const struct scores *s)
{
	sum->windows += s->windows;
	sum->matched += s->matched;
	sum->labelled += s->labelled;
	sum->judged += s->judged;
	sum->right += s->right;
	sum->foreseen += s->foreseen;
	sum->came_true += s->came_true;
}

static int study_file(struct patterns *p, const struct hft_file *file,
		      const char *name, struct hf_error *err)
{
	json_t *all = json_loadb(file->provenance, file->hdr->provenance_size,
				 0, NULL);
	char *own = p->label ? NULL : label_of(all);
	struct dumper d = { file, name };
	struct study s = {
		.opts = &p->opts,
		.base = &p->base,
		.label = p->label ? p->label : own,
		.each = p->dump ? dump_window : check_stop,
		.ctx = &d,
	};
	int rc;

	warn_files(all, name);
	json_decref(all);
	rc = study_trace(&s, file, err);
	if (!rc)
		rc = pattern_report_add(&p->report, &s, file, name, p->servers,
					err);
	add_scores(&p->report.scores, &s.scores);
	study_free(&s);
	free(own);
	return rc;
}

static int study_path(struct patterns *p, const char *path,
		      struct hf_error *err)
{
	struct import_summary sum = { 0 };
	char name[VOLUME_NAME];
	struct hft_file file;
	int rc = import_open(&path, 1, &p->import, &file, &sum, err);

	progress_end();
	if (rc)
		return rc;
	import_report_warn(&sum, p->import.level);
	volume_name(path, ".hft", name, sizeof(name));
	rc = study_file(p, &file, name, err);
	hft_close(&file);
	return rc;
}

static void print(const struct patterns *p, const struct args *args)
{
	if (args_has(args, "json"))
		show_json(pattern_report_json(&p->report));
	else if (args_has(args, "csv"))
		pattern_report_csv(&p->report, stdout);
	else if (!p->dump)
		pattern_report_text(&p->report, stdout);
}

static int study_all(struct patterns *p, const struct args *args,
		     struct hf_error *err)
{
	int i, rc = open_base(p, err);

	if (!rc && p->dump)
		pattern_dump_header(stdout);
	for (i = 0; !rc && i < args_count(args); i++)
		rc = study_path(p, args_pos(args, i), err);
	if (!rc && p->path && p->opts.learn)
		rc = base_save(&p->base, p->path, err);
	p->report.patterns = p->base.n;
	return rc;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct patterns p = { .path = NULL };
	int rc;

	if (read_options(&p, args, err))
		return HFCTL_USAGE;
	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	rc = study_all(&p, args, err);
	if (!rc)
		print(&p, args);
	pattern_report_free(&p.report);
	base_free(&p.base);
	if (rc == -EINTR)
		return HFCTL_INTERRUPTED;
	return rc ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_patterns = {
	.name = "patterns",
	.summary = "Find and predict patterns of access in traces of servers",
	.usage = "TRACE...",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
