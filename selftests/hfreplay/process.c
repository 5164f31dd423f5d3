// SPDX-License-Identifier: GPL-2.0-only
/* Time, and the children of a program. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kst.h"

uint64_t kst_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

void kst_sleep(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

int kst_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) :
		128 + WTERMSIG(status);
}

int kst_wait(int pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return kst_status(status);
}

int kst_sh(const char *fmt, ...)
{
	char line[4096];
	va_list args;
	int status;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	fflush(stdout);
	status = system(line);
	return status < 0 ? 127 : kst_status(status);
}

int kst_fork(int (*fn)(void *arg), void *arg)
{
	int pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(fn(arg));
	return pid;
}
