// SPDX-License-Identifier: GPL-2.0-only
/* The command line: options, arguments, values, and what is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "args.h"
#include "suggest.h"

static const struct option_desc options[] = {
	{ "output", 'o', "FILE", "Where to.", false },
	{ "target", 't', "DEV", "On what.", true },
	{ "all", 'a', NULL, "Everything.", false },
	{ "big", 'b', NULL, "Bigger.", false },
	{ "size", 0, "SIZE", "How much.", false },
	OPTION_JSON,
	OPTIONS_END
};

static const struct command cmd = {
	.name = "test",
	.summary = "Test",
	.usage = "FILE...",
	.min_args = 1,
	.max_args = 3,
	.options = options,
};

static struct hf_error err;

#define PARSE(out, ...) ({						\
		static const char *const words_[] = { "test", __VA_ARGS__ }; \
		args_parse(out, &cmd, sizeof(words_) / sizeof(words_[0]), \
			   (char *const *)words_, &err);		\
	})

static void options_and_arguments_mix(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "one", "-o", "x", "two", "--all"), 0);
	assert_int_equal(args_count(a), 2);
	assert_string_equal(args_pos(a, 0), "one");
	assert_string_equal(args_pos(a, 1), "two");
	assert_null(args_pos(a, 2));
	assert_null(args_pos(a, -1));
	assert_string_equal(args_get(a, "output"), "x");
	assert_true(args_has(a, "all"));
	assert_false(args_has(a, "json"));
	assert_null(args_get(a, "target"));
	args_free(a);
}

static void values_in_every_form(void **state)
{
	static const struct {
		int n;
		const char *words[4];
	} forms[] = {
		{ 3, { "test", "--output=v", "f" } },
		{ 3, { "test", "-ov", "f" } },
		{ 4, { "test", "--output", "v", "f" } },
		{ 4, { "test", "-o", "v", "f" } },
	};
	struct args *a;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(args_parse(&a, &cmd, forms[i].n,
					    (char *const *)forms[i].words,
					    &err), 0);
		assert_string_equal(args_get(a, "output"), "v");
		assert_string_equal(args_pos(a, 0), "f");
		args_free(a);
	}
}

static void short_switches_in_a_row(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "-abo", "x", "f"), 0);
	assert_true(args_has(a, "all"));
	assert_true(args_has(a, "big"));
	assert_string_equal(args_get(a, "output"), "x");
	args_free(a);
	assert_int_equal(PARSE(&a, "-abox", "f"), 0);
	assert_string_equal(args_get(a, "output"), "x");
	args_free(a);
}

static void dashes(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "-", "--", "-o", "--all"), 0);
	assert_int_equal(args_count(a), 3);
	assert_string_equal(args_pos(a, 0), "-");
	assert_string_equal(args_pos(a, 1), "-o");
	assert_string_equal(args_pos(a, 2), "--all");
	assert_false(args_has(a, "all"));
	args_free(a);
}

static void an_empty_value_is_a_value(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "--output=", "f"), 0);
	assert_string_equal(args_get(a, "output"), "");
	args_free(a);
}

static void many_and_last(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "-t", "a", "f", "--target=b", "-o1", "-o2"),
			 0);
	assert_string_equal(args_nth(a, "target", 0), "a");
	assert_string_equal(args_nth(a, "target", 1), "b");
	assert_null(args_nth(a, "target", 2));
	assert_string_equal(args_get(a, "output"), "2");
	args_free(a);
}

static void nonsense_is_refused(void **state)
{
	struct args *a = (struct args *)1;

	(void)state;
	assert_int_equal(PARSE(&a, "f", "--outptu", "x"), -EINVAL);
	assert_null(a);
	assert_non_null(strstr(err.text, "--outptu"));
	assert_non_null(strstr(err.text, "--output"));
	assert_int_equal(PARSE(&a, "f", "--zebra"), -EINVAL);
	assert_null(strstr(err.text, "did you mean"));
	assert_int_equal(PARSE(&a, "f", "-z"), -EINVAL);
	assert_int_equal(PARSE(&a, "f", "-az"), -EINVAL);
	assert_int_equal(PARSE(&a, "f", "--output"), -EINVAL);
	assert_non_null(strstr(err.text, "FILE"));
	assert_int_equal(PARSE(&a, "f", "-o"), -EINVAL);
	assert_int_equal(PARSE(&a, "f", "--all=1"), -EINVAL);
	assert_int_equal(PARSE(&a, "f", "--all="), -EINVAL);
}

static void arguments_are_counted(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "--all"), -EINVAL);
	assert_non_null(strstr(err.text, "FILE..."));
	assert_int_equal(PARSE(&a, "1", "2", "3", "4"), -EINVAL);
	assert_non_null(strstr(err.text, "4"));
	assert_int_equal(PARSE(&a, "--help"), 0);
	assert_true(args_has(a, "help"));
	args_free(a);
	assert_int_equal(PARSE(&a, "-h", "1", "2", "3", "4"), 0);
	args_free(a);
}

static void values_with_units(void **state)
{
	struct args *a;
	uint64_t v;

	(void)state;
	assert_int_equal(PARSE(&a, "f", "--size", "4k"), 0);
	assert_int_equal(args_size(a, "size", 1, &v, &err), 0);
	assert_int_equal(v, 4096);
	assert_int_equal(args_size(a, "output", 7, &v, &err), 0);
	assert_int_equal(v, 7);
	assert_int_equal(args_u64(a, "size", 1, &v, &err), -EINVAL);
	assert_non_null(strstr(err.text, "--size 4k"));
	args_free(a);
	assert_int_equal(PARSE(&a, "f", "--size", "99999999999999P"), 0);
	assert_int_equal(args_size(a, "size", 1, &v, &err), -EINVAL);
	assert_non_null(strstr(err.text, "too large"));
	args_free(a);
	assert_int_equal(PARSE(&a, "f", "--size", "2.5s"), 0);
	assert_int_equal(args_duration(a, "size", 1, &v, &err), 0);
	assert_int_equal(v, 2500000000);
	args_free(a);
}

static void command_line_can_be_typed_again(void **state)
{
	struct args *a;

	(void)state;
	assert_int_equal(PARSE(&a, "a b", "it's", "--size=1", ""), 0);
	assert_string_equal(args_command_line(a),
			    "hfctl test 'a b' 'it'\\''s' --size=1 ''");
	args_free(a);
}

static const char *nth_word(const void *ctx, unsigned int n)
{
	const char *const *words = ctx;

	return words[n];
}

static void suggestions(void **state)
{
	static const char *const words[] = {
		"record", "replay", "report", "start", "status", "stop", NULL
	};

	(void)state;
	assert_int_equal(suggest_distance("start", "start"), 0);
	assert_int_equal(suggest_distance("start", "strat"), 1);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_string_equal(suggest("strat", nth_word, words), "start");
	assert_string_equal(suggest("repaly", nth_word, words), "replay");
	assert_string_equal(suggest("stat", nth_word, words), "start");
	assert_string_equal(suggest("rec", nth_word, words), "record");
	assert_null(suggest("xylophone", nth_word, words));
	assert_null(suggest("", nth_word, words));
}

static void long_words_are_compared_safely(void **state)
{
	char a[200], b[200];

	(void)state;
	memset(a, 'a', sizeof(a) - 1);
	memset(b, 'b', sizeof(b) - 1);
	a[199] = '\0';
	b[199] = '\0';
	assert_int_equal(suggest_distance(a, a), 0);
	assert_int_equal(suggest_distance(a, b), 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_arguments_mix),
		cmocka_unit_test(values_in_every_form),
		cmocka_unit_test(short_switches_in_a_row),
		cmocka_unit_test(dashes),
		cmocka_unit_test(an_empty_value_is_a_value),
		cmocka_unit_test(many_and_last),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(arguments_are_counted),
		cmocka_unit_test(values_with_units),
		cmocka_unit_test(command_line_can_be_typed_again),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(long_words_are_compared_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
