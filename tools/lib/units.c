// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "units.h"

struct unit {
	const char *name;
	uint64_t factor;
};

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)
#define PIB (1ULL << 50)

/* Compared without regard to case. */
static const struct unit size_units[] = {
	{ "", 1 }, { "b", 1 },
	{ "k", KIB }, { "m", MIB }, { "g", GIB }, { "t", TIB }, { "p", PIB },
	{ "kib", KIB }, { "mib", MIB }, { "gib", GIB }, { "tib", TIB },
	{ "pib", PIB },
	{ "kb", 1000ULL }, { "mb", 1000000ULL }, { "gb", 1000000000ULL },
	{ "tb", 1000000000000ULL }, { "pb", 1000000000000000ULL },
	{ NULL, 0 }
};

static const struct unit duration_units[] = {
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
	{ "", 1000000000ULL }, { "s", 1000000000ULL },
	{ "m", 60000000000ULL }, { "h", 3600000000000ULL },
	{ NULL, 0 }
};

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

static const struct unit *find_unit(const struct unit *units, const char *name)
{
	for (; units->name; units++)
		if (!strcasecmp(units->name, name))
			return units;
	return NULL;
}

/* Digits up to @end, most significant first, times @factor. */
static int scale_integer(const char *text, const char *end, uint64_t factor,
			 uint64_t *value)
{
	uint64_t v = 0;

	for (; text < end; text++)
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit(*text), &v))
			return -ERANGE;
	return __builtin_mul_overflow(v, factor, value) ? -ERANGE : 0;
}

/*
 * The fraction with the digits @text to @end, times @factor, rounded down.
 * From the last digit to the first: rounding down at each step is exact.
 */
static uint64_t scale_fraction(const char *text, const char *end,
			       uint64_t factor)
{
	uint64_t v = 0;

	while (end > text)
		v = (v + (uint64_t)digit(*--end) * factor) / 10;
	return v;
}

static int parse_with_unit(const char *text, const struct unit *units,
			   uint64_t max, uint64_t *value)
{
	const char *dot = text, *end;
	const struct unit *unit;
	uint64_t v;

	while (digit(*dot) >= 0)
		dot++;
	end = dot;
	if (*dot == '.')
		while (digit(*++end) >= 0)
			;
	if (dot == text || (*dot == '.' && end == dot + 1))
		return -EINVAL;
	unit = find_unit(units, *end == ' ' ? end + 1 : end);
	if (!unit)
		return -EINVAL;
	if (scale_integer(text, dot, unit->factor, &v))
		return -ERANGE;
	if (end > dot &&
	    __builtin_add_overflow(v, scale_fraction(dot + 1, end,
						     unit->factor), &v))
		return -ERANGE;
	if (v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

int hf_parse_size(const char *text, uint64_t *value)
{
	return parse_with_unit(text, size_units, UINT64_MAX, value);
}

int hf_parse_duration(const char *text, uint64_t *value)
{
	return parse_with_unit(text, duration_units, INT64_MAX, value);
}

static int parse_hex(const char *text, uint64_t *value)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF");

	if (!n || text[n])
		return -EINVAL;
	while (*text == '0')
		text++;
	if (strlen(text) > 16)
		return -ERANGE;
	for (*value = 0; *text; text++) {
		int d = digit(*text);

		if (d < 0)
			d = (*text | 0x20) - 'a' + 10;
		*value = *value << 4 | (uint64_t)d;
	}
	return 0;
}

int hf_parse_u64(const char *text, uint64_t *value)
{
	const char *end = text + strspn(text, "0123456789");
	uint64_t v;
	int rc;

	if (text[0] == '0' && (text[1] | 0x20) == 'x')
		rc = parse_hex(text + 2, &v);
	else
		rc = end == text || *end ? -EINVAL :
			scale_integer(text, end, 1, &v);
	if (!rc)
		*value = v;
	return rc;
}

const char *hf_format_size(char *buf, size_t len, uint64_t bytes)
{
	static const char prefix[] = "KMGTPE";
	double v = (double)bytes;
	int i = -1;

	if (bytes < 1024) {
		snprintf(buf, len, "%" PRIu64 " B", bytes);
		return buf;
	}
	/* 1023.95 and more would be printed as 1024.0. */
	while ((v >= 1023.95 || i < 0) && i < 5) {
		v /= 1024;
		i++;
	}
	snprintf(buf, len, "%.1f %ciB", v, prefix[i]);
	return buf;
}

static void format_clock(char *buf, size_t len, const char *sign, uint64_t s)
{
	if (s >= 3600)
		snprintf(buf, len, "%s%" PRIu64 " h %02u min", sign, s / 3600,
			 (unsigned int)(s / 60 % 60));
	else
		snprintf(buf, len, "%s%u min %02u s", sign,
			 (unsigned int)(s / 60), (unsigned int)(s % 60));
}

const char *hf_format_duration(char *buf, size_t len, int64_t ns)
{
	const char *sign = ns < 0 ? "-" : "";
	uint64_t v = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

	if (v < 1000)
		snprintf(buf, len, "%s%u ns", sign, (unsigned int)v);
	else if (v < 999950)
		snprintf(buf, len, "%s%.1f us", sign, (double)v / 1e3);
	else if (v < 999950000)
		snprintf(buf, len, "%s%.1f ms", sign, (double)v / 1e6);
	else if (v < 119950000000ULL)
		snprintf(buf, len, "%s%.1f s", sign, (double)v / 1e9);
	else
		format_clock(buf, len, sign, (v + 500000000) / 1000000000);
	return buf;
}
