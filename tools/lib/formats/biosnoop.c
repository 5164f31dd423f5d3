// SPDX-License-Identifier: GPL-2.0-only
/*
 * What biosnoop prints, that of bcc and that of libbpf-tools:
 * TIME(s) COMM PID DISK T SECTOR BYTES [P] [QUE(ms)] LAT(ms)
 *
 * TIME is that of the completion, so that a request is issued LAT before it,
 * and queued QUE before that. In T bcc has W, and R for all else; libbpf-tools
 * has the letters of blktrace. COMM may hold spaces: columns are counted from
 * the right.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "events.h"
#include "lines.h"

#define MAX_COLUMNS	32
/* Columns from PID to BYTES, and the least of all: with TIME, COMM and LAT. */
#define MIDDLE		5
#define LEAST		(MIDDLE + 3)
#define SECTOR		512
/* The first request began before the stamps do. No request takes longer. */
#define DAY_NS		(24ULL * 3600 * 1000000000)

/**
 * struct biosnoop_line - a line
 * @end: time of the completion, ns
 * @latency: from issue to completion, ns
 * @queued: from queue to issue, ns; HFR_UNKNOWN if the line does not say
 * @pid: the process
 * @disk: name of the device
 * @type: letters of the operation
 * @sector: the first; nothing for a flush
 * @bytes: length
 */
struct biosnoop_line {
	uint64_t end, latency, queued;
	uint64_t pid;
	const char *disk, *type;
	uint64_t sector, bytes;
};

static bool begins(const char *line, const char *start)
{
	return !strncmp(line, start, strlen(start));
}

/* "TIME(s) COMM PID DISK T SECTOR BYTES" and what may follow. */
static bool is_header(const char *line)
{
	static const char * const names[] = {
		"TIME(s)", "COMM", "PID", "DISK", "T", "SECTOR", "BYTES",
	};
	char copy[256], *col[MAX_COLUMNS];
	size_t i, len = strlen(line);
	int n;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, line, len + 1);
	n = lines_split(copy, ' ', col, MAX_COLUMNS);
	if (n < LEAST || n > LEAST + 2 || strcmp(col[n - 1], "LAT(ms)"))
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(col[i], names[i]))
			return false;
	for (; (int)i < n - 1; i++)
		if (strcmp(col[i], "P") && strcmp(col[i], "QUE(ms)"))
			return false;
	return true;
}

/* That of bpftrace, which has neither sectors nor lengths. */
static bool is_bpftrace(const char *line)
{
	return begins(line, "TIME(ms) ") && strstr(line, " LAT(ms)") &&
	       !strstr(line, "SECTOR");
}

static bool has_point(const char *col)
{
	return strchr(col, '.');
}

/* Takes [P] [QUE] LAT off the right end; returns the columns left, or 0. */
static int parse_times(char **col, int n, struct biosnoop_line *l)
{
	l->queued = HFR_UNKNOWN;
	if (n < LEAST || !has_point(col[n - 1]) ||
	    !column_scaled(col[n - 1], 6, &l->latency))
		return 0;
	n--;
	if (has_point(col[n - 1])) {
		/* -1.000: it was never seen in the queue. */
		if (*col[n - 1] != '-' &&
		    !column_scaled(col[n - 1], 6, &l->queued))
			return 0;
		n--;
	}
	if (!strcmp(col[n - 1], "S") || !strcmp(col[n - 1], "R") ||
	    !strcmp(col[n - 1], "?"))
		n--;
	return n;
}

static bool parse(char *line, struct biosnoop_line *l)
{
	char *cols[MAX_COLUMNS], **col = cols;
	int n = lines_split(line, ' ', cols, MAX_COLUMNS);

	if (n > MAX_COLUMNS)
		return false;
	n = parse_times(cols, n, l);
	if (n < LEAST - 1 || !has_point(cols[0]))
		return false;
	col = cols + n - MIDDLE;
	l->disk = col[1];
	l->type = col[2];
	/* A flush is at no sector. */
	if (!strcmp(col[3], "-1") || !strcmp(col[3], "18446744073709551615"))
		col[3][0] = '0', col[3][1] = '\0';
	return column_scaled(cols[0], 9, &l->end) &&
	       column_u64(col[0], &l->pid) && l->pid <= UINT32_MAX &&
	       column_u64(col[3], &l->sector) &&
	       l->sector <= UINT64_MAX / SECTOR &&
	       column_u64(col[4], &l->bytes) && l->bytes <= UINT32_MAX;
}

