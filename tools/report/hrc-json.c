// SPDX-License-Identifier: GPL-2.0-only
/* Hit-ratio curves as JSON and CSV. */
#include <inttypes.h>
#include <math.h>

#include "hrc-report.h"
#include "json-text.h"

static uint64_t hits_refs(const struct hit_count *count)
{
	return count->refs;
}

static uint64_t hits_bytes(const struct hit_count *count)
{
	return count->bytes;
}

static uint64_t hits_requests(const struct hit_count *count)
{
	return count->requests;
}

static uint64_t all_refs(const struct block_refs *refs)
{
	return refs->count;
}

static uint64_t all_bytes(const struct block_refs *refs)
{
	return refs->total_bytes;
}

static uint64_t all_requests(const struct block_refs *refs)
{
	return refs->requests ? refs->requests : HITS_UNKNOWN;
}

const struct hrc_weight hrc_weights[HRC_WEIGHTS] = {
	{ "hit_ratio", "Hit ratio", hits_refs, all_refs },
	{ "byte_hit_ratio", "Byte hit ratio", hits_bytes, all_bytes },
	{ "request_hit_ratio", "Request hit ratio", hits_requests,
	  all_requests },
};

double hrc_ratio(const struct hrc *h, const struct hrc_weight *weight,
		 const struct hrc_curve *curve, unsigned int size)
{
	return hit_ratio(weight->hits(&curve->hits[size]),
			 weight->all(&h->refs));
}

bool hrc_weight_differs(const struct hrc *h, unsigned int weight)
{
	return weight == 0 || (weight == 1 && h->refs.bytes) ||
	       (weight == 2 && h->refs.ends);
}

/* JSON has no NaN. */
static json_t *real_json(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *count_json(uint64_t n)
{
	return n <= INT64_MAX ? json_integer((json_int_t)n) : json_null();
}

static json_t *ratios_json(const struct hrc *h, const struct hrc_weight *weight,
			   const struct hrc_curve *curve)
{
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < h->sizes.count; i++)
		json_array_append_new(list, real_json(hrc_ratio(h, weight,
								curve, i)));
	return list;
}

static json_t *curve_json(const struct hrc *h, const struct hrc_curve *curve)
{
	json_t *o = json_pack("{s:o}", "policy", json_text(curve->choice.name));

	for (unsigned int w = 0; o && w < HRC_WEIGHTS; w++)
		json_object_set_new(o, hrc_weights[w].key,
				    ratios_json(h, &hrc_weights[w], curve));
	return o;
}

static json_t *sizes_json(const struct hrc *h)
{
	double footprint = (double)h->refs.distinct / h->refs.rate;
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < h->sizes.count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}",
			"blocks", count_json(h->sizes.blocks[i]),
			"bytes", real_json((double)h->sizes.blocks[i] *
					   (double)h->refs.block),
			"footprint_share",
			real_json((double)h->sizes.blocks[i] / footprint)));
	return list;
}

static json_t *curves_json(const struct hrc *h)
{
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < h->count; i++)
		json_array_append_new(list, curve_json(h, &h->curves[i]));
	return list;
}

static json_t *buckets_json(const struct loghist *h)
{
	json_t *list = json_array();
	uint64_t from = 0;

	for (unsigned int i = 0; list && i < LOGHIST_BUCKETS; i++) {
		uint64_t top = loghist_top(i);

		if (h->bucket[i])
			json_array_append_new(list, json_pack("[o, o, o]",
				count_json(from), count_json(top),
				count_json(h->bucket[i])));
		from = top + 1;
	}
	return list;
}

static json_t *ird_json(const struct hrc *hrc, bool buckets)
{
	const struct loghist *h = &hrc->ird;
	json_t *o;

	o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		      "first_references", count_json(hrc->cold),
		      "count", count_json(h->count),
		      "min", count_json(h->min),
		      "p50", count_json(loghist_quantile(h, 500)),
		      "p90", count_json(loghist_quantile(h, 900)),
		      "p99", count_json(loghist_quantile(h, 990)),
		      "max", count_json(h->max),
		      "mean", real_json(loghist_mean(h)));
	if (o && buckets)
		json_object_set_new(o, "buckets", buckets_json(h));
	return o;
}

json_t *hrc_json(const struct hrc_report *report, bool buckets)
{
	const struct block_refs *refs = &report->hrc->refs;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "trace", json_text(report->name),
			 "block_bytes", count_json(refs->block),
			 "references", count_json(refs->all),
			 "footprint_blocks",
			 count_json(block_refs_footprint(refs)),
			 "sample_rate", real_json(refs->rate),
			 "sample_references", count_json(refs->count),
			 "sample_blocks", count_json(refs->distinct),
			 "ird", ird_json(report->hrc, buckets),
			 "sizes", sizes_json(report->hrc),
			 "curves", curves_json(report->hrc));
}

static void csv_line(FILE *out, const struct hrc *h,
		     const struct hrc_curve *curve, unsigned int size)
{
	uint64_t blocks = h->sizes.blocks[size];

	fprintf(out, "%s,%" PRIu64 ",%.0f", curve->choice.name, blocks,
		(double)blocks * (double)h->refs.block);
	for (unsigned int w = 0; w < HRC_WEIGHTS; w++) {
		double ratio = hrc_ratio(h, &hrc_weights[w], curve, size);

		if (isfinite(ratio))
			fprintf(out, ",%.9g", ratio);
		else
			fputc(',', out);
	}
	fputc('\n', out);
}

int hrc_csv(FILE *out, const void *src)
{
	const struct hrc *h = ((const struct hrc_report *)src)->hrc;

	fputs("policy,cache_blocks,cache_bytes", out);
	for (unsigned int w = 0; w < HRC_WEIGHTS; w++)
		fprintf(out, ",%s", hrc_weights[w].key);
	fputc('\n', out);
	for (unsigned int c = 0; c < h->count; c++)
		for (unsigned int i = 0; i < h->sizes.count; i++)
			csv_line(out, h, &h->curves[c], i);
	return 0;
}

/* Shares are of all references: what lacks to 1 are first ones. */
int hrc_csv_ird(FILE *out, const void *src)
{
	const struct hrc *hrc = ((const struct hrc_report *)src)->hrc;
	const struct loghist *h = &hrc->ird;
	uint64_t sum = 0;

	if (!h->count)
		return 1;
	fputs("at_most,count,share\n", out);
	for (unsigned int i = 0; i < LOGHIST_BUCKETS; i++) {
		uint64_t top = loghist_top(i);

		if (!h->bucket[i])
			continue;
		sum += h->bucket[i];
		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%.9g\n",
			top < h->max ? top : h->max, h->bucket[i],
			(double)sum / (double)hrc->refs.count);
	}
	return 0;
}
