// SPDX-License-Identifier: GPL-2.0-only
/* hfctl results: completion records of a session or a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "collect.h"
#include "joined.h"
#include "outfile.h"
#include "replayed.h"
#include "show.h"

static const struct option_desc options[] = {
	{ "output", 'o', "FILE",
	  "Write to this file: an .hfr file, or CSV with --csv.", false },
	{ "csv", 0, NULL, "Write CSV. This is the default without --output.",
	  false },
	{ "join", 'j', NULL,
	  "Write each record of the trace together with its completion record, as CSV or with --npy.",
	  false },
	{ "npy", 0, NULL,
	  "With --join: write an array of records that numpy.load() reads.",
	  false },
	OPTION_TRACE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Reads the completion record of each request, in trace order, from a session or from an .hfr file. A session that runs is followed to its end; Ctrl-C ends the following and writes what came until then, and the replay goes on.",
	"The columns of the CSV form are index, issued_ns, completed_ns, lateness_ns, submit_cost_ns, in_flight, error, worker, cause, flags, state. Times are ns from the start of the replay. The error is an errno, 0 for success. The cause says why a request was issued late. Flags are joined by +, a dash stands for none.",
	"With --join the columns are index, loop, recorded_issue_ns, recorded_complete_ns, offset, length, target, op, record_flags, prio, stream, recorded_in_flight, and then those above from issued_ns on. A recorded completion that is not known is an empty field. The trace is the one that was replayed; --trace says where it is now. Documentation/report.rst describes the array of --npy.",
	"A session that holds its whole trace keeps its records until it is rewound; one that is streamed gives each record once.",
	NULL
};

static const char *const examples[] = {
	"hfctl results 1 -o run1.hfr",
	"hfctl results run1.hfr --csv | head",
	"hfctl results run1.hfr --join --npy -o run1.npy",
	NULL
};

/**
 * struct taken - what is written
 * @res: completion records
 * @trace: their trace, with --join; else NULL
 */
struct taken {
	const struct results *res;
	const struct hft_file *trace;
};

static void write_csv(const struct taken *t, FILE *out)
{
	const struct results *res = t->res;
	char flags[96];
	uint64_t i;

	fputs("index,issued_ns,completed_ns,lateness_ns,submit_cost_ns,in_flight,error,worker,cause,flags,state\n",
	      out);
	for (i = 0; i < res->count && !ferror(out); i++) {
		const struct hfr_completion_rec *r = &res->recs[i];

		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRId64
			",%" PRIu64 ",%u,%u,%u,%s,%s,%s\n", i,
			(uint64_t)r->issued_ns, (uint64_t)r->completed_ns,
			(int64_t)r->lateness * HFR_COST_UNIT,
			(uint64_t)r->submit_cost * HFR_COST_UNIT,
			r->in_flight, r->error, r->worker,
			joined_cause(r->cause),
			joined_flags(r->flags, flags, sizeof(flags)),
			joined_state(r->state));
	}
}

/* Written as it goes: millions of records need no tree in memory. */
static void write_json(const struct taken *t, FILE *out)
{
	const struct results *res = t->res;
	char flags[96];
	uint64_t i;

	fputs("{\n\"format\": 1,\n\"meta\": ", out);
	json_dumpf(res->meta, out, JSON_INDENT(2));
	fputs(",\n\"records\": [", out);
	for (i = 0; i < res->count && !ferror(out); i++) {
		const struct hfr_completion_rec *r = &res->recs[i];

		fprintf(out, "%s\n{\"index\": %" PRIu64 ", \"issued_ns\": %"
			PRIu64 ", \"completed_ns\": %" PRIu64
			", \"lateness_ns\": %" PRId64
			", \"submit_cost_ns\": %" PRIu64
			", \"in_flight\": %u, \"error\": %u, \"worker\": %u, \"cause\": \"%s\", \"flags\": \"%s\", \"state\": \"%s\"}",
			i ? "," : "", i, (uint64_t)r->issued_ns,
			(uint64_t)r->completed_ns,
			(int64_t)r->lateness * HFR_COST_UNIT,
			(uint64_t)r->submit_cost * HFR_COST_UNIT,
			r->in_flight, r->error, r->worker,
			joined_cause(r->cause),
			joined_flags(r->flags, flags, sizeof(flags)),
			joined_state(r->state));
	}
	fputs("\n]\n}\n", out);
}

