// SPDX-License-Identifier: GPL-2.0-only
/* hfctl transform: what must fail does, and leaves no file. */
#include "transform-files.h"

static const struct made plain = { .n = 5000, .seed = 21, .plain = true };
static const struct made mixed = { .n = 500, .seed = 22 };

static void fails(const char *in, const struct step *steps, int code,
		  const char *part)
{
	struct pipeline_result result;
	struct hf_error err = { "" };
	int rc, before = unit_files(false);

	rc = try_transform(in, unit_path("o.hft"), steps, &result, &err);
	if (rc != -code)
		fail_msg("%d, not %d: %s", rc, -code, err.text);
	assert_says(&err, part);
	assert_int_equal(unit_files(false), before);
}

/* A copy of t.hft with some bytes of a record, or of the header, changed. */
static const char *spoilt(size_t at, uint64_t value, size_t size)
{
	struct hft_file f = opened(unit_path("t.hft"));
	const char *path = patched(f.map, f.size, at, value, size);

	hft_close(&f);
	return path;
}

static size_t in_record(const struct hft_file *f, uint64_t i, size_t at)
{
	return f->hdr->header_size + i * sizeof(struct hfr_trace_rec) + at;
}

/* Records are checked as they pass, and those that nobody asks for, too. */
static void a_damaged_input(void **state)
{
	struct hft_file f;
	const char *bad;
	size_t at;

	(void)state;
	unit_files(true);
	f = opened(make_trace("t.hft", &plain));
	at = in_record(&f, 4000, offsetof(struct hfr_trace_rec, op));
	bad = spoilt(at, 77, 1);
	fails(bad, STEPS({ "shift", "0" }), EINVAL,
	      "request 4000 (byte ");
	fails(bad, STEPS({ "head", "1" }), EINVAL, "has the unknown operation");
	fails(bad, STEPS({ "tail", "1" }), EINVAL, "has the unknown operation");
	fails(bad, STEPS({ "loop", "3" }), EINVAL, "has the unknown operation");
	fails(bad, STEPS({ "filter", "time=1h.." }), EINVAL,
	      "has the unknown operation");
	/* A target beyond the table must not be looked up in one. */
	bad = spoilt(in_record(&f, 3, offsetof(struct hfr_trace_rec, target)),
		     0xffff, 2);
	fails(bad, STEPS({ "remap", "fit=8k" }), EINVAL, "is for device 65535");
	/* Well-formed, and yet another trace than was written. */
	at = in_record(&f, 4000, offsetof(struct hfr_trace_rec, stream));
	fails(spoilt(at, 5, 4), STEPS({ "head", "1" }), EBADMSG, "checksum");
	at = sizeof(*f.hdr) + offsetof(struct hfr_file_dev, max_end);
	fails(spoilt(at, 1 << 20, 8), STEPS({ "remap", "tile=2,size=64m" }),
	      EINVAL, "its header says");
	at = offsetof(struct hfr_file_hdr, duration_ns);
	fails(spoilt(at, 1, 8), STEPS({ "head", "1" }), EINVAL, "ends at");
	hft_close(&f);
}

/* What a pipe did not know at its start is found before the steps need it. */
static void a_header_left_open(void **state)
{
	const size_t devs = sizeof(struct hfr_file_hdr);
	struct hft_file f, out, same;
	size_t size, i;
	uint8_t *copy;

	(void)state;
	unit_files(true);
	f = opened(make_trace("t.hft", &plain));
	same = transformed(f.path, "same.hft", STEPS({ "remap", "tile=2" }));
	size = f.size;
	copy = malloc(size);
	memcpy(copy, f.map, size);
	memset(copy + offsetof(struct hfr_file_hdr, count), 0xff, 16);
	for (i = 0; i < 2; i++)
		memset(copy + devs + i * sizeof(struct hfr_file_dev) +
		       offsetof(struct hfr_file_dev, max_end), 0xff, 16);
	out = transformed(unit_write("pipe.hft", copy, size), "o.hft",
			  STEPS({ "remap", "tile=2" }));
	same_records(&same, &out);
	free(copy);
	hft_close(&out);
	hft_close(&same);
	hft_close(&f);
}

static int asked;

static bool stop_later(void)
{
	return ++asked > 3;
}

static void interrupted(void **state)
{
	const char *in = make_trace("t.hft", &plain);
	const struct import_opts opts = { .stop = stop_later };
	const struct pipeline_job job = {
		.ins = &in, .nins = 1, .out = unit_path("o.hft"),
		.opts = &opts,
	};
	struct pipeline *p = pipeline_new();
	struct pipeline_result result;
	struct hf_error err = { "" };
	int before;

	(void)state;
	before = unit_files(false);
	assert_int_equal(pipeline_add(p, "loop", "1000", &err), 0);
	assert_int_equal(pipeline_run(p, &job, &result, &err), -EINTR);
	assert_says(&err, "nothing is written");
	pipeline_free(p);
	assert_int_equal(unit_files(false), before);
}

