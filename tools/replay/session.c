// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <netlink/msg.h>

#include "session.h"

/* One attribute as it lies in memory. */
struct member {
	uint16_t attr;
	uint16_t offset;
	uint16_t size;		/* bytes; more than 8 is a string */
	uint16_t use;		/* enum session_use */
};

#define MEMBER(ATTR, m, u) {						\
		.attr = HFREPLAY_A_SESSION_##ATTR,			\
		.offset = offsetof(struct session, m),			\
		.size = sizeof(((struct session *)0)->m),		\
		.use = (u),						\
	}
#define NEW	SESSION_USE_NEW
#define START	SESSION_USE_START
#define BOTH	(NEW | START)
#define ALL	(NEW | START | SESSION_USE_SET)

static const struct member members[] = {
	MEMBER(ID, id, 0),
	MEMBER(NAME, name, NEW),
	MEMBER(STATE, state, 0),
	MEMBER(FLAGS, flags, NEW),
	MEMBER(NODE, node, 0),
	MEMBER(MODE, mode, BOTH),
	MEMBER(SPEED, speed, ALL),
	MEMBER(LIMIT, limit, ALL),
	MEMBER(LIMIT_VALUE, limit_value, ALL),
	MEMBER(WINDOW, window, NEW),
	MEMBER(RESULTS, results, NEW),
	MEMBER(PAYLOAD, payload, NEW),
	MEMBER(SEED, seed, NEW),
	MEMBER(ON_ERROR, on_error, NEW),
	MEMBER(ERROR_MAX, error_max, NEW),
	MEMBER(SPIN, spin, BOTH),
	MEMBER(TOLERANCE, tolerance, BOTH),
	MEMBER(COUNT, count, 0),
	MEMBER(DURATION, duration, 0),
	MEMBER(LOADED, loaded, 0),
	MEMBER(ISSUED, issued, 0),
	MEMBER(COMPLETED, completed, 0),
	MEMBER(SKIPPED, skipped, 0),
	MEMBER(ERRORS, errors, 0),
	MEMBER(LATE, late, 0),
	MEMBER(READ_BYTES, read_bytes, 0),
	MEMBER(WRITE_BYTES, write_bytes, 0),
	MEMBER(ELAPSED, elapsed, 0),
	MEMBER(UNDERRUNS, underruns, 0),
	MEMBER(UNDERRUN_TIME, underrun_time, 0),
	MEMBER(RESULTS_STALLS, results_stalls, 0),
	MEMBER(RESULTS_TIME, results_time, 0),
	MEMBER(WINDOW_STALLS, window_stalls, 0),
	MEMBER(WINDOW_TIME, window_time, 0),
	MEMBER(ERROR_TEXT, error_text, 0),
	MEMBER(ERROR_INDEX, error_index, 0),
	MEMBER(CHECKSUM, checksum, 0),
	MEMBER(MEMORY, memory, 0),
	MEMBER(LAST_INDEX, last_index, 0),
	MEMBER(WALL_START, wall_start, 0),
	MEMBER(THINK_SCALE, think_scale, ALL),
	MEMBER(LOOPS, loops, BOTH),
	MEMBER(DURATION_LIMIT, duration_limit, BOTH),
	MEMBER(START_AT, start_at, START),
	MEMBER(START_CLOCK, start_clock, START),
	MEMBER(BUNDLE, bundle, BOTH),
	MEMBER(BUNDLE_MAX, bundle_max, BOTH),
	MEMBER(WORKERS, workers, NEW),
	MEMBER(SPREAD, spread, NEW),
	MEMBER(PLUG, plug, BOTH),
	MEMBER(AGAIN, again, 0),
	MEMBER(VERIFIED, verified, 0),
	MEMBER(VERIFY_ERRORS, verify_errors, 0),
	MEMBER(LOOP, loop, 0),
};

#define NMEMBERS (sizeof(members) / sizeof(members[0]))

static const struct member *find_member(int attr)
{
	size_t i;

	for (i = 0; i < NMEMBERS; i++)
		if (members[i].attr == attr)
			return &members[i];
	return NULL;
}

static void copy_string(char *to, size_t size, const struct nlattr *nla)
{
	size_t len = strnlen(nla_data(nla), (size_t)nla_len(nla));

	if (len >= size)
		len = size - 1;
	memcpy(to, nla_data(nla), len);
	to[len] = '\0';
}

static int parse_member(struct session *s, const struct member *m,
			const struct nlattr *nla)
{
	char *to = (char *)s + m->offset;

	if (m->size > 8) {
		copy_string(to, m->size, nla);
	} else {
		if (nla_len(nla) != m->size)
			return -EPROTO;
		memcpy(to, nla_data(nla), m->size);
	}
	s->have |= 1ULL << m->attr;
	return 0;
}

struct session_target *session_add_target(struct session *s, const char *path)
{
	size_t size = (s->ntargets + 1) * sizeof(*s->targets);
	struct session_target *t = realloc(s->targets, size);

	if (!t)
		return NULL;
	s->targets = t;
	t += s->ntargets++;
	memset(t, 0, sizeof(*t));
	strncpy(t->path, path, sizeof(t->path) - 1);
	return t;
}

struct target_member {
	uint16_t attr;
	uint16_t offset;
	uint16_t size;
};

