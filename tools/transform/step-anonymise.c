// SPDX-License-Identifier: GPL-2.0-only
/* --anonymise: addresses and streams that say nothing of the original's. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hashing.h"
#include "permute.h"
#include "transform.h"
#include "units.h"
#include "words.h"

#define GRANULE		(64ULL << 20)
#define LEAST		4096ULL
#define KEY_BYTES	16
#define CACHE		4096U

/* Tweaks: devices count from 0, streams have one of their own. */
#define TWEAK_STREAM	(1ULL << 32)

struct cached {
	uint64_t value, image;
};

/**
 * struct anonymise - how names are hidden
 * @path: file with the key; owned
 * @granule: bytes that stay together
 * @key: the key
 * @size: of each device, bytes
 * @whole: whole granules of each device: these are permuted
 * @granules: images of granules that were asked for lately
 * @streams: the same of streams
 */
struct anonymise {
	char *path;
	uint64_t granule;
	uint64_t key[2];
	uint64_t size[HFR_MAX_DEVICES];
	uint64_t whole[HFR_MAX_DEVICES];
	struct cached granules[CACHE];
	struct cached streams[CACHE];
};

static int parse_anonymise(void *state, const char *text, struct hf_error *err)
{
	static const char *const keys[] = { "key", "granule", NULL };
	struct anonymise *a = state;
	const char *granule;
	struct words w;
	int rc = words_split(&w, text, err);

	if (!rc)
		rc = words_plain(&w, keys, err);
	if (!rc && !words_get(&w, "key"))
		rc = hf_fail(err, EINVAL,
			     "key=FILE is missing; head -c 16 /dev/urandom >FILE makes one");
	if (!rc) {
		a->path = strdup(words_get(&w, "key"));
		rc = a->path ? 0 : hf_fail(err, ENOMEM, "out of memory");
	}
	a->granule = GRANULE;
	granule = rc ? NULL : words_get(&w, "granule");
	if (granule)
		rc = word_granule(granule, LEAST, &a->granule, err);
	words_free(&w);
	return rc;
}

static ssize_t read_file(const char *path, char *buf, size_t len,
			 struct hf_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, len);
	int code = errno;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return hf_fail(err, code, "cannot read the key %s: %s", path,
			       strerror(code));
	return n;
}

/* 32 hexadecimal digits, perhaps with a newline, or 16 bytes. */
static int read_key(struct anonymise *a, struct hf_error *err)
{
	char buf[64] = "";
	unsigned int i, byte;
	uint8_t bytes[KEY_BYTES];
	ssize_t n = read_file(a->path, buf, sizeof(buf) - 1, err);

	if (n < 0)
		return (int)n;
	if (n > 0 && n != KEY_BYTES && buf[n - 1] == '\n')
		n--;
	if (n == 2 * KEY_BYTES &&
	    strspn(buf, "0123456789abcdefABCDEF") == 2 * KEY_BYTES) {
		for (i = 0; i < KEY_BYTES; i++) {
			sscanf(buf + 2 * i, "%2x", &byte);
			bytes[i] = (uint8_t)byte;
		}
	} else if (n == KEY_BYTES) {
		memcpy(bytes, buf, sizeof(bytes));
	} else {
		return hf_fail(err, EINVAL,
			       "%s is no key: it must hold 16 bytes or 32 hexadecimal digits (head -c 16 /dev/urandom >FILE)",
			       a->path);
	}
	memcpy(a->key, bytes, sizeof(a->key));
	return 0;
}

/* A part of a granule at the end of a device stays where it is: its place is
 * known to whoever knows the size.
 */
static void open_device(struct anonymise *a, struct hfr_file_dev *dev,
			uint32_t i)
{
	uint64_t size = dev->size > dev->max_end ? dev->size : dev->max_end;

	if (dev->size >= dev->max_end)
		a->whole[i] = size / a->granule;
	else
		a->whole[i] = (size + a->granule - 1) / a->granule;
	a->size[i] = size;
	if (a->whole[i] * a->granule > dev->max_end)
		dev->max_end = a->whole[i] * a->granule;
	memset(dev->name, 0, sizeof(dev->name));
	snprintf((char *)dev->name, sizeof(dev->name), "dev%u", i);
	dev->major = 0;
	dev->minor = 0;
}

