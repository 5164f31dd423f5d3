// SPDX-License-Identifier: GPL-2.0-only
/* A session in words and as JSON. */
#include <stdio.h>

#include "session.h"

static const char *pick(const char *const *names, size_t n, uint32_t value)
{
	return value < n ? names[value] : "?";
}

#define PICK(names, value) pick(names, sizeof(names) / sizeof(names[0]), value)

static const char *const states[] = {
	"empty", "loading", "ready", "running", "draining", "done", "stopped",
	"failed",
};
static const char *const modes[] = { "hf", "afap", "load", "dep" };
static const char *const limits[] = { "none", "trace", "fixed" };
static const char *const payloads[] = { "random", "zero", "verify" };
static const char *const on_errors[] = { "continue", "stop" };
static const char *const spreads[] = { "stream", "request" };
static const char *const clocks[] = { "realtime", "tai" };
static const char *const flags[] = {
	"stream", "autoclear", "allow-writes", "allow-erase", "allow-merge",
	"skip-unsupported", "polled", "no-records",
};

const char *session_state_name(uint32_t state)
{
	return PICK(states, state);
}

const char *session_mode_name(uint32_t mode)
{
	return PICK(modes, mode);
}

const char *session_limit_name(uint32_t limit)
{
	return PICK(limits, limit);
}

const char *session_payload_name(uint32_t payload)
{
	return PICK(payloads, payload);
}

const char *session_on_error_name(uint32_t on_error)
{
	return PICK(on_errors, on_error);
}

const char *session_spread_name(uint32_t spread)
{
	return PICK(spreads, spread);
}

const char *session_flag_name(unsigned int bit)
{
	return bit < sizeof(flags) / sizeof(flags[0]) ? flags[bit] : NULL;
}

json_t *session_flags_json(const struct session *s)
{
	json_t *array = json_array();
	const char *name;
	unsigned int bit;

	for (bit = 0; (name = session_flag_name(bit)); bit++)
		if (s->flags & (1U << bit))
			json_array_append_new(array, json_string(name));
	return array;
}

/* Numbers as they are, with the unit in the key. */
static const struct number {
	const char *key;
	uint16_t attr;
	uint16_t offset;
	uint16_t size;
} numbers[] = {
#define NUMBER(k, ATTR, m) {						\
		.key = (k),						\
		.attr = HFREPLAY_A_SESSION_##ATTR,			\
		.offset = offsetof(struct session, m),			\
		.size = sizeof(((struct session *)0)->m),		\
	}
	NUMBER("limit_value", LIMIT_VALUE, limit_value),
	NUMBER("window", WINDOW, window),
	NUMBER("results", RESULTS, results),
	NUMBER("error_max", ERROR_MAX, error_max),
	NUMBER("spin_ns", SPIN, spin),
	NUMBER("tolerance_ns", TOLERANCE, tolerance),
	NUMBER("count", COUNT, count),
	NUMBER("duration_ns", DURATION, duration),
	NUMBER("loaded", LOADED, loaded),
	NUMBER("issued", ISSUED, issued),
	NUMBER("completed", COMPLETED, completed),
	NUMBER("skipped", SKIPPED, skipped),
	NUMBER("errors", ERRORS, errors),
	NUMBER("late", LATE, late),
	NUMBER("read_bytes", READ_BYTES, read_bytes),
	NUMBER("write_bytes", WRITE_BYTES, write_bytes),
	NUMBER("elapsed_ns", ELAPSED, elapsed),
	NUMBER("underruns", UNDERRUNS, underruns),
	NUMBER("underrun_ns", UNDERRUN_TIME, underrun_time),
	NUMBER("results_stalls", RESULTS_STALLS, results_stalls),
	NUMBER("results_ns", RESULTS_TIME, results_time),
	NUMBER("window_stalls", WINDOW_STALLS, window_stalls),
	NUMBER("window_ns", WINDOW_TIME, window_time),
	NUMBER("error_index", ERROR_INDEX, error_index),
	NUMBER("memory_bytes", MEMORY, memory),
	NUMBER("last_index", LAST_INDEX, last_index),
	NUMBER("wall_start_ns", WALL_START, wall_start),
	NUMBER("loops", LOOPS, loops),
	NUMBER("loop", LOOP, loop),
	NUMBER("duration_limit_ns", DURATION_LIMIT, duration_limit),
	NUMBER("start_at_ns", START_AT, start_at),
	NUMBER("bundle_ns", BUNDLE, bundle),
	NUMBER("bundle_max", BUNDLE_MAX, bundle_max),
	NUMBER("workers", WORKERS, workers),
	NUMBER("plug", PLUG, plug),
	NUMBER("again", AGAIN, again),
	NUMBER("verified", VERIFIED, verified),
	NUMBER("verify_errors", VERIFY_ERRORS, verify_errors),
};

