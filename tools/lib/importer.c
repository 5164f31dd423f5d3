// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ends.h"
#include "hft-rules.h"
#include "importer.h"
#include "provenance.h"
#include "sorter.h"

/* Devices of one trace, wanted or not. */
#define MAX_SEEN 4096
/* Requests that are written before the user is asked again. */
#define STOP_RECS 65536

/**
 * struct seen_device - a device of the trace
 * @name: its name in the trace; owned
 * @major: device number or 0
 * @minor: device number or 0
 * @size: bytes, 0 unknown
 * @logical_block: bytes, 0 unknown
 * @requests: taken or filtered
 * @wanted: its requests are taken
 * @target: its index in the output
 */
struct seen_device {
	char *name;
	uint32_t major, minor;
	uint64_t size;
	uint32_t logical_block;
	uint64_t requests;
	bool wanted;
	int target;
};

/**
 * struct importer - the requests of a trace on their way into an .hft file
 * @opts: what the user asked for
 * @sum: what was found
 * @devs: devices in the order in which they came; owned
 * @ndevs: how many
 * @last: index of the device that was asked for last
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
	struct seen_device *devs;
	int ndevs, last, wanted;
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
	int i;

	if (!imp)
		return;
	for (i = 0; i < imp->ndevs; i++)
		free(imp->devs[i].name);
	free(imp->devs);
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

static const char *without_dev(const char *name)
{
	return strncmp(name, "/dev/", 5) ? name : name + 5;
}

/* "MAJOR,MINOR" if it is known, else nothing. */
static void device_number(const struct seen_device *dev, char *buf, size_t len)
{
	buf[0] = '\0';
	if (dev->major || dev->minor)
		snprintf(buf, len, "%u,%u", dev->major, dev->minor);
}

static bool is_wanted(const struct importer *imp,
		      const struct seen_device *dev)
{
	const char *want = imp->opts.device;
	char number[32];

	if (!want || !strcmp(without_dev(want), without_dev(dev->name)))
		return true;
	device_number(dev, number, sizeof(number));
	return !strcmp(want, number);
}

static bool same_device(const struct seen_device *dev, const char *name,
			uint32_t major, uint32_t minor)
{
	return dev->major == major && dev->minor == minor &&
	       !strcmp(dev->name, name);
}

static int add_device(struct importer *imp, const char *name, uint32_t major,
		      uint32_t minor, struct hf_error *err)
{
	struct seen_device *devs, *dev;

	if (imp->ndevs == MAX_SEEN)
		return hf_fail(err, E2BIG,
			       "the trace has more than %d devices", MAX_SEEN);
	devs = reallocarray(imp->devs, (size_t)imp->ndevs + 1, sizeof(*devs));
	if (!devs)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	imp->devs = devs;
	dev = &devs[imp->ndevs];
	*dev = (struct seen_device){ .major = major, .minor = minor };
	dev->name = strdup(name);
	if (!dev->name)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	dev->wanted = is_wanted(imp, dev);
	return imp->ndevs++;
}

int importer_device(struct importer *imp, const char *name, uint32_t major,
		    uint32_t minor, struct hf_error *err)
{
	int i = imp->last;

	if (i < imp->ndevs && same_device(&imp->devs[i], name, major, minor))
		return i;
	for (i = 0; i < imp->ndevs; i++)
		if (same_device(&imp->devs[i], name, major, minor))
			break;
	if (i == imp->ndevs)
		i = add_device(imp, name, major, minor, err);
	if (i >= 0)
		imp->last = i;
	return i;
}

void importer_geometry(struct importer *imp, int target, uint64_t size,
		       uint32_t logical_block)
{
	imp->devs[target].size = size;
	if (hft_logical_block_good(logical_block))
		imp->devs[target].logical_block = logical_block;
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
	struct seen_device *dev = &imp->devs[target];

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

	if (rec->target >= imp->ndevs)
		return hf_fail(err, EINVAL,
			       "request for device %u, but the trace has %d",
			       rec->target, imp->ndevs);
	dev = &imp->devs[rec->target];
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

static void list_devices(const struct importer *imp, char *buf, size_t len)
{
	size_t at = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < imp->ndevs && at < len; i++) {
		const struct seen_device *dev = &imp->devs[i];
		char number[32];

		if (!dev->requests)
			continue;
		device_number(dev, number, sizeof(number));
		if (!strcmp(number, dev->name))
			number[0] = '\0';
		at += (size_t)snprintf(buf + at, len - at,
				       "%s%.64s (%s%s%" PRIu64 " requests)",
				       at ? ", " : "", dev->name, number,
				       *number ? ": " : "", dev->requests);
	}
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
	list_devices(imp, devices, sizeof(devices));
	return hf_fail(err, ENODATA,
		       "%s has no request for device %s; it has: %s", where,
		       imp->opts.device, devices);
}

/* Of a name that is too long its end is kept: of paths that tells more. */
static void short_name(char *buf, size_t size, const char *name)
{
	size_t len = strlen(name), room = size - sizeof("...");
	const char *s = name;

	if (len >= size) {
		s += len - room;
		while ((*s & 0xc0) == 0x80) /* not from within a character */
			s++;
	}
	snprintf(buf, size, "%s%s", s == name ? "" : "...", s);
}

static int add_targets(struct importer *imp, struct hft_writer *w,
		       struct hf_error *err)
{
	char name[sizeof(((struct hfr_file_dev *)0)->name)];
	int i, n = 0;

	for (i = 0; i < imp->ndevs; i++) {
		struct seen_device *dev = &imp->devs[i];

		if (!dev->wanted || !dev->requests)
			continue;
		short_name(name, sizeof(name), dev->name);
		dev->target = hft_writer_device(w, name, dev->major,
						dev->minor);
		if (dev->target < 0)
			return hf_fail(err, E2BIG,
				       "the trace has too many devices");
		if (dev->target != n++)
			return hf_fail(err, EINVAL,
				       "the trace has several devices whose names end in %s: the file has no room for more; choose one with --device",
				       name);
		hft_writer_geometry(w, dev->target, dev->size,
				    dev->logical_block);
	}
	return 0;
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
		moved.target = (uint16_t)imp->devs[rec->target].target;
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
	rc = add_targets(imp, w, err);
	if (!rc)
		rc = write_sorted(imp, w, &start_ns, err);
	if (rc) {
		hft_writer_abort(w);
		return rc;
	}
	return finish(imp, w, ins, nins, start_ns, fd, err);
}
