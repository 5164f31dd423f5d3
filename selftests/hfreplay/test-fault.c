// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices and CPUs that fail under a replay. In each case the session ends in
 * the state that it should, and what was completed can be read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "qmp.h"
#include "replay.h"

#define COUNT	1000
#define MS	1000000ULL

static struct hfr_completion_rec recs[COUNT + 1];

/* A replay of reads, @step apart, that has begun and completed a few. */
static struct replay running(const char *path, size_t count, uint64_t step)
{
	struct replay r = replay_simple(path, 0);

	replay_load(&r, image_reads(count, step, DEVICE_BYTES));
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 20)
		kst_sleep(5);
	return r;
}

/* All that was counted has its record; how many have the error @code. */
static size_t readable(const struct replay *r, int code)
{
	size_t n = replay_records(r, recs, COUNT + 1);
	size_t done = 0, bad = 0, named = 0, i;
	struct view v = replay_get(r);

	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	for (i = 0; i < n; i++) {
		done += recs[i].state == HFR_REC_DONE;
		bad += !!recs[i].error;
		named += recs[i].error == code;
	}
	EXPECT_EQ(done, v.v[A(COMPLETED)]);
	EXPECT_EQ(bad, v.v[A(ERRORS)]);
	return named;
}

static size_t longer_than(uint64_t ns)
{
	size_t n = 0, i;

	for (i = 0; i < COUNT; i++)
		n += recs[i].completed_ns - recs[i].issued_ns > ns;
	return n;
}

static void runs_again(const struct replay *r)
{
	struct view v;

	ASSERT_EQ(ctl_rewind(r->c, r->id), 0);
	replay_run(r, (struct setting[]){ { A(SPEED), 10000 }, { 0 } }, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
}

/* ---- errors ---- */

TEST(table, "dm: a device that turns into an error in mid-run")
{
	struct replay r;
	struct view v;
	size_t bad;

	device_null("ka", "");
	device_dm("kd", "0 131072 linear /dev/ka 0");
	r = running("/dev/mapper/kd", COUNT, 1 * MS);
	ASSERT_EQ(kst_sh("dmsetup suspend --noudevsync kd && dmsetup load kd --table '0 131072 error' && dmsetup resume --noudevsync kd"),
		  0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	bad = readable(&r, EIO);
	EXPECT_EQ(bad, v.v[A(ERRORS)]);
	EXPECT_GT(bad, COUNT / 10);
	EXPECT_LE(bad, COUNT - 20);
	EXPECT_EQ(recs[0].error, 0);
	EXPECT_EQ(recs[COUNT - 1].error, EIO);
}

TEST(flakey, "dm-flakey: good for a second, bad for a second")
{
	struct replay r;
	struct view v;
	size_t bad;

	if (kst_sh("modprobe dm-flakey 2>/dev/null"))
		kst_skip("there is no dm-flakey");
	device_null("ka", "");
	device_dm("kd", "0 131072 flakey /dev/ka 0 1 1");
	r = running("/dev/mapper/kd", COUNT, 4 * MS);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	bad = readable(&r, EIO);
	EXPECT_EQ(bad, v.v[A(ERRORS)]);
	EXPECT_GT(bad, COUNT / 4);
	EXPECT_LT(bad, COUNT * 3 / 4);
}

TEST(medium, "SCSI: a medium error is in the records of its sectors only")
{
	char path[64];
	struct replay r;
	struct view v;
	size_t i, wrong = 0;

	device_scsi(path, sizeof(path), "opts=2");
	r = replay_simple(path, 0);
	replay_load(&r, image_reads(COUNT, 20000, DEVICE_BYTES));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	/* Sectors 0x1234 to 0x123d are bad: requests 582 and 583 of 8 each. */
	EXPECT_EQ(v.v[A(ERRORS)], 2);
	EXPECT_EQ(readable(&r, ENODATA), 2);
	for (i = 0; i < COUNT; i++)
		wrong += !!recs[i].error != (i == 582 || i == 583);
	EXPECT_EQ(wrong, 0);
	runs_again(&r);
}

/* ---- no answer ---- */

static void scsi_set(const char *attr, const char *value)
{
	ASSERT_EQ(kst_sh("echo %s >/sys/bus/pseudo/drivers/scsi_debug/%s",
			 value, attr), 0);
}

static void scsi_timeout(const char *path, int seconds)
{
	ASSERT_EQ(kst_sh("echo %d >/sys/block/%s/device/timeout", seconds,
			 path + 5), 0);
}

TEST(lost, "SCSI: a command without answer is repeated after its time-out")
{
	char path[64];
	struct replay r;
	struct view v;

	device_scsi(path, sizeof(path), "");
	scsi_timeout(path, 1);
	r = running(path, COUNT, 3 * MS);
	scsi_set("every_nth", "50");
	scsi_set("opts", "4");
	while (replay_get(&r).v[A(COMPLETED)] < 200)
		kst_sleep(5);
	scsi_set("opts", "0");
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(readable(&r, 0), COUNT);
	EXPECT_GT(longer_than(900 * MS), 0);
}

/* Few enough for its queue: the session waits for answers, not for room. */
#define FEW	150

/* A replay on a disk that has stopped to answer. */
static struct replay silent(char *path, size_t len)
{
	struct replay r;

	device_scsi(path, len, "");
	scsi_timeout(path, 1);
	r = running(path, FEW, 20 * MS);
	scsi_set("every_nth", "1");
	scsi_set("opts", "4");
	return r;
}

TEST(offline, "SCSI: a device without answer that goes offline ends in errors")
{
	char path[64];
	struct replay r = silent(path, sizeof(path));
	struct view v;

	kst_sleep(200);
	ASSERT_EQ(kst_sh("echo offline >/sys/block/%s/device/state", path + 5),
		  0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], FEW);
	EXPECT_GT(v.v[A(ERRORS)], FEW / 4);
	EXPECT_GE(readable(&r, 0), 20);
	EXPECT_EQ(recs[0].error, 0);
	EXPECT_NE(recs[FEW - 1].error, 0);
}

TEST(silent_stop, "SCSI: a stop waits for what is not answered, and ends then")
{
	char path[64];
	struct replay r = silent(path, sizeof(path));
	struct view v;

	kst_sleep(200);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	kst_sleep(200);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(DRAINING));
	EXPECT_LT(v.v[A(COMPLETED)], v.v[A(ISSUED)]);
	scsi_set("opts", "0");
	replay_wait(&r, ST(STOPPED), &v);
	EXPECT_LT(v.v[A(ISSUED)], FEW);
	EXPECT_GE(readable(&r, 0), 20);
	EXPECT_EQ(recs[0].error, 0);
}

