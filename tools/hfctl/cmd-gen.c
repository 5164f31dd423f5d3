// SPDX-License-Identifier: GPL-2.0-only
/* hfctl gen: a trace that behaves in caches as a profile says. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "export-file.h"
#include "export-report.h"
#include "gen-plan.h"
#include "gen-show.h"
#include "generate.h"
#include "json-text.h"
#include "progress.h"

static const struct option_desc options[] = {
	OPTIONS_GEN,
	{ "to", 0, "NAME",
	  "Format of the output, as for hfctl convert. Without it the end of its name decides; it is hft where that says nothing.",
	  false },
	{ "to-columns", 0, "MAP",
	  "Which columns a table has, for --to csv, which it implies.", false },
	{ "lossy", 0, NULL,
	  "Leave out requests that the format of the output cannot hold.",
	  false },
	{ "profiles", 0, NULL, "List the profiles.", false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Makes a trace from a profile: the share of independent uses (p_irm), how often each item is used by these (irm), and the distances between the other uses of an item (ird). From them follows the hit ratio of a cache of any size; numbers of items and requests change the scale, not the shape. Algorithms and profiles are those of 2DIO (Gen-from-IRD, Gen-from-2D).",
	"An item is what one request reads or writes: 4 KiB, or a length drawn for it from --sizes. Distances are counted in items; fgen and pdf are densities of equal steps from 0 to the longest distance, which follows from the mean, the number of items.",
	"--irm is zipf[,alpha=1.2][,classes=20] or pareto[,a=2.5][,classes=20] (classes=items: each item is a class), normal[,mean=1/2][,deviation=1/6], uniform, zoned[,zones=90/10+10/90] (uses/items), sequential, pmf,weights=W+W or pmf,file=FILE, or empirical,trace=FILE[,block=4k].",
	"--ird is fgen,bins=K,spikes=I+J,epsilon=E[,variant=V], pdf,weights=W+W or pdf,file=FILE, or one of b, c, d, e, f, f20 [,variant=V]. A fgen of K bins has most of its mass in the bins of spikes= (counted from 0); epsilon= is the mass of all other bins together (paper, the default), of each of them before the sum is made 1, where the spikes have 1 - epsilon together (python), or each (cli).",
	"--arrival is constant,rate=R or poisson,rate=R (requests a second), mmpp,rates=R+R,stay=TIME+TIME (a rate for each state, and the mean time in it), bmodel,rate=R[,bias=0.7] (bursts at all scales) or trace,file=FILE (the gaps of a trace).",
	"Options in front of the first --stream are for all streams; without --stream there is one. --phase ends a phase of a stream. Each stream has its number in the trace.",
	"The same command gives the same trace on every machine. - is standard output: formats that are text, and .hft for a pipe, written while it is made.",
	NULL
};

static const char *const examples[] = {
	"hfctl gen --profile w44 --footprint 10G --requests 10M w44.hft",
	"hfctl gen --irm zipf --items 100k --requests 5M --reads 70% out.hft",
	"hfctl gen --profile theta-b --sizes 4k,16k - | hfctl info -",
	"hfctl gen --profile w24 --stream a --stream b --target sdb two.hft",
	NULL
};

static void progress_gen(uint64_t done, uint64_t all)
{
	progress_bar("generating", done, all);
}

static void progress_export(uint64_t done, uint64_t all)
{
	progress_bar("writing", done, all);
}

static const struct writer *choose_writer(const struct args *args,
					  struct hf_error *err)
{
	const char *to = args_get(args, "to");

	if (to)
		return writer_by_name(to, err);
	if (args_has(args, "to-columns"))
		return &writer_csv;
	return writer_by_path(args_pos(args, 0), err);
}

static int check_stdout(const struct writer *w, struct hf_error *err)
{
	if (w->text || (w == &writer_hft && !isatty(STDOUT_FILENO)))
		return 0;
	return hf_fail(err, EINVAL,
		       "a trace of format %s cannot be written to %s: name a file (./- if it is to be -)",
		       w->name, w == &writer_hft ? "a terminal" :
						   "standard output");
}

static int check_output(const char *out, const struct writer *w,
			struct hf_error *err)
{
	struct stat st;

	if (!strcmp(out, "-"))
		return check_stdout(w, err);
	if (stat(out, &st) || S_ISREG(st.st_mode))
		return 0;
	return hf_fail(err, EINVAL,
		       "%s is not a regular file; a trace is not written to a device",
		       out);
}

/**
 * struct gen - a trace to be made
 * @args: the command line
 * @plan: what is wanted
 * @work: makes its requests
 * @how: how to write it
 * @export: and in which format
 * @written: what became of it there
 */
