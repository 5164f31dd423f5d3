// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of the kernel's block tracepoints: tracefs (trace, trace_pipe),
 * trace-cmd report and perf script; and what hfctl record spools, which has
 * the same form with ns stamps and comments that say more:
 *
 *   # hfreplay device: MAJOR,MINOR NAME BYTES LOGICAL-BLOCK
 *   # hfreplay clock: SECONDS UNIX-SECONDS
 *
 * A device that is stated so is a target even if it was idle.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "events.h"
#include "lines.h"
#include "scan.h"

/* The tracepoints that matter. */
static const struct tracepoint {
	const char *name;
	uint8_t kind;
	bool bio;
} tracepoints[] = {
	{ "block_rq_issue", EVENT_ISSUE },
	{ "block_rq_complete", EVENT_COMPLETE },
	{ "block_rq_requeue", EVENT_REQUEUE },
	{ "block_bio_queue", EVENT_QUEUE },
	{ "block_bio_complete", EVENT_COMPLETE, true },
	{ "block_split", EVENT_SPLIT },
	{ "block_bio_remap", EVENT_REMAP },
	{ "block_rq_remap", EVENT_REMAP },
};

static const struct tracepoint *tracepoint_at(const char *s)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		size_t len = strlen(tracepoints[i].name);

		if (!strncmp(s, tracepoints[i].name, len) && s[len] == ':')
			return &tracepoints[i];
	}
	return NULL;
}

