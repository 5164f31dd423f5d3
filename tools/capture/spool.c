// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "spool.h"

/* The longest line. */
#define MAX_LINE	256

int spool_init(struct spool *s, const char *prefix, const char *device,
	       unsigned int cpu)
{
	s->fd = -1;
	s->cpu = cpu;
	s->len = 0;
	return asprintf(&s->path, "%s.%s.%u", prefix, device, cpu) < 0 ?
		-ENOMEM : 0;
}

static int left_behind(const char *path, struct hf_error *err)
{
	return hf_fail(err, EEXIST,
		       "%s exists: an earlier capture was cut off and left its events there; convert or remove them",
		       path);
}

static int look_in(DIR *dir, const char *prefix, int folder,
		   struct hf_error *err)
{
	const char *start = prefix + folder;
	size_t len = strlen(start);
	struct dirent *entry;
	char path[2 * PATH_MAX];

	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, start, len) ||
		    entry->d_name[len] != '.')
			continue;
		snprintf(path, sizeof(path), "%.*s%s", folder, prefix,
			 entry->d_name);
		return left_behind(path, err);
	}
	return 0;
}

int spool_check(const char *prefix, struct hf_error *err)
{
	const char *slash = strrchr(prefix, '/');
	int len = slash ? (int)(slash - prefix) + 1 : 0, ret;
	char folder[PATH_MAX] = ".";
	DIR *dir;

	if (len)
		snprintf(folder, sizeof(folder), "%.*s", len, prefix);
	dir = opendir(folder);
	if (!dir)
		return hf_fail(err, errno, "%s: %s", folder, strerror(errno));
	ret = look_in(dir, prefix, len, err);
	closedir(dir);
	return ret;
}

static int open_file(struct spool *s, struct hf_error *err)
{
	/* O_EXCL: what an earlier capture left may still be wanted. */
	s->fd = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (s->fd >= 0)
		return 0;
	if (errno == EEXIST)
		return left_behind(s->path, err);
	return hf_fail(err, errno, "cannot create %s: %s", s->path,
		       strerror(errno));
}

int spool_flush(struct spool *s, struct hf_error *err)
{
	size_t done = 0;
	int ret;

	if (s->fd < 0 && s->len) {
		ret = open_file(s, err);
		if (ret)
			return ret;
	}
	while (done < s->len) {
		ssize_t n = write(s->fd, s->buf + done, s->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			ret = -errno;
			/* What was written is not written again. */
			memmove(s->buf, s->buf + done, s->len - done);
			s->len -= done;
			return hf_fail(err, -ret, "cannot write %s: %s",
				       s->path, strerror(-ret));
		}
		done += n;
	}
	s->len = 0;
	return 0;
}

static int room(struct spool *s, struct hf_error *err)
{
	return s->len + MAX_LINE > sizeof(s->buf) ? spool_flush(s, err) : 0;
}

static char *put_text(char *p, const char *text)
{
	size_t len = strlen(text);

	memcpy(p, text, len);
	return p + len;
}

/* At least @digits digits. */
static char *put_number(char *p, uint64_t n, int digits)
{
	char tmp[24];
	int len = 0;

	do {
		tmp[len++] = '0' + n % 10;
		n /= 10;
	} while (n || len < digits);
	while (len)
		*p++ = tmp[--len];
	return p;
}

/* Names of processes may hold anything: no line may end in one. */
static char *put_comm(char *p, const char *comm)
{
	for (; *comm; comm++)
		*p++ = (unsigned char)*comm < ' ' ? '?' : *comm;
	return p;
}

static char *put_prio(char *p, uint32_t prio)
{
	static const char * const classes[] = { "none", "rt", "be", "idle" };

	*p++ = ' ';
	p = put_text(p, classes[prio >> 13 & 3]);
	*p++ = ',';
	p = put_number(p, prio >> 3 & 0x3ff, 1);
	*p++ = ',';
	return put_number(p, prio & 7, 1);
}

