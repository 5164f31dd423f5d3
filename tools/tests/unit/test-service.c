// SPDX-License-Identifier: GPL-2.0-only
/* Guesses of how long requests took, on traces where that is known. */
#include <jansson.h>

#include "hft-files.h"

#include "service.h"

#define REQUESTS 20000

/* A program that waits for each request, and thinks after one in five. */
static uint64_t took(const struct hfr_trace_rec *rec, uint64_t r)
{
	uint64_t ns = rec->op == HFR_OP_READ ? 90000 : 30000;

	if (rec->length > 4096)
		ns *= 4;
	/* 5 % more or less. */
	return ns * (95 + r % 11) / 100;
}

static struct hft_writer *made(uint64_t seed, unsigned int known)
{
	struct hft_writer *w = new_writer(unit_path("service.hft"));
	uint64_t now = 0;

	for (uint64_t i = 0; i < REQUESTS; i++) {
		uint64_t r = unit_random(&seed);
		struct hfr_trace_rec rec = {
			.issue_ns = now, .complete_ns = HFR_UNKNOWN,
			.op = r % 2 ? HFR_OP_READ : HFR_OP_WRITE,
			.length = r % 3 ? 4096 : 65536,
			.offset = (r >> 20) % 100000 * 1048576,
		};

		if (known && i % known == 0)
			rec.complete_ns = now + 7;
		add(w, &rec);
		now += took(&rec, r >> 8);
		if (r / 16 % 5 == 0)
			now += 100000 + (r >> 30) % 50000000;
	}
	return w;
}

static void finish(struct hft_writer *w, struct hft_file *file)
{
	struct hf_error err = { "" };

	if (hft_writer_finish(w, 0, 0, PROVENANCE, NULL, &err))
		fail_msg("%s", err.text);
	open_good(file, unit_path("service.hft"));
}

static void near(uint64_t got, uint64_t want)
{
	assert_in_range(got, want * 95 / 100, want * 105 / 100);
}

static const struct service_class *class_of(const struct service *s, uint8_t op,
					    uint32_t length)
{
	const struct hfr_trace_rec rec = { .op = op, .length = length };

	return &s->class[service_class_of(&rec, HFR_UNKNOWN)];
}

static void guesses_are_near(void **state)
{
	struct hf_error err = { "" };
	static struct service s;
	struct hft_file file;

	(void)state;
	finish(made(1, 0), &file);
	assert_int_equal(service_infer(&s, &file, &err), 0);
	assert_int_equal(s.inferred, REQUESTS);
	near(class_of(&s, HFR_OP_READ, 4096)->ns, 90000);
	near(class_of(&s, HFR_OP_READ, 65536)->ns, 360000);
	near(class_of(&s, HFR_OP_WRITE, 4096)->ns, 30000);
	near(class_of(&s, HFR_OP_WRITE, 65536)->ns, 120000);
	assert_true(class_of(&s, HFR_OP_READ, 4096)->own);
	assert_int_equal(class_of(&s, HFR_OP_READ, 8192)->requests, 0);
	hft_close(&file);
}

/* What is known stays; all says that the rest is not. */
static void files_say_so(void **state)
{
	struct hf_error err = { "" };
	struct hft_file file, with;
	json_t *all, *said;

	(void)state;
	finish(made(2, 10), &file);
	assert_false(service_is_inferred(&file));
	assert_false(file.hdr->flags & HFR_FF_COMPLETIONS);
	assert_int_equal(service_file(&file, NULL, &with, &err), 0);
	assert_true(with.hdr->flags & HFR_FF_COMPLETIONS);
	assert_true(service_is_inferred(&with));
	for (uint64_t i = 0; i < REQUESTS; i++) {
		const struct hfr_trace_rec *rec = &with.recs[i];
		uint64_t ns = rec->complete_ns - rec->issue_ns;

		if (i % 10 == 0)
			assert_int_equal(ns, 7);
		else
			near(ns, took(rec, 5));
	}
	all = json_loadb(with.provenance, with.hdr->provenance_size, 0, NULL);
	said = json_object_get(all, "service");
	assert_int_equal(json_integer_value(json_object_get(said, "requests")),
			 REQUESTS / 10 * 9);
	assert_int_equal(json_array_size(json_object_get(said, "classes")), 4);
	json_decref(all);
	hft_close(&with);
	hft_close(&file);
}

/* A class of few takes the guess of its kind; requests at once tell nothing. */
static void few_take_that_of_their_kind(void **state)
{
	struct hft_writer *w = new_writer(unit_path("service.hft"));
	struct hf_error err = { "" };
	static struct service s;
	struct hft_file file;

	(void)state;
	for (uint64_t i = 0; i < 300; i++) {
		struct hfr_trace_rec rec = {
			.issue_ns = i / 2 * 50000, .complete_ns = HFR_UNKNOWN,
			.length = i == 120 ? 8192 : 4096, .offset = i << 20,
		};

		add(w, &rec);
	}
	finish(w, &file);
	assert_int_equal(service_infer(&s, &file, &err), 0);
	near(class_of(&s, HFR_OP_READ, 4096)->ns, 50000);
	near(class_of(&s, HFR_OP_READ, 8192)->ns, 50000);
	assert_int_equal(class_of(&s, HFR_OP_READ, 8192)->requests, 1);
	assert_int_equal(class_of(&s, HFR_OP_READ, 4096)->samples, 149);
	assert_false(class_of(&s, HFR_OP_READ, 8192)->own);
	hft_close(&file);
}

static void nothing_to_infer(void **state)
{
	struct hf_error err = { "" };
	static struct service s;
	struct hft_file file;
	struct hft_writer *w;

	(void)state;
	open_good(&file, write_trace("known.hft", 50, true));
	assert_int_equal(service_infer(&s, &file, &err), -EEXIST);
	assert_says(&err, "nothing to infer");
	hft_close(&file);
	w = new_writer(unit_path("service.hft"));
	for (int i = 0; i < 5; i++)
		add(w, &(struct hfr_trace_rec){ .complete_ns = HFR_UNKNOWN,
						.length = 4096 });
	finish(w, &file);
	assert_int_equal(service_infer(&s, &file, &err), -ENODATA);
	assert_says(&err, "nothing says how long they took");
	hft_close(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guesses_are_near),
		cmocka_unit_test(files_say_so),
		cmocka_unit_test(few_take_that_of_their_kind),
		cmocka_unit_test(nothing_to_infer),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
