// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <linux/hfreplay.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "extents.h"
#include "parse.h"
#include "refs.h"

/* A trace has no addresses behind this. */
#define MOST_BYTES	(1ULL << 60)

static int add_size(struct sizes *s, struct numbers *weights, const char *size,
		    const char *weight, struct hf_error *err)
{
	uint64_t bytes, w;
	int rc = word_size(size, &bytes, err);

	if (!rc && (!bytes || bytes % 512 || bytes > HFR_MAX_LENGTH))
		rc = hf_fail(err, EINVAL,
			     "a size of %s is not a multiple of 512 up to 64m",
			     size);
	if (!rc)
		rc = word_count(weight, &w, err);
	if (!rc && w > UINT32_MAX)
		rc = hf_fail(err, EINVAL, "a weight of %s is too large",
			     weight);
	if (!rc && s->n == SIZES_MOST)
		rc = hf_fail(err, EINVAL, "there are more than %u sizes",
			     SIZES_MOST);
	if (!rc)
		rc = numbers_add(weights, w, err);
	if (rc)
		return rc;
	s->list[s->n++] = (uint32_t)bytes;
	if (!w)
		return 0;
	if (bytes > s->longest)
		s->longest = (uint32_t)bytes;
	if (!s->shortest || bytes < s->shortest)
		s->shortest = (uint32_t)bytes;
	return 0;
}

static int add_words(struct sizes *s, struct numbers *weights,
		     const struct words *w, struct hf_error *err)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; !rc && i < w->n; i++) {
		const struct word *word = &w->list[i];

		if (word->op > WORD_EQ)
			return hf_fail(err, EINVAL,
				       "\"%s\" wants \"=\" and a weight",
				       word->key);
		rc = word->op == WORD_BARE ?
			     add_size(s, weights, word->value, "1", err) :
			     add_size(s, weights, word->key, word->value, err);
	}
	return rc;
}

static int add_line(struct sizes *s, struct numbers *weights, char *line,
		    struct hf_error *err)
{
	char *save, *size, *weight;

	line[strcspn(line, "#\r\n")] = '\0';
	size = strtok_r(line, " \t", &save);
	if (!size)
		return 0;
	weight = strtok_r(NULL, " \t", &save);
	if (!weight || strtok_r(NULL, " \t", &save))
		return hf_fail(err, EINVAL, "a line is a size and a weight");
	return add_size(s, weights, size, weight, err);
}

static int add_file(struct sizes *s, struct numbers *weights, const char *path,
		    struct hf_error *err)
{
	FILE *f = fopen(path, "re");
	struct hf_error why = { "" };
	unsigned int at = 0;
	char line[256];
	int rc = 0;

	if (!f)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	while (!rc && fgets(line, sizeof(line), f)) {
		at++;
		rc = add_line(s, weights, line, &why);
	}
	if (rc)
		hf_fail(err, -rc, "%s, line %u: %.800s", path, at, why.text);
	else if (ferror(f))
		rc = hf_fail(err, EIO, "cannot read %s", path);
	else if (!s->n)
		rc = hf_fail(err, ENODATA, "%s has no size", path);
	fclose(f);
	return rc;
}

int sizes_parse(struct sizes *s, const char *text, struct hf_error *err)
{
	struct numbers weights = { 0 };
	struct words w;
	int rc = words_split(&w, text, err);

	*s = (struct sizes){ 0 };
	if (rc)
		return rc;
	s->list = calloc(SIZES_MOST, sizeof(*s->list));
	if (!s->list)
		rc = hf_fail(err, ENOMEM, "out of memory");
	else if (w.n == 1 && !strcmp(w.list[0].key, "file"))
		rc = add_file(s, &weights, w.list[0].value, err);
	else
		rc = add_words(s, &weights, &w, err);
	if (!rc)
		rc = alias_build(&s->which, weights.list, s->n, err);
	numbers_free(&weights);
	words_free(&w);
	if (rc)
		sizes_free(s);
	return rc;
}

void sizes_free(struct sizes *s)
{
	alias_free(&s->which);
	free(s->list);
	*s = (struct sizes){ 0 };
}

static int check_amount(uint64_t items, uint64_t bytes, const struct sizes *s,
			struct hf_error *err)
{
	if (items > REFS_MOST_ITEMS)
		return hf_fail(err, EINVAL, "%" PRIu64
			       " items are more than %u", items,
			       REFS_MOST_ITEMS);
	if (items)
		return 0;
	if (bytes < s->shortest)
		return hf_fail(err, EINVAL,
			       "not one item fits in a footprint of %" PRIu64
			       " bytes", bytes);
	if (bytes / s->shortest <= REFS_MOST_ITEMS && bytes <= MOST_BYTES)
		return 0;
	return hf_fail(err, EINVAL,
		       "a footprint of %" PRIu64
		       " bytes is of more than %u items", bytes,
		       REFS_MOST_ITEMS);
}

/* Lengths are drawn until nothing fits any more, or there are enough. */
static void lay_out(struct extents *e, const struct sizes *s, uint64_t most,
		    uint64_t bytes, struct draw *d)
{
	while (e->items < most) {
		uint32_t length = sizes_draw(s, d);

		if (bytes && e->bytes + length > bytes) {
			if (e->items)
				break;
			continue;
		}
		e->starts[e->items++] = e->bytes;
		e->bytes += length;
	}
	e->starts[e->items] = e->bytes;
}

int extents_make(struct extents *e, const struct sizes *s, uint64_t items,
		 uint64_t bytes, struct draw *d, struct hf_error *err)
{
	uint64_t most = items;
	int rc = check_amount(items, bytes, s, err);

	*e = (struct extents){ .length = s->longest };
	if (rc)
		return rc;
	if (!most)
		most = bytes / s->shortest;
	if (s->n == 1) {
		e->items = most;
		e->bytes = most * e->length;
		return 0;
	}
	e->starts = reallocarray(NULL, most + 1, sizeof(*e->starts));
	if (!e->starts)
		return hf_fail(err, ENOMEM, "no memory for %" PRIu64 " items",
			       most);
	lay_out(e, s, most, items ? 0 : bytes, d);
	return 0;
}

void extents_free(struct extents *e)
{
	free(e->starts);
	*e = (struct extents){ 0 };
}
