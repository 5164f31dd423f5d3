// SPDX-License-Identifier: GPL-2.0-only
/* hfctl live: latency and lateness of a session, while it runs or after. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "hft.h"
#include "show.h"
#include "stats.h"
#include "text.h"
#include "units.h"
#include "wait.h"

static const struct option_desc options[] = {
	{ "interval", 'i', "TIME",
	  "Print again after each TIME, of what has happened since, until the replay has ended or Ctrl-C.",
	  false },
	{ "buckets", 'b', NULL,
	  "With --json: every bucket of the histograms that is not empty, as [smallest value, largest value, count].",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Prints what the module counts of each operation at each target: requests completed and failed, bytes, and percentiles of two times. Latency is the time from issue to completion; lateness the time from the due time to the issue, which is 0 where no schedule binds a request.",
	"The counts are read without stopping the replay. Percentiles are taken from histograms whose buckets are no wider than 1/32 of the value: a percentile is too large by 3.2 % at most and never too small; below 64 ns it is exact. The mean and, without --interval, the maximum are exact. Lateness is counted in steps of 16 ns.",
	"Without an argument the only session is meant. With --interval the first table is of all that happened before.",
	NULL
};

static const char *const examples[] = {
	"hfctl live prod",
	"hfctl live 1 --interval 1s",
	"hfctl live 1 --json --buckets",
	NULL
};

/* How long one sleep is at most: an end or Ctrl-C is seen before long. */
#define LOOK_NS	(100 * 1000000ULL)

/**
 * struct view - what is asked for
 * @control: the connection
 * @who: the session
 * @json: print JSON
 * @buckets: with all buckets
 * @interval: ns between two looks, 0 for one look
 */
struct view {
	struct control *control;
	const char *who;
	bool json;
	bool buckets;
	uint64_t interval;
};

static void cell_time(struct table *t, uint64_t ns)
{
	char buf[32];

	table_cell(t, "%s", hf_format_duration(buf, sizeof(buf), (int64_t)ns));
}

static void add_hist(struct table *t, const struct op_stats *o,
		     const char *what, const struct hist *h)
{
	static const unsigned int shares[] = { 500, 900, 990, 999, 1000 };
	const char *name = hfr_op_name((uint8_t)o->op);
	size_t i;

	table_cell(t, "%u", o->target);
	table_cell(t, "%s", name ? name : "?");
	table_cell(t, "%s", what);
	table_cell(t, "%" PRIu64, hist_count(h));
	cell_time(t, (uint64_t)(hist_mean(h) + 0.5));
	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		cell_time(t, hist_quantile(h, shares[i]));
}

static void print_times(const struct stats *s)
{
	static const char *const head[] = {
		"target", "op", "time", "count", "mean", "p50", "p90", "p99",
		"p99.9", "max",
	};
	struct table t;
	size_t i;

	table_init(&t, "rllrrrrrrr", head);
	for (i = 0; i < s->n; i++) {
		add_hist(&t, &s->ops[i], "latency", &s->ops[i].latency);
		add_hist(&t, &s->ops[i], "lateness", &s->ops[i].lateness);
	}
	text_table(stdout, &t);
	table_free(&t);
}

static void print_counts(const struct stats *s)
{
	static const char *const head[] = {
		"target", "op", "issued", "completed", "errors", "bytes",
	};
	struct table t;
	char buf[32];
	size_t i;

	table_init(&t, "rlrrrr", head);
	for (i = 0; i < s->n; i++) {
		const struct op_stats *o = &s->ops[i];
		const char *name = hfr_op_name((uint8_t)o->op);

		table_cell(&t, "%u", o->target);
		table_cell(&t, "%s", name ? name : "?");
		table_cell(&t, "%" PRIu64, o->issued);
		table_cell(&t, "%" PRIu64, o->completed);
		table_cell(&t, "%" PRIu64, o->errors);
		table_cell(&t, "%s", hf_format_size(buf, sizeof(buf), o->bytes));
	}
	text_table(stdout, &t);
	table_free(&t);
}

