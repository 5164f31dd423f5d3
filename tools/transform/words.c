// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "units.h"
#include "words.h"

struct op_text {
	const char *text;
	enum word_op op;
};

/* Those of two characters first. */
static const struct op_text ops[] = {
	{ "!=", WORD_NE }, { ">=", WORD_GE }, { "<=", WORD_LE },
	{ "=", WORD_EQ }, { ">", WORD_GT }, { "<", WORD_LT },
};

static void take_apart(struct word *word, char *text)
{
	char *at = text + strcspn(text, "!=<>");
	size_t i;

	*word = (struct word){ "", WORD_BARE, text };
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		size_t len = strlen(ops[i].text);

		if (strncmp(at, ops[i].text, len))
			continue;
		*at = '\0';
		*word = (struct word){ text, ops[i].op, at + len };
		return;
	}
}

int words_split(struct words *w, const char *text, struct hf_error *err)
{
	char *at, *next;

	*w = (struct words){ .text = strdup(text) };
	if (!w->text)
		return hf_fail(err, ENOMEM, "out of memory");
	for (at = w->text; at; at = next) {
		next = strchr(at, ',');
		if (next)
			*next++ = '\0';
		if (!*at || w->n == WORDS_MAX) {
			hf_fail(err, EINVAL, *at ? "there are too many words" :
						   "there is an empty word");
			words_free(w);
			return -EINVAL;
		}
		take_apart(&w->list[w->n++], at);
	}
	return 0;
}

void words_free(struct words *w)
{
	free(w->text);
	*w = (struct words){ 0 };
}

static bool listed(const char *key, const char *const *keys)
{
	for (; *keys; keys++)
		if (!strcmp(*keys, key))
			return true;
	return false;
}

static int unknown_key(const struct word *word, const char *const *keys,
		       struct hf_error *err)
{
	char list[200] = "";
	size_t at = 0;

	for (; *keys && at < sizeof(list); keys++)
		if (**keys)
			at += (size_t)snprintf(list + at, sizeof(list) - at,
					       "%s%s", at ? ", " : "", *keys);
	return hf_fail(err, EINVAL, "unknown word \"%s\"; there are: %s",
		       *word->key ? word->key : word->value, list);
}

int words_plain(const struct words *w, const char *const *keys,
		struct hf_error *err)
{
	unsigned int i, k;

	for (i = 0; i < w->n; i++) {
		const struct word *word = &w->list[i];

		if (word->op > WORD_EQ)
			return hf_fail(err, EINVAL,
				       "\"%s\" wants \"=\" and a value",
				       word->key);
		if (!listed(word->key, keys))
			return unknown_key(word, keys, err);
		for (k = 0; k < i; k++)
			if (!strcmp(w->list[k].key, word->key))
				return hf_fail(err, EINVAL,
					       "\"%s\" is there twice",
					       *word->key ? word->key :
					       word->value);
	}
	return 0;
}

const char *words_get(const struct words *w, const char *key)
{
	unsigned int i;

	for (i = 0; i < w->n; i++)
		if (!strcmp(w->list[i].key, key))
			return w->list[i].value;
	return NULL;
}

static int parsed(int ret, const char *text, const char *wanted,
		  struct hf_error *err)
{
	if (!ret)
		return 0;
	if (ret == -ERANGE)
		return hf_fail(err, EINVAL, "\"%s\" is too large", text);
	return hf_fail(err, EINVAL, "\"%s\" is not %s", text, wanted);
}

int word_size(const char *text, uint64_t *value, struct hf_error *err)
{
	return parsed(hf_parse_size(text, value), text,
		      "a size (4k, 10GiB, 512)", err);
}

#define GRANULE_LEAST 4096

int word_granule(const char *text, uint64_t of, uint64_t *value,
		 struct hf_error *err)
{
	int rc = word_size(text, value, err);

