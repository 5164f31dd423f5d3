// SPDX-License-Identifier: GPL-2.0-only
/* Targets: which are taken, which refused, several at once, stacked ones. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	1000

static struct hfr_completion_rec recs[COUNT + 1];

/* session-new on @path must be refused and leave nothing. */
static void refused(const char *path, uint32_t flags, int err, const char *text)
{
	const struct spec spec = { .target = { path },
				   .set = { { A(FLAGS), flags } } };
	struct ctl *c = ctl_open();
	uint32_t ids[2];
	struct view v;

	EXPECT_EQ(ctl_new(c, &spec, &v), -err);
	EXPECT_TEXT(c->text, path);
	EXPECT_TEXT(c->text, text);
	EXPECT_EQ(ctl_list(c, ids, 2), 0);
	EXPECT_TRUE(ctl_wait_unused(c));
	ctl_close(c);
}

static void accepted(const char *path, uint32_t flags)
{
	struct replay r = replay_simple(path, flags);

	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	ctl_close(r.c);
}

TEST(missing, "what is missing or no block device is refused")
{
	refused("/dev/no-such-device", 0, ENOENT, "no such device");
	refused("/dev/null", 0, ENOTBLK, "not a block device");
	refused("/tmp", 0, ENOTBLK, "not a block device");
	EXPECT_EQ(kst_sh("echo >/tmp/file"), 0);
	refused("/tmp/file", 0, ENOTBLK, "not a block device");
	refused("/tmp/file/x", 0, ENOTDIR, "cannot be opened");
}

TEST(linked, "a symbolic link to a block device is followed")
{
	device_null("ka", "");
	EXPECT_EQ(symlink("/dev/ka", "/tmp/link"), 0);
	accepted("/tmp/link", 0);
	unlink("/tmp/link");
}

TEST(mounted, "a mounted device is refused, and taken after umount")
{
	device_null("ka", "memory_backed=1");
	ASSERT_EQ(kst_sh("mkfs.ext4 -q -O ^has_journal /dev/ka 2>/dev/null && mount /dev/ka /mnt"),
		  0);
	refused("/dev/ka", 0, EBUSY, "mounted or held");
	refused("/dev/ka", FL(ALLOW_WRITES), EBUSY, "mounted or held");
	ASSERT_EQ(kst_sh("umount /mnt"), 0);
	accepted("/dev/ka", 0);
}

TEST(mount_held, "what a session holds cannot be mounted")
{
	struct replay r;

	device_null("ka", "memory_backed=1");
	ASSERT_EQ(kst_sh("mkfs.ext4 -q -O ^has_journal /dev/ka 2>/dev/null"), 0);
	r = replay_simple("/dev/ka", 0);
	EXPECT_NE(kst_sh("mount /dev/ka /mnt 2>/dev/null"), 0);
	EXPECT_LT(open("/dev/ka", O_RDONLY | O_EXCL), 0);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_EQ(kst_sh("mount /dev/ka /mnt && umount /mnt"), 0);
}

TEST(held, "a device held by a process, by dm, by a session is refused")
{
	struct replay r;
	int fd;

	device_null("ka", "");
	fd = open("/dev/ka", O_RDONLY | O_EXCL);
	ASSERT_GE(fd, 0);
	refused("/dev/ka", 0, EBUSY, "held");
	close(fd);
	device_dm("kd", "0 131072 linear /dev/ka 0");
	refused("/dev/ka", 0, EBUSY, "held");
	r = replay_simple("/dev/mapper/kd", 0);
	EXPECT_EQ(ctl_new(r.c, &(struct spec){
			  .target = { "/dev/mapper/kd" } }, &(struct view){ }),
		  -EBUSY);
	EXPECT_TEXT(r.c->text, "held");
}

TEST(twice, "a device given twice is refused, also by another path")
{
	struct spec spec = { .target = { "/dev/ka", "/dev/kb", "/dev/ka" } };
	struct ctl *c = ctl_open();
	uint32_t ids[2];
	struct view v;

	device_null("ka", "");
	device_null("kb", "");
	EXPECT_EQ(ctl_new(c, &spec, &v), -EINVAL);
	EXPECT_TEXT(c->text, "twice");
	EXPECT_EQ(symlink("/dev/ka", "/tmp/link"), 0);
	spec.target[2] = "/tmp/link";
	EXPECT_EQ(ctl_new(c, &spec, &v), -EINVAL);
	unlink("/tmp/link");
	EXPECT_EQ(ctl_list(c, ids, 2), 0);
	/* All of them are free again. */
	accepted("/dev/ka", 0);
	accepted("/dev/kb", 0);
}

TEST(second_bad, "a second target that is refused frees the first")
{
	struct ctl *c = ctl_open();
	struct view v;

	device_null("ka", "");
	EXPECT_EQ(ctl_new(c, &(struct spec){
			  .target = { "/dev/ka", "/dev/none" } }, &v), -ENOENT);
	EXPECT_TEXT(c->text, "/dev/none");
	accepted("/dev/ka", 0);
}

