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
#include "outfile.h"
#include "show.h"

static const struct option_desc options[] = {
	{ "output", 'o', "FILE",
	  "Write to this file: an .hfr file, or CSV with --csv.", false },
	{ "csv", 0, NULL, "Write CSV. This is the default without --output.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Reads the completion record of each request, in trace order, from a session or from an .hfr file. A session that runs is followed to its end; Ctrl-C ends the following and writes what came until then, and the replay goes on.",
	"The columns of the CSV form are index, issued_ns, completed_ns, lateness_ns, submit_cost_ns, in_flight, error, worker, cause, flags, state. Times are ns from the start of the replay. The error is an errno, 0 for success. The cause says why a request was issued late. Flags are joined by +, a dash stands for none.",
	"A session that holds its whole trace keeps its records until it is rewound; one that is streamed gives each record once.",
	NULL
};

static const char *const examples[] = {
	"hfctl results 1 -o run1.hfr",
	"hfctl results run1.hfr --csv | head",
	NULL
};

static const char *const flag_names[] = {
	"limited", "bundled", "tag-wait", "starved", "saturated", "verify",
	"short",
};

static const char *const state_names[] = {
	"empty", "done", "skipped", "not-issued",
};

static const char *flags_text(uint16_t flags, char *buf, size_t len)
{
	size_t at = 0;
	unsigned int i;

	if (!flags)
		return "-";
	buf[0] = '\0';
	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (flags & (1U << i) && at < len)
			at += (size_t)snprintf(buf + at, len - at, "%s%s",
					       at ? "+" : "", flag_names[i]);
	return buf;
}

static const char *state_text(uint8_t state)
{
	return state < 4 ? state_names[state] : "?";
}

static const char *cause_text(uint8_t cause)
{
	const char *name = hfr_cause_name(cause);

	return name ? name : "?";
}

static void write_csv(const struct results *res, FILE *out)
{
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
			cause_text(r->cause),
			flags_text(r->flags, flags, sizeof(flags)),
			state_text(r->state));
	}
}

/* Written as it goes: millions of records need no tree in memory. */
static void write_json(const struct results *res, FILE *out)
{
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
			cause_text(r->cause),
			flags_text(r->flags, flags, sizeof(flags)),
			state_text(r->state));
	}
	fputs("\n]\n}\n", out);
}

typedef void (*writer_fn)(const struct results *res, FILE *out);

static int fill_file(const struct results *res, struct outfile *of,
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
	write(res, out);
	bad = fflush(out) || ferror(out);
	code = bad && errno ? errno : EIO;
	if (fclose(out) || bad)
		return hf_fail(err, code, "cannot write %s: %s", path,
			       strerror(code));
	return 0;
}

static int write_text_file(const struct results *res, const char *path,
			   writer_fn write, struct hf_error *err)
{
	struct outfile of;
	int ret = outfile_open(&of, path, err);

	if (ret)
		return ret;
	ret = fill_file(res, &of, write, path, err);
	if (ret) {
		outfile_abort(&of);
		return ret;
	}
	ret = outfile_commit(&of, err);
	if (ret >= 0)
		close(ret);
	return ret < 0 ? ret : 0;
}

static int write_out(const struct args *args, const struct results *res,
		     struct hf_error *err)
{
	const char *path = args_get(args, "output");
	bool json = args_has(args, "json");
	writer_fn text = json ? write_json : write_csv;

	if (!path) {
		text(res, stdout);
		return 0;
	}
	if (json || args_has(args, "csv"))
		return write_text_file(res, path, text, err);
	return results_write(res, path, err);
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	const char *path = args_get(args, "output");
	struct results res;
	enum exit_code code;

	if (args_has(args, "json") && args_has(args, "csv")) {
		hf_fail(err, EINVAL, "--json and --csv exclude each other");
		return HFCTL_USAGE;
	}
	code = collect(args_pos(args, 0), &res, err);
	if (code != HFCTL_OK && code != HFCTL_INTERRUPTED)
		return code;
	if (write_out(args, &res, err))
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