/* One record a stream, on a device with zones of 64 KiB. */
static const char *many_of(unsigned int streams, struct hfr_trace_rec rec)
{
	struct hft_writer *w = new_writer(unit_path("z.hft"));
	struct hf_error err = { "" };
	unsigned int i;

	for (i = 0; i < streams; i++) {
		rec.issue_ns = i;
		rec.complete_ns = i + 10;
		rec.stream = i;
		rec.offset = i * 65536;
		add(w, &rec);
	}
	if (hft_writer_finish(w, HFR_FF_LEVEL_QUEUE, 0, PROVENANCE, NULL, &err))
		fail_msg("%s", err.text);
	return unit_path("z.hft");
}

static const char *odd_trace(unsigned int streams, uint8_t op, uint32_t flags)
{
	const struct hfr_trace_rec rec = {
		.op = op, .flags = flags, .length = 65536,
	};

	return many_of(streams, rec);
}

static void too_many_files(void **state)
{
	struct pipeline_result result;
	struct hf_error err = { "" };
	const char *in;

	(void)state;
	unit_files(true);
	in = odd_trace(OUTPUTS_MOST + 1, HFR_OP_READ, 0);
	fails(in, STEPS({ "split", "stream" }), E2BIG, "more than 256 files");
	assert_int_equal(try_transform(in, unit_path("o.hft"),
				       STEPS({ "filter", "stream!=7" },
					     { "split", "stream" }),
				       &result, &err), 0);
	assert_int_equal(unit_files(true), OUTPUTS_MOST + 1);
}

static void zones_are_not_cut(void **state)
{
	const char *in = odd_trace(3, HFR_OP_ZONE_RESET, 0);
	struct hft_file out;

	(void)state;
	fails(in, STEPS({ "remap", "wrap=96k" }), EINVAL,
	      "request 1 is a zone-reset that would be cut in two");
	fails(in, STEPS({ "sample", "50%,by=address,granule=4k" }), EINVAL,
	      "zone-reset that would be cut");
	out = transformed(in, "o.hft", STEPS({ "remap", "wrap=128k" }));
	assert_int_equal(out.recs[2].offset, 0);
	assert_true(out.hdr->flags & HFR_FF_LEVEL_QUEUE);
	hft_close(&out);
}

/* It is where its first byte is; how long a zone is the trace does not say. */
static void zones_are_filtered(void **state)
{
	static const struct {
		struct step step;
		uint64_t left;
	} cases[] = {
		{ { "filter", "range=64k..65k" }, 1 },
		{ { "filter", "range=0..64k" }, 1 },
		{ { "filter", "range!=64k..1m" }, 1 },
		{ { "filter", "offset=64k.." }, 2 },
		{ { "drop", "size=0.." }, 3 },
		{ { "drop", "size!=4k" }, 3 },
	};
	const struct hfr_trace_rec whole = { .op = HFR_OP_ZONE_RESET };
	struct hft_file out;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		out = transformed(many_of(3, whole), "o.hft",
				  STEPS(cases[i].step));
		assert_int_equal(out.count, cases[i].left);
		hft_close(&out);
	}
}

static void a_part_is_not_atomic(void **state)
{
	const char *in = odd_trace(2, HFR_OP_WRITE, HFR_RF_ATOMIC | HFR_RF_FUA);
	struct hft_file out;

	(void)state;
	out = transformed(in, "o.hft", STEPS({ "remap", "wrap=96k" }));
	assert_int_equal(out.count, 3);
	assert_int_equal(out.recs[0].flags, HFR_RF_ATOMIC | HFR_RF_FUA);
	assert_int_equal(out.recs[1].flags, HFR_RF_FUA);
	assert_int_equal(out.recs[2].flags, HFR_RF_FUA);
	hft_close(&out);
}

static void levels_are_not_mixed(void **state)
{
	const char *other;

	(void)state;
	unit_files(true);
	other = odd_trace(3, HFR_OP_READ, 0);
	fails(make_trace("t.hft", &plain), STEPS({ "merge", other }), EINVAL,
	      "is of the level of the queue");
}