	if (rc || (*value >= GRANULE_LEAST && !(*value % of)))
		return rc;
	return hf_fail(err, EINVAL,
		       "a granule of %s is not a multiple of %u from %u on",
		       text, (unsigned int)of, GRANULE_LEAST);
}

int word_time(const char *text, uint64_t *value, struct hf_error *err)
{
	return parsed(hf_parse_duration(text, value), text,
		      "a duration (5us, 2.5s, 1m)", err);
}

int word_count(const char *text, uint64_t *value, struct hf_error *err)
{
	return parsed(hf_parse_u64(text, value), text, "a number", err);
}

int word_signed(const char *text,
		int (*parse)(const char *, uint64_t *, struct hf_error *),
		int64_t *value, struct hf_error *err)
{
	bool minus = *text == '-';
	uint64_t v;
	int ret = parse(text + (minus || *text == '+'), &v, err);

	if (ret)
		return ret;
	if (v > INT64_MAX)
		return hf_fail(err, EINVAL, "\"%s\" is too large", text);
	*value = minus ? -(int64_t)v : (int64_t)v;
	return 0;
}

int word_range(const char *text,
	       int (*parse)(const char *, uint64_t *, struct hf_error *),
	       uint64_t *from, uint64_t *to, struct hf_error *err)
{
	const char *dots = strstr(text, "..");
	char first[64];
	int ret = 0;

	*from = 0;
	*to = UINT64_MAX;
	if (!dots || (size_t)(dots - text) >= sizeof(first))
		return hf_fail(err, EINVAL,
			       "\"%s\" is not A..B, where A or B may be left out",
			       text);
	memcpy(first, text, (size_t)(dots - text));
	first[dots - text] = '\0';
	if (first[0])
		ret = parse(first, from, err);
	if (!ret && dots[2])
		ret = parse(dots + 2, to, err);
	if (!ret && *from >= *to)
		ret = hf_fail(err, EINVAL,
			      "the end of \"%s\" is not behind its start",
			      text);
	return ret;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Digits, at most nine, perhaps a point and at most nine more. */
static const char *parse_decimal(const char *text, struct ratio *r)
{
	size_t whole = strspn(text, "0123456789"), part = 0;
	const char *p = text;

	*r = (struct ratio){ 0, 1 };
	if (text[whole] == '.')
		part = strspn(text + whole + 1, "0123456789");
	if (!whole || whole > 9 || part > 9 || (text[whole] == '.' && !part))
		return NULL;
	for (; p < text + whole; p++)
		r->num = r->num * 10 + (uint64_t)(*p - '0');
	if (*p != '.')
		return p;
	for (p++; part; part--, p++) {
		r->num = r->num * 10 + (uint64_t)(*p - '0');
		r->den *= 10;
	}
	return p;
}

int word_ratio(const char *text, struct ratio *ratio, struct hf_error *err)
{
	struct ratio below = { 1, 1 };
	const char *end = parse_decimal(text, ratio);
	uint64_t d;

	if (end && *end == '/') {
		end = parse_decimal(end + 1, &below);
	} else if (end && *end == '%') {
		below.num = 100;
		end++;
	}
	if (!end || *end || !ratio->num || !below.num)
		return hf_fail(err, EINVAL,
			       "\"%s\" is not a factor above 0 (2, 0.25, 10%%, 1/3; at most nine digits before and behind the point)",
			       text);
	if (__builtin_mul_overflow(ratio->num, below.den, &ratio->num) ||
	    __builtin_mul_overflow(ratio->den, below.num, &ratio->den))
		return hf_fail(err, EINVAL, "\"%s\" has too many digits", text);
	d = gcd(ratio->num, ratio->den);
	ratio->num /= d;
	ratio->den /= d;
	return 0;
}

uint64_t ratio_of(const struct ratio *r, uint64_t value)
{
	unsigned __int128 v = (unsigned __int128)value * r->num + r->den / 2;

	v /= r->den;
	return v > UINT64_MAX ? UINT64_MAX : (uint64_t)v;
}