static void write_joined(const struct taken *t, FILE *out)
{
	joined_csv(t->trace, t->res, out);
}

static void write_npy(const struct taken *t, FILE *out)
{
	joined_npy(t->trace, t->res, out);
}

typedef void (*writer_fn)(const struct taken *t, FILE *out);

static int fill_file(const struct taken *t, struct outfile *of,
		     writer_fn write, const char *path, struct hf_error *err)
{
	int fd = dup(of->fd);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	int bad, code;

	if (!out) {
		code = errno;
		if (fd >= 0)
			close(fd);
		return hf_fail(err, code, "cannot write %s: %s", path,
			       strerror(code));
	}
	write(t, out);
	bad = fflush(out) || ferror(out);
	code = bad && errno ? errno : EIO;
	if (fclose(out) || bad)
		return hf_fail(err, code, "cannot write %s: %s", path,
			       strerror(code));
	return 0;
}

static int write_text_file(const struct taken *t, const char *path,
			   writer_fn write, struct hf_error *err)
{
	struct outfile of;
	int ret = outfile_open(&of, path, err);

	if (ret)
		return ret;
	ret = fill_file(t, &of, write, path, err);
	if (ret) {
		outfile_abort(&of);
		return ret;
	}
	ret = outfile_commit(&of, err);
	if (ret >= 0)
		close(ret);
	return ret < 0 ? ret : 0;
}

static writer_fn choose_writer(const struct args *args)
{
	if (args_has(args, "npy"))
		return write_npy;
	if (args_has(args, "join"))
		return write_joined;
	return args_has(args, "json") ? write_json : write_csv;
}

/* Without a form of its own a file is an .hfr file. */
static bool has_form(const struct args *args)
{
	return args_has(args, "json") || args_has(args, "csv") ||
	       args_has(args, "join");
}

static int write_out(const struct args *args, const struct taken *t,
		     struct hf_error *err)
{
	const char *path = args_get(args, "output");
	writer_fn write = choose_writer(args);

	if (!path) {
		write(t, stdout);
		return 0;
	}
	return has_form(args) ? write_text_file(t, path, write, err) :
				results_write(t->res, path, err);
}

static int write_with_trace(const struct args *args, struct results *res,
			    struct hf_error *err)
{
	struct hft_file trace;
	struct taken t = { .res = res, .trace = &trace };
	int ret;

	if (!args_has(args, "join")) {
		t.trace = NULL;
		return write_out(args, &t, err);
	}
	ret = replayed_trace(args, res, &trace, err);
	if (ret)
		return ret;
	ret = joined_check(&trace, res, err);
	if (!ret)
		ret = write_out(args, &t, err);
	hft_close(&trace);
	return ret;
}

static int check_options(const struct args *args, struct hf_error *err)
{
	bool json = args_has(args, "json"), csv = args_has(args, "csv");

	if (json && csv)
		return hf_fail(err, EINVAL,
			       "--json and --csv exclude each other");
	if (args_has(args, "join") && json)
		return hf_fail(err, EINVAL,
			       "--join writes CSV or, with --npy, an array for numpy, no JSON");
	if (args_has(args, "npy") && (csv || !args_has(args, "join")))
		return hf_fail(err, EINVAL, "--npy goes with --join alone");
	if (args_has(args, "npy") && !args_get(args, "output") &&
	    isatty(STDOUT_FILENO))
		return hf_fail(err, EINVAL,
			       "--npy is no text: name a file with -o");
	return 0;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	const char *path = args_get(args, "output");
	struct results res;
	enum exit_code code;

	if (check_options(args, err))
		return HFCTL_USAGE;
	code = collect(args_pos(args, 0), &res, err);
	if (code != HFCTL_OK && code != HFCTL_INTERRUPTED)
		return code;
	if (write_with_trace(args, &res, err))
		code = HFCTL_FAILED;
	else if (path)
		fprintf(stderr, "%s: %" PRIu64 " completion records\n", path,
			res.count);
	results_free(&res);
	return code;
}

const struct command cmd_results = {
	.name = "results",
	.summary = "Collect or print completion records",
	.usage = "ID|NAME|FILE.hfr",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
