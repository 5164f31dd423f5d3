// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "writer.h"

/* Requests that are written before the user is asked again. */
#define STOP_RECS	8192
/* What stands for the start if its time of day is not known: 2000-01-01. */
#define NO_WALL_NS	UINT64_C(946684800000000000)

void export_note(struct export *ex, const char *fmt, ...)
{
	struct export_summary *sum = ex->sum;
	char text[EXPORT_NOTE];
	unsigned int i;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (i = 0; i < sum->nnotes; i++)
		if (!strcmp(sum->notes[i], text))
			return;
	if (sum->nnotes < EXPORT_NOTES)
		strcpy(sum->notes[sum->nnotes++], text);
}

uint64_t export_wall_start(struct export *ex)
{
	if (ex->trace->hdr->wall_start_ns)
		return ex->trace->hdr->wall_start_ns;
	export_note(ex, "the time of day of the start is not known: 2000-01-01 00:00 UTC stands for it");
	return NO_WALL_NS;
}

static void add(char *buf, size_t len, const char *fmt, uint64_t n,
		const char *what)
{
	size_t at = strlen(buf);

	if (!n)
		return;
	snprintf(buf + at, len - at, "%s%" PRIu64 " ", at ? ", " : "", n);
	at = strlen(buf);
	snprintf(buf + at, len - at, fmt, what);
}

/* "3 flush, 1 without completion time" */
static void say_left(const struct projected *sum, char *buf, size_t len)
{
	uint8_t op;

	buf[0] = '\0';
	for (op = 0; op < HFR_OP_NR; op++)
		add(buf, len, "%s", sum->ops[op], hfr_op_name(op));
	add(buf, len, "without %s", sum->left[LEFT_COMPLETION],
	    "completion time");
	add(buf, len, "of a %s it has not", sum->left[LEFT_LENGTH], "length");
	add(buf, len, "at an %s it has not", sum->left[LEFT_OFFSET], "address");
	add(buf, len, "later than its last %s", sum->left[LEFT_TIME], "time");
}

static int check_left(const struct export *ex, bool lossy,
		      struct hf_error *err)
{
	const struct projected *sum = &ex->sum->sum;
	char left[400];

	say_left(sum, left, sizeof(left));
	if (!sum->written)
		return hf_fail(err, EINVAL,
			       "%s has no request that %s can hold: %s",
			       ex->trace->path, ex->writer->name, left);
	if (!projection_left(sum) || lossy)
		return 0;
	return hf_fail(err, EINVAL,
		       "%s cannot hold %" PRIu64 " of %" PRIu64
		       " requests (%s); --lossy leaves them out",
		       ex->writer->name, projection_left(sum),
		       ex->trace->count, left);
}

/* Numbers of requests in a list of parents are those of the trace. */
static int check_deps(const struct export *ex, struct hf_error *err)
{
	if (!(ex->holds.holds & NEEDS_DEPS))
		return 0;
	if (!(ex->trace->hdr->flags & HFR_FF_DEPS))
		return hf_fail(err, ENODATA,
			       "%s has no dependencies, which %s needs; hfctl deps finds them",
			       ex->trace->path, ex->writer->name);
	if (projection_left(&ex->sum->sum))
		return hf_fail(err, EINVAL,
			       "%s depends on requests that %s cannot hold",
			       ex->trace->path, ex->writer->name);
	return 0;
}

static int check_devices(const struct export *ex, struct hf_error *err)
{
	const struct hfr_file_hdr *hdr = ex->trace->hdr;
	uint32_t used = 0, i;

	for (i = 0; i < hdr->device_count; i++)
		used += ex->trace->devs[i].requests > 0;
	if (used <= ex->holds.devices)
		return 0;
	return hf_fail(err, EINVAL,
		       "%s cannot tell devices apart, and %s has requests for %u; choose one with --device",
		       ex->writer->name, ex->trace->path, used);
}

