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
#include "cpus.h"
#include "progress.h"
#include "when.h"

static const struct option_desc options[] = {
	OPTIONS_SESSION, OPTIONS_WHEN, OPTIONS_END
};
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
	assert_non_null(strstr(err.text, "hf, afap, load or dep"));
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

static void how_it_is_replayed(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--mode=dep", "--think-scale=0.25",
				"--loops", "3", "--duration", "90s",
				"--workers", "4", "--spread", "request",
				"--payload", "verify", "--polled"), 0);
	assert_int_equal(s.mode, HFREPLAY_MODE_DEP);
	assert_int_equal(s.think_scale, 250);
	assert_int_equal(s.loops, 3);
	assert_true(s.duration_limit == 90000000000ULL);
	assert_int_equal(s.workers, 4);
	assert_int_equal(s.spread, HFREPLAY_SPREAD_REQUEST);
	assert_int_equal(s.payload, HFREPLAY_PAYLOAD_VERIFY);
	assert_int_equal(s.flags, HFREPLAY_SESSION_FLAGS_POLLED);
	assert_int_equal(CHOOSE("--mode", "load", "--plug", "31"), 0);
	assert_int_equal(s.mode, HFREPLAY_MODE_LOAD);
	assert_int_equal(s.plug, 31);
	assert_int_equal(CHOOSE("--bundle", "5us", "--bundle-max", "64",
				"--think-scale", "0"), 0);
	assert_int_equal(s.bundle, 5000);
	assert_int_equal(s.bundle_max, 64);
	assert_true(session_has(&s, THINK_SCALE));
	assert_int_equal(s.think_scale, 0);
	assert_false(session_has(&s, PLUG));
}

