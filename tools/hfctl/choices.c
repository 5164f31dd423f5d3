// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "array.h"
#include "choices.h"
#include "options.h"
#include "units.h"

/* A number that becomes a member of a session. */
struct number_choice {
	struct option_number opt;
	uint16_t attr;
	uint16_t offset;
	uint16_t size;
};

#define NUMBER(NAME, UNIT, LEAST, MOST, ATTR, m) {			\
		.opt = { NAME, OPTION_##UNIT, LEAST, MOST },		\
		.attr = HFREPLAY_A_SESSION_##ATTR,			\
		.offset = offsetof(struct session, m),			\
		.size = sizeof(((struct session *)0)->m),		\
	}

/* What a command does not have among its options is never given. */
static const struct number_choice numbers[] = {
	NUMBER("speed", FACTOR, 1, 1000000, SPEED, speed),
	NUMBER("think-scale", FACTOR, 0, 1000000, THINK_SCALE, think_scale),
	NUMBER("loops", COUNT, 1, 1000000, LOOPS, loops),
	NUMBER("duration", TIME, 1, INT64_MAX, DURATION_LIMIT,
	       duration_limit),
	NUMBER("bundle", TIME, 0, UINT32_MAX, BUNDLE, bundle),
	NUMBER("bundle-max", COUNT, 1, 256, BUNDLE_MAX, bundle_max),
	NUMBER("plug", COUNT, 0, 31, PLUG, plug),
	NUMBER("spin", TIME, 0, 1000000, SPIN, spin),
	NUMBER("tolerance", TIME, 100, 1000000000, TOLERANCE, tolerance),
	NUMBER("workers", COUNT, 1, SESSION_MAX_WORKERS, WORKERS, workers),
	NUMBER("window", COUNT, 1, UINT32_MAX, WINDOW, window),
	NUMBER("results", COUNT, 1, UINT32_MAX, RESULTS, results),
};

static const struct option_word mode_words[] = {
	{ "hf", HFREPLAY_MODE_HF },
	{ "afap", HFREPLAY_MODE_AFAP },
	{ "load", HFREPLAY_MODE_LOAD },
	{ "dep", HFREPLAY_MODE_DEP },
	{ NULL, 0 }
};

static const struct option_word payload_words[] = {
	{ "random", HFREPLAY_PAYLOAD_RANDOM },
	{ "zero", HFREPLAY_PAYLOAD_ZERO },
	{ "verify", HFREPLAY_PAYLOAD_VERIFY },
	{ NULL, 0 }
};

static const struct option_word spread_words[] = {
	{ "stream", HFREPLAY_SPREAD_STREAM },
	{ "request", HFREPLAY_SPREAD_REQUEST },
	{ NULL, 0 }
};

static const struct option_word unsupported_words[] = {
	{ "error", 0 },
	{ "skip", HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED },
	{ NULL, 0 }
};

static void set_number(struct session *s, const struct number_choice *n,
		       uint64_t value)
{
	char *at = (char *)s + n->offset;

	if (n->size == sizeof(uint32_t))
		*(uint32_t *)at = (uint32_t)value;
	else
		*(uint64_t *)at = value;
	s->have |= 1ULL << n->attr;
}

static int number_options(const struct args *args, struct session *s,
			  struct hf_error *err)
{
	uint64_t value;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		ret = option_number(args, &numbers[i].opt, &value, err);
		if (ret < 0)
			return ret;
		if (ret)
			set_number(s, &numbers[i], value);
	}
	return 0;
}

static int limit_option(const struct args *args, struct session *s,
			struct hf_error *err)
{
	const char *text = args_get(args, "limit");
	uint64_t n;