/* What the header says and the format has no room for. */
static void note_header(struct export *ex)
{
	const struct hfr_file_hdr *hdr = ex->trace->hdr;
	uint32_t holds = ex->holds.holds;

	if (hdr->flags & HFR_FF_DEPS && !(holds & HOLDS_DEPS))
		export_note(ex, "dependencies are not held");
	if (hdr->flags & HFR_FF_LEVEL_QUEUE && !(holds & HOLDS_LEVEL))
		export_note(ex, "not held: that the requests are bios as queued");
	if (hdr->wall_start_ns && !(holds & HOLDS_WALL))
		export_note(ex, "the time of day is not held");
}

/* The projection may depend on them. */
static int choose_columns(struct export *ex, struct hf_error *err)
{
	int ret = 0;

	if (ex->writer->columns)
		ret = ex->writer->columns(ex, err);
	else if (ex->columns)
		ret = hf_fail(err, EINVAL,
			      "the columns of %s are given: --to-columns does not go with it",
			      ex->writer->name);
	ex->sum->holds = ex->holds;
	return ret;
}

static int prepare(struct export *ex, const struct hft_file *trace,
		   const struct export_opts *opts, struct export_summary *sum,
		   struct hf_error *err)
{
	memset(sum, 0, sizeof(*sum));
	sum->writer = opts->writer;
	*ex = (struct export){
		.trace = trace,
		.writer = opts->writer,
		.holds = opts->writer->holds,
		.columns = opts->columns,
		.sum = sum,
	};
	return choose_columns(ex, err);
}

int export_check_columns(const struct export_opts *opts, struct hf_error *err)
{
	struct export_summary unused;
	struct export ex;

	return prepare(&ex, NULL, opts, &unused, err);
}

static int survey(struct export *ex, bool lossy, struct hf_error *err)
{
	uint64_t i;
	int ret = check_devices(ex, err);

	if (ret)
		return ret;
	for (i = 0; i < ex->trace->count; i++)
		projection_count(&ex->holds, &ex->trace->recs[i],
				 &ex->sum->sum);
	note_header(ex);
	return check_left(ex, lossy, err);
}

int export_survey(const struct hft_file *trace, const struct export_opts *opts,
		  struct export_summary *sum, struct hf_error *err)
{
	struct export ex;
	int ret = prepare(&ex, trace, opts, sum, err);

	return ret ? ret : survey(&ex, opts->lossy, err);
}

static int pause_at(const struct export *ex, const struct export_opts *opts,
		    uint64_t i, struct hf_error *err)
{
	if (opts->progress)
		opts->progress(i, ex->trace->count);
	if (opts->stop && opts->stop())
		return hf_fail(err, EINTR, "interrupted: nothing is written");
	return 0;
}

static int write_requests(struct export *ex, const struct export_opts *opts,
			  struct hf_error *err)
{
	uint64_t i;
	int ret = 0;

	for (i = 0; !ret && i < ex->trace->count; i++) {
		struct hfr_trace_rec rec = ex->trace->recs[i];

		if (i % STOP_RECS == 0)
			ret = pause_at(ex, opts, i, err);
		if (!ret && !projection_apply(&ex->holds, &rec))
			ret = ex->writer->request(ex, &rec, err);
	}
	return ret;
}

static int write_all(struct export *ex, const struct export_opts *opts,
		     struct hf_error *err)
{
	const struct writer *w = ex->writer;
	int ret = 0;

	ex->state = calloc(1, w->state_size + 1);
	if (!ex->state)
		return hf_fail(err, ENOMEM, "no memory to write a trace");
	if (w->begin)
		ret = w->begin(ex, err);
	if (!ret)
		ret = write_requests(ex, opts, err);
	if (!ret && w->end)
		ret = w->end(ex, err);
	if (w->free)
		w->free(ex);
	free(ex->state);
	return ret;
}

int export_trace(const struct hft_file *trace, const struct export_opts *opts,
		 struct export_summary *sum, struct hf_error *err)
{
	struct export ex;
	int ret = prepare(&ex, trace, opts, sum, err);

	if (!ret)
		ret = survey(&ex, opts->lossy, err);
	if (!ret)
		ret = check_deps(&ex, err);
	if (!ret)
		ret = outstream_open(&ex.out, opts->path, err);
	if (ret)
		return ret;
	ret = write_all(&ex, opts, err);
	if (!ret)
		return outstream_commit(ex.out, err);
	outstream_abort(ex.out);
	return ret;
}