/* Finds "STAMP: block_" or, as perf writes it, "STAMP: block:block_". */
static const char *find_event(const char *line)
{
	const char *s = line;

	while ((s = strstr(s, "block_"))) {
		if (s > line && (s[-1] == ' ' || s[-1] == ':'))
			return s;
		s++;
	}
	return NULL;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Moves back from @s over characters of a kind, not before @line. */
static const char *back_digits(const char *line, const char *s)
{
	while (s > line && digit(s[-1]))
		s--;
	return s;
}

static const char *back_spaces(const char *line, const char *s)
{
	while (s > line && (s[-1] == ' ' || s[-1] == '\t'))
		s--;
	return s;
}

/*
 * The stamp ends at the colon before @event. A tracer may have put its own
 * name between ("block:").
 */
static const char *find_stamp(const char *line, const char *event,
			      uint64_t *time)
{
	const char *end, *s;

	if (event - line >= 6 && !memcmp(event - 6, "block:", 6))
		event -= 6;
	end = back_spaces(line, event);
	if (end == line || *--end != ':')
		return NULL;
	s = end;
	while (s > line && (digit(s[-1]) || s[-1] == '.'))
		s--;
	end = s;
	return scan_seconds(&s, time) && *s == ':' ? end : NULL;
}

/*
 * The process id stands before the CPU in brackets, with a process group in
 * parentheses between them or not: "comm-12 [001] d..1. ", "comm 12 [001] ".
 * perf can leave the CPU out: "comm 12 ". Names of processes may hold anything,
 * so this goes from right to left.
 */
static uint32_t find_pid(const char *line, const char *stamp)
{
	const char *s = stamp;
	uint32_t pid;

	while (s > line && s[-1] != ']')
		s--;
	if (s == line) {
		s = back_digits(line, back_spaces(line, stamp));
		return scan_u32(&s, &pid) ? pid : 0;
	}
	while (s > line && s[-1] != '[')
		s--;
	if (s > line)
		s = back_spaces(line, s - 1);
	if (s > line && s[-1] == ')') {
		while (s > line && s[-1] != '(')
			s--;
		s = s > line ? back_spaces(line, s - 1) : s;
	}
	/* perf script can say PID/TID. */
	s = back_digits(line, s);
	if (s > line && s[-1] == '/' && back_digits(line, s - 1) < s - 1)
		s = back_digits(line, s - 1);
	return scan_u32(&s, &pid) ? pid : 0;
}

/* "be,0,4": class, hint and level, from Linux 6.11 on. */
static uint16_t scan_prio(const char **s)
{
	static const char * const classes[] = { "none", "rt", "be", "idle" };
	uint32_t class, hint, level;

	scan_spaces(s);
	for (class = 0; class < 4; class++) {
		size_t len = strlen(classes[class]);

		if (strncmp(*s, classes[class], len) || (*s)[len] != ',')
			continue;
		*s += len + 1;
		if (!scan_u32(s, &hint) || !scan_char(s, ',') ||
		    !scan_u32(s, &level))
			return 0;
		return class ? class << 13 | (level & 7) : 0;
	}
	return 0;
}

/* "BYTES (COMMAND) " before the sector; false if it is not well formed. */
static bool scan_command(const char **s, bool *passthrough)
{
	const char *p = *s;
	uint64_t bytes;

	if (scan_u64(&p, &bytes))
		scan_spaces(&p);
	if (*p != '(')
		return true;
	*passthrough = p[1] != ')';
	p = strchr(p, ')');
	if (!p)
		return false;
	*s = p + 1;
	scan_spaces(s);
	return true;
}

/* "SECTOR + SECTORS" or, of a split, "SECTOR / SECTOR". */
static bool scan_range(const char **s, struct block_event *ev)
{
	char sign = ev->kind == EVENT_SPLIT ? '/' : '+';

	if (!scan_u64(s, &ev->sector))
		return false;
	scan_spaces(s);
	if (!scan_char(s, sign))
		return false;
	scan_spaces(s);
	if (sign == '+')
		return scan_u32(s, &ev->sectors);
	if (!scan_u64(s, &ev->cut) || ev->cut <= ev->sector ||
	    ev->cut - ev->sector > UINT32_MAX)
		return false;
	ev->sectors = ev->cut - ev->sector;
	return true;
}

/* What stands behind the name of the tracepoint. */
static enum rwbs scan_event(const char *s, struct block_event *ev,
			    uint32_t *major, uint32_t *minor)
{
	bool passthrough = false;
	const char *rwbs;

	scan_spaces(&s);
	if (!scan_device(&s, major, minor) || *s != ' ')
		return RWBS_NONSENSE;
	scan_spaces(&s);
	rwbs = s;
	s = strchr(s, ' ');
	if (!s)
		return RWBS_NONSENSE;
	scan_spaces(&s);
	/* Something always follows: a number at the end may be cut. */
	if (!scan_command(&s, &passthrough) || !scan_range(&s, ev) || *s != ' ')
		return RWBS_NONSENSE;
	ev->prio = scan_prio(&s);
	return passthrough ? RWBS_UNSUPPORTED : events_rwbs(ev, rwbs);
}

/* "# hfreplay device: 8,0 sda 1000204886016 512" */
static int named_device(struct events *evs, const char *s,
			struct hf_error *err)
{
	uint32_t major, minor, block;
	char name[64];
	uint64_t size;
	size_t len;
	int target;

	if (!scan_device(&s, &major, &minor) || !scan_char(&s, ' '))
		return 0;
	len = strcspn(s, " ");
	if (len >= sizeof(name))
		return 0;
	memcpy(name, s, len);
	name[len] = '\0';
	s += len;
	if (!scan_char(&s, ' ') || !scan_u64(&s, &size) ||
	    !scan_char(&s, ' ') || !scan_u32(&s, &block))
		return 0;
	target = events_name(evs, major, minor, name, err);
	if (target < 0)
		return target;
	importer_geometry(events_importer(evs), target, size, block);
	importer_keep(events_importer(evs), target);
	return 0;
}

static void clock_pair(struct events *evs, const char *s)
{
	uint64_t trace, wall;

	if (scan_seconds(&s, &trace) && scan_char(&s, ' ') &&
	    scan_seconds(&s, &wall))
		importer_wall_clock(events_importer(evs), trace, wall);
}

/* "# entries-in-buffer/entries-written: 100/140": the oldest are gone. */
static void overwritten(struct events *evs, const char *s)
{
	uint64_t in_buffer, written;

	scan_spaces(&s);
	if (scan_u64(&s, &in_buffer) && scan_char(&s, '/') &&
	    scan_u64(&s, &written) && written > in_buffer)
		events_lost(evs, written - in_buffer);
}

static const char *behind(const char *s, const char *start)
{
	size_t len = strlen(start);

	return strncmp(s, start, len) ? NULL : s + len;
}

static int comment(struct events *evs, const char *line, struct hf_error *err)
{
	const char *s;

	s = behind(line, "# entries-in-buffer/entries-written:");
	if (s)
		overwritten(evs, s);
	s = behind(line, "# hfreplay clock: ");
	if (s)
		clock_pair(evs, s);
	s = behind(line, "# hfreplay device: ");
	return s ? named_device(evs, s, err) : 0;
}

/* "CPU:1 [LOST 23 EVENTS]", "LOST 5 events!", "[EVENTS DROPPED]" */
static bool loss(struct events *evs, const char *line)
{
	const char *s = strstr(line, "LOST ");
	uint64_t n = 1;

	if (!s) {
		if (!strstr(line, "EVENTS DROPPED"))
			return false;
		events_lost(evs, n);
		return true;
	}
	s += 5;
	if (!scan_u64(&s, &n) ||
	    (strncmp(s, " EVENTS", 7) && strncmp(s, " events", 7)))
		return false;
	events_lost(evs, n);
	return true;
}

/* Any other event: "... 3570.818592: name: ..." */
static bool other_event(const char *line)
{
	const char *s = line;
	uint64_t time;

	while ((s = strstr(s, ": "))) {
		const char *stamp = s;

		while (stamp > line && (digit(stamp[-1]) || stamp[-1] == '.'))
			stamp--;
		if (stamp > line && scan_seconds(&stamp, &time) && stamp == s)
			return true;
		s++;
	}
	return false;
}

/* Headers of trace-cmd, stacks. */
static bool harmless(const char *line)
{
	static const char * const starts[] = {
		"version = ", "cpus=", "CPU ", "trace.dat", "=>", "<stack trace",
	};
	unsigned int i;
	size_t hex;

	scan_spaces(&line);
	if (!*line || *line == '\r')
		return true;
	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (behind(line, starts[i]))
			return true;
	hex = strspn(line, "0123456789abcdef");
	return hex >= 6 && line[hex] == ' ';
}

static int other_line(struct events *evs, struct input *in, const char *line,
		      struct hf_error *err)
{
	if (*line == '#')
		return comment(evs, line, err);
	if (loss(evs, line) || harmless(line) || other_event(line))
		return 0;
	return lines_junk(events_importer(evs), in, "not a line of a trace",
			  err);
}

/* "8,0 W 4096 + 8 <- (8,1) 2048"; 1 or -errno, 0 if it is something else. */
static int take_remap(struct events *evs, const char *s,
		      struct block_event *ev, struct hf_error *err)
{
	uint32_t major, minor;
	uint64_t sector;
	int ret;

	s = strchr(s, '<');
	if (!s || !scan_remap(&s, &major, &minor, &sector))
		return 0;
	ret = events_remap(evs, ev, major, minor, sector, err);
	return ret ? ret : 1;
}

/* Returns 1 if the line holds an event, else 0 or -errno. */
static int take_line(struct events *evs, struct input *in, const char *line,
		     struct block_event *ev, struct hf_error *err)
{
	const char *name = find_event(line), *stamp = NULL;
	const struct tracepoint *tp = NULL;
	uint32_t major, minor;
	enum rwbs what;
	int ret;

	if (name && *line != '#')
		stamp = find_stamp(line, name, &ev->time);
	if (!stamp)
		return other_line(evs, in, line, err);
	tp = tracepoint_at(name);
	if (!tp)
		return 0;
	ev->kind = tp->kind;
	ev->bio = tp->bio;
	what = scan_event(name + strlen(tp->name) + 1, ev, &major, &minor);
	if (what == RWBS_NONSENSE)
		return lines_junk(events_importer(evs), in,
				  "an event that makes no sense", err);
	ret = events_device(evs, major, minor, err);
	if (ret < 0)
		return ret;
	ev->target = ret;
	ev->pid = find_pid(line, stamp);
	if (what == RWBS_OK && ev->kind == EVENT_REMAP)
		return take_remap(evs, name, ev, err);
	if (what == RWBS_OK)
		return 1;
	events_unsupported(evs, ev);
	return 0;
}

static int ftrace_next(struct events *evs, struct input *in, void *state,
		       struct block_event *ev, struct hf_error *err)
{
	char *line;
	int ret;

	(void)state;
	for (;;) {
		ret = lines_next(events_importer(evs), in, &line, err);
		if (ret <= 0)
			return ret;
		memset(ev, 0, sizeof(*ev));
		ret = take_line(evs, in, line, ev, err);
		if (ret)
			return ret;
	}
}

static const struct event_reader ftrace_reader = { .next = ftrace_next };

static int ftrace_read(struct input *const *ins, int nins,
		       struct importer *imp, struct hf_error *err)
{
	return events_read(ins, nins, imp, &ftrace_reader, err);
}

static bool begins(const uint8_t *head, size_t len, const char *start)
{
	size_t n = strlen(start);

	return len >= n && !memcmp(head, start, n);
}

static bool ftrace_sniff(const uint8_t *head, size_t len)
{
	unsigned int i;

	if (begins(head, len, "# tracer: ") ||
	    begins(head, len, "# hfreplay "))
		return true;
	if (memchr(head, '\0', len))
		return false;
	for (i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		const char *name = tracepoints[i].name;
		const uint8_t *s = memmem(head, len, name, strlen(name));

		if (s && s > head && (s[-1] == ' ' || s[-1] == ':') &&
		    s + strlen(name) < head + len && s[strlen(name)] == ':')
			return true;
	}
	return false;
}

const struct format format_ftrace = {
	.name = "ftrace",
	.about = "text of tracefs, trace-cmd report or perf script",
	.sniff = ftrace_sniff,
	.read = ftrace_read,
};