#define TARGET(ATTR, m) {						\
		.attr = HFREPLAY_A_TARGET_##ATTR,			\
		.offset = offsetof(struct session_target, m),		\
		.size = sizeof(((struct session_target *)0)->m),	\
	}

static const struct target_member target_members[] = {
	TARGET(PATH, path),
	TARGET(MAJOR, major),
	TARGET(MINOR, minor),
	TARGET(SIZE, size),
	TARGET(LOGICAL_BLOCK, logical_block),
	TARGET(MAX_TRANSFER, max_transfer),
	TARGET(QUEUE_DEPTH, queue_depth),
	TARGET(SLOTS, slots),
	TARGET(OPS, ops),
};

/* One for each worker; a newer module may have more of them. */
static int parse_cpu(struct session_target *t, const struct nlattr *nla)
{
	if (nla_len(nla) != sizeof(t->cpus[0]))
		return -EPROTO;
	if (t->ncpus < SESSION_MAX_WORKERS)
		memcpy(&t->cpus[t->ncpus++], nla_data(nla),
		       sizeof(t->cpus[0]));
	return 0;
}

static int parse_target_attr(struct session_target *t,
			     const struct nlattr *nla)
{
	size_t i;

	if (nla_type(nla) == HFREPLAY_A_TARGET_WRITE_CACHE)
		t->write_cache = true;
	if (nla_type(nla) == HFREPLAY_A_TARGET_CPU)
		return parse_cpu(t, nla);
	for (i = 0; i < sizeof(target_members) / sizeof(target_members[0]);
	     i++) {
		const struct target_member *m = &target_members[i];

		if (m->attr != nla_type(nla))
			continue;
		if (m->size <= 8 && nla_len(nla) != m->size)
			return -EPROTO;
		if (m->size > 8)
			copy_string((char *)t + m->offset, m->size, nla);
		else
			memcpy((char *)t + m->offset, nla_data(nla), m->size);
	}
	return 0;
}

static int parse_target(struct session *s, const struct nlattr *nest)
{
	struct session_target *t = session_add_target(s, "");
	struct nlattr *nla;
	int rem, ret = 0;

	if (!t)
		return -ENOMEM;
	nla_for_each_nested(nla, nest, rem) {
		ret = parse_target_attr(t, nla);
		if (ret)
			return ret;
	}
	s->have |= SESSION_BIT(TARGET);
	return 0;
}

static int parse_attr(struct session *s, const struct nlattr *nla)
{
	const struct member *m;

	if (nla_type(nla) == HFREPLAY_A_SESSION_TARGET)
		return parse_target(s, nla);
	m = find_member(nla_type(nla));
	return m ? parse_member(s, m, nla) : 0;
}

int session_parse(struct session *s, const struct nlattr *attrs, int len)
{
	const struct nlattr *nla;
	int rem, ret;

	memset(s, 0, sizeof(*s));
	nla_for_each_attr(nla, (struct nlattr *)attrs, len, rem) {
		ret = parse_attr(s, nla);
		if (ret) {
			session_free(s);
			return ret;
		}
	}
	return 0;
}

static int put_target(const struct session_target *t, struct nl_msg *msg)
{
	struct nlattr *nest = nla_nest_start(msg, HFREPLAY_A_SESSION_TARGET |
						  NLA_F_NESTED);
	uint32_t i;

	if (!nest || nla_put_string(msg, HFREPLAY_A_TARGET_PATH, t->path))
		return -EMSGSIZE;
	for (i = 0; i < t->ncpus; i++)
		if (nla_put_u32(msg, HFREPLAY_A_TARGET_CPU, t->cpus[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_member(const struct session *s, const struct member *m,
		      struct nl_msg *msg)
{
	const char *from = (const char *)s + m->offset;
	int ret;

	if (m->size > 8)
		ret = nla_put_string(msg, m->attr, from);
	else
		ret = nla_put(msg, m->attr, m->size, from);
	return ret ? -EMSGSIZE : 0;
}

int session_put(const struct session *s, enum session_use use,
		struct nl_msg *msg)
{
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < NMEMBERS; i++)
		if ((members[i].use & use) &&
		    (s->have & (1ULL << members[i].attr)))
			ret = put_member(s, &members[i], msg);
	if (use != SESSION_USE_NEW)
		return ret;
	for (i = 0; !ret && i < s->ntargets; i++)
		ret = put_target(&s->targets[i], msg);
	return ret;
}

void session_free(struct session *s)
{
	free(s->targets);
	memset(s, 0, sizeof(*s));
}

bool session_ended(const struct session *s)
{
	return s->state == HFREPLAY_SESSION_STATE_DONE ||
	       s->state == HFREPLAY_SESSION_STATE_STOPPED ||
	       s->state == HFREPLAY_SESSION_STATE_FAILED;
}

bool session_runs(const struct session *s)
{
	return s->state == HFREPLAY_SESSION_STATE_RUNNING ||
	       s->state == HFREPLAY_SESSION_STATE_DRAINING;
}

bool session_drains(const struct session *s)
{
	if (s->flags & HFREPLAY_SESSION_FLAGS_STREAM)
		return true;
	return !(s->flags & HFREPLAY_SESSION_FLAGS_NO_RECORDS) &&
	       s->loops > 1 && s->loops * s->loaded > s->results;
}
