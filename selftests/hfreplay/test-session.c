// SPDX-License-Identifier: GPL-2.0-only
/* The life of a session: made, loaded, run, rewound, deleted; its name. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

TEST(caps, "caps tell version, limits and what can be replayed")
{
	uint64_t v[HFREPLAY_A_CAPS_MAX + 1];
	struct ctl *c = ctl_open();
	char version[64];

	ASSERT_EQ(ctl_caps(c, v, version), 0);
	EXPECT_NE(version[0], '\0');
	EXPECT_EQ(v[HFREPLAY_A_CAPS_MAX_SESSIONS], 32);
	EXPECT_EQ(v[HFREPLAY_A_CAPS_MAX_TARGETS], HFR_MAX_DEVICES);
	EXPECT_EQ(v[HFREPLAY_A_CAPS_OPS], (1 << HFR_OP_NR) - 1);
	EXPECT_EQ(v[HFREPLAY_A_CAPS_MODES] & 3, 3);
	EXPECT_EQ(v[HFREPLAY_A_CAPS_LIMITS] & 7, 7);
	/* Atomic writes are those of newer kernels. */
	EXPECT_EQ(v[HFREPLAY_A_CAPS_RECORD_FLAGS] | HFR_RF_ATOMIC, HFR_RF_ALL);
	EXPECT_EQ(v[HFREPLAY_A_CAPS_SESSION_FLAGS], 0xff);
	EXPECT_GE(v[HFREPLAY_A_CAPS_MAX_WINDOW], 1 << 20);
	EXPECT_GT(v[HFREPLAY_A_CAPS_MAX_MEMORY], 64 << 20);
	EXPECT_EQ(v[HFREPLAY_A_CAPS_USED_MEMORY], 0);
}

TEST(new, "a new session is empty, has defaults, and a node of mode 0600")
{
	struct replay r;
	struct view v;
	struct stat st;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(ID)], r.id);
	EXPECT_EQ(v.v[A(STATE)], ST(EMPTY));
	EXPECT_EQ(v.v[A(MODE)], HFREPLAY_MODE_HF);
	EXPECT_EQ(v.v[A(SPEED)], 1000);
	EXPECT_EQ(v.v[A(LIMIT)], HFREPLAY_LIMIT_TRACE);
	EXPECT_EQ(v.v[A(WINDOW)], 65536);
	EXPECT_EQ(v.v[A(SPIN)], 20000);
	EXPECT_EQ(v.v[A(TOLERANCE)], 10000);
	EXPECT_EQ(v.v[A(LOADED)], 0);
	EXPECT_GE(v.v[A(MEMORY)], 65536 * (64 + 32));
	EXPECT_TRUE(!v.has[A(ERROR_TEXT)]);
	EXPECT_TRUE(!v.has[A(COUNT)]);
	ASSERT_EQ(v.ntargets, 1);
	EXPECT_TEXT(v.path[0], "/dev/ka");
	EXPECT_EQ(v.target[0][T(SIZE)], DEVICE_BYTES);
	EXPECT_EQ(v.target[0][T(LOGICAL_BLOCK)], 512);
	EXPECT_EQ(v.target[0][T(QUEUE_DEPTH)], 64);
	ASSERT_EQ(stat(r.node, &st), 0);
	EXPECT_TRUE(S_ISCHR(st.st_mode));
	EXPECT_EQ(st.st_mode & 07777, 0600);
}

TEST(cycle, "load, start, done, rewind, start again, delete")
{
	struct image *im = image_reads(500, 20000, DEVICE_BYTES);
	static struct hfr_completion_rec recs[501];
	struct replay r;
	struct view v;
	int round;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(LOADED)], 500);
	EXPECT_EQ(v.v[A(COUNT)], 500);
	EXPECT_EQ(v.v[A(DURATION)], 499 * 20000);
	EXPECT_EQ(v.v[A(CHECKSUM)], im->end->checksum);
	EXPECT_EQ(device_ios("ka"), 0);
	for (round = 1; round <= 3; round++) {
		replay_run(&r, NULL, &v);
		EXPECT_EQ(v.v[A(ISSUED)], 500);
		EXPECT_EQ(v.v[A(COMPLETED)], 500);
		EXPECT_EQ(v.v[A(ERRORS)], 0);
		EXPECT_EQ(v.v[A(READ_BYTES)], 500 * 4096);
		EXPECT_EQ(v.v[A(LAST_INDEX)], 500);
		EXPECT_GE(v.v[A(ELAPSED)], 499 * 20000);
		EXPECT_GT(v.v[A(WALL_START)], 1000000000ULL * 1000000000);
		ASSERT_EQ(replay_records(&r, recs, 501), 500);
		records_sane(recs, 500);
		EXPECT_EQ(device_ios("ka"), 500 * round);
		ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
		v = replay_get(&r);
		EXPECT_EQ(v.v[A(STATE)], ST(READY));
		EXPECT_EQ(v.v[A(ISSUED)], 0);
		EXPECT_EQ(v.v[A(ELAPSED)], 0);
	}
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_NE(access(r.node, F_OK), 0);
}

