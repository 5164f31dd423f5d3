// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "targets.h"

static bool is_number(const char *text, size_t len)
{
	return len && strspn(text, "0123456789") >= len;
}

/* Length of the first item of a list; "8,0=/dev/sdb" is one item. */
static size_t item_length(const char *text)
{
	size_t len = strcspn(text, ",");
	size_t digits;

	if (text[len] && is_number(text, len)) {
		digits = strspn(text + len + 1, "0123456789");
		if (digits && text[len + 1 + digits] == '=')
			len += 1 + strcspn(text + len + 1, ",");
	}
	return len;
}

/* An equals sign behind a slash is part of the path. */
static size_t source_length(const char *item, size_t len)
{
	const char *equals = memchr(item, '=', len);
	const char *slash = memchr(item, '/', len);

	if (!equals || (slash && slash < equals))
		return 0;
	return (size_t)(equals - item);
}

static int add_item(struct target_choices *c, const char *item, size_t len,
		    struct hf_error *err)
{
	size_t src = source_length(item, len);
	const char *path = src ? item + src + 1 : item;
	size_t path_len = len - (size_t)(path - item);
	struct target_choice *t;

	if (!path_len)
		return hf_fail(err, EINVAL,
			       "--target %.*s names no device", (int)len,
			       item);
	if (c->n == HFR_MAX_DEVICES)
		return hf_fail(err, EINVAL, "more than %d targets",
			       HFR_MAX_DEVICES);
	t = &c->all[c->n];
	if (src >= sizeof(t->source) || path_len >= sizeof(t->path))
		return hf_fail(err, EINVAL, "--target %.*s is too long",
			       (int)len, item);
	snprintf(t->source, sizeof(t->source), "%.*s", (int)src, item);
	snprintf(t->path, sizeof(t->path), "%.*s", (int)path_len, path);
	c->n++;
	return 0;
}

int targets_parse(struct target_choices *c, const char *text,
		  struct hf_error *err)
{
	size_t len;
	int ret;

	for (;;) {
		len = item_length(text);
		ret = add_item(c, text, len, err);
		if (ret || !text[len])
			return ret;
		text += len + 1;
	}
}

int targets_from_args(struct target_choices *c, const struct args *args,
		      struct hf_error *err)
{
	const char *text;
	unsigned int i;
	int ret = 0;

	memset(c, 0, sizeof(*c));
	for (i = 0; !ret && (text = args_nth(args, "target", i)); i++)
		ret = targets_parse(c, text, err);
	return ret;
}

static const char *device_name(const struct hft_file *trace, unsigned int i)
{
	return (const char *)trace->devs[i].name;
}

static int find_device(const struct hft_file *trace, const char *name)
{
	unsigned int i;
	char number[32];

	for (i = 0; i < trace->hdr->device_count; i++) {
		snprintf(number, sizeof(number), "%u,%u",
			 trace->devs[i].major, trace->devs[i].minor);
		if (!strcmp(device_name(trace, i), name) ||
		    (trace->devs[i].major && !strcmp(number, name)))
			return (int)i;
	}
	return -1;
}

static const char *list_devices(const struct hft_file *trace, char *buf,
				size_t len)
{
	size_t at = 0;
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < trace->hdr->device_count && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s",
				       i ? ", " : "", device_name(trace, i));
	return buf;
}

static int assign_named(const struct target_choices *c,
			const struct hft_file *trace, unsigned int *order,
			bool *taken, struct hf_error *err)
{
	char list[512];
	unsigned int i;
	int dev;

	for (i = 0; i < c->n; i++) {
		if (!c->all[i].source[0])
			continue;
		dev = find_device(trace, c->all[i].source);
		if (dev < 0)
			return hf_fail(err, EINVAL,
				       "%s has no device %s; it has: %s",
				       trace->path, c->all[i].source,
				       list_devices(trace, list,
						    sizeof(list)));
		if (taken[dev])
			return hf_fail(err, EINVAL,
				       "two targets are given for device %s of the trace",
				       c->all[i].source);
		taken[dev] = true;
		order[dev] = i;
	}
	return 0;
}

static int check_number(const struct target_choices *c,
			const struct hft_file *trace, struct hf_error *err)
{
	unsigned int n = trace->hdr->device_count;
	char list[512];

	if (c->n == n)
		return 0;
	if (n == 1)
		return hf_fail(err, EINVAL,
			       "%u targets are given; the trace has one device, %s",
			       c->n, device_name(trace, 0));
	list_devices(trace, list, sizeof(list));
	return hf_fail(err, EINVAL,
		       "the trace has %u devices (%s) and %u target%s given; give one for each (--target SRC=DEV), or keep the requests of one with --device",
		       n, list, c->n, c->n == 1 ? " is" : "s are");
}

int targets_assign(const struct target_choices *c,
		   const struct hft_file *trace, unsigned int *order,
		   struct hf_error *err)
{
	bool taken[HFR_MAX_DEVICES] = { false };
	unsigned int i, dev = 0;
	int ret = check_number(c, trace, err);

	if (!ret)
		ret = assign_named(c, trace, order, taken, err);
	if (ret)
		return ret;
	for (i = 0; i < c->n; i++) {
		if (c->all[i].source[0])
			continue;
		while (taken[dev])
			dev++;
		taken[dev] = true;
		order[dev] = i;
	}
	return 0;
}
