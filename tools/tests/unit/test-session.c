// SPDX-License-Identifier: GPL-2.0-only
/* Sessions to and from netlink attributes, and as JSON. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <netlink/msg.h>

#include "session.h"

static struct nlattr *attrs(struct nl_msg *msg)
{
	return nlmsg_attrdata(nlmsg_hdr(msg), 0);
}

static int attrs_len(struct nl_msg *msg)
{
	return nlmsg_attrlen(nlmsg_hdr(msg), 0);
}

static struct nl_msg *new_msg(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(nlmsg_put(msg, 0, 0, 0, 0, 0));
	return msg;
}

static void what_is_put_is_parsed(void **state)
{
	struct session want = { .have = 0 }, got;
	struct nl_msg *msg = new_msg();

	(void)state;
	session_set(&want, mode, MODE, HFREPLAY_MODE_AFAP);
	session_set(&want, seed, SEED, 0x123456789abcdefULL);
	strcpy(want.name, "prod");
	want.have |= SESSION_BIT(NAME);
	assert_non_null(session_add_target(&want, "/dev/a"));
	assert_non_null(session_add_target(&want, "/dev/b"));
	want.targets[1].ncpus = 2;
	want.targets[1].cpus[0] = 3;
	want.targets[1].cpus[1] = 9;
	assert_int_equal(session_put(&want, SESSION_USE_NEW, msg), 0);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)), 0);
	assert_int_equal(got.have, want.have | SESSION_BIT(TARGET));
	assert_int_equal(got.mode, HFREPLAY_MODE_AFAP);
	assert_int_equal(got.seed, 0x123456789abcdefULL);
	assert_string_equal(got.name, "prod");
	assert_int_equal(got.ntargets, 2);
	assert_string_equal(got.targets[0].path, "/dev/a");
	assert_int_equal(got.targets[0].ncpus, 0);
	assert_int_equal(got.targets[1].ncpus, 2);
	assert_int_equal(got.targets[1].cpus[0], 3);
	assert_int_equal(got.targets[1].cpus[1], 9);
	session_free(&got);
	session_free(&want);
	nlmsg_free(msg);
}

/* What a start may not change is not sent with it. */
static void a_start_sends_its_own_only(void **state)
{
	struct session want = { .have = 0 }, got;
	struct nl_msg *msg = new_msg();

	(void)state;
	session_set(&want, speed, SPEED, 2000);
	session_set(&want, window, WINDOW, 64);
	session_set(&want, id, ID, 5);
	assert_non_null(session_add_target(&want, "/dev/a"));
	assert_int_equal(session_put(&want, SESSION_USE_START, msg), 0);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)), 0);
	assert_int_equal(got.have, SESSION_BIT(SPEED));
	assert_int_equal(got.speed, 2000);
	assert_int_equal(got.ntargets, 0);
	session_free(&got);
	session_free(&want);
	nlmsg_free(msg);
}

/* Everything, to see what each request sends of it. */
static void set_all(struct session *s)
{
	session_set(s, mode, MODE, HFREPLAY_MODE_DEP);
	session_set(s, speed, SPEED, 2000);
	session_set(s, limit, LIMIT, HFREPLAY_LIMIT_FIXED);
	session_set(s, limit_value, LIMIT_VALUE, 8);
	session_set(s, think_scale, THINK_SCALE, 500);
	session_set(s, loops, LOOPS, 3);
	session_set(s, duration_limit, DURATION_LIMIT, 1ULL << 40);
	session_set(s, start_at, START_AT, 1ULL << 60);
	session_set(s, start_clock, START_CLOCK, HFREPLAY_CLOCK_TAI);
	session_set(s, bundle, BUNDLE, 1000);
	session_set(s, bundle_max, BUNDLE_MAX, 16);
	session_set(s, workers, WORKERS, 4);
	session_set(s, spread, SPREAD, HFREPLAY_SPREAD_REQUEST);
	session_set(s, plug, PLUG, 31);
	session_set(s, payload, PAYLOAD, HFREPLAY_PAYLOAD_VERIFY);
}

static uint64_t sent(enum session_use use)
{
	struct session want = { .have = 0 }, got;
	struct nl_msg *msg = new_msg();
	uint64_t have;

	set_all(&want);
	assert_int_equal(session_put(&want, use, msg), 0);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)), 0);
	have = got.have;
	if (have & SESSION_BIT(START_AT))
		assert_true(got.start_at == 1ULL << 60);
	nlmsg_free(msg);
	return have;
}

static void each_request_sends_its_own(void **state)
{
	const uint64_t set = SESSION_BIT(SPEED) | SESSION_BIT(LIMIT) |
		SESSION_BIT(LIMIT_VALUE) | SESSION_BIT(THINK_SCALE);
	const uint64_t both = set | SESSION_BIT(MODE) | SESSION_BIT(LOOPS) |
		SESSION_BIT(DURATION_LIMIT) | SESSION_BIT(BUNDLE) |
		SESSION_BIT(BUNDLE_MAX) | SESSION_BIT(PLUG);

	(void)state;
	assert_int_equal(sent(SESSION_USE_SET), set);
	assert_int_equal(sent(SESSION_USE_START),
			 both | SESSION_BIT(START_AT) |
			 SESSION_BIT(START_CLOCK));
	assert_int_equal(sent(SESSION_USE_NEW),
			 both | SESSION_BIT(WORKERS) | SESSION_BIT(SPREAD) |
			 SESSION_BIT(PAYLOAD));
}

