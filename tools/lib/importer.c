// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "ends.h"
#include "hft-rules.h"
#include "importer.h"
#include "provenance.h"
#include "sorter.h"

/* Requests that are written before the user is asked again. */
#define STOP_RECS 65536

/**
 * struct importer - the requests of a trace on their way into an .hft file
 * @opts: what the user asked for
 * @sum: what was found
 * @devs: devices of the trace
 * @wanted: devices that have requests that were taken
 * @sorter: the requests; target is the index in @devs
 * @latest_ns: latest issue time so far
 * @ends: what is known of the ends of requests; owned
 * @wall_known: a wall clock time was stated:
 * @trace_ns: this time of the trace was
 * @wall_ns: this time of day
 * @source: provenance of the input, if it has one; owned reference
 */
struct importer {
	struct import_opts opts;
	struct import_summary sum;
	struct devices devs;
	int wanted;
	struct sorter *sorter;
	uint64_t latest_ns;
	struct ends *ends;
	bool wall_known;
	uint64_t trace_ns, wall_ns;
	json_t *source;
};

int importer_new(struct importer **out, const struct import_opts *opts,
		 struct hf_error *err)
{
	struct importer *imp = calloc(1, sizeof(*imp));
	int rc;

	if (!imp)
		return hf_fail(err, ENOMEM, "no memory to import a trace");
	if (opts)
		imp->opts = *opts;
	imp->devs.want = imp->opts.device;
	imp->sum.level = "driver";
	imp->ends = calloc(1, sizeof(*imp->ends));
	if (!imp->ends)
		rc = hf_fail(err, ENOMEM, "no memory to import a trace");
	else
		rc = sorter_new(&imp->sorter, err);
	if (rc)
		importer_free(imp);
	else
		*out = imp;
	return rc;
}

void importer_free(struct importer *imp)
{
	if (!imp)
		return;
	devices_free(&imp->devs);
	free(imp->ends);
	sorter_free(imp->sorter);
	json_decref(imp->source);
	free(imp);
}

const struct import_opts *importer_opts(const struct importer *imp)
{
	return &imp->opts;
}

struct import_summary *importer_sum(struct importer *imp)
{
	return &imp->sum;
}

void importer_source(struct importer *imp, const char *json, size_t len)
{
	json_decref(imp->source);
	imp->source = json_loadb(json, len, 0, NULL);
}

int importer_device(struct importer *imp, const char *name, uint32_t major,
		    uint32_t minor, struct hf_error *err)
{
	return devices_find(&imp->devs, name, major, minor, err);
}

void importer_geometry(struct importer *imp, int target, uint64_t size,
		       uint32_t logical_block)
{
	imp->devs.list[target].size = size;
	if (hft_logical_block_good(logical_block))
		imp->devs.list[target].logical_block = logical_block;
}

void importer_wall_clock(struct importer *imp, uint64_t trace_ns,
			 uint64_t wall_ns)
{
	imp->wall_known = true;
	imp->trace_ns = trace_ns;
	imp->wall_ns = wall_ns;
}

void importer_until(struct importer *imp, uint64_t ns)
{
	ends_until(imp->ends, ns);
}

static int check_stop(const struct importer *imp, struct hf_error *err)
{
	if (imp->opts.stop && imp->opts.stop())
		return hf_fail(err, EINTR,
			       "interrupted: nothing is written");
	return 0;
}

int importer_progress(struct importer *imp, struct input *const *ins,
		      int nins, struct hf_error *err)
{
	uint64_t done = 0, all = 0;
	bool known = true;
	int i;

	if (!imp->opts.progress)
		return check_stop(imp, err);
	for (i = 0; i < nins; i++) {
		done += input_raw_done(ins[i]);
		all += input_raw_size(ins[i]);
		known = known && input_raw_size(ins[i]);
	}
	imp->opts.progress(done, known ? all : 0);
	return check_stop(imp, err);
}

static void say_place(char *buf, size_t len, const struct input *in)
{
	if (!in)
		snprintf(buf, len, "the trace");
	else if (input_line_number(in))
		snprintf(buf, len, "%s line %" PRIu64, input_path(in),
			 input_line_number(in));
	else
		snprintf(buf, len, "%s byte %" PRIu64, input_path(in),
			 input_offset(in));
}