static void bounds(void **state)
{
	(void)state;
	assert_int_equal(CHOOSE("--think-scale", "1000.1"), -EINVAL);
	assert_non_null(strstr(err.text, "is not from 0 to 1000"));
	assert_int_equal(CHOOSE("--think-scale", "-0.1"), -EINVAL);
	assert_int_equal(CHOOSE("--loops", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--loops", "1000001"), -EINVAL);
	assert_int_equal(CHOOSE("--duration", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--bundle", "5s"), -EINVAL);
	assert_non_null(strstr(err.text, "to 4.3 s"));
	assert_int_equal(CHOOSE("--bundle-max", "257"), -EINVAL);
	assert_int_equal(CHOOSE("--plug", "32"), -EINVAL);
	assert_int_equal(CHOOSE("--workers", "17"), -EINVAL);
	assert_int_equal(CHOOSE("--workers", "0"), -EINVAL);
	assert_int_equal(CHOOSE("--spread", "random"), -EINVAL);
	assert_non_null(strstr(err.text, "stream or request"));
}

static void lists_of_cpus(void **state)
{
	static struct cpus c;

	(void)state;
	assert_int_equal(cpus_parse(&c, "7"), 0);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.list[0], 7);
	assert_int_equal(cpus_parse(&c, "2,4-7,0"), 0);
	assert_int_equal(c.n, 6);
	assert_int_equal(c.list[1], 4);
	assert_int_equal(c.list[4], 7);
	assert_int_equal(c.list[5], 0);
	assert_int_equal(cpus_parse(&c, ""), -EINVAL);
	assert_int_equal(cpus_parse(&c, "1,"), -EINVAL);
	assert_int_equal(cpus_parse(&c, "3-1"), -EINVAL);
	assert_int_equal(cpus_parse(&c, "-1"), -EINVAL);
	assert_int_equal(cpus_parse(&c, "1 2"), -EINVAL);
	assert_int_equal(cpus_parse(&c, "99999999999"), -EINVAL);
	assert_int_equal(cpus_parse(&c, "0-1023"), 0);
	assert_int_equal(cpus_parse(&c, "0-1024"), -E2BIG);
}

/* Reads --cpus for so many targets and gives the Nth its own. */
static int cpus_for(const char *list, const char *workers, unsigned int n,
		    unsigned int nth, struct session_target *t)
{
	const char *const words[] = {
		"test", "--cpus", list, "--workers", workers,
	};
	static struct cpus c;
	struct args *a;
	int ret;

	memset(&s, 0, sizeof(s));
	memset(t, 0, sizeof(*t));
	assert_int_equal(args_parse(&a, &cmd, workers ? 5 : 3,
				    (char *const *)words, &err), 0);
	ret = choices_session(a, &s, &err);
	if (!ret)
		ret = cpus_read(&c, a, n, &s, &err);
	if (!ret)
		cpus_assign(&c, nth, t);
	args_free(a);
	return ret;
}

static void cpus_go_to_targets(void **state)
{
	struct session_target t;

	(void)state;
	assert_int_equal(cpus_for("4,5,6,7", NULL, 2, 1, &t), 0);
	assert_int_equal(s.workers, 2);
	assert_int_equal(t.ncpus, 2);
	assert_int_equal(t.cpus[0], 6);
	assert_int_equal(t.cpus[1], 7);
	assert_int_equal(cpus_for("3", NULL, 2, 1, &t), 0);
	assert_int_equal(s.workers, 1);
	assert_int_equal(t.cpus[0], 3);
	assert_int_equal(cpus_for("4,5", "2", 3, 2, &t), 0);
	assert_int_equal(t.ncpus, 2);
	assert_int_equal(t.cpus[0], 4);
	assert_int_equal(cpus_for("1-6", "2", 3, 2, &t), 0);
	assert_int_equal(t.cpus[0], 5);
	assert_int_equal(cpus_for("1-3", NULL, 2, 0, &t), -EINVAL);
	assert_non_null(strstr(err.text, "3 CPUs for 2 targets"));
	assert_int_equal(cpus_for("1-3", "2", 2, 0, &t), -EINVAL);
	assert_non_null(strstr(err.text, "need 4, or 2 that they share"));
	assert_int_equal(cpus_for("1-17", NULL, 1, 0, &t), -EINVAL);
	assert_int_equal(cpus_for("a", NULL, 1, 0, &t), -EINVAL);
}

#define S	1000000000ULL

static void times_to_start_at(void **state)
{
	const struct when_clock utc = { .now_ns = 1700000000 * S + 5 };
	const struct when_clock tai = { .now_ns = 1700000037 * S + 5,
					.ahead_ns = 37 * (int64_t)S };
	static const char *const wrong[] = {
		"", "+", "+x", "soon", "2026-01-31", "2026-01-31T12:00:00",
		"2026-02-30T12:00:00Z", "2026-01-31T25:00:00Z",
		"2026-01-31T12:00:00Zx", "2026-01-31T12:00:00+0100",
		"2026-01-31T12:00:00+24:00", "2026-1-31T12:00:00Z", "1.2.3",
	};
	struct start_at at;
	size_t i;

	(void)state;
	assert_int_equal(when_parse("+5s", &utc, &at), 0);
	assert_true(at.relative && at.ns == 5 * S);
	assert_int_equal(when_parse("1769860800.5", &tai, &at), 0);
	assert_true(!at.relative && at.ns == 1769860800 * S + S / 2);
	assert_int_equal(when_parse("2026-01-31T12:00:00Z", &utc, &at), 0);
	assert_true(at.ns == 1769860800 * S);
	assert_int_equal(when_parse("2026-01-31T12:00:00Z", &tai, &at), 0);
	assert_true(at.ns == 1769860837 * S);
	assert_int_equal(when_parse("2026-01-31 13:30:00.123456789123+01:30",
				    &utc, &at), 0);
	assert_true(at.ns == 1769860800 * S + 123456789);
	assert_int_equal(when_parse("2026-01-31t07:00:00-05:00", &utc, &at), 0);
	assert_true(at.ns == 1769860800 * S);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!when_parse(wrong[i], &utc, &at))
			fail_msg("%s is taken for a time", wrong[i]);
}

static struct start_at start_at;

static int when_of(int argc, const char *const *words)
{
	struct args *a;
	int ret;

	assert_int_equal(args_parse(&a, &cmd, argc, (char *const *)words,
				    &err), 0);
	ret = when_options(a, &start_at, &err);
	args_free(a);
	return ret;
}

static void starts_lie_ahead(void **state)
{
	static const char *const none[] = { "test" };
	static const char *const soon[] = {
		"test", "--start-at", "+1h", "--start-clock", "tai",
	};
	static const char *const past[] = { "test", "--start-at", "1000" };
	static const char *const clock[] = { "test", "--start-clock", "tai" };
	uint64_t before;

	(void)state;
	memset(&s, 0, sizeof(s));
	assert_int_equal(when_of(1, none), 0);
	assert_false(start_at.given);
	start_at_apply(&start_at, &s);
	assert_int_equal(s.have, 0);
	assert_int_equal(when_of(5, soon), 0);
	assert_true(start_at.given && start_at.relative);
	start_at_apply(&start_at, &s);
	assert_int_equal(s.have, SESSION_BIT(START_AT) |
				 SESSION_BIT(START_CLOCK));
	assert_int_equal(s.start_clock, HFREPLAY_CLOCK_TAI);
	assert_true(s.start_at > 1700003600 * S);
	/* It counts from here, however long ago it was read. */
	before = start_at_now(HFREPLAY_CLOCK_TAI);
	start_at_apply(&start_at, &s);
	assert_true(s.start_at >= before + 3600 * S);
	assert_int_equal(when_of(3, past), -EINVAL);
	assert_non_null(strstr(err.text, "has passed"));
	assert_int_equal(when_of(3, clock), -EINVAL);
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
		cmocka_unit_test(how_it_is_replayed),
		cmocka_unit_test(bounds),
		cmocka_unit_test(lists_of_cpus),
		cmocka_unit_test(cpus_go_to_targets),
		cmocka_unit_test(times_to_start_at),
		cmocka_unit_test(starts_lie_ahead),
		cmocka_unit_test(slowest_and_fastest),
		cmocka_unit_test(bar_of_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
