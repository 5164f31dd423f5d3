// SPDX-License-Identifier: GPL-2.0-only
#include "service.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hft-copy.h"

#define BINS	(64 * SERVICE_BINS)

/**
 * struct times - times from requests to the next issue
 * @count: in each bin
 * @sum: of those in each bin, ns
 * @all: in all bins
 */
struct times {
	uint64_t count[BINS];
	double sum[BINS];
	uint64_t all;
};

static unsigned int op_of(uint8_t op)
{
	if (op == HFR_OP_READ)
		return 0;
	return op == HFR_OP_WRITE || op == HFR_OP_ZONE_APPEND ? 1 : 2;
}

static unsigned int size_of(uint32_t length)
{
	return length ? 31 - (unsigned int)__builtin_clz(length) : 0;
}

unsigned int service_class_of(const struct hfr_trace_rec *rec, uint64_t end)
{
	return (op_of(rec->op) * SERVICE_SIZES + size_of(rec->length)) * 2 +
	       (rec->length && rec->offset == end);
}

static void add_time(struct times *t, uint64_t ns)
{
	unsigned int bin = (unsigned int)(log2((double)ns) * SERVICE_BINS);

	t->count[bin]++;
	t->sum[bin] += (double)ns;
	t->all++;
}

static void add_times(struct times *to, const struct times *from)
{
	for (unsigned int i = 0; i < BINS; i++) {
		to->count[i] += from->count[i];
		to->sum[i] += from->sum[i];
	}
	to->all += from->all;
}

/* Three bins together: a peak on the border of two is one. */
static uint64_t density(const struct times *t, unsigned int bin)
{
	return (bin ? t->count[bin - 1] : 0) + t->count[bin] +
	       (bin + 1 < BINS ? t->count[bin + 1] : 0);
}

static bool is_peak(const struct times *t, unsigned int bin)
{
	return (!bin || density(t, bin) > density(t, bin - 1)) &&
	       (bin + 1 == BINS || density(t, bin) >= density(t, bin + 1));
}

static uint64_t mean_around(const struct times *t, unsigned int bin)
{
	double sum = t->sum[bin];

	if (bin)
		sum += t->sum[bin - 1];
	if (bin + 1 < BINS)
		sum += t->sum[bin + 1];
	return (uint64_t)(sum / (double)density(t, bin) + 0.5);
}

static uint64_t first_peak(const struct times *t)
{
	uint64_t most = 0;

	for (unsigned int i = 0; i < BINS; i++)
		if (density(t, i) > most)
			most = density(t, i);
	for (unsigned int i = 0; i < BINS; i++)
		if (is_peak(t, i) && density(t, i) * 2 >= most)
			return mean_around(t, i);
	return 0;
}

/**
 * struct before - the request before at a target
 * @rec: it; NULL if there was none
 * @class: its class
 * @end: where it ended
 */
struct before {
	const struct hfr_trace_rec *rec;
	unsigned int class;
	uint64_t end;
};

static void collect(struct service *s, struct times *times,
		    const struct hft_file *trace)
{
	struct before last[HFR_MAX_DEVICES] = { { NULL } };

	for (uint64_t i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];
		struct before *b = &last[rec->target];

		if (b->rec && rec->issue_ns > b->rec->issue_ns)
			add_time(&times[b->class],
				 rec->issue_ns - b->rec->issue_ns);
		b->class = service_class_of(rec, b->rec ? b->end : HFR_UNKNOWN);
		b->rec = rec;
		b->end = rec->offset + rec->length;
		s->class[b->class].requests++;
		s->inferred += rec->complete_ns == HFR_UNKNOWN;
	}
}

/* The class itself, all sizes of its kind, all of its operation, or all. */
static uint64_t guess(struct service_class *c, const struct times *times,
		      unsigned int class, struct times *wide)
{
	static const unsigned int step[] = { 1, 2, 1, 1 };
	const unsigned int kinds = SERVICE_SIZES * 2;
	const unsigned int from[] = {
		class, class / kinds * kinds + class % 2,
		class / kinds * kinds, 0,
	};
	const unsigned int to[] = {
		class + 1, (class / kinds + 1) * kinds,
		(class / kinds + 1) * kinds, SERVICE_CLASSES,
	};

	for (unsigned int w = 0; w < 4; w++) {
		memset(wide, 0, sizeof(*wide));
		for (unsigned int i = from[w]; i < to[w]; i += step[w])
			add_times(wide, &times[i]);
		if (w == 3 ? !wide->all : wide->all < SERVICE_SAMPLES)
			continue;
		c->own = !w;
		return first_peak(wide);
	}
	return 0;
}

