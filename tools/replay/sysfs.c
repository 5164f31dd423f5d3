// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sysfs.h"

static void trim(char *text, size_t len)
{
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = '\0';
}

static bool read_file(char *buf, size_t len, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, buf, len - 1);
		close(fd);
	}
	trim(buf, n > 0 ? (size_t)n : 0);
	return buf[0] != '\0';
}

bool sysfs_read(char *buf, size_t len, const char *fmt, ...)
{
	char path[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	return read_file(buf, len, path);
}

bool sysfs_block_read(char *buf, size_t len, uint32_t major, uint32_t minor,
		      const char *attr)
{
	return sysfs_read(buf, len, "/sys/dev/block/%u:%u/%s", major, minor,
			  attr) ||
	       sysfs_read(buf, len, "/sys/dev/block/%u:%u/../%s", major, minor,
			  attr);
}

int64_t sysfs_block_u64(uint32_t major, uint32_t minor, const char *attr,
			int64_t def)
{
	char text[64], *end;
	int64_t value;

	if (!sysfs_block_read(text, sizeof(text), major, minor, attr))
		return def;
	errno = 0;
	value = strtoll(text, &end, 0);
	return errno || *end ? def : value;
}

void sysfs_chosen(char *text)
{
	char *open = strchr(text, '[');
	char *close = open ? strchr(open, ']') : NULL;

	if (!close)
		return;
	*close = '\0';
	memmove(text, open + 1, strlen(open + 1) + 1);
}

static void add_text(json_t *o, const char *key, uint32_t major,
		     uint32_t minor, const char *attr)
{
	char text[256];

	if (sysfs_block_read(text, sizeof(text), major, minor, attr)) {
		sysfs_chosen(text);
		json_object_set_new(o, key, json_string(text));
	}
}

static void add_number(json_t *o, const char *key, uint32_t major,
		       uint32_t minor, const char *attr)
{
	int64_t value = sysfs_block_u64(major, minor, attr, -1);

	if (value >= 0)
		json_object_set_new(o, key, json_integer(value));
}

void sysfs_target_json(json_t *o, uint32_t major, uint32_t minor)
{
	add_text(o, "model", major, minor, "device/model");
	add_text(o, "firmware", major, minor, "device/firmware_rev");
	if (!json_object_get(o, "firmware"))
		add_text(o, "firmware", major, minor, "device/rev");
	add_text(o, "scheduler", major, minor, "queue/scheduler");
	add_number(o, "nr_requests", major, minor, "queue/nr_requests");
	add_number(o, "nomerges", major, minor, "queue/nomerges");
	add_number(o, "wbt_lat_us", major, minor, "queue/wbt_lat_usec");
	add_number(o, "rotational", major, minor, "queue/rotational");
}

/* "meltdown: PTI; spectre_v2: ...", without those that do not apply. */
static json_t *mitigations(void)
{
	const char *dir = "/sys/devices/system/cpu/vulnerabilities";
	char all[2048] = "", text[256];
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t at = 0;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' ||
		    !sysfs_read(text, sizeof(text), "%s/%s", dir, e->d_name) ||
		    !strcmp(text, "Not affected"))
			continue;
		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s: %s",
				       at ? "; " : "", e->d_name, text);
		if (at >= sizeof(all))
			break;
	}
	if (d)
		closedir(d);
	return json_string(*all ? all : "none");
}

json_t *sysfs_host_json(void)
{
	json_t *o = json_object();
	struct utsname u;
	char text[256];

	if (!uname(&u)) {
		json_object_set_new(o, "kernel",
				    json_sprintf("%s %s", u.sysname,
						 u.release));
		json_object_set_new(o, "machine", json_string(u.machine));
	}
	json_object_set_new(o, "cpus",
			    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(o, "mitigations", mitigations());
	if (sysfs_read(text, sizeof(text),
		       "/sys/devices/system/clocksource/clocksource0/current_clocksource"))
		json_object_set_new(o, "clocksource", json_string(text));
	return o;
}
