// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "choices.h"
#include "units.h"

/* Words of an option and the numbers they stand for. */
struct word {
	const char *text;
	uint32_t value;
};

static const struct word mode_words[] = {
	{ "hf", HFREPLAY_MODE_HF },
	{ "afap", HFREPLAY_MODE_AFAP },
	{ NULL, 0 }
};

static const struct word payload_words[] = {
	{ "random", HFREPLAY_PAYLOAD_RANDOM },
	{ "zero", HFREPLAY_PAYLOAD_ZERO },
	{ NULL, 0 }
};

static const struct word unsupported_words[] = {
	{ "error", 0 },
	{ "skip", HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED },
	{ NULL, 0 }
};

static const struct word *find_word(const struct word *words, const char *text)
{
	for (; words->text; words++)
		if (!strcmp(words->text, text))
			return words;
	return NULL;
}

/* Return: 1 if the option was given, 0 if not, -EINVAL. */
static int word_option(const struct args *args, const char *name,
		       const struct word *words, uint32_t *value,
		       struct hf_error *err)
{
	const char *text = args_get(args, name);
	const struct word *w;

	if (!text)
		return 0;
	w = find_word(words, text);
	if (!w)
		return hf_fail(err, EINVAL, "--%s %s is not %s or %s", name,
			       text, words[0].text, words[1].text);
	*value = w->value;
	return 1;
}

static int speed_option(const struct args *args, struct session *s,
			struct hf_error *err)
{
	const char *text = args_get(args, "speed");
	double speed;
	char *end;

	if (!text)
		return 0;
	speed = strtod(text, &end);
	if (end == text || *end || !isfinite(speed) || speed < 0.0005 ||
	    speed > 1000)
		return hf_fail(err, EINVAL,
			       "--speed %s is not a number from 0.001 to 1000",
			       text);
	session_set(s, speed, SPEED, (uint32_t)lround(speed * 1000));
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

static int time_option(const struct args *args, const char *name,
		       uint64_t least, uint64_t most, uint64_t *ns,
		       struct hf_error *err)
{
	if (!args_has(args, name))
		return 0;
	if (args_duration(args, name, 0, ns, err))
		return -EINVAL;
	if (*ns < least || *ns > most)
		return hf_fail(err, EINVAL,
			       "--%s %s is not within %llu ns and %llu ns",
			       name, args_get(args, name),
			       (unsigned long long)least,
			       (unsigned long long)most);
	return 1;
}

int choices_start(const struct args *args, struct session *s,
		  struct hf_error *err)
{
	uint32_t mode = 0;
	uint64_t ns = 0;
	int ret;

	ret = word_option(args, "mode", mode_words, &mode, err);
	if (ret > 0)
		session_set(s, mode, MODE, mode);
	if (ret >= 0)
		ret = speed_option(args, s, err);
	if (ret >= 0)
		ret = limit_option(args, s, err);
	if (ret >= 0)
		ret = time_option(args, "spin", 0, 1000000, &ns, err);
	if (ret > 0)
		session_set(s, spin, SPIN, (uint32_t)ns);
	if (ret >= 0)
		ret = time_option(args, "tolerance", 100, 1000000000, &ns,
				  err);
	if (ret > 0)
		session_set(s, tolerance, TOLERANCE, (uint32_t)ns);
	return ret < 0 ? ret : 0;
}

/* Counts may be written with a unit: 64k. */
static int count_option(const struct args *args, const char *name,
			uint32_t *value, struct hf_error *err)
{
	uint64_t n;

	if (!args_has(args, name))
		return 0;
	if (args_size(args, name, 0, &n, err))
		return -EINVAL;
	if (!n || n > UINT32_MAX)
		return hf_fail(err, EINVAL, "--%s %s is out of range", name,
			       args_get(args, name));
	*value = (uint32_t)n;
	return 1;
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
	uint32_t payload = 0;
	uint64_t seed;
	int ret = word_option(args, "payload", payload_words, &payload, err);

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
	static const struct word switches[] = {
		{ "stream", HFREPLAY_SESSION_FLAGS_STREAM },
		{ "allow-writes", HFREPLAY_SESSION_FLAGS_ALLOW_WRITES },
		{ "allow-erase", HFREPLAY_SESSION_FLAGS_ALLOW_ERASE },
		{ "allow-merge", HFREPLAY_SESSION_FLAGS_ALLOW_MERGE },
		{ NULL, 0 }
	};
	const struct word *w;
	uint32_t skip = 0;

	if (word_option(args, "unsupported", unsupported_words, &skip,
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
	uint32_t n = 0;
	int ret = choices_start(args, s, err);

	if (ret >= 0)
		ret = count_option(args, "window", &n, err);
	if (ret > 0)
		session_set(s, window, WINDOW, n);
	if (ret >= 0)
		ret = count_option(args, "results", &n, err);
	if (ret > 0)
		session_set(s, results, RESULTS, n);
	if (ret >= 0)
		ret = payload_options(args, s, err);
	if (ret >= 0)
		ret = on_error_option(args, s, err);
	if (ret >= 0)
		ret = flag_options(args, s, err);
	return ret < 0 ? -EINVAL : 0;
}
