// SPDX-License-Identifier: GPL-2.0-only
/* Steps of hfctl transform that choose requests, or change their times. */
#include "transform-files.h"

#include "infer-file.h"

static const struct made odd = { .n = 5000, .seed = 1, .open_ends = true };

/* A predicate that is written down once more, slowly. */
typedef bool (*pass_fn)(const struct hft_file *f, uint64_t i);

static void keeps(const struct step *steps, pass_fn pass)
{
	struct hft_file f = opened(make_trace("t.hft", &odd));
	struct hft_file out = transformed(f.path, "o.hft", steps);
	uint64_t i, k = 0;

	for (i = 0; i < f.count; i++) {
		if (!pass(&f, i))
			continue;
		assert_true(k < out.count);
		same_rec(&f.recs[i], &out.recs[k++]);
	}
	assert_int_equal(k, out.count);
	assert_true(k && k < f.count);
	hft_close(&out);
	hft_close(&f);
}

static bool is_read(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].op == HFR_OP_READ;
}

static bool no_read(const struct hft_file *f, uint64_t i)
{
	return !is_read(f, i);
}

static bool large(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].op != HFR_OP_FLUSH && f->recs[i].length >= 65536;
}

static bool small(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].op != HFR_OP_FLUSH && f->recs[i].length < 65536;
}

static bool of_size(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].length == 4096 || f->recs[i].length == 12288;
}

/* A flush has no size: it is not of another one either. */
static bool other_size(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].op != HFR_OP_FLUSH && !of_size(f, i);
}

static bool touching(const struct hft_file *f, uint64_t i)
{
	const struct hfr_trace_rec *r = &f->recs[i];
	uint64_t b, hit = 0;

	for (b = r->offset; b < r->offset + r->length; b += BLOCK)
		hit += b >= 1 << 20 && b < 3 << 20;
	return hit;
}

static bool second(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].target == 1;
}

static bool slow(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].complete_ns != HFR_UNKNOWN &&
	       f->recs[i].complete_ns > f->recs[i].issue_ns + 50000;
}

static bool durable(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].flags & (HFR_RF_FUA | HFR_RF_META);
}

static bool some_streams(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].stream == 101 || f->recs[i].stream >= 105;
}

static bool two_groups(const struct hft_file *f, uint64_t i)
{
	return (is_read(f, i) && large(f, i) && second(f, i)) ||
	       f->recs[i].op == HFR_OP_FLUSH;
}

static void filters(void **state)
{
	(void)state;
	keeps(STEPS({ "filter", "op=read" }), is_read);
	keeps(STEPS({ "filter", "op!=read" }), no_read);
	keeps(STEPS({ "drop", "op=read" }), no_read);
	keeps(STEPS({ "filter", "op=write+flush+discard" }), no_read);
	keeps(STEPS({ "filter", "size>=64k" }), large);
	keeps(STEPS({ "filter", "size=64k.." }), large);
	keeps(STEPS({ "filter", "size>65535" }), large);
	keeps(STEPS({ "filter", "size<64k" }), small);
	keeps(STEPS({ "filter", "size<=60k" }), small);
	keeps(STEPS({ "filter", "size=4k+12k" }), of_size);
	keeps(STEPS({ "filter", "size!=4k+12k" }), other_size);
	keeps(STEPS({ "filter", "range=1m..3m" }), touching);
	keeps(STEPS({ "filter", "target=sdb" }), second);
	keeps(STEPS({ "filter", "target=1" }), second);
	keeps(STEPS({ "filter", "target=8:16" }), second);
	keeps(STEPS({ "drop", "target=sda" }), second);
	keeps(STEPS({ "filter", "latency>50us" }), slow);
	keeps(STEPS({ "filter", "flag=fua+meta" }), durable);
	keeps(STEPS({ "filter", "stream=101+105.." }), some_streams);
	keeps(STEPS({ "filter", "op=read,size>=64k,target=1/op=flush" }),
	      two_groups);
}

static uint64_t near;

static bool touching_one(const struct hft_file *f, uint64_t i)
{
	const struct hfr_trace_rec *r = &f->recs[i];

	return r->length && r->offset <= near * BLOCK &&
	       r->offset + r->length > near * BLOCK;
}

/* One block: a request that ends in front of it does not touch it. */
static void filters_of_a_block(void **state)
{
	char text[80];

	(void)state;
	for (near = 100; near < 120; near++) {
		snprintf(text, sizeof(text), "range=%uk..%uk",
			 (unsigned int)near * 4, (unsigned int)near * 4 + 4);
		keeps(STEPS({ "filter", text }), touching_one);
	}
}

static bool first_1500(const struct hft_file *f, uint64_t i)
{
	(void)f;
	return i < 1500;
}

static bool last_1500(const struct hft_file *f, uint64_t i)
{
	return i >= f->count - 1500;
}

static bool first_ms(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].issue_ns < 10000000;
}

