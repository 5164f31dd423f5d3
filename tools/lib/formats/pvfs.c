// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of a data server of PVFS with an I/O scheduler in it:
 * "[D 02:54:58.386900] REQ SCHED SCHEDULING, handle: 5764607523034231596,
 * queue_element: 0x2a11360, type: 0, offset: 458752, len: 32768", one line;
 * type 0 reads, 1 writes. The other lines of the log are passed over.
 *
 * Stamps are times of day. One that is earlier than the one before by more
 * than half a day is of the next day.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handles.h"
#include "lines.h"
#include "scan.h"
#include "volume.h"

#define MARK		"REQ SCHED SCHEDULING, "
#define DIGITS		"0123456789"
#define MAX_HANDLE	20
#define NS		UINT64_C(1000000000)
#define DAY		(86400 * NS)

/**
 * struct pvfs_line - a line that is a request
 * @time: of day, ns
 * @handle: of the file; not NUL terminated
 * @digits: of the handle
 * @offset: in the file, bytes
 * @length: bytes
 * @op: HFR_OP_READ or HFR_OP_WRITE
 */
struct pvfs_line {
	uint64_t time;
	const char *handle;
	size_t digits;
	uint64_t offset, length;
	uint8_t op;
};

/**
 * struct pvfs_state - of an input
 * @files: of all inputs
 * @clock: time of the request before, of all inputs; days since the first
 *	count
 * @target: the server
 */
struct pvfs_state {
	struct handles *files;
	uint64_t *clock;
	int target;
};

static bool scan_two(const char **s, uint64_t limit, uint64_t *value)
{
	return strspn(*s, DIGITS) == 2 && scan_u64(s, value) && *value < limit;
}

/* "[D 02:54:58.386900] ": any level of the log. */
static bool scan_stamp(const char **s, uint64_t *ns)
{
	uint64_t h, m, sec;

	if (!scan_char(s, '[') || **s < 'A' || **s > 'Z')
		return false;
	(*s)++;
	if (!scan_char(s, ' ') || !scan_two(s, 24, &h) || !scan_char(s, ':') ||
	    !scan_two(s, 60, &m) || !scan_char(s, ':') ||
	    strspn(*s, DIGITS) != 2 || !scan_seconds(s, &sec) ||
	    sec >= 61 * NS || !scan_char(s, ']'))
		return false;
	*ns = (h * 60 + m) * 60 * NS + sec;
	return true;
}

/* "offset: 458752", and the comma behind it if it is not the last. */
static bool scan_field(const char **s, const char *name, uint64_t *value)
{
	size_t n = strlen(name);

	scan_spaces(s);
	if (strncmp(*s, name, n))
		return false;
	*s += n;
	scan_spaces(s);
	if (!scan_u64(s, value))
		return false;
	scan_char(s, ',');
	return true;
}

static bool scan_handle(const char **s, struct pvfs_line *l)
{
	uint64_t unused;

	if (strncmp(*s, "handle: ", 8))
		return false;
	l->handle = *s + 8;
	l->digits = strspn(l->handle, DIGITS);
	return l->digits && l->digits <= MAX_HANDLE &&
	       scan_field(s, "handle:", &unused);
}

static bool scan_element(const char **s)
{
	const char *comma;

	scan_spaces(s);
	comma = strchr(*s, ',');
	if (strncmp(*s, "queue_element: ", 15) || !comma)
		return false;
	*s = comma + 1;
	return true;
}

static bool scan_request(const char *s, struct pvfs_line *l)
{
	uint64_t type;

	if (!scan_handle(&s, l) || !scan_element(&s) ||
	    !scan_field(&s, "type:", &type) ||
	    !scan_field(&s, "offset:", &l->offset) ||
	    !scan_field(&s, "len:", &l->length))
		return false;
	scan_spaces(&s);
	l->op = type ? HFR_OP_WRITE : HFR_OP_READ;
	return !*s && type <= 1 && l->length <= UINT32_MAX;
}

/* Returns 1 for a request, 0 for another line of a log, -1 for none. */
static int parse(const char *s, struct pvfs_line *l)
{
	if (!scan_stamp(&s, &l->time))
		return -1;
	scan_spaces(&s);
	if (strncmp(s, MARK, strlen(MARK)))
		return 0;
	return scan_request(s + strlen(MARK), l) ? 1 : -1;
}

/* The first line is one of a log, and one of those at hand a request. */
static bool pvfs_sniff(const uint8_t *head, size_t len)
{
	const uint8_t *end = head + len;
	struct pvfs_line l;
	char line[512];

	while (lines_first(head, (size_t)(end - head), line, sizeof(line))) {
		int kind = parse(line, &l);

		if (kind)
			return kind > 0;
		head = memchr(head, '\n', (size_t)(end - head));
		if (!head)
			return false;
		head++;
	}
	return false;
}

/* Puts a time of day on the day that is closest to the request before. */
static uint64_t on_day(uint64_t *clock, uint64_t time)
{
	uint64_t day = *clock / DAY * DAY, at = day + time;

	if (at + DAY / 2 < *clock)
		at += DAY;
	else if (at > *clock + DAY / 2 && at >= DAY)
		at -= DAY;
	*clock = at;
	return at;
}

static int pvfs_line(struct importer *imp, struct input *in, void *state,
		     char *line, struct hf_error *err)
{
	const struct pvfs_state *st = state;
	struct hfr_trace_rec rec = {
		.complete_ns = HFR_UNKNOWN,
		.target = (uint16_t)st->target,
	};
	char handle[MAX_HANDLE + 1];
	struct pvfs_line l;
	int kind = parse(line, &l);

	if (kind < 0)
		return lines_junk(imp, in, "not a line of a PVFS log", err);
	if (!kind)
		return 0;
	if (!l.length) {
		importer_unsupported(imp, st->target);
		return 0;
	}
	snprintf(handle, sizeof(handle), "%.*s", (int)l.digits, l.handle);
	/* Files may be of different days: the first has one before it. */
	if (!*st->clock)
		*st->clock = DAY + l.time;
	rec.issue_ns = on_day(st->clock, l.time);
	rec.offset = l.offset;
	rec.length = (uint32_t)l.length;
	rec.op = l.op;
	return handles_request(st->files, imp, handle, &rec, in, err);
}

static int read_all(struct input *const *ins, int nins, struct importer *imp,
		    struct handles *files, struct hf_error *err)
{
	static const struct line_reader reader = { .line = pvfs_line };
	struct pvfs_state st = { .files = files };
	uint64_t clock = 0;
	int i, rc = 0;

	st.clock = &clock;
	for (i = 0; i < nins && !rc; i++) {
		st.target = volume_device(imp, ins[i], i, NULL, err);
		if (st.target < 0)
			return st.target;
		rc = lines_read_one(ins, nins, i, imp, &reader, &st, err);
	}
	return rc;
}

static int pvfs_read(struct input *const *ins, int nins, struct importer *imp,
		     struct hf_error *err)
{
	struct handles *files;
	int rc = handles_new(&files, err);

	if (rc)
		return rc;
	importer_sum(imp)->level = "queue";
	rc = read_all(ins, nins, imp, files, err);
	if (!rc)
		handles_note(files, imp);
	handles_free(files);
	return rc;
}

const struct format format_pvfs = {
	.name = "pvfs",
	.about = "log of a PVFS data server with a request scheduler",
	.sniff = pvfs_sniff,
	.read = pvfs_read,
};
