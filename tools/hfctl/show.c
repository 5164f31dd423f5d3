// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "show.h"
#include "units.h"

static json_t *with_format(json_t *o)
{
	json_t *all = json_object();

	json_object_set_new(all, "format", json_integer(1));
	json_object_update(all, o);
	json_decref(o);
	return all;
}

void show_json(json_t *o)
{
	o = with_format(o);
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

void show_json_line(json_t *o)
{
	o = with_format(o);
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(o);
}

static void line_text(const char *key, const char *text)
{
	printf("  %-14s %s\n", key, text);
}

static void line_time(const char *key, uint64_t ns)
{
	char buf[32];

	line_text(key, hf_format_duration(buf, sizeof(buf), (int64_t)ns));
}

static void line_size(const char *key, uint64_t bytes)
{
	char buf[32];

	line_text(key, hf_format_size(buf, sizeof(buf), bytes));
}

static void line_number(const char *key, uint64_t n)
{
	printf("  %-14s %" PRIu64 "\n", key, n);
}

static void show_stall(const char *key, uint64_t times, uint64_t ns)
{
	char buf[32];

	if (times)
		printf("  %-14s %" PRIu64 " times, %s\n", key, times,
		       hf_format_duration(buf, sizeof(buf), (int64_t)ns));
}

static void show_mode(const struct session *s)
{
	printf("  %-14s %s at speed %.3g", "mode", session_mode_name(s->mode),
	       s->speed / 1000.0);
	if (s->mode == HFREPLAY_MODE_DEP && session_has(s, THINK_SCALE))
		printf(", think times x %.3g", s->think_scale / 1000.0);
	putchar('\n');
	if (s->loops > 1)
		printf("  %-14s %u of %u\n", "loop", s->loop + 1, s->loops);
	if (s->duration_limit)
		line_time("at most", s->duration_limit);
}

/* How the requests of a target reach it, where it is not one by one. */
static void show_together(const struct session *s)
{
	char buf[32];

	if (s->bundle)
		printf("  %-14s up to %u requests less than %s apart\n",
		       "bundles", s->bundle_max,
		       hf_format_duration(buf, sizeof(buf), s->bundle));
	if (s->plug)
		line_number("plug", s->plug);
	if (s->workers > 1)
		printf("  %-14s %u per target, spread by %s\n", "workers",
		       s->workers, session_spread_name(s->spread));
}

static void show_choices(const struct session *s)
{
	const char *name;
	unsigned int bit;

	show_mode(s);
	if (s->limit == HFREPLAY_LIMIT_FIXED)
		line_number("limit", s->limit_value);
	else
		line_text("limit", session_limit_name(s->limit));
	show_together(s);
	line_number("window", s->window);
	line_time("spin", s->spin);
	line_time("tolerance", s->tolerance);
	printf("  %-14s", "flags");
	for (bit = 0; (name = session_flag_name(bit)); bit++)
		if (s->flags & (1U << bit))
			printf(" %s", name);
	printf("%s\n", s->flags ? "" : " none");
}

static void show_targets(const struct session *s)
{
	char size[32];
	uint32_t i, k;

	for (i = 0; i < s->ntargets; i++) {
		const struct session_target *t = &s->targets[i];

		printf("  %-14s %s (%u:%u, %s, %u slots, CPU", "target",
		       t->path, t->major, t->minor,
		       hf_format_size(size, sizeof(size), t->size), t->slots);
		for (k = 0; k < t->ncpus; k++)
			printf("%s%u", k ? "," : " ", t->cpus[k]);
		printf(")\n");
	}
}

static void show_counters(const struct session *s)
{
	if (session_has(s, COUNT) && s->count != HFR_UNKNOWN)
		line_number("requests", s->count);
	if (session_has(s, DURATION) && s->duration != HFR_UNKNOWN)
		line_time("duration", s->duration);
	line_number("loaded", s->loaded);
	line_number("issued", s->issued);
	line_number("completed", s->completed);
	line_number("skipped", s->skipped);
	line_number("errors", s->errors);
	if (s->again)
		line_number("not at once", s->again);
	if (s->verified || s->verify_errors)
		printf("  %-14s %" PRIu64 " blocks, wrong in %" PRIu64 " requests\n",
		       "verified", s->verified, s->verify_errors);
	line_number("late", s->late);
	line_size("read", s->read_bytes);
	line_size("written", s->write_bytes);
	line_time("elapsed", s->elapsed);
	show_stall("feeder stalls", s->underruns, s->underrun_time);
	show_stall("reader stalls", s->results_stalls, s->results_time);
	show_stall("window stalls", s->window_stalls, s->window_time);
	line_size("memory", s->memory);
}

void show_session(const struct session *s)
{
	printf("session %u (%s): %s\n", s->id, s->name,
	       session_state_name(s->state));
	if (session_has(s, ERROR_TEXT) && s->error_text[0])
		line_text("error", s->error_text);
	show_choices(s);
	show_targets(s);
	show_counters(s);
	if (session_has(s, CHECKSUM))
		printf("  %-14s %016" PRIx64 "\n", "checksum", s->checksum);
	printf("  %-14s /dev/%s\n", "node", s->node);
}

void show_session_header(void)
{
	printf("%4s %-16s %-9s %-5s %12s %12s %12s %8s  %s\n", "ID", "NAME",
	       "STATE", "MODE", "LOADED", "ISSUED", "COMPLETED", "ERRORS",
	       "TARGET");
}

void show_session_line(const struct session *s)
{
	printf("%4u %-16s %-9s %-5s %12" PRIu64 " %12" PRIu64 " %12" PRIu64
	       " %8" PRIu64 "  %s%s\n", s->id, s->name,
	       session_state_name(s->state), session_mode_name(s->mode),
	       s->loaded, s->issued, s->completed, s->errors,
	       s->ntargets ? s->targets[0].path : "-",
	       s->ntargets > 1 ? " ..." : "");
}
