// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "device.h"
#include "kst.h"

#define NULLB	"/sys/kernel/config/nullb"

/* The kernel looks for partitions on a new device: that does not count. */
static struct {
	char name[32];
	struct device_stat stat;
} at_start[64];
static int made;

static struct device_stat read_stat(const char *name);

int device_null_set(const char *name, const char *attr, const char *value)
{
	char path[256];
	int fd, err = 0;

	snprintf(path, sizeof(path), NULLB "/%s/%s", name, attr);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* "attribute=value", cut in two in place. */
static int set_option(const char *name, char *option)
{
	char *value = strchr(option, '=');

	*value++ = '\0';
	return device_null_set(name, option, value);
}

void device_null(const char *name, const char *options)
{
	char text[512], path[256], *word, *rest = text;
	int err;

	if (access(NULLB, F_OK) &&
	    kst_sh("modprobe null_blk nr_devices=0 2>/dev/null"))
		kst_skip("there is no null_blk");
	snprintf(path, sizeof(path), NULLB "/%s", name);
	if (mkdir(path, 0755))
		kst_failed(__FILE__, __LINE__, true, "%s: %s", path,
			   strerror(errno));
	snprintf(text, sizeof(text),
		 "size=%d irqmode=0 queue_mode=2 submit_queues=1 hw_queue_depth=64 no_sched=1 %s power=1",
		 DEVICE_MIB, options);
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		err = set_option(name, word);
		if (err)
			kst_failed(__FILE__, __LINE__, true,
				   "null_blk %s, option %s: %s", name, word,
				   strerror(-err));
	}
	if (made == KST_COUNT(at_start))
		return;
	snprintf(at_start[made].name, sizeof(at_start[made].name), "%s", name);
	at_start[made++].stat = read_stat(name);
}

void device_dm(const char *name, const char *table)
{
	if (kst_sh("modprobe dm-mod 2>/dev/null; modprobe -a dm-delay 2>/dev/null; dmsetup create --noudevsync %s --table '%s'",
		   name, table))
		kst_failed(__FILE__, __LINE__, true,
			   "dmsetup create %s (%s) failed", name, table);
	kst_sh("dmsetup mknodes --noudevsync %s 2>/dev/null", name);
}

#define SCSI_DISK \
	"ls -d /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*/block/* 2>/dev/null"

void device_scsi(char *path, size_t len, const char *options)
{
	char disk[256] = "";
	FILE *find;
	int i;

	if (kst_sh("modprobe -n scsi_debug 2>/dev/null"))
		kst_skip("there is no scsi_debug");
	if (kst_sh("modprobe sd_mod && modprobe scsi_debug dev_size_mb=%d delay=0 %s",
		   DEVICE_MIB, options))
		kst_failed(__FILE__, __LINE__, true,
			   "scsi_debug with options %s failed", options);
	/* Disks are looked for in the background. */
	for (i = 0; i < 100 && !*disk; i++) {
		kst_sleep(50);
		find = popen(SCSI_DISK, "r");
		if (!find || fscanf(find, "%255s", disk) != 1)
			*disk = '\0';
		pclose(find);
	}
	if (!*disk)
		kst_failed(__FILE__, __LINE__, true,
			   "scsi_debug has no disk");
	snprintf(path, len, "/dev/%s", strrchr(disk, '/') + 1);
	for (i = 0; i < 100 && access(path, F_OK); i++)
		kst_sleep(50);
	/* Its partitions are looked for too. */
	kst_sleep(200);
}

/* Its disk may still be busy with what a test has left it. */
static void remove_scsi(void)
{
	int i;

	if (access("/sys/module/scsi_debug", F_OK))
		return;
	kst_sh("echo 0 >/sys/bus/pseudo/drivers/scsi_debug/opts; echo 0 >/sys/bus/pseudo/drivers/scsi_debug/every_nth");
	for (i = 0; i < 20 && kst_sh("rmmod scsi_debug 2>/dev/null"); i++)
		kst_sleep(500);
	if (!access("/sys/module/scsi_debug", F_OK))
		printf("# scsi_debug cannot be removed\n");
}

void device_remove_all(void)
{
	char path[512];
	struct dirent *e;
	DIR *dir;

	if (!access("/dev/mapper/control", F_OK) &&
	    kst_sh("dmsetup remove_all --noudevsync >/dev/null 2>&1"))
		printf("# dmsetup remove_all failed\n");
	if (!access("/sys/block/loop0/loop", F_OK))
		kst_sh("losetup -d /dev/loop0");
	remove_scsi();
	dir = opendir(NULLB);
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.' || e->d_type != DT_DIR)
			continue;
		snprintf(path, sizeof(path), NULLB "/%s", e->d_name);
		if (rmdir(path))
			printf("# %s: %s\n", path, strerror(errno));
	}
	if (dir)
		closedir(dir);
	/* Loaded to inject time-outs it would do so to the next devices too. */
	if (!access("/sys/module/null_blk/parameters/timeout", F_OK))
		kst_sh("! grep -q , /sys/module/null_blk/parameters/timeout || rmmod null_blk");
}

static struct device_stat read_stat(const char *name)
{
	unsigned long long v[17] = { 0 };
	struct device_stat stat;
	char path[256];
	FILE *f;
	int i;

	snprintf(path, sizeof(path), "/sys/class/block/%s/stat", name);
	f = fopen(path, "r");
	for (i = 0; f && i < 17; i++)
		if (fscanf(f, "%llu", &v[i]) != 1)
			break;
	if (f)
		fclose(f);
	stat.reads = v[0];
	stat.writes = v[4];
	stat.discards = v[11];
	stat.flushes = v[15];
	return stat;
}

struct device_stat device_stat(const char *name)
{
	struct device_stat s = read_stat(name);
	int i;

	for (i = 0; i < made; i++) {
		if (strcmp(at_start[i].name, name))
			continue;
		s.reads -= at_start[i].stat.reads;
		s.writes -= at_start[i].stat.writes;
		s.discards -= at_start[i].stat.discards;
		s.flushes -= at_start[i].stat.flushes;
	}
	return s;
}

uint64_t device_ios(const char *name)
{
	struct device_stat s = device_stat(name);

	return s.reads + s.writes + s.discards + s.flushes;
}

static int open_device(const char *name, int flags)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		kst_failed(__FILE__, __LINE__, true, "%s: %s", path,
			   strerror(errno));
	return fd;
}

void device_fill(const char *name, uint8_t byte)
{
	size_t piece = 1 << 20;
	int fd = open_device(name, O_WRONLY);
	void *buf = malloc(piece);

	memset(buf, byte, piece);
	while (write(fd, buf, piece) > 0)
		;
	fsync(fd);
	close(fd);
	free(buf);
}

void *device_read(const char *name, uint64_t offset, uint64_t length)
{
	int fd = open_device(name, O_RDONLY | O_DIRECT);
	void *buf = NULL;

	if (posix_memalign(&buf, 4096, length) ||
	    pread(fd, buf, length, offset) != (ssize_t)length)
		kst_failed(__FILE__, __LINE__, true, "reading %s: %s", name,
			   strerror(errno));
	close(fd);
	return buf;
}

uint64_t device_hash(const char *name, uint64_t offset, uint64_t length)
{
	void *buf = device_read(name, offset, length);
	uint64_t hash = XXH64(buf, length, 0);

	free(buf);
	return hash;
}
