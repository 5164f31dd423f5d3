// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "export-file.h"
#include "hft-copy.h"
#include "infer-file.h"

static int copy_held(struct hft_copy *copy, const struct projection *holds,
		     struct hf_error *err)
{
	uint64_t i;
	int ret = 0;

	for (i = 0; !ret && i < copy->in->count; i++) {
		struct hfr_trace_rec rec = copy->in->recs[i], held = rec;

		if (projection_apply(holds, &held))
			continue;
		projection_forget_deps(&rec);
		ret = hft_writer_add(copy->w, &rec, err);
	}
	return ret;
}

/* Replaces the trace by one of the requests that the format can hold. */
static int leave_out(struct hft_file *file, const struct projection *holds,
		     struct hf_error *err)
{
	struct hft_file held;
	struct hft_copy copy;
	int ret = hft_copy_open(&copy, file, NULL, err);

	if (ret)
		return ret;
	ret = copy_held(&copy, holds, err);
	if (ret) {
		hft_copy_abort(&copy);
		return ret;
	}
	ret = hft_copy_finish(&copy, file->hdr->flags & HFR_FF_LEVEL_QUEUE, 0,
			      "left_out", json_true(), &held, err);
	if (ret)
		return ret;
	hft_close(file);
	*file = held;
	return 0;
}

static int infer(struct hft_file *file, struct hf_error *err)
{
	const struct infer_opts opts = {
		.kind = HFR_DEP_GLOBAL,
		.threshold_ns = INFER_THRESHOLD_NS,
	};
	struct depstat *stats = NULL;
	struct hft_file with;
	int ret = infer_file(file, NULL, &opts, &with, &stats, err);

	if (ret)
		return ret;
	free(stats);
	hft_close(file);
	*file = with;
	return 0;
}

/* Dependencies are among those requests that are written. */
static int export_deps(struct hft_file *file, const struct export_opts *opts,
		       struct export_summary *sum, struct hf_error *err)
{
	struct export_summary first;
	unsigned int i;
	int ret = export_survey(file, opts, &first, err);
	uint64_t left = ret ? 0 : projection_left(&first.sum);

	if (left)
		ret = leave_out(file, &first.holds, err);
	if (!ret && (left || !(file->hdr->flags & HFR_FF_DEPS)))
		ret = infer(file, err);
	if (!ret)
		ret = export_trace(file, opts, sum, err);
	for (i = 0; i < LEFT_NR; i++)
		sum->sum.left[i] = first.sum.left[i];
	for (i = 0; i < HFR_OP_NR; i++)
		sum->sum.ops[i] = first.sum.ops[i];
	return ret;
}

int export_file(struct hft_file *file, const struct export_opts *opts,
		struct export_summary *sum, struct hf_error *err)
{
	if (opts->writer->holds.holds & NEEDS_DEPS)
		return export_deps(file, opts, sum, err);
	return export_trace(file, opts, sum, err);
}