static int guess_all(struct service *s, const struct times *times)
{
	struct times *wide = malloc(sizeof(*wide));

	if (!wide)
		return -ENOMEM;
	for (unsigned int i = 0; i < SERVICE_CLASSES; i++) {
		struct service_class *c = &s->class[i];

		if (!c->requests)
			continue;
		c->samples = times[i].all;
		c->ns = guess(c, times, i, wide);
	}
	free(wide);
	return 0;
}

static bool any_guess(const struct service *s)
{
	for (unsigned int i = 0; i < SERVICE_CLASSES; i++)
		if (s->class[i].ns)
			return true;
	return false;
}

int service_infer(struct service *s, const struct hft_file *trace,
		  struct hf_error *err)
{
	struct times *times = calloc(SERVICE_CLASSES, sizeof(*times));
	int ret = -ENOMEM;

	memset(s, 0, sizeof(*s));
	if (times) {
		collect(s, times, trace);
		ret = guess_all(s, times);
	}
	free(times);
	if (ret)
		return hf_fail(err, ENOMEM, "no memory for the times of %s",
			       trace->path);
	if (!s->inferred)
		return hf_fail(err, EEXIST,
			       "%s has all completion times: there is nothing to infer; leave --infer-service out",
			       trace->path);
	if (!any_guess(s))
		return hf_fail(err, ENODATA,
			       "%s has no two requests of a target at different times: nothing says how long they took",
			       trace->path);
	return 0;
}

/* ---- files ---- */

static json_t *classes_json(const struct service *s)
{
	static const char *const ops[SERVICE_OPS] = { "read", "write", "other" };
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < SERVICE_CLASSES; i++) {
		const struct service_class *c = &s->class[i];

		if (!c->requests)
			continue;
		json_array_append_new(list, json_pack(
			"{s:s, s:I, s:b, s:I, s:I, s:I, s:b}",
			"operation", ops[i / (SERVICE_SIZES * 2)],
			"size_from", (json_int_t)1 << i / 2 % SERVICE_SIZES,
			"sequential", i % 2,
			"requests", (json_int_t)c->requests,
			"samples", (json_int_t)c->samples,
			"service_ns", (json_int_t)c->ns, "own", c->own));
	}
	return list;
}

static json_t *said(const struct service *s)
{
	return json_pack("{s:b, s:I, s:o}", "inferred", 1,
			 "requests", (json_int_t)s->inferred,
			 "classes", classes_json(s));
}

static int copy_all(struct hft_copy *copy, const struct service *s,
		    struct hf_error *err)
{
	uint64_t end[HFR_MAX_DEVICES];
	int ret = 0;

	memset(end, 0xff, sizeof(end));
	for (uint64_t i = 0; !ret && i < copy->in->count; i++) {
		struct hfr_trace_rec rec = copy->in->recs[i];
		unsigned int class = service_class_of(&rec, end[rec.target]);

		end[rec.target] = rec.offset + rec.length;
		if (rec.complete_ns == HFR_UNKNOWN)
			rec.complete_ns = rec.issue_ns + s->class[class].ns;
		if (rec.complete_ns > HFR_MAX_TIME)
			rec.complete_ns = HFR_MAX_TIME;
		ret = hft_writer_add(copy->w, &rec, err);
	}
	return ret;
}

int service_file(const struct hft_file *in, const char *out,
		 struct hft_file *file, struct hf_error *err)
{
	struct service *s = malloc(sizeof(*s));
	struct hft_copy copy;
	int ret;

	if (!s)
		return hf_fail(err, ENOMEM, "no memory for the times of %s",
			       in->path);
	ret = service_infer(s, in, err);
	if (!ret)
		ret = hft_copy_open(&copy, in, out, err);
	if (!ret) {
		ret = copy_all(&copy, s, err);
		if (ret)
			hft_copy_abort(&copy);
		else
			ret = hft_copy_finish(&copy, in->hdr->flags &
					      HFR_FF_LEVEL_QUEUE, 0, "service",
					      said(s), file, err);
	}
	free(s);
	return ret;
}

/* In the trace itself, or in one that it was made from. */
static bool says_so(const json_t *o)
{
	for (; json_is_object(o); o = json_object_get(o, "source"))
		if (json_is_true(json_object_get(json_object_get(o, "service"),
						 "inferred")))
			return true;
	return false;
}

bool service_is_inferred(const struct hft_file *trace)
{
	json_t *o = json_loadb(trace->provenance, trace->hdr->provenance_size,
			       0, NULL);
	bool inferred = says_so(o);

	json_decref(o);
	return inferred;
}