TEST(read_only, "a read-only device is refused for writes, taken for reads")
{
	struct replay r;

	device_null("ka", "");
	ASSERT_EQ(kst_sh("blockdev --setro /dev/ka"), 0);
	refused("/dev/ka", FL(ALLOW_WRITES), EACCES, "read-only");
	accepted("/dev/ka", 0);
	/* It may become so while it is held. */
	ASSERT_EQ(kst_sh("blockdev --setrw /dev/ka"), 0);
	r = replay_simple("/dev/ka", FL(ALLOW_WRITES));
	replay_load(&r, image_reads(1, 0, DEVICE_BYTES));
	ASSERT_EQ(kst_sh("blockdev --setro /dev/ka"), 0);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EROFS);
	EXPECT_TEXT(r.c->text, "read-only");
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
	EXPECT_EQ(kst_sh("blockdev --setrw /dev/ka"), 0);
	replay_run(&r, NULL, NULL);
}

TEST(small, "a trace larger than the target is refused at its header")
{
	struct image *im = image_reads(512, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;

	device_null("ka", "size=1");
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(replay_feed(&r, im), -ERANGE);
	v = replay_get(&r);
	EXPECT_TEXT(v.error, "1048576");
	EXPECT_TEXT(v.error, "2097152");
	EXPECT_EQ(v.v[A(LOADED)], 0);
}

TEST(partition, "a partition is a target; it and its disk exclude each other")
{
	struct image *im = image_new(1, 1);
	struct replay r;

	device_null("ka", "memory_backed=1");
	ASSERT_EQ(kst_sh("addpart /dev/ka 1 2048 32768 && addpart /dev/ka 2 34816 32768"),
		  0);
	r = replay_simple("/dev/ka1", 0);
	EXPECT_EQ(replay_get(&r).target[0][T(SIZE)], 32768 * 512);
	EXPECT_EQ(ctl_new(r.c, &(struct spec){ .target = { "/dev/ka" } },
			  &(struct view){ }), -EBUSY);
	image_add(im, HFR_OP_READ, 0, 32767 * 512, 1024);
	image_end(im);
	im->dev->max_end = HFR_UNKNOWN;
	EXPECT_EQ(replay_feed(&r, im), -ERANGE);
	EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	im->rec->length = 512;
	image_end(im);
	im->hdr->max_length = 512;
	replay_load(&r, im);
	replay_run(&r, NULL, NULL);
	EXPECT_EQ(replay_records(&r, recs, 2), 1);
	records_sane(recs, 1);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(ctl_new(r.c, &(struct spec){ .target = { "/dev/ka2" } },
			  &(struct view){ }), -EBUSY);
}

TEST(two_sessions, "two sessions run on two devices at once")
{
	struct image *im = image_reads(COUNT, 500000, DEVICE_BYTES);
	struct replay a, b;
	struct view v;
	uint64_t start;

	device_null("ka", "");
	device_null("kb", "");
	a = replay_simple("/dev/ka", 0);
	b = replay_simple("/dev/kb", 0);
	replay_load(&a, im);
	replay_load(&b, im);
	EXPECT_NE(replay_get(&a).cpu[0][0],
		  replay_get(&b).cpu[0][0]);
	start = kst_now();
	replay_start(&a, NULL);
	replay_start(&b, NULL);
	replay_wait(&a, ST(DONE), &v);
	replay_wait(&b, ST(DONE), &v);
	/* At once, not one after the other. */
	EXPECT_LT(kst_now() - start, 900000000);
	EXPECT_EQ(replay_records(&a, recs, COUNT + 1), COUNT);
	records_sane(recs, COUNT);
	EXPECT_EQ(replay_records(&b, recs, COUNT + 1), COUNT);
	records_sane(recs, COUNT);
	EXPECT_EQ(device_ios("ka"), COUNT);
	EXPECT_EQ(device_ios("kb"), COUNT);
}

/* A third of the requests go to the second target, in lumps. */
static struct image *two_targets(void)
{
	struct image *im = image_new(2, COUNT);
	size_t i;

	for (i = 0; i < COUNT; i++)
		image_add(im, HFR_OP_READ, i * 10000,
			  i * 4096 % DEVICE_BYTES, 4096)->target = i / 7 % 3 == 2;
	image_end(im);
	return im;
}

TEST(two_targets_run, "two targets in one session: each gets its own, in order")
{
	const struct spec spec = { .target = { "/dev/ka", "/dev/kb" } };
	struct image *im = two_targets();
	uint64_t last[2] = { 0, 0 };
	size_t i, n[2] = { 0, 0 };
	struct replay r;

	device_null("ka", "");
	device_null("kb", "");
	r = replay_new(&spec);
	replay_load(&r, im);
	replay_run(&r, NULL, NULL);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	records_sane(recs, COUNT);
	for (i = 0; i < COUNT; i++) {
		int t = im->rec[i].target;

		n[t]++;
		EXPECT_EQ(recs[i].worker, t);
		EXPECT_GE(recs[i].issued_ns, last[t]);
		last[t] = recs[i].issued_ns;
	}
	EXPECT_EQ(device_ios("ka"), n[0]);
	EXPECT_EQ(device_ios("kb"), n[1]);
}

TEST(cpu, "a worker runs on the CPU that was asked for")
{
	struct ctl *c = ctl_open();
	struct nl_msg *msg;
	struct nlattr *nest;
	uint32_t ids[2];
	struct view v;
	int cpu;

	device_null("ka", "");
	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++) {
		msg = ctl_msg(c, HFREPLAY_CMD_SESSION_NEW, 0);
		nest = nla_nest_start(msg, A(TARGET));
		nla_put_string(msg, T(PATH), "/dev/ka");
		nla_put_u32(msg, T(CPU), cpu);
		nla_nest_end(msg, nest);
		ASSERT_EQ(ctl_send(c, msg, NULL, NULL), 0);
		ASSERT_EQ(ctl_list(c, ids, 2), 1);
		ASSERT_EQ(ctl_get(c, ids[0], &v), 0);
		EXPECT_EQ(v.cpu[0][0], cpu);
		EXPECT_EQ(kst_sh("test \"$(taskset -p $(pgrep '^hfr-%u/0$') | sed 's/.*: //')\" = %x",
				 ids[0], 1 << cpu), 0);
		ASSERT_EQ(ctl_del(c, ids[0]), 0);
		ASSERT_TRUE(ctl_wait_gone(c, ids[0], 5000));
	}
}