TEST(timed_out, "null_blk: a request that times out is ETIMEDOUT in its record")
{
	struct replay r;
	struct view v;

	/* The 400th request, once. */
	kst_sh("rmmod null_blk 2>/dev/null; modprobe null_blk nr_devices=0 timeout=400,100,0,1");
	if (access("/sys/module/null_blk/parameters/timeout", F_OK))
		kst_skip("null_blk of this kernel injects no time-outs");
	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(COUNT, 20000, DEVICE_BYTES));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	EXPECT_EQ(v.v[A(ERRORS)], 1);
	EXPECT_EQ(readable(&r, ETIMEDOUT), 1);
	EXPECT_GE(longer_than(2000 * MS), 1);
}

/* ---- gone ---- */

static void gone(struct replay *r, const char *path)
{
	struct view v;

	replay_wait(r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "removed");
	EXPECT_TEXT(v.error, path);
	EXPECT_LT(v.v[A(ISSUED)], COUNT);
	EXPECT_GE(readable(r, 0), 20);
	EXPECT_EQ(recs[0].error, 0);
	EXPECT_EQ(ctl_del(r->c, r->id), 0);
	EXPECT_TRUE(ctl_wait_gone(r->c, r->id, 5000));
}

TEST(powered_off, "null_blk that is powered off with requests in flight")
{
	struct replay r;

	device_null("ka", "irqmode=2 completion_nsec=20000000");
	r = running("/dev/ka", COUNT, 5 * MS);
	ASSERT_EQ(device_null_set("ka", "power", "0"), 0);
	gone(&r, "/dev/ka");
}

TEST(deleted, "a SCSI device that is deleted in mid-run")
{
	char path[64];
	struct replay r;

	device_scsi(path, sizeof(path), "delay=1");
	r = running(path, COUNT, 5 * MS);
	ASSERT_EQ(kst_sh("echo 1 >/sys/block/%s/device/delete", path + 5), 0);
	gone(&r, path);
}

/* Plugs a disk of the machine, runs on it, and pulls it out. */
static void unplugged(const char *add, const char *del, const char *path)
{
	int qmp = qmp_open(), i;
	struct replay r;

	qmp_do(qmp, add);
	for (i = 0; i < 2000 && access(path, F_OK); i++)
		kst_sleep(5);
	ASSERT_EQ(access(path, F_OK), 0);
	/* The node is there before the disk can be opened. */
	kst_sleep(200);
	r = running(path, COUNT, 10 * MS);
	qmp_do(qmp, del);
	gone(&r, path);
	for (i = 0; i < 2000 && !access(path, F_OK); i++)
		kst_sleep(5);
	EXPECT_NE(access(path, F_OK), 0);
	close(qmp);
}