static void choices_have_words(void **state)
{
	struct session s = { .have = 0 };
	json_t *o;

	(void)state;
	set_all(&s);
	o = session_json(&s);
	assert_string_equal(json_string_value(json_object_get(o, "mode")),
			    "dep");
	assert_string_equal(json_string_value(json_object_get(o, "spread")),
			    "request");
	assert_string_equal(json_string_value(json_object_get(o, "payload")),
			    "verify");
	assert_string_equal(json_string_value(json_object_get(o,
			    "start_clock")), "tai");
	assert_true(json_real_value(json_object_get(o, "think_scale")) == 0.5);
	assert_int_equal(json_integer_value(json_object_get(o, "loops")), 3);
	json_decref(o);
}

static void wrong_sizes_are_refused(void **state)
{
	struct nl_msg *msg = new_msg();
	struct session got;

	(void)state;
	nla_put_u64(msg, HFREPLAY_A_SESSION_ID, 1);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)),
			 -EPROTO);
	nlmsg_free(msg);
	msg = new_msg();
	nla_put_u32(msg, HFREPLAY_A_SESSION_ISSUED, 1);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)),
			 -EPROTO);
	nlmsg_free(msg);
}

static void unknown_attributes_are_skipped(void **state)
{
	struct nl_msg *msg = new_msg();
	struct session got;

	(void)state;
	nla_put_u32(msg, 200, 1);
	nla_put_u32(msg, HFREPLAY_A_SESSION_ID, 9);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)), 0);
	assert_int_equal(got.have, SESSION_BIT(ID));
	assert_int_equal(got.id, 9);
	nlmsg_free(msg);
}

/* Strings of the kernel may lack their NUL or be longer than expected. */
static void strings_are_cut_and_ended(void **state)
{
	struct nl_msg *msg = new_msg();
	char name[64];
	struct session got;

	(void)state;
	memset(name, 'n', sizeof(name));
	nla_put(msg, HFREPLAY_A_SESSION_NAME, sizeof(name), name);
	nla_put(msg, HFREPLAY_A_SESSION_NODE, 3, "abc");
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)), 0);
	assert_int_equal(strlen(got.name), sizeof(got.name) - 1);
	assert_string_equal(got.node, "abc");
	nlmsg_free(msg);
}

static void json_has_what_is_known(void **state)
{
	struct session s = { .have = 0 };
	json_t *o;

	(void)state;
	session_set(&s, id, ID, 4);
	session_set(&s, state, STATE, HFREPLAY_SESSION_STATE_DRAINING);
	session_set(&s, speed, SPEED, 1500);
	session_set(&s, flags, FLAGS, HFREPLAY_SESSION_FLAGS_STREAM |
			HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED);
	session_set(&s, elapsed, ELAPSED, 1ULL << 40);
	session_set(&s, checksum, CHECKSUM, 0xabc);
	o = session_json(&s);
	assert_int_equal(json_integer_value(json_object_get(o, "id")), 4);
	assert_string_equal(json_string_value(json_object_get(o, "state")),
			    "draining");
	assert_true(json_real_value(json_object_get(o, "speed")) == 1.5);
	assert_int_equal(json_array_size(json_object_get(o, "flags")), 2);
	assert_int_equal(json_integer_value(json_object_get(o, "elapsed_ns")),
			 1LL << 40);
	assert_string_equal(json_string_value(json_object_get(o, "checksum")),
			    "0000000000000abc");
	assert_null(json_object_get(o, "issued"));
	assert_null(json_object_get(o, "targets"));
	json_decref(o);
}

static void numbers_beyond_the_names(void **state)
{
	(void)state;
	assert_string_equal(session_state_name(7), "failed");
	assert_string_equal(session_state_name(8), "?");
	assert_string_equal(session_mode_name(77), "?");
	assert_null(session_flag_name(8));
	assert_string_equal(session_flag_name(7), "no-records");
	assert_string_equal(session_mode_name(3), "dep");
	assert_string_equal(session_flag_name(5), "skip-unsupported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_parsed),
		cmocka_unit_test(a_start_sends_its_own_only),
		cmocka_unit_test(each_request_sends_its_own),
		cmocka_unit_test(choices_have_words),
		cmocka_unit_test(wrong_sizes_are_refused),
		cmocka_unit_test(unknown_attributes_are_skipped),
		cmocka_unit_test(strings_are_cut_and_ended),
		cmocka_unit_test(json_has_what_is_known),
		cmocka_unit_test(numbers_beyond_the_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
