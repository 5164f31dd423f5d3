// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <string.h>

#include "interval.h"
#include "hashing.h"
#include "stage.h"

static void add_jump(struct features *f, const struct hfr_trace_rec *rec)
{
	uint64_t *end = &f->ends[rec->target];
	uint64_t jump = rec->offset > *end ? rec->offset - *end :
					     *end - rec->offset;

	/* 0 is the place of no end: nothing came before. */
	if (*end) {
		f->placed++;
		f->sequential += !jump;
		f->jumps += log2(1 + (double)jump);
	}
	*end = rec->offset + rec->length;
}

static void add_places(struct features *f, const struct hfr_trace_rec *rec)
{
	uint64_t at = rec->offset / FEATURES_GRANULE;
	uint64_t end = rec->offset + (rec->length ? rec->length : 1);
	uint64_t last = (end - 1) / FEATURES_GRANULE;

	for (; at <= last; at++) {
		uint64_t bit = hash_mix(at * HFR_MAX_DEVICES + rec->target) %
			       FEATURES_BITS;

		f->seen[bit / 64] |= 1ULL << bit % 64;
	}
}

void features_add(struct features *f, const struct hfr_trace_rec *rec)
{
	if (f->requests++) {
		double gap = (double)(rec->issue_ns - f->last_ns);

		f->gaps++;
		f->gap_sum += gap;
		f->gap_squares += gap * gap;
	}
	f->last_ns = rec->issue_ns;
	if (rec->complete_ns != HFR_UNKNOWN)
		f->latency_ns += (double)(rec->complete_ns - rec->issue_ns);
	if (rec->op == HFR_OP_READ) {
		f->reads++;
		f->read_bytes += rec->length;
	} else if (rec->op == HFR_OP_WRITE) {
		f->writes++;
		f->write_bytes += rec->length;
	}
	if (!stage_has_place(rec))
		return;
	add_jump(f, rec);
	add_places(f, rec);
}

static double share(double part, double all)
{
	return all > 0 ? part / all : 0;
}

/* Linear counting: Whang, Vander-Zanden, Taylor, "A linear-time probabilistic
 * counting algorithm for database applications", TODS 1990, formula (1).
 */
static double distinct(const struct features *f)
{
	double empty = FEATURES_BITS;
	unsigned int i;

	for (i = 0; i < FEATURES_BITS / 64; i++)
		empty -= __builtin_popcountll(f->seen[i]);
	if (empty < 1)
		empty = 1;
	return -(double)FEATURES_BITS * log(empty / FEATURES_BITS);
}

static double variation(const struct features *f)
{
	double mean = share(f->gap_sum, (double)f->gaps);
	double var = share(f->gap_squares, (double)f->gaps) - mean * mean;

	return mean > 0 && var > 0 ? sqrt(var) / mean : 0;
}

void features_end(struct features *f, uint64_t length_ns, double *out)
{
	double n = (double)f->requests, length = (double)length_ns;

	out[FEATURE_RATE] = log2(1 + share(n, length / 1e9));
	out[FEATURE_READS] = share((double)f->reads, n);
	out[FEATURE_READ_SIZE] =
		log2(1 + share((double)f->read_bytes, (double)f->reads));
	out[FEATURE_WRITE_SIZE] =
		log2(1 + share((double)f->write_bytes, (double)f->writes));
	out[FEATURE_OTHERS] = share(n - (double)(f->reads + f->writes), n);
	out[FEATURE_SEQUENTIAL] = share((double)f->sequential,
					(double)f->placed);
	out[FEATURE_JUMP] = share(f->jumps, (double)f->placed);
	out[FEATURE_BURSTS] = log2(1 + variation(f));
	out[FEATURE_IN_FLIGHT] = log2(1 + share(f->latency_ns, length));
	out[FEATURE_PLACES] = log2(1 + distinct(f));
	memset(f, 0, offsetof(struct features, ends));
	memset(f->seen, 0, sizeof(f->seen));
}