/* Without a distance in time all turns would be at once. */
static void loops_of_one_time(void **state)
{
	struct hft_file out;
	const char *in;

	(void)state;
	unit_files(true);
	in = make_trace("t.hft", &plain);
	fails(in, STEPS({ "head", "1" }, { "loop", "3" }), ERANGE,
	      "give a gap (--loop 3,gap=1ms)");
	out = transformed(in, "o.hft", STEPS({ "head", "1" },
					     { "loop", "3,gap=1ms" }));
	assert_int_equal(out.recs[2].issue_ns - out.recs[0].issue_ns, 2000000);
	hft_close(&out);
	out = transformed(in, "o.hft", STEPS({ "head", "1" },
					     { "loop", "3,gap=0" }));
	assert_int_equal(out.recs[2].issue_ns, out.recs[0].issue_ns);
	hft_close(&out);
	out = transformed(in, "o.hft", STEPS({ "head", "1" }, { "loop", "1" }));
	hft_close(&out);
}

static const char *one_of_stream(const char *name, uint32_t stream)
{
	const char *path = unit_path(name);
	struct hft_writer *w = new_writer(path);
	struct hfr_trace_rec rec = make_rec(0);
	struct hf_error err = { "" };

	rec.stream = stream;
	add(w, &rec);
	if (hft_writer_finish(w, 0, 0, PROVENANCE, NULL, &err))
		fail_msg("%s", err.text);
	return path;
}

static void no_streams_left(void **state)
{
	const char *high, *low;
	char text[200];

	(void)state;
	unit_files(true);
	high = one_of_stream("h.hft", UINT32_MAX);
	low = one_of_stream("l.hft", 1);
	snprintf(text, sizeof(text), "%s,apart", low);
	fails(high, STEPS({ "merge", text }), E2BIG,
	      "has stream 4294967295, no numbers are left above it");
	snprintf(text, sizeof(text), "%s,apart", high);
	fails(low, STEPS({ "merge", text }), ERANGE,
	      "request 0 of it has stream 4294967295");
}

/* One granule has nowhere to go, and what stays in its place is not hidden. */
static void too_few_granules(void **state)
{
	char in[128], key[128], most[200], all[200];
	struct hft_file out;

	(void)state;
	unit_files(true);
	snprintf(in, sizeof(in), "%s", make_trace("t.hft", &plain));
	snprintf(key, sizeof(key), "key=%s",
		 unit_text("key", "0123456789abcdef"));
	snprintf(most, sizeof(most), "%s,granule=8388608", key);
	snprintf(all, sizeof(all), "%s,granule=16m", key);
	fails(in, STEPS({ "drop", "target=1" }, { "anonymise", key }), EINVAL,
	      "device 0 has fewer than two granules of 64.0 MiB; give a granule of at most 8388608 bytes, or leave");
	fails(in, STEPS({ "drop", "target=0" }, { "anonymise", all }), EINVAL,
	      "device 1 has fewer than two");
	out = transformed(in, "o.hft", STEPS({ "drop", "target=1" },
					     { "anonymise", most }));
	hft_close(&out);
	/* What has no address needs no other. */
	out = transformed(make_trace("u.hft", &mixed), "o.hft",
			  STEPS({ "filter", "op=flush" },
				{ "anonymise", key }));
	hft_close(&out);
}

/* What is merged behind it would be there for all to read. */
static void nothing_plain_behind_anonymise(void **state)
{
	const char *in;
	char text[200];

	(void)state;
	unit_files(true);
	in = make_trace("t.hft", &plain);
	snprintf(text, sizeof(text), "granule=64k,key=%s",
		 unit_text("key", "0123456789abcdef"));
	fails(in, STEPS({ "anonymise", text }, { "head", "10" },
			{ "merge", in }), EINVAL, "merge first");
}

static void hidden_but_not_the_key(void **state)
{
	const char *in = make_trace("t.hft", &plain);
	char text[200];

	(void)state;
	snprintf(text, sizeof(text), "key=%s",
		 unit_text("key", "000102030405060708090a0b0c0d0e0g"));
	fails(in, STEPS({ "anonymise", text }), EINVAL, "is no key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_damaged_input),
		cmocka_unit_test(a_header_left_open),
		cmocka_unit_test(interrupted),
		cmocka_unit_test(too_many_files),
		cmocka_unit_test(zones_are_not_cut),
		cmocka_unit_test(zones_are_filtered),
		cmocka_unit_test(a_part_is_not_atomic),
		cmocka_unit_test(levels_are_not_mixed),
		cmocka_unit_test(loops_of_one_time),
		cmocka_unit_test(no_streams_left),
		cmocka_unit_test(too_few_granules),
		cmocka_unit_test(nothing_plain_behind_anonymise),
		cmocka_unit_test(hidden_but_not_the_key),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