TEST(get, "a session is found by id and by name, a dump holds each once")
{
	struct ctl *c = ctl_open();
	struct view a, b, v;
	uint32_t ids[8];

	device_null("ka", "");
	device_null("kb", "");
	ASSERT_EQ(ctl_list(c, ids, 8), 0);
	ASSERT_EQ(ctl_new(c, &(struct spec){ .name = "one",
					     .target = { "/dev/ka" } }, &a), 0);
	ASSERT_EQ(ctl_new(c, &(struct spec){ .target = { "/dev/kb" } }, &b), 0);
	ASSERT_EQ(ctl_list(c, ids, 8), 2);
	EXPECT_EQ(ids[0], a.v[A(ID)]);
	EXPECT_EQ(ids[1], b.v[A(ID)]);
	ASSERT_EQ(ctl_get_name(c, "one", &v), 0);
	EXPECT_EQ(v.v[A(ID)], a.v[A(ID)]);
	ASSERT_EQ(ctl_get(c, b.v[A(ID)], &v), 0);
	EXPECT_TEXT(v.name, b.name);
	EXPECT_EQ(ctl_get_name(c, "two", &v), -ENOENT);
	EXPECT_TEXT(c->text, "two");
	EXPECT_EQ(ctl_get(c, 4000000000U, &v), -ENOENT);
	EXPECT_TEXT(c->text, "4000000000");
}

/* A dump has to be cut into several messages for so many. */
TEST(many, "32 sessions are possible, a 33rd is refused, all are in a dump")
{
	struct spec spec = { .set = { { A(WINDOW), 64 } } };
	struct ctl *c = ctl_open();
	char name[16], path[32];
	struct view v;
	uint32_t ids[40];
	int i;

	for (i = 0; i <= 32; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		snprintf(path, sizeof(path), "/dev/k%d", i);
		device_null(name, "size=1");
		spec.target[0] = path;
		if (i < 32)
			ASSERT_EQ(ctl_new(c, &spec, &v), 0);
	}
	EXPECT_EQ(ctl_new(c, &spec, &v), -ENOSPC);
	EXPECT_TEXT(c->text, "32 sessions");
	ASSERT_EQ(ctl_list(c, ids, 40), 32);
	for (i = 1; i < 32; i++)
		EXPECT_GT(ids[i], ids[i - 1]);
	ASSERT_EQ(ctl_del(c, ids[7]), 0);
	ASSERT_TRUE(ctl_wait_gone(c, ids[7], 5000));
	EXPECT_EQ(ctl_new(c, &spec, &v), 0);
}

TEST(good_names, "good names: one character, 31 characters, all signs")
{
	static const char *const names[] = {
		"a", "A", "9", "-", "_", "a.b", "x-y_z.9",
		"abcdefghijklmnopqrstuvwxyz01234",
	};
	struct ctl *c = ctl_open();
	struct spec spec = { .target = { "/dev/ka" } };
	char node[80];
	struct view v;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(names); i++) {
		spec.name = names[i];
		ASSERT_EQ(ctl_new(c, &spec, &v), 0);
		EXPECT_EQ(strcmp(v.name, names[i]), 0);
		snprintf(node, sizeof(node), "/dev/hfreplay/%s", names[i]);
		EXPECT_EQ(strcmp(v.node, node), 0);
		EXPECT_EQ(access(node, F_OK), 0);
		ASSERT_EQ(ctl_del(c, v.v[A(ID)]), 0);
		ASSERT_TRUE(ctl_wait_gone(c, v.v[A(ID)], 5000));
	}
}

TEST(bad_names, "bad names are refused with a sentence and leave no session")
{
	static const char *const names[] = {
		"", ".", "..", ".hidden", "a/b", "../x", "a b", "a\n", "\xc3\xa4",
		"a!b", "abcdefghijklmnopqrstuvwxyz012345",
	};
	struct spec spec = { .target = { "/dev/ka" } };
	struct ctl *c = ctl_open();
	uint32_t ids[4];
	struct view v;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(names); i++) {
		int err;

		spec.name = names[i];
		err = ctl_new(c, &spec, &v);
		if (err != -EINVAL && err != -ERANGE)
			kst_failed(__FILE__, __LINE__, false,
				   "name \"%s\": %d", names[i], err);
		EXPECT_NE(c->text[0], '\0');
	}
	EXPECT_EQ(ctl_list(c, ids, 4), 0);
}

TEST(duplicate, "a name in use is refused, and free again after delete")
{
	struct ctl *c = ctl_open();
	struct spec a = { .name = "same", .target = { "/dev/ka" } };
	struct spec b = { .name = "same", .target = { "/dev/kb" } };
	struct view v, w;

	device_null("ka", "");
	device_null("kb", "");
	ASSERT_EQ(ctl_new(c, &a, &v), 0);
	EXPECT_EQ(ctl_new(c, &b, &w), -EEXIST);
	EXPECT_TEXT(c->text, "same");
	ASSERT_EQ(ctl_del(c, v.v[A(ID)]), 0);
	ASSERT_TRUE(ctl_wait_gone(c, v.v[A(ID)], 5000));
	EXPECT_EQ(ctl_new(c, &b, &w), 0);
	EXPECT_NE(w.v[A(ID)], v.v[A(ID)]);
}

