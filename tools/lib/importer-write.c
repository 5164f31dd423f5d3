// SPDX-License-Identifier: GPL-2.0-only
/* The importer's second half: from all requests to an .hft file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "importer.h"
#include "provenance.h"
#include "spread.h"
#include "units.h"

/* Requests that are written before the user is asked again. */
#define STOP_RECS 65536

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

static int too_coarse(const struct importer *imp, struct hf_error *err)
{
	char tick[32];

	if (!imp->repeats->tick_ns)
		return hf_fail(err, EINVAL,
			       "--dedup cannot tell which requests were seen twice: all times are 0");
	hf_format_duration(tick, sizeof(tick), (int64_t)imp->repeats->tick_ns);
	return hf_fail(err, EINVAL,
		       "--dedup cannot tell which requests were seen twice: all times are multiples of %s, and requests of one place may share one",
		       tick);
}

static void move(struct hfr_trace_rec *rec, uint64_t by)
{
	rec->issue_ns += by;
	if (rec->complete_ns != HFR_UNKNOWN)
		rec->complete_ns += by;
}

static int write_sorted(struct importer *imp, struct hft_writer *w,
			uint64_t *start_ns, struct hf_error *err)
{
	struct spread sp = {
		.sorter = imp->sorter,
		.tick_ns = imp->opts.spread ? imp->sum.resolution : 0,
	};
	const bool estimate = ends_estimate(imp->ends);
	const bool coarse = imp->sum.resolution;
	const struct hfr_trace_rec *rec;
	uint64_t n = 0, shift = 0;
	int rc = coarse ? spread_shift(&sp, &shift, err) : 0;

	while (!rc) {
		struct hfr_trace_rec moved;

		rc = sorter_next(imp->sorter, &rec, err);
		if (rc <= 0)
			break;
		moved = *rec;
		if (!n)
			*start_ns = rec->issue_ns;
		ends_settle(imp->ends, estimate, &moved);
		move(&moved, shift - *start_ns);
		moved.target = (uint16_t)imp->devs.list[rec->target].target;
		rc = hft_writer_add(w, &moved, err);
		if (!rc && ++n % STOP_RECS == 0)
			rc = importer_check_stop(imp, err);
		if (!rc && coarse)
			rc = spread_shift(&sp, &shift, err);
	}
	imp->sum.shared = sp.shared;
	imp->sum.spread = sp.tick_ns;
	return rc;
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
				     imp->source, imp->notes);
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

/* All that was not written while the input was read. */
static int write_rest(struct importer *imp, const char *out,
		      struct hft_writer **w, uint64_t *start_ns,
		      struct hf_error *err)
{
	int rc = sorter_end(imp->sorter, err);

	if (!rc)
		rc = hft_writer_open(w, out, err);
	if (!rc)
		rc = devices_write(&imp->devs, *w, err);
	return rc ? rc : write_sorted(imp, *w, start_ns, err);
}

/* The file that was written while the input was read, if that holds. */
static int take_early(struct importer *imp, struct hft_writer **w,
		      uint64_t *start_ns, struct hf_error *err)
{
	bool all;
	int rc = sorter_sunk(imp->sorter, &all, err);

	if (rc || !all)
		return rc;
	if (!early_holds(imp))
		return sorter_back(imp->sorter, err);
	*w = imp->early.w;
	*start_ns = imp->early.start_ns;
	imp->early.w = NULL;
	/* What is known of a device may have come late. */
	return devices_write(&imp->devs, *w, err);
}

int importer_write(struct importer *imp, struct input *const *ins, int nins,
		   const char *out, int *fd, struct hf_error *err)
{
	struct hft_writer *w = NULL;
	uint64_t start_ns = 0;
	int rc;

	if (imp->opts.whole && imp->sum.cut_off)
		return hf_fail(err, EINVAL,
			       "%s: the trace is cut off there, in the middle of a record; hfctl convert makes a trace of what stands before",
			       imp->sum.cut_at);
	if (!imp->sum.records)
		return nothing_left(imp, ins, nins, err);
	if (imp->completions)
		imp->sum.incomplete = imp->ends->open;
	if (imp->repeats && imp->sum.stacked && repeats_coarse(imp->repeats))
		return too_coarse(imp, err);
	rc = take_early(imp, &w, &start_ns, err);
	if (!rc && !w)
		rc = write_rest(imp, out, &w, &start_ns, err);
	if (rc) {
		hft_writer_abort(w);
		return rc;
	}
	return finish(imp, w, ins, nins, start_ns, fd, err);
}