	if (!text)
		return 0;
	if (!strcmp(text, "none")) {
		session_set(s, limit, LIMIT, HFREPLAY_LIMIT_NONE);
		return 0;
	}
	if (!strcmp(text, "trace")) {
		session_set(s, limit, LIMIT, HFREPLAY_LIMIT_TRACE);
		return 0;
	}
	if (hf_parse_u64(text, &n) || !n || n > UINT32_MAX)
		return hf_fail(err, EINVAL,
			       "--limit %s is not trace, none or a number from 1",
			       text);
	session_set(s, limit, LIMIT, HFREPLAY_LIMIT_FIXED);
	session_set(s, limit_value, LIMIT_VALUE, (uint32_t)n);
	return 0;
}

int choices_start(const struct args *args, struct session *s,
		  struct hf_error *err)
{
	uint32_t mode;
	int ret = option_word(args, "mode", mode_words, &mode, err);

	if (ret > 0)
		session_set(s, mode, MODE, mode);
	if (ret >= 0)
		ret = limit_option(args, s, err);
	return ret < 0 ? ret : number_options(args, s, err);
}

static int on_error_option(const struct args *args, struct session *s,
			   struct hf_error *err)
{
	const char *text = args_get(args, "on-error");
	uint64_t n = 1;

	if (!text)
		return 0;
	if (!strcmp(text, "continue")) {
		session_set(s, on_error, ON_ERROR,
			    HFREPLAY_ON_ERROR_CONTINUE);
		return 0;
	}
	if (strcmp(text, "stop") &&
	    (hf_parse_u64(text, &n) || !n || n > UINT32_MAX))
		return hf_fail(err, EINVAL,
			       "--on-error %s is not continue, stop or a number from 1",
			       text);
	session_set(s, on_error, ON_ERROR, HFREPLAY_ON_ERROR_STOP);
	session_set(s, error_max, ERROR_MAX, (uint32_t)n);
	return 0;
}

static int payload_options(const struct args *args, struct session *s,
			   struct hf_error *err)
{
	uint32_t payload;
	uint64_t seed;
	int ret = option_word(args, "payload", payload_words, &payload, err);

	if (ret > 0)
		session_set(s, payload, PAYLOAD, payload);
	if (ret < 0 || args_u64(args, "seed", 0, &seed, err))
		return -EINVAL;
	if (args_has(args, "seed"))
		session_set(s, seed, SEED, seed);
	return 0;
}

static int flag_options(const struct args *args, struct session *s,
			struct hf_error *err)
{
	static const struct option_word switches[] = {
		{ "stream", HFREPLAY_SESSION_FLAGS_STREAM },
		{ "allow-writes", HFREPLAY_SESSION_FLAGS_ALLOW_WRITES },
		{ "allow-erase", HFREPLAY_SESSION_FLAGS_ALLOW_ERASE },
		{ "allow-merge", HFREPLAY_SESSION_FLAGS_ALLOW_MERGE },
		{ "polled", HFREPLAY_SESSION_FLAGS_POLLED },
		{ "no-records", HFREPLAY_SESSION_FLAGS_NO_RECORDS },
		{ NULL, 0 }
	};
	const struct option_word *w;
	uint32_t skip = 0;

	if (option_word(args, "unsupported", unsupported_words, &skip,
			err) < 0)
		return -EINVAL;
	s->flags |= skip;
	for (w = switches; w->text; w++)
		if (args_has(args, w->text))
			s->flags |= w->value;
	if (args_has(args, "allow-erase") && !args_has(args, "allow-writes"))
		return hf_fail(err, EINVAL,
			       "--allow-erase needs --allow-writes");
	s->have |= SESSION_BIT(FLAGS);
	return 0;
}

int choices_session(const struct args *args, struct session *s,
		    struct hf_error *err)
{
	uint32_t spread;
	int ret = choices_start(args, s, err);

	if (ret >= 0)
		ret = option_word(args, "spread", spread_words, &spread, err);
	if (ret > 0)
		session_set(s, spread, SPREAD, spread);
	if (ret >= 0)
		ret = payload_options(args, s, err);
	if (ret >= 0)
		ret = on_error_option(args, s, err);
	if (ret >= 0)
		ret = flag_options(args, s, err);
	return ret < 0 ? -EINVAL : 0;
}
