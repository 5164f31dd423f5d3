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

int importer_new(struct importer **out, const struct import_opts *opts,
		 struct hf_error *err)
{
	struct importer *imp = calloc(1, sizeof(*imp));
	struct sorter_sink sink = early_sink(imp);
	int rc;

	if (!imp)
		return hf_fail(err, ENOMEM, "no memory to import a trace");
	if (opts)
		imp->opts = *opts;
	imp->devs.want = imp->opts.device;
	imp->sum.level = "driver";
	imp->sum.dedup = imp->opts.dedup;
	imp->repeats = imp->opts.dedup ? calloc(1, sizeof(*imp->repeats)) :
					 NULL;
	imp->ends = calloc(1, sizeof(*imp->ends));
	if (!imp->ends || (imp->opts.dedup && !imp->repeats))
		rc = hf_fail(err, ENOMEM, "no memory to import a trace");
	else
		rc = sorter_new(&imp->sorter, &sink, err);
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
	/* May hold a file whose devices these are. */
	sorter_free(imp->sorter);
	devices_free(&imp->devs);
	free(imp->ends);
	free(imp->repeats);
	json_decref(imp->source);
	json_decref(imp->notes);
	free(imp);
}

void importer_output(struct importer *imp, const char *out)
{
	imp->early.out = out;
}

const struct import_opts *importer_opts(const struct importer *imp)
{
	return &imp->opts;
}

struct import_summary *importer_sum(struct importer *imp)
{
	return &imp->sum;
}

/* Why repeats cannot be told by the stamps of a trace made like this. */
static const char *no_repeats(const json_t *made)
{
	const json_t *read = json_object_get(made, "read");

	if (json_object_get(made, "times"))
		return "the times are made up";
	if (json_object_get(read, "resolution_ns"))
		return "the times of the original are too coarse";
	if (json_object_get(made, "remaps"))
		return "the events that tell are in the original only";
	return NULL;
}

void importer_source(struct importer *imp, const char *json, size_t len)
{
	const json_t *made;

	json_decref(imp->source);
	imp->source = json_loadb(json, len, 0, NULL);
	for (made = imp->source; made; made = json_object_get(made, "source"))
		if (!imp->no_repeats)
			imp->no_repeats = no_repeats(made);
}

const char *importer_device_name(const struct importer *imp, int target)
{
	return imp->devs.list[target].name;
}

void importer_note(struct importer *imp, const char *key,
		   struct json_t *value)
{
	if (!imp->notes)
		imp->notes = json_object();
	json_object_set_new(imp->notes, key, value);
}

int importer_device(struct importer *imp, const char *name, uint32_t major,
		    uint32_t minor, struct hf_error *err)
{
	return devices_find(&imp->devs, name, major, minor, err);
}

int importer_file_device(struct importer *imp, const char *name,
			 const char *origin, struct hf_error *err)
{
	int target = importer_device(imp, name, 0, 0, err);
	struct seen_device *dev;

	if (target < 0)
		return target;
	dev = &imp->devs.list[target];
	if (dev->origin && strcmp(dev->origin, origin))
		return strcmp(name, origin) ?
			importer_file_device(imp, origin, origin, err) : target;
	if (!dev->origin)
		dev->origin = strdup(origin);
	return dev->origin ? target :
		hf_fail(err, ENOMEM, "no memory for the devices");
}

void importer_geometry(struct importer *imp, int target, uint64_t size,
		       uint32_t logical_block)
{
	imp->devs.list[target].size = size;
	if (hft_logical_block_good(logical_block))
		imp->devs.list[target].logical_block = logical_block;
}

