// SPDX-License-Identifier: GPL-2.0-only
#include "fmt.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

static const char *unknown(struct fmt *b)
{
	strcpy(b->text, FMT_UNKNOWN);
	return b->text;
}

unsigned long long json_uint(const json_t *obj, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(obj, key));

	return v > 0 ? (unsigned long long)v : 0;
}

const char *json_str(const json_t *obj, const char *key)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s ? s : "";
}

const char *fmt_count(struct fmt *b, const json_t *value)
{
	char digits[24];
	size_t len, out = 0;

	if (!json_is_number(value))
		return unknown(b);
	len = (size_t)snprintf(digits, sizeof(digits), "%.0f",
			       json_number_value(value));
	if (len >= sizeof(digits))
		return unknown(b);
	for (size_t i = 0; i < len; i++) {
		b->text[out++] = digits[i];
		if (digits[i] != '-' && i + 1 < len && (len - i - 1) % 3 == 0)
			b->text[out++] = ',';
	}
	b->text[out] = '\0';
	return b->text;
}

const char *fmt_ns(struct fmt *b, const json_t *value)
{
	if (!json_is_number(value) || fabs(json_number_value(value)) > 9e18)
		return unknown(b);
	return hf_format_duration(b->text, sizeof(b->text),
				  (int64_t)llround(json_number_value(value)));
}

const char *fmt_bytes(struct fmt *b, const json_t *value)
{
	double v = json_number_value(value);

	if (!json_is_number(value) || v < 0 || v > 1.8e19)
		return unknown(b);
	return hf_format_size(b->text, sizeof(b->text), (uint64_t)v);
}

const char *fmt_number(struct fmt *b, const json_t *value)
{
	if (!json_is_number(value))
		return unknown(b);
	snprintf(b->text, sizeof(b->text), "%.3g", json_number_value(value));
	return b->text;
}

const char *fmt_share(struct fmt *b, double share)
{
	snprintf(b->text, sizeof(b->text), "%.3g %%", share * 100);
	return b->text;
}

const char *fmt_change(struct fmt *b, const json_t *from, const json_t *to)
{
	double a = json_number_value(from), c = json_number_value(to);

	if (!json_is_number(from) || !json_is_number(to) || a == 0)
		return unknown(b);
	snprintf(b->text, sizeof(b->text), "%+.1f %%", (c / a - 1) * 100);
	if (!strcmp(b->text, "-0.0 %"))
		b->text[0] = '+';
	return b->text;
}