TEST(virtio_blk, "a virtio disk that is unplugged from the machine in mid-run")
{
	kst_sh("modprobe virtio_blk 2>/dev/null");
	if (kst_sh("ls /sys/bus/pci/slots | grep -q ."))
		kst_skip("this kernel knows no PCI slots to plug into");
	unplugged("{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"virtio-blk-pci\",\"id\":\"blk\",\"drive\":\"hotblk\",\"bus\":\"hotport\"}}",
		  "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"blk\"}}",
		  "/dev/vda");
}

TEST(virtio_scsi, "a disk that is unplugged from a virtio SCSI host in mid-run")
{
	kst_sh("modprobe -a virtio_scsi sd_mod 2>/dev/null");
	if (access("/sys/bus/virtio/drivers/virtio_scsi", F_OK))
		kst_skip("there is no virtio_scsi");
	unplugged("{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"scsi-hd\",\"id\":\"scsi\",\"drive\":\"hotscsi\",\"bus\":\"hothost.0\"}}",
		  "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"scsi\"}}",
		  "/dev/sda");
}

/* ---- CPUs ---- */

static int cpu_set_online(int cpu, int online)
{
	return kst_sh("echo %d >/sys/devices/system/cpu/cpu%d/online", online,
		      cpu);
}

/* Makes a session whose worker is on CPU 1, and takes that away in mid-run. */
static struct replay without_cpu(const char *device)
{
	struct replay r;
	int err;

	if (access("/sys/devices/system/cpu/cpu1/online", W_OK))
		kst_skip("there is no second CPU that can be taken away");
	device_null("ka", device);
	/* By default the first session is on one CPU, the second on another. */
	r = replay_simple("/dev/ka", 0);
	if (replay_get(&r).cpu[0][0] != 1) {
		ASSERT_EQ(ctl_del(r.c, r.id), 0);
		ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
		r = replay_simple("/dev/ka", 0);
	}
	ASSERT_EQ(replay_get(&r).cpu[0][0], 1);
	replay_load(&r, image_reads(COUNT, 2 * MS, DEVICE_BYTES));
	replay_start(&r, NULL);
	kst_sleep(200);
	err = cpu_set_online(1, 0);
	if (err)
		kst_failed(__FILE__, __LINE__, true, "CPU 1 stays");
	return r;
}

static void cpu_gone(const char *device)
{
	struct replay r = without_cpu(device);
	struct view v;
	bool done = ctl_wait(r.c, r.id, ST(DONE), 20000, &v);
	int err;

	EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	err = ctl_start(r.c, r.id, NULL);
	/* Now nothing below leaves the machine with one CPU. */
	ASSERT_EQ(cpu_set_online(1, 1), 0);
	ASSERT_TRUE(done);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(err, -ENODEV);
	EXPECT_TEXT(r.c->text, "CPU 1");
	replay_run(&r, NULL, &v);
	EXPECT_EQ(readable(&r, 0), COUNT);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(cpu, "a CPU that goes offline under its worker: the run ends whole")
{
	cpu_gone("");
}

TEST(cpu_queues, "... and with it a hardware queue with requests in flight")
{
	cpu_gone("submit_queues=2 irqmode=2 completion_nsec=20000000");
}

TEST(cpu_delete, "a session whose worker's CPU is offline can be deleted")
{
	struct replay r = without_cpu("");
	bool deleted = !ctl_del(r.c, r.id) &&
		ctl_wait_gone(r.c, r.id, 5000);

	ASSERT_EQ(cpu_set_online(1, 1), 0);
	EXPECT_TRUE(deleted);
}

/* ---- NOWAIT ---- */

TEST(nowait, "NOWAIT without a tag is EAGAIN in its record, counted, not lost")
{
	struct image *im = image_reads(COUNT, 20000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	size_t again, i;

	device_null("ka", "irqmode=2 completion_nsec=5000000");
	for (i = 1; i < COUNT; i++) {
		im->rec[i].issue_ns += 300 * MS;
		im->rec[i].flags = HFR_RF_NOWAIT;
	}
	image_end(im);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_start(&r, NULL);
	/* The engine never asks for more tags than it knows of. */
	ASSERT_EQ(kst_sh("echo 4 >/sys/block/ka/queue/nr_requests"), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	again = readable(&r, EAGAIN);
	EXPECT_EQ(again, v.v[A(ERRORS)]);
	EXPECT_GT(again, COUNT / 10);
	EXPECT_LT(again, COUNT);
	EXPECT_EQ(device_ios("ka"), COUNT - again);
	EXPECT_EQ(v.v[A(READ_BYTES)], (COUNT - again) * 4096);
}