TEST(default_name, "a chosen name that a default name hits does not fail")
{
	struct ctl *c = ctl_open();
	char name[16];
	struct view v;

	device_null("ka", "");
	device_null("kb", "");
	ASSERT_EQ(ctl_new(c, &(struct spec){ .target = { "/dev/ka" } }, &v), 0);
	/* The session after the next would be called so. */
	snprintf(name, sizeof(name), "s%llu",
		 (unsigned long long)v.v[A(ID)] + 2);
	ASSERT_EQ(ctl_del(c, v.v[A(ID)]), 0);
	ASSERT_TRUE(ctl_wait_gone(c, v.v[A(ID)], 5000));
	ASSERT_EQ(ctl_new(c, &(struct spec){ .name = name,
					     .target = { "/dev/ka" } }, &v), 0);
	EXPECT_EQ(ctl_new(c, &(struct spec){ .target = { "/dev/kb" } }, &v), 0);
}

TEST(events, "a listener hears each change of state in order, then the end")
{
	static const int want[] = {
		ST(EMPTY), ST(LOADING), ST(READY), ST(RUNNING), ST(DRAINING),
		ST(DONE), ST(READY),
	};
	struct image *im = image_reads(50, 1000, DEVICE_BYTES);
	struct ctl *ear = ctl_open();
	struct view v;
	struct replay r;
	size_t i;

	device_null("ka", "");
	ASSERT_EQ(ctl_listen(ear), 0);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	for (i = 0; i < KST_COUNT(want); i++) {
		ASSERT_TRUE(ctl_event(ear, 2000, &v));
		EXPECT_EQ(v.cmd, HFREPLAY_CMD_SESSION_NTF);
		EXPECT_EQ(v.v[A(ID)], r.id);
		EXPECT_EQ(v.v[A(STATE)], want[i]);
	}
	ASSERT_TRUE(ctl_event(ear, 2000, &v));
	EXPECT_EQ(v.cmd, HFREPLAY_CMD_SESSION_DEL_NTF);
	EXPECT_EQ(v.v[A(ID)], r.id);
	EXPECT_TRUE(v.has[A(NAME)]);
	EXPECT_TRUE(!ctl_event(ear, 100, &v));
	/* The event says that the target is free. */
	EXPECT_EQ(ctl_new(r.c, &(struct spec){ .target = { "/dev/ka" } }, &v), 0);
}

TEST(event_form, "an event holds the same attributes and values as a reply")
{
	struct image *im = image_reads(20, 1000, DEVICE_BYTES);
	struct ctl *ear = ctl_open();
	struct view event, reply;
	struct replay r;
	int i;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	ASSERT_EQ(ctl_listen(ear), 0);
	replay_run(&r, NULL, &reply);
	do {
		ASSERT_TRUE(ctl_event(ear, 2000, &event));
	} while (event.v[A(STATE)] != ST(DONE));
	for (i = 0; i <= HFREPLAY_A_SESSION_MAX; i++) {
		if (event.has[i] == reply.has[i] && event.v[i] == reply.v[i])
			continue;
		kst_failed(__FILE__, __LINE__, false,
			   "attribute %d: %d %lld in the event, %d %lld in the reply",
			   i, event.has[i], (long long)event.v[i],
			   reply.has[i], (long long)reply.v[i]);
	}
	EXPECT_EQ(event.ntargets, reply.ntargets);
}

TEST(progress, "a session that runs tells of its progress")
{
	struct image *im = image_reads(1300, 1000000, DEVICE_BYTES);
	struct ctl *ear = ctl_open();
	uint64_t last = 0;
	struct replay r;
	struct view v;
	int told = 0;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	ASSERT_EQ(ctl_listen(ear), 0);
	replay_start(&r, NULL);
	do {
		ASSERT_TRUE(ctl_event(ear, 3000, &v));
		EXPECT_GE(v.v[A(COMPLETED)], last);
		told += v.v[A(COMPLETED)] > last &&
			v.v[A(STATE)] == ST(RUNNING);
		last = v.v[A(COMPLETED)];
	} while (v.v[A(STATE)] != ST(DONE));
	EXPECT_EQ(last, 1300);
	EXPECT_GE(told, 1);
	EXPECT_LE(told, 5);
}

TEST(count_0, "a trace without requests is loaded, run and done")
{
	struct image *im = image_new(1, 0);
	struct hfr_completion_rec rec;
	struct replay r;
	struct view v;

	device_null("ka", "");
	image_end(im);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(COUNT)], 0);
	EXPECT_EQ(replay_records(&r, &rec, 1), 0);
}

TEST(memory, "memory of a session is counted, and free when it is gone")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	uint64_t used;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	v = replay_get(&r);
	used = ctl_used_memory(r.c);
	EXPECT_EQ(used, v.v[A(MEMORY)]);
	EXPECT_GT(used, 65536 * 96);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_TRUE(ctl_wait_unused(r.c));
}
