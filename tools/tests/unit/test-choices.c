// SPDX-License-Identifier: GPL-2.0-only
/* Options that become choices of a session, and the bar of its progress. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "args.h"
#include "choices.h"
#include "progress.h"

static const struct option_desc options[] = { OPTIONS_SESSION, OPTIONS_END };
static const struct command cmd = {
	.name = "test",
	.usage = "",
	.options = options,
};

static struct hf_error err;
static struct session s;

static int choose(int argc, const char *const *words)
{
	struct args *a;
	int ret;

	memset(&s, 0, sizeof(s));
	assert_int_equal(args_parse(&a, &cmd, argc, (char *const *)words,
				    &err), 0);
	ret = choices_session(a, &s, &err);
	args_free(a);
	return ret;
}

#define CHOOSE(...) ({							\
		static const char *const w_[] = { "test", __VA_ARGS__ }; \
		choose(sizeof(w_) / sizeof(w_[0]), w_);			\
	})

static void nothing_is_set_unasked(void **state)
{
	static const char *const none[] = { "test" };

	(void)state;
	assert_int_equal(choose(1, none), 0);
	assert_int_equal(s.have, SESSION_BIT(FLAGS));
	assert_int_equal(s.flags, 0);
}

static void words_and_numbers(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--mode", "afap", "--speed=2.5", "--limit",
				"32", "--spin", "5us", "--tolerance=1ms",
				"--window", "64k", "--seed", "7", "--payload",
				"zero"), 0);
	assert_int_equal(s.mode, HFREPLAY_MODE_AFAP);
	assert_int_equal(s.speed, 2500);
	assert_int_equal(s.limit, HFREPLAY_LIMIT_FIXED);
	assert_int_equal(s.limit_value, 32);
	assert_int_equal(s.spin, 5000);
	assert_int_equal(s.tolerance, 1000000);
	assert_int_equal(s.window, 65536);
	assert_int_equal(s.seed, 7);
	assert_int_equal(s.payload, HFREPLAY_PAYLOAD_ZERO);
	assert_true(session_has(&s, SEED));
	assert_false(session_has(&s, RESULTS));
}

static void flags_add_up(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--stream", "--allow-writes", "--allow-erase",
				"--unsupported", "skip"), 0);
	assert_int_equal(s.flags, HFREPLAY_SESSION_FLAGS_STREAM |
				  HFREPLAY_SESSION_FLAGS_ALLOW_WRITES |
				  HFREPLAY_SESSION_FLAGS_ALLOW_ERASE |
				  HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED);
	assert_int_equal(CHOOSE("--allow-erase"), -EINVAL);
}

static void errors_stop_after_n(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--on-error", "stop"), 0);
	assert_int_equal(s.on_error, HFREPLAY_ON_ERROR_STOP);
	assert_int_equal(s.error_max, 1);
	assert_int_equal(CHOOSE("--on-error", "12"), 0);
	assert_int_equal(s.error_max, 12);
	assert_int_equal(CHOOSE("--on-error", "continue"), 0);
	assert_int_equal(s.on_error, HFREPLAY_ON_ERROR_CONTINUE);
	assert_false(session_has(&s, ERROR_MAX));
	assert_int_equal(CHOOSE("--on-error", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--on-error", "never"), -EINVAL);
}

static void out_of_range(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--mode", "fast"), -EINVAL);
	assert_non_null(strstr(err.text, "hf or afap"));
	assert_int_equal(CHOOSE("--speed", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--speed", "-1"), -EINVAL);
	assert_int_equal(CHOOSE("--speed", "nan"), -EINVAL);
	assert_int_equal(CHOOSE("--speed", "1e9"), -EINVAL);
	assert_int_equal(CHOOSE("--speed", "2x"), -EINVAL);
	assert_int_equal(CHOOSE("--limit", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--limit", "4294967296"), -EINVAL);
	assert_int_equal(CHOOSE("--spin", "2ms"), -EINVAL);
	assert_int_equal(CHOOSE("--tolerance", "10ns"), -EINVAL);
	assert_int_equal(CHOOSE("--window", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--window", "8G"), -EINVAL);
	assert_int_equal(CHOOSE("--seed", "x"), -EINVAL);
	assert_int_equal(CHOOSE("--payload", "ones"), -EINVAL);
	assert_int_equal(CHOOSE("--unsupported", "ignore"), -EINVAL);
}

static void slowest_and_fastest(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--speed", "0.001"), 0);
	assert_int_equal(s.speed, 1);
	assert_int_equal(CHOOSE("--speed", "1000"), 0);
	assert_int_equal(s.speed, 1000000);
}

static void bar_of_progress(void **state)
{
	char line[160];

	(void)state;
	progress_line(line, sizeof(line), "loading", 0, 100, 0);
	assert_non_null(strstr(line, "[..............................]"));
	progress_line(line, sizeof(line), "loading", 50, 100, 1000000000);
	assert_non_null(strstr(line, "[###############...............]"));
	assert_non_null(strstr(line, "50 %"));
	assert_non_null(strstr(line, "1.0 s left"));
	progress_line(line, sizeof(line), "loading", 500, 100, 1000000000);
	assert_non_null(strstr(line, "100 %"));
	progress_line(line, sizeof(line), "reading", 42, 0, 1);
	assert_string_equal(line, "reading: 42");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_set_unasked),
		cmocka_unit_test(words_and_numbers),
		cmocka_unit_test(flags_add_up),
		cmocka_unit_test(errors_stop_after_n),
		cmocka_unit_test(out_of_range),
		cmocka_unit_test(slowest_and_fastest),
		cmocka_unit_test(bar_of_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
