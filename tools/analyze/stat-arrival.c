// SPDX-License-Identifier: GPL-2.0-only
/* When requests come: gaps, peaks, and how the variance grows with the scale. */
#include <math.h>

#include "stat-families.h"

static const uint64_t peak_ns[PEAKS] = {
	1000000000ULL, 60000000000ULL, 600000000000ULL,
};

static void count_peak(struct arrival_peak *p, uint64_t ns, uint64_t length)
{
	if (ns >= p->end_ns) {
		p->active++;
		p->end_ns = (ns / length + 1) * length;
		p->now = 0;
	}
	p->now++;
	if (p->now > p->most)
		p->most = p->now;
}

/*
 * An interval that is over is added to the one twice as long that holds it;
 * only where that is over too, the next is looked at.
 */
static void close_levels(struct stat_arrival *a, uint64_t index)
{
	for (unsigned int k = 0; k < ARRIVAL_LEVELS; k++, index >>= 1) {
		struct arrival_level *l = &a->level[k];
		uint64_t now = l->now;

		if (index == l->index)
			return;
		l->squares += (double)now * (double)now;
		l->index = index;
		l->now = 0;
		/* The longer one still is that of the interval that is over. */
		if (k + 1 < ARRIVAL_LEVELS)
			a->level[k + 1].now += now;
	}
}

/* Squares of differences from the first: nothing is lost where all are alike. */
static void count_gap(struct stat_arrival *a, uint64_t gap)
{
	double more;

	if (!a->gap.count)
		a->first_gap = gap;
	more = (double)gap - (double)a->first_gap;
	a->gap_squares += more * more;
	loghist_add(&a->gap, gap, 1);
}

void stat_arrival_add(void *state, const struct hfr_trace_rec *rec)
{
	struct stat_arrival *a = state;
	uint64_t gap = rec->issue_ns - a->last_ns;

	if (a->requests++)
		count_gap(a, gap);
	a->last_ns = rec->issue_ns;
	for (int i = 0; i < PEAKS; i++)
		count_peak(&a->peak[i], rec->issue_ns, peak_ns[i]);
	close_levels(a, rec->issue_ns / ARRIVAL_BASE_NS);
	a->level[0].now++;
}

static double gap_variation(const void *state, const struct stat_scope *scope)
{
	const struct stat_arrival *a = state;
	double mean = loghist_mean(&a->gap), more;

	(void)scope;
	if (!a->gap.count || mean <= 0)
		return NAN;
	more = mean - (double)a->first_gap;
	return sqrt(fmax(a->gap_squares / (double)a->gap.count - more * more,
			 0)) / mean;
}

/* Requests per second in the fullest interval; the trace may be shorter. */
static double peak_rate(const struct stat_arrival *a, int which,
			const struct stat_scope *scope)
{
	uint64_t ns = peak_ns[which];

	if (scope->duration_ns < ns)
		ns = scope->duration_ns;
	return stat_ratio((double)a->peak[which].most * 1e9, (double)ns);
}

static double peak_second(const void *state, const struct stat_scope *scope)
{
	return peak_rate(state, PEAK_SECOND, scope);
}

static double peak_minute(const void *state, const struct stat_scope *scope)
{
	return peak_rate(state, PEAK_MINUTE, scope);
}

static double mean_rate(const struct stat_arrival *a,
			const struct stat_scope *scope)
{
	return stat_ratio((double)a->requests * 1e9,
			  (double)scope->duration_ns);
}

static double burst_second(const void *state, const struct stat_scope *scope)
{
	return stat_ratio(peak_second(state, scope), mean_rate(state, scope));
}

static double burst_minute(const void *state, const struct stat_scope *scope)
{
	return stat_ratio(peak_minute(state, scope), mean_rate(state, scope));
}

static double active_share(const void *state, const struct stat_scope *scope)
{
	const struct stat_arrival *a = state;
	uint64_t all = scope->duration_ns / peak_ns[PEAK_TEN_MINUTES] + 1;

	return (double)a->peak[PEAK_TEN_MINUTES].active / (double)all;
}