static void forget(struct cached *cache)
{
	unsigned int i;

	for (i = 0; i < CACHE; i++)
		cache[i].value = UINT64_MAX;
}

static int open_anonymise(struct stage *s, struct shape *shape,
			  struct hf_error *err)
{
	struct anonymise *a = s->state;
	int rc = read_key(a, err);
	uint32_t i;

	if (rc)
		return rc;
	for (i = 0; i < shape->device_count; i++)
		open_device(a, &shape->devs[i], i);
	forget(a->granules);
	forget(a->streams);
	shape->wall_start_ns = 0;
	shape->anonymous = true;
	shape_undo_deps(shape, s->kind->name);
	return 0;
}

static uint64_t image(struct anonymise *a, struct cached *cache,
		      uint64_t tweak, uint64_t n, uint64_t value)
{
	/* The tweak is below 64, or all entries have the same. */
	uint64_t tag = value << 6 | (tweak & 63);
	struct cached *c = &cache[hash_mix(tag) % CACHE];

	if (c->value != tag) {
		c->value = tag;
		c->image = permute(a->key, tweak, n, value);
	}
	return c->image;
}

/* Streams are numbers from 1 on; 0 says that it is not known. */
static uint32_t hidden_stream(struct anonymise *a, uint32_t stream)
{
	if (!stream)
		return 0;
	return (uint32_t)image(a, a->streams, TWEAK_STREAM, UINT32_MAX,
			       stream - 1) + 1;
}

static uint64_t hidden_place(struct anonymise *a, uint32_t target,
			     uint64_t offset)
{
	uint64_t granule = offset / a->granule;

	if (granule >= a->whole[target])
		return offset;
	return image(a, a->granules, target, a->whole[target], granule) *
	       a->granule + offset % a->granule;
}

/* One granule, or none, has no other place to go to. */
static int would_stay(struct stage *s, uint32_t target, struct hf_error *err)
{
	const struct anonymise *a = s->state;
	uint64_t most = a->size[target] / 2 / LEAST * LEAST;
	char granule[32], advice[64] = "";

	hf_format_size(granule, sizeof(granule), a->granule);
	if (most)
		snprintf(advice, sizeof(advice),
			 "give a granule of at most %" PRIu64 " bytes, or ",
			 most);
	return stage_fail(s, err, EINVAL,
			  "would stay in its place: device %u has fewer than two granules of %s; %sleave the device out first (--drop target=%u)",
			  target, granule, advice, target);
}

static int each_anonymise(struct stage *s, const struct hfr_trace_rec *in,
			  struct hf_error *err)
{
	struct anonymise *a = s->state;
	struct hfr_trace_rec rec = *in;
	uint64_t at = rec.offset, end = at + rec.length, next;
	uint64_t start = at, place = hidden_place(a, rec.target, at), to;
	int rc = 0;

	if (stage_has_place(&rec) && a->whole[rec.target] < 2)
		return would_stay(s, rec.target, err);
	rec.stream = hidden_stream(a, rec.stream);
	if (!stage_has_place(&rec) || !rec.length) {
		rec.offset = stage_has_place(&rec) ? place : 0;
		return stage_push(s, &rec, err);
	}
	/* Granules whose images are neighbours stay one part. */
	for (; !rc && at < end; at = next) {
		next = (at / a->granule + 1) * a->granule;
		to = next < end ? hidden_place(a, rec.target, next) : 0;
		if (next < end && to == place + (next - start))
			continue;
		if (next > end)
			next = end;
		rc = stage_piece(s, &rec, start - rec.offset,
				 (uint32_t)(next - start), place, err);
		start = next;
		place = to;
	}
	return rc;
}

static void say_anonymise(const struct stage *s, json_t *obj)
{
	const struct anonymise *a = s->state;

	json_object_set_new(obj, "granule",
			    json_integer((json_int_t)a->granule));
}

static void close_anonymise(void *state)
{
	struct anonymise *a = state;

	free(a->path);
	explicit_bzero(a->key, sizeof(a->key));
}

const struct transform transform_anonymise = {
	.name = "anonymise",
	.state_size = sizeof(struct anonymise),
	.parse = parse_anonymise,
	.open = open_anonymise,
	.close = close_anonymise,
	.each = each_anonymise,
	.say = say_anonymise,
};
