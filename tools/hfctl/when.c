// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "options.h"
#include "units.h"
#include "when.h"

#define NS	1000000000

static const struct option_word clock_words[] = {
	{ "realtime", HFREPLAY_CLOCK_REALTIME },
	{ "tai", HFREPLAY_CLOCK_TAI },
	{ NULL, 0 }
};

/* ".25" is 250,000,000 ns; what is finer than 1 ns is cut off. */
static uint32_t parse_fraction(const char **text)
{
	uint32_t ns = 0, unit = NS / 10;

	if (**text != '.')
		return 0;
	for (++*text; isdigit((unsigned char)**text); ++*text) {
		ns += (uint32_t)(**text - '0') * unit;
		unit /= 10;
	}
	return ns;
}

/* Z, or hours and minutes that the time is ahead of UTC. */
static int parse_zone(const char **text, long *seconds)
{
	int hours, minutes, used = 0;
	char sign = **text;

	*seconds = 0;
	if (sign == 'Z' || sign == 'z') {
		++*text;
		return 0;
	}
	if ((sign != '+' && sign != '-') ||
	    sscanf(*text + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 ||
	    used != 5 || hours < 0 || hours > 23 || minutes < 0 ||
	    minutes > 59)
		return -EINVAL;
	*text += 1 + used;
	*seconds = (hours * 60 + minutes) * 60L;
	if (sign == '-')
		*seconds = -*seconds;
	return 0;
}

/* timegm() would make something of February 30th. */
static int to_epoch(struct tm *tm, time_t *seconds)
{
	struct tm same = *tm;

	*seconds = timegm(&same);
	if (*seconds < 0 || same.tm_mday != tm->tm_mday ||
	    same.tm_mon != tm->tm_mon || same.tm_hour != tm->tm_hour ||
	    same.tm_min != tm->tm_min || same.tm_sec != tm->tm_sec)
		return -EINVAL;
	return 0;
}

static int parse_date(const char *text, const struct when_clock *clock,
		      uint64_t *ns)
{
	struct tm tm = { .tm_year = 0 };
	int used = 0;
	uint32_t fraction;
	time_t seconds;
	long zone;

	if (sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &tm.tm_year,
		   &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec, &used) != 6 || used != 19)
		return -EINVAL;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	text += used;
	fraction = parse_fraction(&text);
	if (parse_zone(&text, &zone) || *text || to_epoch(&tm, &seconds) ||
	    seconds < zone)
		return -EINVAL;
	*ns = (uint64_t)(seconds - zone) * NS + fraction +
	      (uint64_t)clock->ahead_ns;
	return 0;
}

int when_parse(const char *text, const struct when_clock *clock,
	       struct start_at *at)
{
	at->relative = *text == '+';
	if (at->relative)
		return hf_parse_duration(text + 1, &at->ns) ? -EINVAL : 0;
	/* A number alone is seconds; units make no sense here. */
	if (*text && !text[strspn(text, "0123456789.")])
		return hf_parse_duration(text, &at->ns) ? -EINVAL : 0;
	return parse_date(text, clock, &at->ns);
}

/* The two clocks differ by whole seconds. */
static struct when_clock find_clock(uint32_t which)
{
	struct when_clock clock = { .now_ns = start_at_now(which) };
	uint64_t utc;

	if (which == HFREPLAY_CLOCK_TAI) {
		utc = start_at_now(HFREPLAY_CLOCK_REALTIME);
		clock.ahead_ns = ((int64_t)(clock.now_ns - utc) + NS / 2) /
				 NS * NS;
	}
	return clock;
}

int when_options(const struct args *args, struct start_at *at,
		 struct hf_error *err)
{
	const char *text = args_get(args, "start-at");
	uint32_t which = HFREPLAY_CLOCK_REALTIME;
	struct when_clock clock;
	int ret = option_word(args, "start-clock", clock_words, &which, err);

	*at = (struct start_at){ .given = false };
	if (ret < 0)
		return ret;
	if (ret && !text)
		return hf_fail(err, EINVAL, "--start-clock needs --start-at");
	if (!text)
		return 0;
	clock = find_clock(which);
	if (when_parse(text, &clock, at))
		return hf_fail(err, EINVAL,
			       "--start-at %s is not a time (2026-01-31T12:00:00Z, 1769860800.5, +5s)",
			       text);
	if (!at->relative && at->ns < clock.now_ns)
		return hf_fail(err, EINVAL, "--start-at %s has passed", text);
	at->clock = which;
	at->given = true;
	return 0;
}