void importer_keep(struct importer *imp, int target)
{
	struct seen_device *dev = &imp->devs.list[target];

	if (!dev->wanted || dev->kept || imp->opts.dedup)
		return;
	dev->kept = true;
	imp->wanted += !dev->requests;
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

int importer_check_stop(const struct importer *imp, struct hf_error *err)
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
		return importer_check_stop(imp, err);
	for (i = 0; i < nins; i++) {
		done += input_raw_done(ins[i]);
		all += input_raw_size(ins[i]);
		known = known && input_raw_size(ins[i]);
	}
	imp->opts.progress(done, known ? all : 0);
	return importer_check_stop(imp, err);
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

void importer_remaps(struct importer *imp)
{
	free(imp->repeats);
	imp->repeats = NULL;
	importer_note(imp, "remaps", json_true());
}

void importer_made_up(struct importer *imp)
{
	imp->no_repeats = "the times are made up";
	importer_note(imp, "times", json_string("made up"));
}

void importer_resolution(struct importer *imp, uint64_t ns)
{
	if (ns > imp->sum.resolution)
		imp->sum.resolution = ns;
	if (ns >= REPEATS_NS)
		imp->no_repeats = "the times are too coarse";
}

void importer_has_keys(struct importer *imp)
{
	imp->keys = true;
}

void importer_completions(struct importer *imp)
{
	imp->completions = true;
}

/* Returns whether the request is another one now. */
static bool widen(struct hfr_trace_rec *rec)
{
	uint64_t start = rec->offset & ~UINT64_C(511);
	uint64_t length = rec->offset - start + rec->length;

	length = (length + 511) & ~UINT64_C(511);
	if (length == rec->length || length > UINT32_MAX)
		return false;
	rec->offset = start;
	rec->length = (uint32_t)length;
	return true;
}

void importer_widen(struct importer *imp, struct hfr_trace_rec *rec)
{
	imp->sum.widened += widen(rec);
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

static void invert_rw(struct hfr_trace_rec *rec)
{
	if (rec->op == HFR_OP_READ)
		rec->op = HFR_OP_WRITE;
	else if (rec->op == HFR_OP_WRITE)
		rec->op = HFR_OP_READ;
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
	hft_dep_drop(rec);
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

static bool quickly_good(const struct hfr_trace_rec *rec,
			 const struct seen_device *dev)
{
	uint32_t block = dev->logical_block ? dev->logical_block : 512;

	return hft_plain_io(rec, block) && rec->complete_ns >= rec->issue_ns;
}

static int take(struct importer *imp, struct seen_device *dev,
		const struct hfr_trace_rec *rec, struct hf_error *err)
{
	if (!dev->requests++ && !dev->kept)
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

/* Whether there is anything that cannot be done with every trace. */
static bool asks(const struct importer *imp)
{
	return imp->repeats || imp->opts.spread || imp->opts.keys;
}

/* What is asked for and cannot be done is known before the first request. */
static int check_asked(const struct importer *imp, struct hf_error *err)
{
	if (imp->repeats && imp->no_repeats)
		return hf_fail(err, EINVAL,
			       "--dedup cannot tell which requests of this %s trace were seen twice: %s",
			       imp->sum.format, imp->no_repeats);
	if (imp->opts.keys && !imp->keys)
		return hf_fail(err, EINVAL,
			       "--keys is for traces whose requests are to objects (oraclegeneral); this is a %s trace",
			       imp->sum.format);
	if (imp->opts.spread && !imp->sum.resolution)
		return hf_fail(err, EINVAL,
			       "--spread is for formats whose stamps are known to be coarse (tencent, oraclegeneral); this is a %s trace",
			       imp->sum.format);
	return 0;
}

static int left_out(struct importer *imp, struct seen_device *dev)
{
	dev->requests++;
	imp->sum.filtered++;
	return 0;
}

int importer_wants(struct importer *imp, const struct hfr_trace_rec *rec,
		   const struct input *in, struct hf_error *err)
{
	struct seen_device *dev = &imp->devs.list[rec->target];
	struct hfr_trace_rec whole = *rec;
	char why[HFT_WHY];

	if (!dev->wanted)
		return left_out(imp, dev);
	widen(&whole);
	normalise(&whole);
	if (quickly_good(&whole, dev) || !makes_no_sense(&whole, dev, why))
		return 1;
	return importer_junk(imp, in, err, "the request %s", why);
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
	if (asks(imp) && check_asked(imp, err))
		return -EINVAL;
	dev = &imp->devs.list[rec->target];
	if (!dev->wanted)
		return left_out(imp, dev);
	if (imp->opts.invert_rw)
		invert_rw(&good);
	normalise(&good);
	if (!quickly_good(&good, dev) && makes_no_sense(&good, dev, why))
		return importer_junk(imp, in, err, "the request %s", why);
	if (imp->repeats && repeats_add(imp->repeats, &good)) {
		imp->sum.stacked++;
		return 0;
	}
	return take(imp, dev, &good, err);
}
