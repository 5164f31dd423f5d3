// SPDX-License-Identifier: GPL-2.0-only
/* hfctl transform --merge: whose requests they are, and what is known of them. */
#include "transform-files.h"

#include "service.h"

static const struct made odd = { .n = 4000, .seed = 11, .open_ends = true };
static const struct made small = { .n = 1500, .seed = 13 };

/* By time; of equal times the first trace's are first, each in its order. */
static void check_merge(const struct hft_file *f, const struct hft_file *g,
			uint64_t by)
{
	uint64_t i = 0, k = 0, n;
	struct hft_file out;
	char text[200];

	snprintf(text, sizeof(text), "%s,phase=%uns", g->path,
		 (unsigned int)by);
	out = transformed(f->path, "o.hft", STEPS({ "merge", text }));
	assert_int_equal(out.count, f->count + g->count);
	for (n = 0; n < out.count; n++) {
		struct hfr_trace_rec rec;

		if (k == g->count || (i < f->count && f->recs[i].issue_ns <=
				      g->recs[k].issue_ns + by)) {
			rec = f->recs[i++];
		} else {
			rec = g->recs[k++];
			rec.issue_ns += by;
			rec.complete_ns += by;
		}
		same_rec(&rec, &out.recs[n]);
	}
	hft_close(&out);
}

static void merges(void **state)
{
	/* It begins as the small one does: the same times, other requests. */
	const struct made other = { .n = 900, .seed = 13, .plain = true };
	struct hft_file f, g, h;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	g = opened(make_trace("u.hft", &small));
	h = opened(make_trace("v.hft", &other));
	check_merge(&f, &g, 3000000);
	check_merge(&h, &g, 0);
	check_merge(&g, &h, 0);
	hft_close(&h);
	hft_close(&g);
	hft_close(&f);
}

static void merges_apart(void **state)
{
	struct hft_file f, out;
	char text[200];
	uint64_t i, other = 0;

	(void)state;
	f = opened(make_trace("t.hft", &small));
	snprintf(text, sizeof(text), "%s,apart", f.path);
	out = transformed(f.path, "o.hft", STEPS({ "merge", text },
						 { "merge", text }));
	assert_int_equal(out.hdr->device_count, 6);
	assert_string_equal((const char *)out.devs[3].name, "sdb#2");
	assert_string_equal((const char *)out.devs[5].name, "sdb#3");
	for (i = 0; i < out.count; i++) {
		uint32_t of = out.recs[i].target / 2;

		assert_int_equal(out.recs[i].stream >> 24, of);
		other += of == 2;
	}
	assert_int_equal(other, f.count);
	hft_close(&out);
	hft_close(&f);
}

/* Whose a record is shows in the top byte of its stream. */
static void check_apart(const char *path, const char *other, unsigned int of)
{
	struct hft_file out;
	uint64_t i, count[4] = { 0 };
	char text[200];

	snprintf(text, sizeof(text), "%s,apart", other);
	out = transformed(path, "o.hft", STEPS({ "merge", text }));
	for (i = 0; i < out.count; i++) {
		assert_in_range(out.recs[i].stream >> 24, 0, of - 1);
		assert_in_range(out.recs[i].stream & 0xffffff, 100, 106);
		count[out.recs[i].stream >> 24]++;
	}
	for (i = 0; i < of; i++)
		assert_int_equal(count[i], small.n);
	hft_close(&out);
}

/* One of the two was merged before: its streams are high ones. */
static void merges_apart_again(void **state)
{
	char one[200], two[200], text[300];
	struct hft_file both;

	(void)state;
	snprintf(one, sizeof(one), "%s", make_trace("t.hft", &small));
	snprintf(two, sizeof(two), "%s", unit_path("two.hft"));
	snprintf(text, sizeof(text), "%s,apart", one);
	both = transformed(one, "two.hft", STEPS({ "merge", text }));
	hft_close(&both);
	check_apart(one, one, 2);
	check_apart(two, one, 3);
	check_apart(one, two, 3);
}

/* A request of unknown stream is at least known to be of that trace. */
static void unknown_streams_apart(void **state)
{
	const char *path = write_trace("t.hft", 10, true);
	struct hft_file out;
	char text[200];
	uint64_t i;

	(void)state;
	snprintf(text, sizeof(text), "%s,apart", path);
	out = transformed(path, "o.hft", STEPS({ "merge", text }));
	for (i = 0; i < out.count; i++)
		assert_int_equal(out.recs[i].stream, i % 2 << 24);
	hft_close(&out);
}

/* Guessed completions stay guessed, whatever else is forgotten. */
static void says_what_was_inferred(void **state)
{
	char guessed[200], key[200];
	struct hf_error err = { "" };
	struct hft_file f, with, out;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	snprintf(guessed, sizeof(guessed), "%s", unit_path("guessed.hft"));
	if (service_file(&f, guessed, &with, &err))
		fail_msg("%s", err.text);
	hft_close(&with);
	snprintf(key, sizeof(key), "granule=64k,key=%s",
		 unit_text("key", "0123456789abcdef"));
	out = transformed(guessed, "o.hft", STEPS({ "anonymise", key }));
	assert_true(service_is_inferred(&out));
	assert_false(says(&out, "sdq"));
	hft_close(&out);
	out = transformed(f.path, "o.hft", STEPS({ "merge", guessed }));
	assert_true(service_is_inferred(&out));
	hft_close(&out);
	out = transformed(f.path, "o.hft", STEPS({ "merge", f.path }));
	assert_false(service_is_inferred(&out));
	hft_close(&out);
	hft_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges),
		cmocka_unit_test(merges_apart),
		cmocka_unit_test(merges_apart_again),
		cmocka_unit_test(unknown_streams_apart),
		cmocka_unit_test(says_what_was_inferred),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
