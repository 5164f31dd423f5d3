// SPDX-License-Identifier: GPL-2.0-only
/* The original and the replay over time. */
#include "fidelity-parts.h"

#include <stdlib.h>

#include "hft-rules.h"

static void draw_recorded(struct fidelity *f, const struct fidelity_input *in)
{
	struct timeline *tl = &f->recorded_line;

	for (uint64_t i = 0; i < in->trace_count * f->loops; i++) {
		const struct hfr_trace_rec *t = request_of(in, i);
		uint64_t begin = loop_begin(in, i);
		uint64_t start = in->scheduled ? due_of(in, i) :
						 begin + t->issue_ns;
		struct timeline_bin *bin = timeline_bin_at(tl, start);

		bin->requests++;
		if (hft_op_moves_data(t->op))
			bin->bytes += t->length;
		if (t->complete_ns != HFR_UNKNOWN)
			timeline_busy(tl, start, in->scheduled ?
				      fidelity_due(in, begin + t->complete_ns) :
				      begin + t->complete_ns);
	}
	timeline_finish(tl);
}

static void draw_replayed(struct fidelity *f, const struct fidelity_input *in)
{
	struct timeline *tl = &f->replayed_line;

	for (uint64_t i = 0; i < in->count; i++) {
		const struct hfr_completion_rec *rec = &in->recs[i];
		struct timeline_bin *bin;
		int64_t error;

		if (!was_issued(in, i))
			continue;
		bin = timeline_bin_at(tl, rec->issued_ns);
		bin->requests++;
		if (hft_op_moves_data(request_of(in, i)->op))
			bin->bytes += request_of(in, i)->length;
		timeline_busy(tl, rec->issued_ns, rec->completed_ns);
		if (!in->scheduled)
			continue;
		error = issue_error(in, i);
		bin->error_sum_ns += (double)error;
		if ((uint64_t)llabs(error) > bin->error_max_ns)
			bin->error_max_ns = (uint64_t)llabs(error);
	}
	timeline_finish(tl);
}

/* With a schedule both lie over the same time; without, each over its own. */
static void draw_both(struct fidelity *f, const struct fidelity_input *in)
{
	uint64_t recorded = f->recorded.duration_ns;
	uint64_t replayed = f->replayed.duration_ns;

	if (in->scheduled) {
		recorded = fidelity_due(in, recorded);
		if (recorded < replayed)
			recorded = replayed;
		replayed = recorded;
	}
	timeline_init(&f->recorded_line, recorded,
		      in->trace_count * f->loops);
	timeline_init(&f->replayed_line, replayed, in->trace_count * f->loops);
	draw_recorded(f, in);
	draw_replayed(f, in);
}

static double busy_mean(const struct timeline *tl, uint64_t duration_ns)
{
	double busy = 0;

	for (unsigned int i = 0; i < tl->bins; i++)
		busy += tl->bin[i].busy_ns;
	return duration_ns ? busy / (double)duration_ns : 0;
}

static void measure_in_flight(struct fidelity *f,
			      const struct fidelity_input *in)
{
	uint64_t recorded = f->recorded.duration_ns;

	if (in->scheduled)
		recorded = fidelity_due(in, recorded);
	f->recorded.in_flight_mean = -1;
	if (f->completions && f->completions == f->trace_requests)
		f->recorded.in_flight_mean =
			busy_mean(&f->recorded_line, recorded);
	f->replayed.in_flight_mean =
		busy_mean(&f->replayed_line, f->replayed.duration_ns);
}

void fidelity_lines(struct fidelity *f, const struct fidelity_input *in)
{
	draw_both(f, in);
	measure_in_flight(f, in);
}