static bool biosnoop_sniff(const uint8_t *head, size_t len)
{
	char line[256];

	return lines_first(head, len, line, sizeof(line)) &&
	       (is_header(line) || is_bpftrace(line));
}

/* Times on a clock that began a day before the stamps do. */
static bool set_times(const struct biosnoop_line *l, bool queue,
		      struct hfr_trace_rec *rec)
{
	uint64_t before = l->latency;

	if (queue && l->queued != HFR_UNKNOWN &&
	    __builtin_add_overflow(before, l->queued, &before))
		return false;
	if (before > DAY_NS || l->end > UINT64_MAX - DAY_NS)
		return false;
	rec->complete_ns = l->end + DAY_NS;
	rec->issue_ns = l->end + DAY_NS - before;
	return true;
}

static enum rwbs set_op(const struct biosnoop_line *l,
			struct hfr_trace_rec *rec)
{
	struct block_event ev = { .sectors = (uint32_t)(l->bytes / SECTOR) };
	enum rwbs what = events_rwbs(&ev, l->type);

	rec->op = ev.op;
	rec->flags = ev.flags;
	/* bcc has R for whatever does not write. */
	if (what == RWBS_OK && rec->op == HFR_OP_READ && !l->bytes)
		return RWBS_UNSUPPORTED;
	return what;
}

/* "Possibly lost N samples" of bcc, "lost N events on CPU #0" of the other. */
static bool is_lost(const char *line, uint64_t *n)
{
	static const char *const starts[] = { "Possibly lost ", "lost " };
	char number[24];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		if (!begins(line, starts[i]))
			continue;
		line += strlen(starts[i]);
		len = strcspn(line, " ");
		snprintf(number, sizeof(number), "%.*s", (int)len, line);
		if (len >= sizeof(number) || !column_u64(number, n))
			*n = 1;
		return true;
	}
	return false;
}

/* Returns 1 if the line is that of a request, else 0 or -errno. */
static int take_line(struct importer *imp, struct input *in, char *line,
		     struct biosnoop_line *l, struct hf_error *err)
{
	uint64_t lost;

	if (is_header(line))
		return 0;
	if (is_bpftrace(line))
		return hf_fail(err, EINVAL,
			       "%s line %" PRIu64
			       ": the biosnoop of bpftrace says neither sectors nor lengths, which cannot be replayed; use that of bcc or libbpf-tools",
			       input_path(in), input_line_number(in));
	if (is_lost(line, &lost)) {
		importer_sum(imp)->lost += lost;
		return 0;
	}
	return parse(line, l) ? 1 : lines_junk(imp, in,
					       "not a line of biosnoop", err);
}

static int biosnoop_line(struct importer *imp, struct input *in, void *state,
			 char *line, struct hf_error *err)
{
	bool queue = importer_opts(imp)->level == IMPORT_LEVEL_QUEUE;
	struct hfr_trace_rec rec = { 0 };
	struct biosnoop_line l;
	enum rwbs what;
	int ret;

	(void)state;
	ret = take_line(imp, in, line, &l, err);
	if (ret <= 0)
		return ret;
	what = set_op(&l, &rec);
	if (what == RWBS_NONSENSE || !set_times(&l, queue, &rec))
		return lines_junk(imp, in, "not a line of biosnoop", err);
	ret = importer_device(imp, l.disk, 0, 0, err);
	if (ret < 0)
		return ret;
	if (what == RWBS_UNSUPPORTED) {
		importer_unsupported(imp, ret);
		return 0;
	}
	rec.offset = l.sector * SECTOR;
	rec.length = (uint32_t)l.bytes;
	rec.target = (uint16_t)ret;
	rec.stream = (uint32_t)l.pid;
	return importer_request(imp, &rec, in, err);
}

static int biosnoop_read(struct input *const *ins, int nins,
			 struct importer *imp, struct hf_error *err)
{
	static const struct line_reader reader = { .line = biosnoop_line };

	if (importer_opts(imp)->level == IMPORT_LEVEL_QUEUE)
		importer_sum(imp)->level = "queue";
	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_biosnoop = {
	.name = "biosnoop",
	.about = "output of biosnoop, of bcc or libbpf-tools",
	.sniff = biosnoop_sniff,
	.read = biosnoop_read,
};