int importer_junk(struct importer *imp, const struct input *in,
		  struct hf_error *err, const char *fmt, ...)
{
	char place[600], what[300];
	va_list ap;

	say_place(place, sizeof(place), in);
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (!imp->sum.junk++)
		snprintf(imp->sum.first_junk, sizeof(imp->sum.first_junk),
			 "%.150s: %.100s", place, what);
	if (imp->sum.junk <= imp->opts.max_junk)
		return 0;
	if (!imp->opts.max_junk)
		return hf_fail(err, EINVAL, "%s: %s", place, what);
	return hf_fail(err, EINVAL,
		       "%s: %s; with it more than %" PRIu64
		       " lines or records make no sense (the first: %s)",
		       place, what, imp->opts.max_junk, imp->sum.first_junk);
}

void importer_cut_off(struct importer *imp, const struct input *in)
{
	char place[600];

	if (imp->sum.cut_off)
		return;
	say_place(place, sizeof(place), in);
	imp->sum.cut_off = true;
	snprintf(imp->sum.cut_at, sizeof(imp->sum.cut_at), "%.250s", place);
}

void importer_unsupported(struct importer *imp, int target)
{
	struct seen_device *dev = &imp->devs.list[target];

	if (dev->wanted)
		imp->sum.unsupported++;
}

/* Flags that say nothing on an operation, and the two ways to say flush. */
static void normalise(struct hfr_trace_rec *rec)
{
	const uint32_t durable = HFR_RF_FUA | HFR_RF_PREFLUSH;

	if (rec->op == HFR_OP_WRITE && !rec->length && (rec->flags & durable))
		rec->op = HFR_OP_FLUSH;
	if (rec->op == HFR_OP_FLUSH) {
		rec->offset = 0;
		rec->length = 0;
	}
	if (rec->op != HFR_OP_WRITE)
		rec->flags &= ~durable;
	rec->in_flight = 0;
	rec->rank = 0;
	rec->dep_lo = 0;
	rec->dep_hi = 0;
}

/* Times are judged when the start is known. */
static bool makes_no_sense(const struct hfr_trace_rec *rec,
			   const struct seen_device *dev, char *why)
{
	const struct hfr_file_dev geometry = {
		.logical_block = dev->logical_block,
	};
	const struct hft_rules rules = {
		.devs = &geometry,
		.device_count = 1,
		.max_length = HFR_MAX_LENGTH,
	};
	struct hfr_trace_rec still = *rec;

	if (rec->complete_ns != HFR_UNKNOWN &&
	    rec->complete_ns < rec->issue_ns) {
		snprintf(why, HFT_WHY, "completes %" PRIu64
			 " ns before its issue",
			 (uint64_t)(rec->issue_ns - rec->complete_ns));
		return true;
	}
	still.target = 0;
	still.issue_ns = 0;
	still.complete_ns = 0;
	return hft_rule_broken(&rules, &still, why);
}

static int take(struct importer *imp, struct seen_device *dev,
		const struct hfr_trace_rec *rec, struct hf_error *err)
{
	if (!dev->requests++)
		imp->wanted++;
	if (imp->wanted > HFR_MAX_DEVICES)
		return hf_fail(err, E2BIG,
			       "the trace has requests for more than %d devices; choose one with --device",
			       HFR_MAX_DEVICES);
	if (rec->issue_ns < imp->latest_ns)
		imp->sum.unsorted++;
	else
		imp->latest_ns = rec->issue_ns;
	imp->sum.records++;
	ends_add(imp->ends, rec);
	return sorter_add(imp->sorter, rec, err);
}

int importer_request(struct importer *imp, const struct hfr_trace_rec *rec,
		     const struct input *in, struct hf_error *err)
{
	struct hfr_trace_rec good = *rec;
	struct seen_device *dev;
	char why[HFT_WHY];

	if (rec->target >= imp->devs.n)
		return hf_fail(err, EINVAL,
			       "request for device %u, but the trace has %d",
			       rec->target, imp->devs.n);
	dev = &imp->devs.list[rec->target];
	if (!dev->wanted) {
		dev->requests++;
		imp->sum.filtered++;
		return 0;
	}
	normalise(&good);
	if (makes_no_sense(&good, dev, why))
		return importer_junk(imp, in, err, "the request %s", why);
	return take(imp, dev, &good, err);
}

