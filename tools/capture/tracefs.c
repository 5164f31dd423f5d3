// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "array.h"
#include "tracefs.h"

#define TRACEFS_MAGIC	0x74726163

static int path_of(const struct tracefs *t, const char *file, char *path,
		   size_t size, struct hf_error *err)
{
	int n = snprintf(path, size, "%s/%s", t->path, file);

	if (n < 0 || (size_t)n >= size)
		return hf_fail(err, ENAMETOOLONG, "%s/%s: path is too long",
			       t->path, file);
	return 0;
}

static const char *mount_point(void)
{
	static const char * const places[] = {
		"/sys/kernel/tracing", "/sys/kernel/debug/tracing",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct statfs fs;

		if (!statfs(places[i], &fs) && fs.f_type == TRACEFS_MAGIC)
			return places[i];
	}
	return NULL;
}

/* Nobody may have it open: the kernel refuses otherwise. */
static int remove_old(const char *path, struct hf_error *err)
{
	if (!rmdir(path))
		return 0;
	if (errno == EBUSY)
		return hf_fail(err, EBUSY,
			       "%s is in use: another hfctl is capturing this device",
			       path);
	return hf_fail(err, errno, "cannot remove %s: %s", path,
		       strerror(errno));
}

static int make_instance(const char *path, bool force, struct hf_error *err)
{
	int ret;

	if (!mkdir(path, 0700))
		return 0;
	if (errno == EEXIST && force) {
		ret = remove_old(path, err);
		if (ret)
			return ret;
		if (!mkdir(path, 0700))
			return 0;
	}
	if (errno == EEXIST)
		return hf_fail(err, EEXIST,
			       "%s exists: another hfctl is capturing this device, or one was killed and left it behind (--force removes what nobody uses)",
			       path);
	if (errno == EACCES || errno == EPERM)
		return hf_fail(err, errno,
			       "cannot make %s: capturing needs root (CAP_SYS_ADMIN) and a kernel that is not locked down: %s",
			       path, strerror(errno));
	return hf_fail(err, errno, "cannot make %s: %s", path,
		       strerror(errno));
}

static int set_up(const struct tracefs *t, uint64_t buffer,
		  struct hf_error *err)
{
	char kib[24];
	int ret;

	snprintf(kib, sizeof(kib), "%llu",
		 (unsigned long long)(buffer + 1023) / 1024);
	ret = tracefs_write(t, "trace_clock", "mono", err);
	if (!ret)
		ret = tracefs_write(t, "options/overwrite", "0", err);
	if (!ret)
		ret = tracefs_write(t, "buffer_size_kb", kib, err);
	return ret;
}

int tracefs_create(struct tracefs *t, const char *name, bool force,
		   uint64_t buffer, struct hf_error *err)
{
	const char *top = mount_point();
	char path[sizeof(t->path)];
	int ret;

	t->path[0] = '\0';
	if (!top && geteuid())
		return hf_fail(err, EPERM,
			       "capturing needs root: run it as root or with sudo");
	if (!top)
		return hf_fail(err, ENOENT,
			       "tracefs is not mounted: mount -t tracefs none /sys/kernel/tracing");
	snprintf(path, sizeof(path), "%s/instances/%s", top, name);
	ret = make_instance(path, force, err);
	if (ret)
		return ret;
	memcpy(t->path, path, sizeof(path));
	ret = set_up(t, buffer, err);
	if (ret)
		tracefs_remove(t);
	return ret;
}

void tracefs_remove(struct tracefs *t)
{
	if (t->path[0])
		rmdir(t->path);
	t->path[0] = '\0';
}

int tracefs_write(const struct tracefs *t, const char *file, const char *text,
		  struct hf_error *err)
{
	char path[512];
	ssize_t n;
	int ret, fd;

	ret = path_of(t, file, path, sizeof(path), err);
	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	do {
		n = write(fd, text, strlen(text));
	} while (n < 0 && errno == EINTR);
	if (n != (ssize_t)strlen(text))
		ret = hf_fail(err, n < 0 ? errno : EIO,
			      "cannot write \"%s\" to %s: %s", text, path,
			      n < 0 ? strerror(errno) : "not taken whole");
	close(fd);
	return ret;
}

int tracefs_open(const struct tracefs *t, const char *file,
		 struct hf_error *err)
{
	char path[512];
	int ret, fd;

	ret = path_of(t, file, path, sizeof(path), err);
	if (ret)
		return ret;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	return fd;
}

int tracefs_read(const struct tracefs *t, const char *file, char *buf,
		 size_t size, struct hf_error *err)
{
	int fd = tracefs_open(t, file, err), ret = 0;
	size_t len = 0;

	if (fd < 0)
		return fd;
	while (len < size - 1) {
		ssize_t n = read(fd, buf + len, size - 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			ret = hf_fail(err, errno, "cannot read %s/%s: %s",
				      t->path, file, strerror(errno));
		if (n <= 0)
			break;
		len += n;
	}
	buf[len] = '\0';
	close(fd);
	return ret;
}

uint64_t tracefs_number(const char *text, const char *name)
{
	size_t len = strlen(name);

	while (text && *text) {
		if (!strncmp(text, name, len) && text[len] == ':')
			return strtoull(text + len + 1, NULL, 10);
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return 0;
}

/* "field:TYPE NAME;" or "field:TYPE NAME[8];" */
static bool names_field(const char *line, const char *end, const char *name)
{
	const char *stop = memchr(line, ';', end - line), *start;
	size_t len = strlen(name);

	if (!stop)
		return false;
	start = memrchr(line, ' ', stop - line);
	if (!start || strncmp(start + 1, name, len))
		return false;
	start += 1 + len;
	return *start == ';' || *start == '[';
}

struct trace_field tracefs_field(const char *format, const char *name)
{
	struct trace_field field = { 0 };
	const char *line = format;

	while ((line = strstr(line, "field:"))) {
		const char *end = strchrnul(line, '\n');
		const char *numbers = strchr(line, ';');

		if (numbers && names_field(line, end, name)) {
			if (sscanf(numbers, "; offset:%hu; size:%hu",
				   &field.offset, &field.size) != 2)
				field.size = 0;
			return field;
		}
		line = end;
	}
	return field;
}
