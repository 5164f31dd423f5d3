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
	want.targets[1].has_cpu = true;
	want.targets[1].cpu = 3;
	assert_int_equal(session_put(&want, SESSION_USE_NEW, msg), 0);
	assert_int_equal(session_parse(&got, attrs(msg), attrs_len(msg)), 0);
	assert_int_equal(got.have, want.have | SESSION_BIT(TARGET));
	assert_int_equal(got.mode, HFREPLAY_MODE_AFAP);
	assert_int_equal(got.seed, 0x123456789abcdefULL);
	assert_string_equal(got.name, "prod");
	assert_int_equal(got.ntargets, 2);
	assert_string_equal(got.targets[0].path, "/dev/a");
	assert_false(got.targets[0].has_cpu);
	assert_true(got.targets[1].has_cpu);
	assert_int_equal(got.targets[1].cpu, 3);
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
	assert_null(session_flag_name(6));
	assert_string_equal(session_flag_name(5), "skip-unsupported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_parsed),
		cmocka_unit_test(a_start_sends_its_own_only),
		cmocka_unit_test(wrong_sizes_are_refused),
		cmocka_unit_test(unknown_attributes_are_skipped),
		cmocka_unit_test(strings_are_cut_and_ended),
		cmocka_unit_test(json_has_what_is_known),
		cmocka_unit_test(numbers_beyond_the_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