static void say_inputs(char *buf, size_t len, struct input *const *ins,
		       int nins)
{
	if (nins == 1)
		snprintf(buf, len, "%.300s", input_path(ins[0]));
	else
		snprintf(buf, len, "%.300s and %d more", input_path(ins[0]),
			 nins - 1);
}

static int nothing_left(const struct importer *imp, struct input *const *ins,
			int nins, struct hf_error *err)
{
	char where[340], devices[500];

	say_inputs(where, sizeof(where), ins, nins);
	if (!imp->sum.filtered && imp->sum.junk)
		return hf_fail(err, EINVAL,
			       "%s has no request that can be replayed; the first that made no sense: %s",
			       where, imp->sum.first_junk);
	if (!imp->sum.filtered)
		return hf_fail(err, ENODATA, "%s has no requests", where);
	devices_say(&imp->devs, devices, sizeof(devices));
	return hf_fail(err, ENODATA,
		       "%s has no request for device %s; it has: %s", where,
		       imp->opts.device, devices);
}

static int write_sorted(struct importer *imp, struct hft_writer *w,
			uint64_t *start_ns, struct hf_error *err)
{
	const bool estimate = ends_estimate(imp->ends);
	const struct hfr_trace_rec *rec;
	bool first = true;
	uint64_t n = 0;

	while ((rec = sorter_next(imp->sorter))) {
		struct hfr_trace_rec moved = *rec;
		int rc;

		if (first)
			*start_ns = rec->issue_ns;
		first = false;
		ends_settle(imp->ends, estimate, &moved);
		moved.issue_ns -= *start_ns;
		if (moved.complete_ns != HFR_UNKNOWN)
			moved.complete_ns -= *start_ns;
		moved.target = (uint16_t)imp->devs.list[rec->target].target;
		rc = hft_writer_add(w, &moved, err);
		if (!rc && ++n % STOP_RECS == 0)
			rc = check_stop(imp, err);
		if (rc)
			return rc;
	}
	return 0;
}

/* Time of day at @start_ns of the trace, 0 if it is not known. */
static uint64_t wall_start(const struct importer *imp, uint64_t start_ns)
{
	uint64_t wall;

	if (!imp->wall_known)
		return 0;
	/* Either may be the earlier; the difference wraps as it should. */
	wall = imp->wall_ns + (start_ns - imp->trace_ns);
	return wall <= INT64_MAX ? wall : 0;
}

static int finish(struct importer *imp, struct hft_writer *w,
		  struct input *const *ins, int nins, uint64_t start_ns,
		  int *fd, struct hf_error *err)
{
	char *text = provenance_text(&imp->opts, &imp->sum, ins, nins,
				     imp->source);
	uint32_t flags = 0;
	int rc;

	if (!text) {
		hft_writer_abort(w);
		return hf_fail(err, ENOMEM, "no memory for the provenance");
	}
	if (!strcmp(imp->sum.level, "queue"))
		flags |= HFR_FF_LEVEL_QUEUE;
	rc = hft_writer_finish(w, flags, wall_start(imp, start_ns), text, fd,
			       err);
	free(text);
	return rc;
}

int importer_write(struct importer *imp, struct input *const *ins, int nins,
		   const char *out, int *fd, struct hf_error *err)
{
	struct hft_writer *w;
	uint64_t start_ns = 0;
	int rc;

	if (imp->opts.whole && imp->sum.cut_off)
		return hf_fail(err, EINVAL,
			       "%s: the trace is cut off there, in the middle of a record; hfctl convert makes a trace of what stands before",
			       imp->sum.cut_at);
	if (!imp->sum.records)
		return nothing_left(imp, ins, nins, err);
	rc = sorter_end(imp->sorter, err);
	if (!rc)
		rc = hft_writer_open(&w, out, err);
	if (rc)
		return rc;
	rc = devices_write(&imp->devs, w, err);
	if (!rc)
		rc = write_sorted(imp, w, &start_ns, err);
	if (rc) {
		hft_writer_abort(w);
		return rc;
	}
	return finish(imp, w, ins, nins, start_ns, fd, err);
}