/*
 * Variance over mean of the requests in the intervals of a level, those of the
 * current one and of shorter levels that are still open included.
 */
static double dispersion(const struct stat_arrival *a, unsigned int k,
			 uint64_t intervals)
{
	double mean = (double)a->requests / (double)intervals, last = 0;

	for (unsigned int i = 0; i <= k; i++)
		last += (double)a->level[i].now;
	return stat_ratio((a->level[k].squares + last * last) /
			  (double)intervals - mean * mean, mean);
}

static uint64_t intervals_of(const struct stat_scope *scope, unsigned int k)
{
	return (scope->duration_ns / ARRIVAL_BASE_NS >> k) + 1;
}

/* The level of about a second: 1.024 s. */
#define SECOND_LEVEL 10

static double dispersion_second(const void *state,
				const struct stat_scope *scope)
{
	return dispersion(state, SECOND_LEVEL,
			  intervals_of(scope, SECOND_LEVEL));
}

/* Levels with fewer intervals say little about a variance. */
#define HURST_INTERVALS	32
/* A line needs more than two points. */
#define HURST_POINTS	4

static double hurst(const void *state, const struct stat_scope *scope)
{
	double n = 0, x = 0, y = 0, xx = 0, xy = 0;

	for (unsigned int k = 0; k < ARRIVAL_LEVELS; k++) {
		uint64_t intervals = intervals_of(scope, k);
		double d = dispersion(state, k, intervals);

		if (intervals < HURST_INTERVALS || !(d > 0))
			break;
		/* The mean grows by 2 a level, and var(X_m) by 2^(2H). */
		d = log2(d) + k;
		n++;
		x += k;
		y += d;
		xx += (double)k * k;
		xy += k * d;
	}
	if (n < HURST_POINTS)
		return NAN;
	return (n * xy - x * y) / (n * xx - x * x) / 2;
}

#define AT(member) .at = offsetof(struct stat_arrival, member)
const struct statistic stat_arrival_figures[] = {
	{ "gap", "Time between issues", STAT_HIST, STAT_NS, AT(gap),
	  .source = "from each issue to the next" },
	{ "gap_variation", "Coefficient of variation of these times",
	  STAT_DERIVED, STAT_NUMBER, .derive = gap_variation,
	  .source = "standard deviation / mean; 1 for a Poisson process" },
	{ "peak_second", "Requests per second in the fullest second",
	  STAT_DERIVED, STAT_RATE, .derive = peak_second,
	  .source = "seconds counted from the start of the trace" },
	{ "peak_minute", "Requests per second in the fullest minute",
	  STAT_DERIVED, STAT_RATE, .derive = peak_minute,
	  .source = "peak intensity: Li et al., IISWC 2020" },
	{ "burst_second", "Peak second to mean", STAT_DERIVED, STAT_NUMBER,
	  .derive = burst_second,
	  .source = "peak_second / (requests / duration)" },
	{ "burst_minute", "Burstiness ratio: peak minute to mean",
	  STAT_DERIVED, STAT_NUMBER, .derive = burst_minute,
	  .source = "burstiness ratio: Li et al., IISWC 2020" },
	{ "dispersion", "Index of dispersion, 1.024 s", STAT_DERIVED,
	  STAT_NUMBER, .derive = dispersion_second,
	  .source = "variance / mean of the requests in intervals of 1.024 s; 1 for a Poisson process" },
	{ "hurst", "Hurst parameter", STAT_DERIVED, STAT_NUMBER,
	  .derive = hurst,
	  .source = "half the slope of log2(variance of the requests in intervals of 2^k ms) over k, by least squares, for all k with 32 intervals or more: the variance-time plot of Leland et al., IEEE/ACM ToN 1994" },
	{ "active", "Active intervals of 10 minutes", STAT_DERIVED, STAT_SHARE,
	  .derive = active_share,
	  .source = "activeness: share of intervals of 10 minutes with a request: Li et al., IISWC 2020" },
	{ .name = NULL },
};