static void print(const struct view *v, const struct session *s,
		  const struct stats *st)
{
	json_t *o;
	char buf[32];

	if (v->json) {
		o = stats_json(st, v->buckets);
		json_object_set_new(o, "state", json_string(
				    session_state_name(s->state)));
		json_object_set_new(o, "elapsed_ns",
				    json_integer((json_int_t)s->elapsed));
		if (v->interval)
			show_json_line(o);
		else
			show_json(o);
		return;
	}
	printf("session %u (%s), %s, after %s\n", s->id, s->name,
	       session_state_name(s->state),
	       hf_format_duration(buf, sizeof(buf), (int64_t)s->elapsed));
	if (!st->n) {
		puts("  no requests yet");
	} else {
		print_counts(st);
		putchar('\n');
		print_times(st);
	}
	fflush(stdout);
}

/* Sleeps for an interval; false on Ctrl-C. */
static bool pause_for(uint64_t ns)
{
	uint64_t step;

	for (; ns && !interrupted(); ns -= step) {
		struct timespec t;

		step = ns < LOOK_NS ? ns : LOOK_NS;
		t = (struct timespec){ .tv_nsec = (long)step };
		nanosleep(&t, NULL);
	}
	return !interrupted();
}

/* State first: what is counted afterwards is all of a replay that had ended. */
static int look(const struct view *v, struct session *s, struct stats *st,
		struct hf_error *err)
{
	int ret = control_get(v->control, v->who, s, err);

	if (ret)
		return ret;
	ret = control_stats(v->control, v->who, st, err);
	if (ret)
		session_free(s);
	return ret;
}

/* Prints what has happened since the look before, and keeps this one. */
static int step(const struct view *v, struct stats *last, bool *over,
		struct hf_error *err)
{
	struct stats now, since;
	struct session s;
	int ret = look(v, &s, &now, err);

	if (ret)
		return ret;
	*over = !v->interval || session_ended(&s);
	if (stats_since(&since, &now, last)) {
		ret = hf_fail(err, ENOMEM, "out of memory");
	} else {
		print(v, &s, &since);
		stats_free(&since);
	}
	stats_free(last);
	*last = now;
	session_free(&s);
	return ret;
}

/* The session that is meant where none is named. */
static int find_only(struct control *c, char *who, size_t len,
		     struct hf_error *err)
{
	struct session *list;
	unsigned int n;
	int ret = control_list(c, &list, &n, err);

	if (ret)
		return ret;
	if (n == 1)
		snprintf(who, len, "%u", list[0].id);
	else if (n)
		ret = hf_fail(err, EINVAL, "there are %u sessions: say which one is meant", n);
	else
		ret = hf_fail(err, ENOENT, "there is no session");
	control_list_free(list, n);
	return ret;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct view v = {
		.who = args_pos(args, 0),
		.json = args_has(args, "json"),
		.buckets = args_has(args, "buckets"),
	};
	struct stats last = { .ops = NULL };
	bool over = false;
	enum exit_code code;
	char only[16];
	int ret = 0;

	if (args_duration(args, "interval", 0, &v.interval, err))
		return HFCTL_USAGE;
	if (args_has(args, "interval") && !v.interval) {
		hf_fail(err, EINVAL, "an interval of 0 makes no sense");
		return HFCTL_USAGE;
	}
	code = module_open(&v.control, err);
	if (code != HFCTL_OK)
		return code;
	if (!v.who) {
		ret = find_only(v.control, only, sizeof(only), err);
		v.who = only;
	}
	if (!ret)
		ret = step(&v, &last, &over, err);
	while (!ret && !over && !ferror(stdout) && pause_for(v.interval))
		ret = step(&v, &last, &over, err);
	stats_free(&last);
	control_close(v.control);
	if (ret)
		return HFCTL_FAILED;
	return over ? HFCTL_OK : HFCTL_INTERRUPTED;
}

const struct command cmd_live = {
	.name = "live",
	.summary = "Show latency and lateness by target and operation",
	.usage = "[ID|NAME]",
	.min_args = 0,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
