// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

/* Weights become integers with this many digits behind the point at most. */
#define WEIGHT_DIGITS	12
#define WEIGHT_BITS	40

int parse_share(const char *text, struct ratio *share, struct hf_error *err)
{
	int rc;

	*share = (struct ratio){ 0, 1 };
	if (*text && strspn(text, "0.") == strcspn(text, "%") &&
	    text[strspn(text, "0.%")] == '\0')
		return 0;
	rc = word_ratio(text, share, err);
	if (!rc && share->num > share->den)
		rc = hf_fail(err, EINVAL, "\"%s\" is more than everything",
			     text);
	return rc;
}

uint64_t share_of_draws(const struct ratio *share)
{
	return ratio_of(share, UINT64_MAX);
}

static uint64_t unit_of(char letter)
{
	switch (letter) {
	case 'k':
		return 1000;
	case 'M':
		return 1000000;
	case 'G':
		return 1000000000;
	default:
		return 0;
	}
}

int parse_count(const char *text, uint64_t *value, struct hf_error *err)
{
	size_t len = strlen(text);
	uint64_t unit = len ? unit_of(text[len - 1]) : 0;
	char digits[32];
	struct ratio r;

	if (len && len < sizeof(digits)) {
		snprintf(digits, sizeof(digits), "%.*s",
			 (int)(len - (unit > 0)), text);
		if (!word_ratio(digits, &r, err) && !strchr(digits, '%') &&
		    !strchr(digits, '/')) {
			*value = ratio_of(&r, unit ? unit : 1);
			if (*value && (unit || r.den == 1))
				return 0;
		}
	}
	return hf_fail(err, EINVAL,
		       "\"%s\" is not a number above 0 (500, 20k, 1.5M, 2G: thousands, millions, milliards)",
		       text);
}

int numbers_add(struct numbers *out, uint64_t value, struct hf_error *err)
{
	/* Doubled whenever the number of entries is a power of two. */
	if (!(out->n & (out->n - 1))) {
		uint64_t *list = reallocarray(out->list, out->n ? out->n * 2 : 1,
					      sizeof(*list));

		if (!list)
			return hf_fail(err, ENOMEM, "no memory for %zu numbers",
				       out->n + 1);
		out->list = list;
	}
	out->list[out->n++] = value;
	return 0;
}

void numbers_free(struct numbers *out)
{
	free(out->list);
	*out = (struct numbers){ 0 };
}

/* A decimal number, times 10^WEIGHT_DIGITS; below 10^6. */
static int parse_weight(const char *text, size_t len, uint64_t *value)
{
	size_t whole = strspn(text, "0123456789"), i;
	size_t part = text[whole] == '.' ?
			      strspn(text + whole + 1, "0123456789") : 0;

	*value = 0;
	if (whole + part == 0 || whole > 6 || part > WEIGHT_DIGITS ||
	    whole + part + (text[whole] == '.') != len)
		return -EINVAL;
	for (i = 0; i < whole; i++)
		*value = *value * 10 + (uint64_t)(text[i] - '0');
	for (i = 0; i < WEIGHT_DIGITS; i++) {
		*value *= 10;
		if (i < part)
			*value += (uint64_t)(text[whole + 1 + i] - '0');
	}
	return 0;
}

static int add_weight(struct numbers *out, const char *text, size_t len,
		      struct hf_error *err)
{
	uint64_t value;

	if (parse_weight(text, len, &value))
		return hf_fail(err, EINVAL,
			       "\"%.*s\" is not a weight (0, 3, 0.25; at most six digits before and twelve behind the point)",
			       (int)len, text);
	return numbers_add(out, value, err);
}

/* Shifts weights so that the largest has at most WEIGHT_BITS bits. */
static int settle(struct numbers *out, struct hf_error *err)
{
	uint64_t most = 0, sum = 0;
	int shift = 0;
	size_t i;

	for (i = 0; i < out->n; i++)
		most = out->list[i] > most ? out->list[i] : most;
	if (!most)
		return hf_fail(err, EINVAL, "no weight is above 0");
	while (most >> shift >= 1ULL << WEIGHT_BITS)
		shift++;
	for (i = 0; i < out->n; i++) {
		out->list[i] >>= shift;
		sum += out->list[i];
	}
	if (out->n <= 1ULL << (62 - WEIGHT_BITS) && sum)
		return 0;
	return hf_fail(err, EINVAL, "there are more than %llu weights",
		       1ULL << (62 - WEIGHT_BITS));
}

int parse_weights(const char *text, struct numbers *out, struct hf_error *err)
{
	int rc = 0;

	*out = (struct numbers){ 0 };
	while (!rc && text) {
		size_t len = strcspn(text, "+");

		rc = add_weight(out, text, len, err);
		text = text[len] ? text + len + 1 : NULL;
	}
	if (!rc)
		rc = settle(out, err);
	if (rc)
		numbers_free(out);
	return rc;
}

static int read_lines(FILE *f, struct numbers *out, uint64_t *line,
		      struct hf_error *err)
{
	char text[256];
	int rc = 0;

	for (*line = 1; !rc && fgets(text, sizeof(text), f); ++*line) {
		char *at = text + strspn(text, " \t");
		size_t len = strcspn(at, " \t\r\n#");

		if (len)
			rc = add_weight(out, at, len, err);
		at += len + strspn(at + len, " \t\r\n");
		if (!rc && *at && *at != '#')
			rc = hf_fail(err, EINVAL,
				     "there is more than one number");
	}
	--*line;
	return rc;
}

int read_weights(const char *path, struct numbers *out, struct hf_error *err)
{
	FILE *f = fopen(path, "re");
	struct hf_error why = { "" };
	uint64_t line = 0;
	int rc;

	*out = (struct numbers){ 0 };
	if (!f)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	rc = read_lines(f, out, &line, &why);
	if (rc)
		hf_fail(err, -rc, "%s, line %" PRIu64 ": %.800s", path, line,
			why.text);
	else if (ferror(f))
		rc = hf_fail(err, EIO, "cannot read %s", path);
	fclose(f);
	if (!rc) {
		rc = settle(out, &why);
		if (rc)
			hf_fail(err, -rc, "%s: %.800s", path, why.text);
	}
	if (rc)
		numbers_free(out);
	return rc;
}

int parse_list(const char *text, struct numbers *out, struct hf_error *err)
{
	int rc = 0;

	*out = (struct numbers){ 0 };
	while (!rc && text) {
		size_t len = strcspn(text, "+");
		char digits[24] = "";
		uint64_t value;

		if (len < sizeof(digits))
			memcpy(digits, text, len);
		rc = word_count(digits, &value, err);
		if (!rc)
			rc = numbers_add(out, value, err);
		text = text[len] ? text + len + 1 : NULL;
	}
	if (rc)
		numbers_free(out);
	return rc;
}