/* ---- targets without requests of their own ---- */

static void runs_on(const char *path, uint64_t size)
{
	struct image *im = image_reads(COUNT, 20000, size);
	struct replay r = replay_simple(path, 0);
	struct view v = replay_get(&r);

	EXPECT_EQ(v.target[0][T(QUEUE_DEPTH)], 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	records_sane(recs, COUNT);
}

TEST(dm_linear, "dm-linear is a target")
{
	device_null("ka", "");
	device_dm("kd", "0 131072 linear /dev/ka 0");
	runs_on("/dev/mapper/kd", DEVICE_BYTES);
	EXPECT_EQ(device_ios("ka"), COUNT);
}

TEST(dm_delay, "dm-delay is a target, its delay is in the records")
{
	size_t i, short_ones = 0;

	device_null("ka", "");
	device_dm("kd", "0 131072 delay /dev/ka 0 200");
	runs_on("/dev/mapper/kd", DEVICE_BYTES);
	for (i = 0; i < COUNT; i++)
		short_ones += recs[i].completed_ns - recs[i].issued_ns < 150000000;
	EXPECT_EQ(short_ones, 0);
	EXPECT_GT(recs[COUNT - 1].in_flight, 100);
}

TEST(dm_error, "dm-error: every request is an I/O error in its record")
{
	struct image *im = image_reads(10, 1000, 1 << 20);
	struct replay r;
	struct view v;
	int i;

	device_null("ka", "");
	device_dm("kd", "0 2048 error");
	r = replay_simple("/dev/mapper/kd", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 10);
	EXPECT_EQ(v.v[A(READ_BYTES)], 0);
	ASSERT_EQ(replay_records(&r, recs, 11), 10);
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(recs[i].error, EIO);
		EXPECT_EQ(recs[i].state, HFR_REC_DONE);
	}
}

static void loop_device(void)
{
	if (kst_sh("modprobe loop 2>/dev/null; truncate -s 8M /tmp/disk && losetup /dev/loop0 /tmp/disk"))
		kst_skip("there is no loop device");
}

TEST(loop, "a loop device is a target, for write-zeroes and discards too")
{
	struct image *im = image_new(1, 3);
	struct replay r;
	struct view v;

	loop_device();
	im->dev->logical_block = 512;
	device_fill("loop0", 0xaa);
	image_add(im, HFR_OP_WRITE_ZEROES, 0, 1 << 20, 1 << 20);
	image_add(im, HFR_OP_DISCARD, 1000, 4 << 20, 1 << 20);
	image_add(im, HFR_OP_FLUSH, 2000, 0, 0);
	image_end(im);
	r = replay_simple("/dev/loop0", FL(ALLOW_WRITES));
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	ASSERT_EQ(replay_records(&r, recs, 4), 3);
	records_sane(recs, 3);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_EQ(kst_sh("for m in 0 1 2 3 4 5; do dd if=/dev/loop0 bs=1M skip=$m count=1 iflag=direct status=none | tr -d '\\0' | wc -c; done | tr '\\n' ' ' | grep -qx '1048576 0 1048576 1048576 0 1048576 '"),
		  0);
	kst_sh("losetup -d /dev/loop0");
	/* The kernel says no to a writer of what losetup made read-only. */
	ASSERT_EQ(kst_sh("losetup -r /dev/loop0 /tmp/disk"), 0);
	refused("/dev/loop0", FL(ALLOW_WRITES), EACCES, "read-only");
	accepted("/dev/loop0", 0);
}
