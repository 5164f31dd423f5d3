// SPDX-License-Identifier: GPL-2.0-only
/* The data of the pictures, as CSV. */
#include <inttypes.h>

#include "stats-plots.h"
#include "stats-report.h"

static const struct tracestat *of(const void *src)
{
	return ((const struct stats_report *)src)->st;
}

/* A line for each cell that is not empty. */
int stats_csv_heat(FILE *out, const void *src)
{
	const struct stat_pictures *p = of(src)->pictures;

	if (!of(src)->all->place.requests)
		return 1;
	fputs("time_ns,address,requests\n", out);
	for (uint64_t r = 0; r < TRACESTAT_ROWS; r++)
		for (uint64_t t = 0; t < p->times; t++)
			if (p->heat[r][t])
				fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
					t * p->time_ns,
					r * p->row_sectors * 512,
					p->heat[r][t]);
	return 0;
}

static int csv_times(FILE *out, const struct tracestat *st,
		     const uint64_t counts[CLASSES][TRACESTAT_TIMES])
{
	const struct stat_pictures *p = st->pictures;

	if (!st->all->mix.requests)
		return 1;
	fputs("time_ns,interval_ns,reads,writes,others\n", out);
	for (uint64_t t = 0; t < p->times; t++)
		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
			t * p->time_ns, p->time_ns, counts[CLASS_READ][t],
			counts[CLASS_WRITE][t], counts[CLASS_OTHER][t]);
	return 0;
}

int stats_csv_requests(FILE *out, const void *src)
{
	return csv_times(out, of(src), of(src)->pictures->requests);
}

int stats_csv_bytes(FILE *out, const void *src)
{
	return csv_times(out, of(src), of(src)->pictures->bytes);
}

/* A distribution with its name in front, bucket by bucket. */
static void csv_hist(FILE *out, const char *name, const struct loghist *h)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < LOGHIST_BUCKETS; i++) {
		uint64_t top = loghist_top(i);

		if (!h->bucket[i])
			continue;
		sum += h->bucket[i];
		fprintf(out, "%s,%" PRIu64 ",%" PRIu64 ",%.9g\n", name,
			top < h->max ? top : h->max, h->bucket[i],
			(double)sum / (double)h->count);
	}
}

struct named_hist {
	const char *name;
	const struct loghist *h;
};

static int csv_hists(FILE *out, const struct named_hist *list, size_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += list[i].h->count;
	if (!count)
		return 1;
	fputs("of,at_most,count,share\n", out);
	for (size_t i = 0; i < n; i++)
		csv_hist(out, list[i].name, list[i].h);
	return 0;
}

#define HISTS(list) csv_hists(out, list, sizeof(list) / sizeof((list)[0]))

int stats_csv_size(FILE *out, const void *src)
{
	const struct stat_mix *m = &of(src)->all->mix;
	const struct named_hist list[] = {
		{ "reads", &m->read_size }, { "writes", &m->write_size },
	};

	return HISTS(list);
}

int stats_csv_gap(FILE *out, const void *src)
{
	const struct named_hist list[] = {
		{ "requests", &of(src)->all->arrival.gap },
	};

	return HISTS(list);
}

int stats_csv_latency(FILE *out, const void *src)
{
	const struct stat_service *s = &of(src)->all->service;
	const struct named_hist list[] = {
		{ "reads", &s->read_latency }, { "writes", &s->write_latency },
		{ "others", &s->other_latency },
	};

	return HISTS(list);
}

int stats_csv_reuse(FILE *out, const void *src)
{
	const struct stat_reuse *r = of(src)->all->reuse;
	const struct named_hist list[] = {
		{ "RAR", &r->rar }, { "RAW", &r->raw }, { "WAR", &r->war },
		{ "WAW", &r->waw },
	};

	return HISTS(list);
}