static bool last_ms(const struct hft_file *f, uint64_t i)
{
	return f->recs[i].issue_ns + 10000000 >=
	       f->recs[f->count - 1].issue_ns;
}

static void ends_of_a_trace(void **state)
{
	(void)state;
	keeps(STEPS({ "head", "1500" }), first_1500);
	keeps(STEPS({ "head", "10ms" }), first_ms);
	keeps(STEPS({ "tail", "1500" }), last_1500);
	keeps(STEPS({ "tail", "10ms" }), last_ms);
	keeps(STEPS({ "head", "3000" }, { "head", "1500" }), first_1500);
}

static void more_than_there_is(void **state)
{
	struct hft_file f, out;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft", STEPS({ "head", "1000000" },
						 { "tail", "1000000" },
						 { "tail", "10h" },
						 { "head", "10h" },
						 { "sample", "100%" },
						 { "shift", "0" }));
	same_records(&f, &out);
	assert_int_equal(out.hdr->wall_start_ns, f.hdr->wall_start_ns);
	hft_close(&out);
	hft_close(&f);
}

static void a_window_moves_the_clock(void **state)
{
	const uint64_t from = 20000000, to = 30000000;
	struct hft_file f, out;
	uint64_t i, k = 0;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft", STEPS({ "window", "20ms..30ms" }));
	for (i = 0; i < f.count; i++) {
		struct hfr_trace_rec rec = f.recs[i];

		if (rec.issue_ns < from || rec.issue_ns >= to)
			continue;
		rec.issue_ns -= from;
		if (rec.complete_ns != HFR_UNKNOWN)
			rec.complete_ns -= from;
		same_rec(&rec, &out.recs[k++]);
	}
	assert_int_equal(k, out.count);
	assert_true(k > 10);
	assert_int_equal(out.hdr->wall_start_ns, f.hdr->wall_start_ns + from);
	hft_close(&out);
	hft_close(&f);
}

/* The first of a window belongs to it, what is issued at its end does not. */
static void ends_of_a_window(void **state)
{
	struct hft_file f, out;
	uint64_t i = 100, k = 200;
	char text[80];

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	while (f.recs[i].issue_ns == f.recs[i - 1].issue_ns)
		i++;
	while (f.recs[k].issue_ns == f.recs[k - 1].issue_ns)
		k++;
	snprintf(text, sizeof(text), "%lluns..%lluns",
		 (unsigned long long)f.recs[i].issue_ns,
		 (unsigned long long)f.recs[k].issue_ns);
	out = transformed(f.path, "o.hft", STEPS({ "window", text }));
	assert_int_equal(out.count, k - i);
	assert_int_equal(out.recs[0].issue_ns, 0);
	assert_int_equal(out.recs[0].offset, f.recs[i].offset);
	hft_close(&out);
	hft_close(&f);
}

/* A request without completion makes all counts unknown; without it they are
 * counted from the records that are left, not from those that were.
 */
static void in_flight_is_counted_anew(void **state)
{
	struct hft_file f, out;
	uint64_t i, j;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	assert_false(f.hdr->flags & HFR_FF_COMPLETIONS);
	out = transformed(f.path, "o.hft",
			  STEPS({ "filter", "latency=0..1h" }));
	assert_true(out.hdr->flags & HFR_FF_COMPLETIONS);
	for (i = 0; i < out.count; i++) {
		uint64_t n = 1;

		for (j = 0; j < i; j++)
			n += out.recs[j].target == out.recs[i].target &&
			     out.recs[j].complete_ns > out.recs[i].issue_ns;
		assert_int_equal(out.recs[i].in_flight, n);
	}
	hft_close(&out);
	hft_close(&f);
}

static int64_t off(uint64_t a, uint64_t b)
{
	return a > b ? (int64_t)(a - b) : (int64_t)(b - a);
}

static void speed_and_back(void **state)
{
	static const char *const factors[][2] = {
		{ "2", "0.5" }, { "0.25", "4" }, { "3", "1/3" },
		{ "10%", "10" }, { "1.5", "2/3" },
	};
	struct hft_file f, half, out;
	unsigned int k;
	uint64_t i;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	for (k = 0; k < 5; k++) {
		half = transformed(f.path, "h.hft",
				   STEPS({ "speed", factors[k][0] }));
		out = transformed(half.path, "o.hft",
				  STEPS({ "speed", factors[k][1] }));
		assert_int_equal(out.count, f.count);
		for (i = 0; i < f.count; i++) {
			const struct hfr_trace_rec *a = &f.recs[i];
			const struct hfr_trace_rec *b = &out.recs[i];

			/* Half a ns was rounded, and grew tenfold at most. */
			assert_true(off(a->issue_ns, b->issue_ns) <= 5);
			assert_int_equal(a->complete_ns == HFR_UNKNOWN,
					 b->complete_ns == HFR_UNKNOWN);
			if (a->complete_ns != HFR_UNKNOWN)
				assert_int_equal(a->complete_ns - a->issue_ns,
						 b->complete_ns - b->issue_ns);
		}
		hft_close(&half);
		hft_close(&out);
	}
	half = transformed(f.path, "h.hft", STEPS({ "speed", "2" }));
	assert_true(off(half.recs[999].issue_ns * 2, f.recs[999].issue_ns) < 2);
	hft_close(&half);
	hft_close(&f);
}