struct gen {
	const struct args *args;
	struct gen_plan plan;
	struct workload *work;
	struct generate_opts how;
	struct export_opts export;
	struct export_summary written;
};

static bool is_stdout(const struct gen *g)
{
	return !strcmp(g->export.path, "-");
}

static bool is_plain_hft(const struct gen *g)
{
	return g->export.writer == &writer_hft && !g->export.columns &&
	       outstream_plain_length(g->export.path) ==
		       strlen(g->export.path);
}

/* By way of an .hft file, which every writer starts from. */
static int write_other(struct gen *g, struct hf_error *err)
{
	struct hft_file file;
	int rc = generate_file(g->work, g->plan.streams, g->plan.n, &g->how,
			       &file, err);

	if (rc)
		return rc;
	rc = export_file(&file, &g->export, &g->written, err);
	hft_close(&file);
	return rc;
}

static int write_trace(struct gen *g, struct hf_error *err)
{
	if (!is_plain_hft(g))
		return write_other(g, err);
	if (is_stdout(g))
		return generate_pipe(g->work, g->plan.streams, g->plan.n,
				     &g->how, err);
	g->how.path = g->export.path;
	return generate_file(g->work, g->plan.streams, g->plan.n, &g->how,
			     NULL, err);
}

static void report(const struct gen *g)
{
	FILE *out = is_stdout(g) ? stderr : stdout;
	json_t *o;

	if (!args_has(g->args, "json")) {
		gen_show(g->work, g->plan.streams, g->plan.n, out);
		if (g->written.writer)
			export_report_text(&g->written, out);
		return;
	}
	o = json_pack("{s:i, s:o, s:o}", "format", 1, "output",
		      json_text(g->export.path), "streams",
		      generate_json(g->work, g->plan.streams, g->plan.n));
	if (g->written.writer)
		json_object_set_new(o, "written",
				    export_report_json(&g->written));
	json_dumpf(o, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(o);
}

static enum exit_code make(struct gen *g, struct hf_error *err)
{
	int rc = write_trace(g, err);

	progress_end();
	if (!rc)
		report(g);
	if (!rc)
		return HFCTL_OK;
	return rc == -EINTR ? HFCTL_INTERRUPTED : HFCTL_FAILED;
}

static enum exit_code generate(struct gen *g, struct hf_error *err)
{
	enum exit_code code = HFCTL_FAILED;
	int rc;

	if (export_check_columns(&g->export, err) ||
	    gen_plan_make(&g->plan, g->args, err))
		return HFCTL_USAGE;
	rc = check_output(g->export.path, g->export.writer, err);
	/* As any filter: a reader that has seen enough ends it silently. */
	if (!rc && is_stdout(g))
		signal(SIGPIPE, SIG_DFL);
	if (!rc) {
		rc = workload_new(&g->work, g->plan.streams, g->plan.n, err);
		if (rc == -EINVAL)
			code = HFCTL_USAGE;
	}
	if (!rc)
		code = make(g, err);
	workload_free(g->work);
	gen_plan_free(&g->plan);
	return code;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct gen g = {
		.args = args,
		.how = {
			.command = args_command_line(args),
			.stop = interrupted,
			.progress = progress_gen,
		},
		.export = {
			.path = args_pos(args, 0),
			.lossy = args_has(args, "lossy"),
			.columns = args_get(args, "to-columns"),
			.stop = interrupted,
			.progress = progress_export,
		},
	};

	if (args_has(args, "profiles")) {
		gen_show_profiles(args_has(args, "json"));
		return HFCTL_OK;
	}
	if (!args_count(args)) {
		hf_fail(err, EINVAL,
			"an argument is missing (hfctl gen OUT): name the file to write, or --profiles");
		return HFCTL_USAGE;
	}
	g.export.writer = choose_writer(args, err);
	return g.export.writer ? generate(&g, err) : HFCTL_USAGE;
}

const struct command cmd_gen = {
	.name = "gen",
	.summary = "Generate a trace with the cache behaviour of a profile",
	.usage = "OUT",
	.min_args = 0,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
