// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-memory: what the kernel has less of while it holds a trace, as it
 * tells itself, and not by the module's own account. Prints "NAME NUMBER" a
 * line, bytes a request.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kst.h"
#include "session.h"

/**
 * struct use - memory in use, KiB
 * @kernel: all that is neither free nor holds data of files or of processes
 * @unavailable: all but what the kernel calls available and what holds data
 *	of processes
 * @vmalloc: areas of vmalloc()
 * @slab: objects of slabs
 */
struct use {
	long kernel, unavailable, vmalloc, slab;
};

static void poke(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	ASSERT_TRUE(fd >= 0 && write(fd, text, strlen(text)) > 0);
	close(fd);
}

static void read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n, all = 0;

	ASSERT_GE(fd, 0);
	while ((n = read(fd, text + all, size - 1 - all)) > 0)
		all += n;
	ASSERT_GT(all, 0);
	text[all] = '\0';
	close(fd);
}

/* Free pages that a CPU keeps to itself, KiB. They are not in MemFree. */
static long kept_by_cpus(void)
{
	static char text[65536];
	const char *p = text;
	long pages, sum = 0;

	read_text("/proc/zoneinfo", text, sizeof(text));
	while ((p = strstr(p, " count: "))) {
		ASSERT_EQ(sscanf(p, " count: %ld", &pages), 1);
		sum += pages;
		p++;
	}
	return sum * (sysconf(_SC_PAGESIZE) / 1024);
}

static long field(const char *text, const char *name)
{
	const char *p = strstr(text, name);
	long kib;

	ASSERT_TRUE(p && sscanf(p + strlen(name), " %ld", &kib) == 1);
	return kib;
}

static struct use now(void)
{
	char text[8192];
	struct use use;
	long kept;

	/* What is only kept in case it is wanted again is given back first. */
	poke("/proc/sys/vm/drop_caches", "3");
	poke("/proc/sys/vm/compact_memory", "1");
	read_text("/proc/meminfo", text, sizeof(text));
	kept = kept_by_cpus();
	use.kernel = field(text, "MemTotal:") - field(text, "MemFree:") - kept -
		field(text, "\nCached:") - field(text, "Buffers:") -
		field(text, "AnonPages:");
	use.unavailable = field(text, "MemTotal:") -
		field(text, "MemAvailable:") - kept -
		field(text, "AnonPages:");
	use.vmalloc = field(text, "VmallocUsed:");
	use.slab = field(text, "Slab:");
	return use;
}

static void say(const char *when, const char *what, long before, long after,
		const struct run *run)
{
	printf("%s-%s %.3f\n", when, what,
	       (after - before) * 1024.0 / run->trace.count);
}

static void say_all(const char *when, const struct use *before,
		    const struct run *run)
{
	struct use after = now();

	say(when, "kernel", before->kernel, after.kernel, run);
	say(when, "unavailable", before->unavailable, after.unavailable, run);
	say(when, "vmalloc", before->vmalloc, after.vmalloc, run);
	say(when, "slab", before->slab, after.slab, run);
}

int main(int argc, char **argv)
{
	struct use before;
	struct run run;

	if (argc < 3) {
		fputs("usage: bench-memory TARGET TRACE [OPTION=N]...\noptions:",
		      stderr);
		run_options();
		return 2;
	}
	/* A session before it, so that only what belongs to one is new. */
	run_new(&run, argv[1], argv[2], argv + 3);
	run_delete(&run);
	before = now();
	run_new(&run, argv[1], argv[2], argv + 3);
	run_load(&run);
	say_all("loaded", &before, &run);
	run_play(&run);
	say_all("ended", &before, &run);
	printf("own-account %.3f\n",
	       (double)run.view.v[A(MEMORY)] / run.trace.count);
	run_delete(&run);
	say_all("deleted", &before, &run);
	return 0;
}