static void shifts(void **state)
{
	struct hft_file f, out;
	uint64_t i, first;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	first = f.recs[0].issue_ns;
	assert_true(first);
	out = transformed(f.path, "o.hft", STEPS({ "shift", "start" }));
	for (i = 0; i < f.count; i++)
		assert_int_equal(out.recs[i].issue_ns,
				 f.recs[i].issue_ns - first);
	/* When it was by the wall clock does not change. */
	assert_int_equal(out.hdr->wall_start_ns,
			 f.hdr->wall_start_ns + first);
	hft_close(&out);
	out = transformed(f.path, "o.hft", STEPS({ "shift", "5s" },
						 { "shift", "-5s" }));
	same_records(&f, &out);
	assert_int_equal(out.hdr->wall_start_ns, f.hdr->wall_start_ns);
	hft_close(&out);
	hft_close(&f);
}

static const char *with_deps(uint32_t kind)
{
	const struct made whole = { .n = 3000, .seed = 3 };
	const struct infer_opts opts = { .kind = kind, .threshold_ns = 2000 };
	struct hft_file f = opened(make_trace("t.hft", &whole)), with;
	struct hf_error err = { "" };
	struct depstat *st;

	if (infer_file(&f, unit_path("deps.hft"), &opts, &with, &st, &err))
		fail_msg("%s", err.text);
	free(st);
	hft_close(&with);
	hft_close(&f);
	return unit_path("deps.hft");
}

/* Steps that keep dependencies give the windows that an inference from the
 * new times would.
 */
static void kept_deps(const struct step *steps, uint64_t threshold)
{
	const struct infer_opts opts = { .kind = HFR_DEP_STREAM,
					 .threshold_ns = threshold };
	struct hft_file f = opened(with_deps(HFR_DEP_STREAM)), out, again;
	struct hf_error err = { "" };
	struct depstat *st;

	out = transformed(f.path, "o.hft", steps);
	assert_true(out.hdr->flags & HFR_FF_DEPS);
	assert_false(says(&out, "dependencies_ended_by"));
	assert_int_equal(out.hdr->dep_threshold_ns, threshold);
	assert_int_equal(infer_file(&out, NULL, &opts, &again, &st, &err), 0);
	free(st);
	same_records(&out, &again);
	hft_close(&again);
	hft_close(&out);
	hft_close(&f);
}

static void dependencies_that_stay(void **state)
{
	(void)state;
	kept_deps(STEPS({ "shift", "5s" }), 2000);
	kept_deps(STEPS({ "shift", "start" }), 2000);
	kept_deps(STEPS({ "speed", "0.5,latency=scale" }), 4000);
	kept_deps(STEPS({ "remap", "offset=1g" }, { "remap", "align=64k" },
			{ "remap", "scale=1/4" }, { "remap", "fit=1g" }), 2000);
}

static void dependencies_that_go(void **state)
{
	static const struct step gone[] = {
		{ "window", "0..1h" }, { "head", "1000000" }, { "tail", "1h" },
		{ "sample", "100%" }, { "filter", "time=0..1h" },
		{ "drop", "time=1h..2h" }, { "speed", "2" }, { "loop", "2" },
		{ "remap", "wrap=1g" }, { "remap", "tile=1" },
		{ "represent", "interval=1s,count=1" }, { NULL, NULL },
	};
	struct hft_file f, out;
	const struct step *s;

	(void)state;
	f = opened(with_deps(HFR_DEP_GLOBAL));
	for (s = gone; s->name; s++) {
		struct step with_shift[] = {
			{ "shift", "0" }, *s, { "shift", "0" }, { NULL, NULL },
		};

		out = transformed(f.path, "o.hft", with_shift);
		assert_false(out.hdr->flags & HFR_FF_DEPS);
		assert_true(says(&out, "\"dependencies_ended_by\":"));
		assert_true(says(&out, s->name));
		hft_close(&out);
	}
	hft_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters),
		cmocka_unit_test(filters_of_a_block),
		cmocka_unit_test(ends_of_a_trace),
		cmocka_unit_test(more_than_there_is),
		cmocka_unit_test(a_window_moves_the_clock),
		cmocka_unit_test(ends_of_a_window),
		cmocka_unit_test(in_flight_is_counted_anew),
		cmocka_unit_test(speed_and_back),
		cmocka_unit_test(shifts),
		cmocka_unit_test(dependencies_that_stay),
		cmocka_unit_test(dependencies_that_go),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
