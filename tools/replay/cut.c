// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>

#include "cut.h"
#include "hft-copy.h"
#include "hft-deps.h"
#include "plan.h"
#include "units.h"

/* What is computed from all records of a trace does not fit a part of it. */
static int add_alone(struct hft_copy *copy, const struct hfr_trace_rec *from,
		     uint64_t earlier_ns, struct hf_error *err)
{
	struct hfr_trace_rec rec = *from;

	rec.issue_ns -= earlier_ns;
	if (rec.complete_ns != HFR_UNKNOWN)
		rec.complete_ns -= earlier_ns;
	hft_dep_drop(&rec);
	return hft_writer_add(copy->w, &rec, err);
}

static int add_reads(struct hft_copy *copy, uint64_t *kept,
		     struct hf_error *err)
{
	const struct hft_file *in = copy->in;
	uint64_t i;
	int ret;

	*kept = 0;
	for (i = 0; i < in->count; i++) {
		if (plan_op_changes(in->recs[i].op))
			continue;
		ret = add_alone(copy, &in->recs[i], 0, err);
		if (ret)
			return ret;
		++*kept;
	}
	if (!*kept)
		return hf_fail(err, ENODATA,
			       "%s has no request that leaves the device as it is; --allow-writes permits the others",
			       in->path);
	return 0;
}

int reads_only(const struct hft_file *in, const char *out,
	       struct hft_file *file, uint64_t *left_out, struct hf_error *err)
{
	struct hft_copy copy;
	uint64_t kept;
	int ret = hft_copy_open(&copy, in, out, err);

	if (ret)
		return ret;
	ret = add_reads(&copy, &kept, err);
	if (ret) {
		hft_copy_abort(&copy);
		return ret;
	}
	*left_out = in->count - kept;
	return hft_copy_finish(&copy, in->hdr->flags & HFR_FF_LEVEL_QUEUE, 0,
			       "reads_only",
			       json_pack("{s:I, s:s}", "left_out",
					 (json_int_t)*left_out, "of",
					 in->path), file, err);
}

/* Index of the first record that is issued at @ns or later. */
static uint64_t first_from(const struct hft_file *in, uint64_t ns)
{
	uint64_t lo = 0, hi = in->count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (in->recs[mid].issue_ns < ns)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int no_request(const struct hft_file *in, struct hf_error *err)
{
	uint64_t last = in->count ? in->recs[in->count - 1].issue_ns : 0;
	char buf[32];

	return hf_fail(err, ENODATA,
		       "%s has no request in this range; its last is issued at %s",
		       in->path,
		       hf_format_duration(buf, sizeof(buf), (int64_t)last));
}

int cut_range(const struct hft_file *in, const char *out, uint64_t from_ns,
	      uint64_t to_ns, struct hft_file *file, struct hf_error *err)
{
	uint64_t i = first_from(in, from_ns), end = first_from(in, to_ns);
	struct hft_copy copy;
	int ret;

	if (i >= end)
		return no_request(in, err);
	ret = hft_copy_open(&copy, in, out, err);
	if (ret)
		return ret;
	for (; !ret && i < end; i++)
		ret = add_alone(&copy, &in->recs[i], from_ns, err);
	if (ret) {
		hft_copy_abort(&copy);
		return ret;
	}
	return hft_copy_finish(&copy, in->hdr->flags & HFR_FF_LEVEL_QUEUE,
			       from_ns, "range",
			       json_pack("{s:I, s:I, s:s}", "from_ns",
					 (json_int_t)from_ns, "to_ns",
					 (json_int_t)to_ns, "of", in->path),
			       file, err);
}
