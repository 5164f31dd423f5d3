// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "units.h"

static void list_words(const struct option_word *words, char *buf, size_t len)
{
	size_t at = 0;

	for (; words->text && at < len; words++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s",
				       !at ? "" : words[1].text ? ", " : " or ",
				       words->text);
}

int option_word(const struct args *args, const char *name,
		const struct option_word *words, uint32_t *value,
		struct hf_error *err)
{
	const char *text = args_get(args, name);
	const struct option_word *w;
	char list[128];

	if (!text)
		return 0;
	for (w = words; w->text; w++) {
		if (strcmp(w->text, text))
			continue;
		*value = w->value;
		return 1;
	}
	list_words(words, list, sizeof(list));
	return hf_fail(err, EINVAL, "--%s %s is not %s", name, text, list);
}

/* Thousandths; what is smaller than half of one is 0. */
static int parse_factor(const char *text, uint64_t *value)
{
	char *end;
	double x = strtod(text, &end);

	if (end == text || *end || !isfinite(x) || signbit(x))
		return -EINVAL;
	*value = x < 1e12 ? (uint64_t)llround(x * 1000) : UINT64_MAX;
	return 0;
}

static int parse(const struct option_number *opt, const char *text,
		 uint64_t *value)
{
	switch (opt->unit) {
	case OPTION_TIME:
		return hf_parse_duration(text, value);
	case OPTION_FACTOR:
		return parse_factor(text, value);
	default:
		return hf_parse_size(text, value);
	}
}

static void print(const struct option_number *opt, uint64_t value, char *buf,
		  size_t len)
{
	if (opt->unit == OPTION_TIME)
		hf_format_duration(buf, len, (int64_t)value);
	else if (opt->unit == OPTION_FACTOR)
		snprintf(buf, len, "%g", (double)value / 1000);
	else
		snprintf(buf, len, "%" PRIu64, value);
}

int option_number(const struct args *args, const struct option_number *opt,
		  uint64_t *value, struct hf_error *err)
{
	static const char *const wanted[] = {
		"a number", "a duration (5us, 2.5s, 1m)", "a number",
	};
	const char *text = args_get(args, opt->name);
	char least[32], most[32];
	int ret;

	if (!text)
		return 0;
	ret = parse(opt, text, value);
	if (ret == -EINVAL)
		return hf_fail(err, EINVAL, "--%s %s is not %s", opt->name,
			       text, wanted[opt->unit]);
	if (!ret && *value >= opt->least && *value <= opt->most)
		return 1;
	print(opt, opt->least, least, sizeof(least));
	print(opt, opt->most, most, sizeof(most));
	return hf_fail(err, EINVAL, "--%s %s is not from %s to %s", opt->name,
		       text, least, most);
}