static char *put_prefix(char *p, unsigned int cpu,
			const struct spool_event *ev)
{
	p = ev->comm[0] ? put_comm(p, ev->comm) : put_text(p, "<...>");
	*p++ = '-';
	p = put_number(p, ev->pid, 1);
	p = put_text(p, " [");
	p = put_number(p, cpu, 3);
	p = put_text(p, "] ");
	p = put_number(p, ev->time / 1000000000, 1);
	*p++ = '.';
	p = put_number(p, ev->time % 1000000000, 9);
	p = put_text(p, ": ");
	p = put_text(p, ev->name);
	return put_text(p, ": ");
}

/* The end in brackets: a process or an error. */
static char *put_suffix(char *p, const struct spool_event *ev)
{
	p = put_text(p, " [");
	if (ev->comm[0]) {
		p = put_comm(p, ev->comm);
	} else {
		if (ev->error < 0)
			*p++ = '-';
		p = put_number(p, llabs(ev->error), 1);
	}
	return put_text(p, "]\n");
}

static char *put_device(char *p, dev_t number)
{
	p = put_number(p, major(number), 1);
	*p++ = ',';
	return put_number(p, minor(number), 1);
}

/* The end of a remap: where the sectors come from. */
static char *put_from(char *p, const struct spool_event *ev)
{
	p = put_text(p, " <- (");
	p = put_device(p, ev->from);
	p = put_text(p, ") ");
	p = put_number(p, ev->from_sector, 1);
	*p++ = '\n';
	return p;
}

int spool_put(struct spool *s, const struct spool_event *ev,
	      struct hf_error *err)
{
	int ret = room(s, err);
	char *p = s->buf + s->len;

	if (ret)
		return ret;
	p = put_prefix(p, s->cpu, ev);
	p = put_device(p, ev->number);
	*p++ = ' ';
	p = put_text(p, ev->rwbs);
	*p++ = ' ';
	if (ev->bytes >= 0) {
		p = put_number(p, ev->bytes, 1);
		*p++ = ' ';
	}
	if (ev->command)
		p = put_text(p, ev->passthrough ? "(?) " : "() ");
	p = put_number(p, ev->sector, 1);
	p = put_text(p, ev->split ? " / " : " + ");
	p = put_number(p, ev->sectors, 1);
	if (ev->prio >= 0)
		p = put_prio(p, ev->prio);
	p = ev->remap ? put_from(p, ev) : put_suffix(p, ev);
	s->len = p - s->buf;
	return 0;
}

static int put_device_line(struct spool *s, const struct blockdev *dev,
			   struct hf_error *err)
{
	int ret = room(s, err);

	if (!ret)
		s->len += snprintf(s->buf + s->len, MAX_LINE,
				   "# hfreplay device: %u,%u %s %llu %u\n",
				   major(dev->number), minor(dev->number),
				   dev->name, (unsigned long long)dev->size,
				   dev->logical_block);
	return ret;
}

int spool_header(struct spool *s, const struct blockdevs *devs, uint64_t mono,
		 uint64_t real, struct hf_error *err)
{
	int i, ret = 0;

	for (i = 0; !ret && i < devs->n; i++)
		ret = put_device_line(s, &devs->list[i], err);
	if (!ret)
		ret = room(s, err);
	if (!ret)
		s->len += snprintf(s->buf + s->len, MAX_LINE,
				   "# hfreplay clock: %llu.%09llu %llu.%09llu\n",
				   (unsigned long long)mono / 1000000000,
				   (unsigned long long)mono % 1000000000,
				   (unsigned long long)real / 1000000000,
				   (unsigned long long)real % 1000000000);
	return ret;
}

int spool_lost(struct spool *s, uint64_t n, struct hf_error *err)
{
	int ret = room(s, err);

	if (!ret)
		s->len += snprintf(s->buf + s->len, MAX_LINE,
				   "CPU:%u [LOST %llu EVENTS]\n", s->cpu,
				   (unsigned long long)n);
	return ret;
}

int spool_close(struct spool *s, struct hf_error *err)
{
	int ret = spool_flush(s, err);

	if (s->fd >= 0 && close(s->fd) && !ret)
		ret = hf_fail(err, errno, "cannot write %s: %s", s->path,
			      strerror(errno));
	s->fd = -1;
	return ret;
}

void spool_free(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	free(s->path);
	s->path = NULL;
}