static void add_numbers(json_t *o, const struct session *s)
{
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *n = &numbers[i];
		const char *at = (const char *)s + n->offset;
		json_int_t value;

		if (!(s->have & (1ULL << n->attr)))
			continue;
		if (n->size == sizeof(uint32_t))
			value = *(const uint32_t *)at;
		else
			value = (json_int_t)*(const uint64_t *)at;
		json_object_set_new(o, n->key, json_integer(value));
	}
}

/* "cpu" is that of the first worker, "cpus" has all. */
static json_t *target_json(const struct session_target *t)
{
	json_t *cpus = json_array();
	uint32_t i;

	for (i = 0; i < t->ncpus; i++)
		json_array_append_new(cpus, json_integer(t->cpus[i]));
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:b}",
			 "path", t->path, "major", (json_int_t)t->major,
			 "minor", (json_int_t)t->minor,
			 "size", (json_int_t)t->size,
			 "logical_block", (json_int_t)t->logical_block,
			 "max_transfer", (json_int_t)t->max_transfer,
			 "queue_depth", (json_int_t)t->queue_depth,
			 "slots", (json_int_t)t->slots,
			 "cpu", (json_int_t)t->cpus[0],
			 "cpus", cpus,
			 "write_cache", t->write_cache);
}

static void add_names(json_t *o, const struct session *s)
{
	if (session_has(s, NAME))
		json_object_set_new(o, "name", json_string(s->name));
	if (session_has(s, STATE))
		json_object_set_new(o, "state",
				    json_string(session_state_name(s->state)));
	if (session_has(s, NODE))
		json_object_set_new(o, "node",
				    json_sprintf("/dev/%s", s->node));
	if (session_has(s, MODE))
		json_object_set_new(o, "mode",
				    json_string(session_mode_name(s->mode)));
	if (session_has(s, SPEED))
		json_object_set_new(o, "speed", json_real(s->speed / 1000.0));
	if (session_has(s, LIMIT))
		json_object_set_new(o, "limit",
				    json_string(session_limit_name(s->limit)));
	if (session_has(s, THINK_SCALE))
		json_object_set_new(o, "think_scale",
				    json_real(s->think_scale / 1000.0));
	if (session_has(s, START_CLOCK))
		json_object_set_new(o, "start_clock", json_string(
				    PICK(clocks, s->start_clock)));
	if (session_has(s, SPREAD))
		json_object_set_new(o, "spread", json_string(
				    session_spread_name(s->spread)));
	if (session_has(s, PAYLOAD))
		json_object_set_new(o, "payload", json_string(
				    session_payload_name(s->payload)));
	if (session_has(s, ON_ERROR))
		json_object_set_new(o, "on_error", json_string(
				    session_on_error_name(s->on_error)));
	if (session_has(s, ERROR_TEXT))
		json_object_set_new(o, "error", json_string(s->error_text));
	/* Text: half of the seeds do not fit a signed number. */
	if (session_has(s, SEED))
		json_object_set_new(o, "seed", json_sprintf("0x%llx",
				    (unsigned long long)s->seed));
	if (session_has(s, CHECKSUM))
		json_object_set_new(o, "checksum", json_sprintf("%016llx",
				    (unsigned long long)s->checksum));
}

json_t *session_json(const struct session *s)
{
	json_t *o = json_object(), *targets = json_array();
	uint32_t i;

	if (session_has(s, ID))
		json_object_set_new(o, "id", json_integer(s->id));
	add_names(o, s);
	if (session_has(s, FLAGS))
		json_object_set_new(o, "flags", session_flags_json(s));
	add_numbers(o, s);
	for (i = 0; i < s->ntargets; i++)
		json_array_append_new(targets, target_json(&s->targets[i]));
	if (s->ntargets)
		json_object_set_new(o, "targets", targets);
	else
		json_decref(targets);
	return o;
}
