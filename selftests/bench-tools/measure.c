// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure FILE COMMAND...: runs a command and appends a line to FILE: elapsed
 * and CPU seconds, and the most memory it had resident (VmHWM), in KiB.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int note(const char *path, double elapsed, const struct rusage *use)
{
	FILE *f = fopen(path, "a");

	if (!f) {
		perror(path);
		return 2;
	}
	fprintf(f, "%.4f %.4f %ld\n", elapsed,
		seconds(&use->ru_utime) + seconds(&use->ru_stime),
		use->ru_maxrss);
	return fclose(f) ? 2 : 0;
}

int main(int argc, char **argv)
{
	struct rusage use;
	double start = now();
	int status, ret;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: measure FILE COMMAND...\n");
		return 2;
	}
	pid = fork();
	if (!pid) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0) {
		perror("measure");
		return 2;
	}
	ret = note(argv[1], now() - start, &use);
	if (ret)
		return ret;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
