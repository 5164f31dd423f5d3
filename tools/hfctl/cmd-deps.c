// SPDX-License-Identifier: GPL-2.0-only
/* hfctl deps: which request of a trace waited for which. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "array.h"
#include "deps-dump.h"
#include "deps-show.h"
#include "infer-file.h"
#include "service.h"
#include "show.h"
#include "source.h"

static const struct option_desc options[] = {
	{ "output", 'o', "FILE",
	  "Write the trace with its dependencies to this .hft file.", false },
	{ "threshold", 0, "TIME",
	  "A request depends on those that completed more than this before its issue; default 10us.",
	  false },
	{ "scope", 0, "global|target|stream",
	  "Among which requests dependencies are looked for: all (default), those of a target, or those of a process or stream.",
	  false },
	{ "apart", 0, NULL,
	  "Let the first request of a scope depend on nothing rather than on requests of other scopes. A trace that is to be streamed needs it.",
	  false },
	{ "infer-service", 0, NULL,
	  "Guess the completion times that the trace lacks from the times between its issues.",
	  false },
	OPTION_RANGE,
	OPTIONS_SOURCE,
	{ "dump", 0, "edges|parents|windows",
	  "Print CSV instead of the figures: a line for each pair of parent and child; or for each request its window, its parents and its think time; or its ranks and its window.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Infers from the times of a trace which requests a request may have waited for: those that completed before its issue by more than the threshold. What is already implied by others is left out. The mode dep replays by it.",
	"With more than one scope a request depends on requests of its own scope only; the first of a scope depends on those of all, so that a process that appears late does not tie the replay to the clock of the original.",
	"The longest chain is the one with the most requests; the longest path the one with the largest sum of latencies: no replay on the same device can be shorter, however little it thinks.",
	"The width is the largest number of requests of which none waits for another. The think time is what is left of the trace in mode dep if the device took no time: how long the longest chain of think times is, and how much faster than the original that would be.",
	"--dump parents prints index,lo,hi,parents,think_ns: the parents of the request, which have the ranks from lo to hi - 1, as indices with spaces between, and the time from the completion of the last of them to its issue, empty without parents.",
	"A trace without completion times is refused, unless --infer-service guesses them: for each class of requests (operation, size by power of two, sequential or not) the time to the next issue at the same target around which many lie. That is right where each request was waited for before the next; the trace that -o writes, and hfctl info on it, say that its completions are inferred.",
	NULL
};

static const char *const examples[] = {
	"hfctl deps prod.hft",
	"hfctl deps prod.hft --scope stream -o prod-dep.hft",
	"hfctl deps prod.hft --dump edges | head",
	NULL
};

/**
 * struct deps - a trace and its dependencies
 * @opts: how to infer
 * @dump: what to print instead of figures, NULL for figures
 * @out: path of the new trace, or NULL
 * @with: the new trace
 * @stats: figures; owned
 */
struct deps {
	struct infer_opts opts;
	const char *dump;
	const char *out;
	struct hft_file with;
	struct depstat *stats;
};

typedef int (*dump_fn)(const struct hft_file *trace, FILE *out,
		       struct hf_error *err);

/* What prints this kind of list, NULL if there is none. */
static dump_fn dump_of(const char *name)
{
	static const struct {
		const char *name;
		dump_fn dump;
	} dumps[] = {
		{ "edges", deps_dump_edges },
		{ "parents", deps_dump_parents },
		{ "windows", deps_dump_windows },
	};

	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++)
		if (!strcmp(dumps[i].name, name))
			return dumps[i].dump;
	return NULL;
}

static int read_options(struct deps *d, const struct args *args,
			struct hf_error *err)
{
	int ret = infer_options(args, "threshold", "scope", &d->opts, err);

	d->opts.apart = args_has(args, "apart");
	d->dump = args_get(args, "dump");
	d->out = args_get(args, "output");
	if (!ret && d->dump && !dump_of(d->dump))
		ret = hf_fail(err, EINVAL,
			      "--dump %s is not edges, parents or windows",
			      d->dump);
	if (!ret && d->dump && args_has(args, "json"))
		ret = hf_fail(err, EINVAL,
			      "--dump and --json exclude each other");
	return ret ? ret : source_options_ok(args, err);
}

static void print_figures(const struct hft_file *trace,
			  const struct hft_dep_info *info,
			  const struct depstat *stats, bool json)
{
	json_t *o;

	if (!json) {
		deps_show(info, stats, stdout);
		return;
	}
	o = deps_json(info, stats);
	json_object_set_new(o, "completions_inferred",
			    json_boolean(service_is_inferred(trace)));
	show_json(o);
}

/* Figures alone need no file. */
static int figures_only(struct deps *d, const struct source *src, bool json,
			struct hf_error *err)
{
	struct hft_dep_info info;
	int ret = infer_all(&src->file, &d->opts, &info, &d->stats, err);

	if (!ret)
		print_figures(&src->file, &info, d->stats, json);
	return ret;
}

static int make_file(struct deps *d, const struct source *src, bool json,
		     struct hf_error *err)
{
	struct hft_dep_info info;
	int ret = infer_file(&src->file, d->out, &d->opts, &d->with,
			     &d->stats, err);

	if (ret)
		return ret;
	info = hft_dep_info(d->with.hdr);
	if (!d->dump)
		print_figures(&src->file, &info, d->stats, json);
	else
		ret = dump_of(d->dump)(&d->with, stdout, err);
	hft_close(&d->with);
	return ret;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct deps d = { .out = NULL };
	bool json = args_has(args, "json");
	struct source src;
	int ret;

	if (read_options(&d, args, err))
		return HFCTL_USAGE;
	if (source_open(&src, args, NULL, false, err)) {
		source_close(&src);
		return HFCTL_FAILED;
	}
	if (args_has(args, "infer-service") &&
	    source_infer_service(&src, err)) {
		source_close(&src);
		return HFCTL_FAILED;
	}
	if (service_is_inferred(&src.file))
		fputs("hfctl: note: completion times are inferred from the times between issues, not recorded\n",
		      stderr);
	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	/* Dependencies may be added to an .hft file in its place. */
	ret = src.converted ? source_output_ok(args, d.out, err) : 0;
	if (!ret && (d.out || d.dump))
		ret = make_file(&d, &src, json, err);
	else if (!ret)
		ret = figures_only(&d, &src, json, err);
	if (!ret)
		deps_warn(d.stats);
	free(d.stats);
	source_close(&src);
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_deps = {
	.name = "deps",
	.summary = "Infer which requests of a trace waited for which",
	.usage = "FILE...",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
