// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define DEBUGFS "/sys/kernel/debug/"

static const char *const settings[][2] = {
	{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
	{ DEBUGFS "failslab/verbose", "0" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N" },
	{ DEBUGFS "fail_page_alloc/min-order", "0" },
	{ DEBUGFS "fail_page_alloc/verbose", "0" },
	{ DEBUGFS "fail_make_request/verbose", "0" },
	{ DEBUGFS "fail_usercopy/verbose", "0" },
	{ DEBUGFS "fail_futex/verbose", "0" },
	{ DEBUGFS "fail_io_timeout/verbose", "0" },
};

/* Of the process that opened it. */
static int fd = -1;
static pid_t owner;

static int put(const char *path, const char *value)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (file < 0)
		return -1;
	n = write(file, value, strlen(value));
	close(file);
	return n < 0 ? -1 : 0;
}

bool fault_setup(void)
{
	size_t i;

	if (access("/proc/thread-self/fail-nth", W_OK) ||
	    put(settings[0][0], settings[0][1]))
		return false;
	for (i = 1; i < sizeof(settings) / sizeof(settings[0]); i++)
		put(settings[i][0], settings[i][1]);
	return true;
}

/* Copying the number is one of the things that may fail. */
static void set(const char *text)
{
	int tries = 10;

	while (write(fd, text, strlen(text)) < 0 && tries--)
		;
}

void fault_arm(unsigned int nth)
{
	char text[16];

	if (owner != getpid()) {
		owner = getpid();
		fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			abort();
	}
	snprintf(text, sizeof(text), "%u", nth);
	set(text);
}

bool fault_fired(void)
{
	char text[16] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	set("0");
	return n > 0 && text[0] == '0';
}
