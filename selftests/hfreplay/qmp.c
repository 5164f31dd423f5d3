// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kst.h"
#include "qmp.h"

#define ANSWER_MS	10000
#define LINE		4096

/* A line at a time; the greeting and events are passed over. */
static void read_line(int fd, char *line, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t at = 0;

	while (at < size - 1) {
		ASSERT_EQ(poll(&pfd, 1, ANSWER_MS), 1);
		ASSERT_EQ(read(fd, line + at, 1), 1);
		if (line[at++] == '\n')
			break;
	}
	line[at] = '\0';
}

/* Whether it was done; the answer is in @line. */
static bool command(int fd, const char *text, char *line)
{
	ASSERT_EQ(write(fd, text, strlen(text)), strlen(text));
	do {
		read_line(fd, line, LINE);
		if (strstr(line, "\"error\":"))
			return false;
	} while (!strstr(line, "\"return\":"));
	return true;
}

int qmp_open(void)
{
	char path[64] = "";
	FILE *find = popen("grep -lx hfreplay.qmp /sys/class/virtio-ports/*/name 2>/dev/null | cut -d / -f 5",
			   "r");
	char name[32] = "", line[LINE];
	int fd;

	if (!find || fscanf(find, "%31s", name) != 1)
		kst_skip("the machine has no port to its emulator");
	pclose(find);
	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		kst_failed(__FILE__, __LINE__, true, "%s: %s", path,
			   strerror(errno));
	/* Refused when an earlier test has done so. */
	command(fd, "{\"execute\":\"qmp_capabilities\"}", line);
	return fd;
}

void qmp_do(int fd, const char *text)
{
	char line[LINE];

	if (!command(fd, text, line))
		kst_failed(__FILE__, __LINE__, true, "%s: %s", text, line);
}
