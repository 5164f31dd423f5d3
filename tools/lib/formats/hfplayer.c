// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV of hfplayer. A line of names stands first ("#DUMP_OFFSET.I,..."); case
 * and the type behind the point do not count, nor does the order of columns.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lines.h"

#define MAX_COLUMNS	64
#define SECTOR		512

/* Earlier than 2001 no such trace was taken: 0 is no time of day. */
#define EARLIEST_NS	978307200000000000ULL

enum column {
	COL_ABS,
	COL_ELAPSED,
	COL_LUN,
	COL_OP,
	COL_LBA,
	COL_NBLKS,
	COL_LATENCY,
	COL_NR,
};

static const char *const names[COL_NR] = {
	[COL_ABS] = "abs_secs",
	[COL_ELAPSED] = "elapsed_usecs",
	[COL_LUN] = "lun_ssid",
	[COL_OP] = "op",
	[COL_LBA] = "lba",
	[COL_NBLKS] = "nblks",
	[COL_LATENCY] = "latency_usecs",
};

/**
 * struct hfp_state - what the line of names said
 * @ready: it was read
 * @at: for each column, its place and 1; 0 if there is none
 * @last: the highest of them: a line with fewer columns is cut off
 * @clock_known: the importer knows the time of day
 */
struct hfp_state {
	bool ready, clock_known;
	int at[COL_NR];
	int last;
};

static bool is_named(const char *col, const char *name)
{
	size_t len = strlen(name);

	return !strncasecmp(col, name, len) &&
	       (col[len] == '\0' || col[len] == '.');
}

/* Time of day, LUN and latency may be missing. */
static bool find_columns(char *line, struct hfp_state *st)
{
	char *col[MAX_COLUMNS];
	int n, i, c;

	line += *line == '#';
	n = lines_split(line, ',', col, MAX_COLUMNS);
	if (n > MAX_COLUMNS)
		return false;
	for (i = 0; i < n; i++) {
		for (c = 0; c < COL_NR; c++) {
			if (st->at[c] || !is_named(col[i], names[c]))
				continue;
			st->at[c] = i + 1;
			st->last = i + 1;
		}
	}
	st->ready = st->at[COL_ELAPSED] && st->at[COL_OP] &&
		    st->at[COL_LBA] && st->at[COL_NBLKS];
	return st->ready;
}

/* Comments may stand in front of the names. */
static bool hfp_sniff(const uint8_t *head, size_t len)
{
	char line[1024];
	const uint8_t *end;

	while (lines_first(head, len, line, sizeof(line))) {
		struct hfp_state st = { 0 };
		bool comment = line[0] == '#';

		if (find_columns(line, &st))
			return true;
		end = memchr(head, '\n', len);
		if (!comment || !end)
			return false;
		len -= (size_t)(end + 1 - head);
		head = end + 1;
	}
	return false;
}

static const char *value(const struct hfp_state *st, char **col, enum column c)
{
	return st->at[c] ? col[st->at[c] - 1] : "";
}

static bool parse(const struct hfp_state *st, char **col,
		  struct hfr_trace_rec *rec)
{
	uint64_t op, lba, nblks, latency;

	if (!column_scaled(value(st, col, COL_ELAPSED), 3,
			   (uint64_t *)&rec->issue_ns) ||
	    !column_u64(value(st, col, COL_OP), &op) ||
	    !column_u64(value(st, col, COL_LBA), &lba) ||
	    !column_u64(value(st, col, COL_NBLKS), &nblks))
		return false;
	if (op > 3 || lba > UINT64_MAX / SECTOR || nblks > UINT32_MAX / SECTOR)
		return false;
	rec->op = (uint8_t)op;
	rec->offset = lba * SECTOR;
	rec->length = (uint32_t)nblks * SECTOR;
	rec->complete_ns = HFR_UNKNOWN;
	if (!column_scaled(value(st, col, COL_LATENCY), 3, &latency))
		return true;
	return !__builtin_add_overflow(rec->issue_ns, latency,
				       &rec->complete_ns);
}

static void say_clock(struct importer *imp, struct hfp_state *st, char **col,
		      uint64_t issue_ns)
{
	uint64_t wall_ns;

	if (st->clock_known ||
	    !column_scaled(value(st, col, COL_ABS), 9, &wall_ns) ||
	    wall_ns < EARLIEST_NS)
		return;
	importer_wall_clock(imp, issue_ns, wall_ns);
	st->clock_known = true;
}

static int take(struct importer *imp, struct input *in,
		const struct hfp_state *st, const char *lun,
		struct hfr_trace_rec *rec, struct hf_error *err)
{
	char name[128];
	int target;

	/* 0 and 1 are the arrivals, 2 and 3 their ends in a raw dump. */
	if (rec->op > 1)
		return hf_fail(err, EINVAL,
			       "%s line %" PRIu64
			       ": a raw dump with arrivals and ends of requests in rows of their own; join them with hfplayer's raw_trace_parser first",
			       input_path(in), input_line_number(in));
	snprintf(name, sizeof(name), "lun %.99s", *lun ? lun : "0");
	target = importer_device(imp, name, 0, 0, err);
	if (target < 0)
		return target;
	rec->target = (uint16_t)target;
	if (st->at[COL_LATENCY])
		importer_completions(imp);
	rec->op = rec->op ? HFR_OP_WRITE : HFR_OP_READ;
	return importer_request(imp, rec, in, err);
}

static int hfp_line(struct importer *imp, struct input *in, void *state,
		    char *line, struct hf_error *err)
{
	struct hfr_trace_rec rec = { 0 };
	struct hfp_state *st = state;
	char *col[MAX_COLUMNS];
	int n;

	if (*line == '#' || !st->ready) {
		bool comment = *line == '#';

		if (st->ready || find_columns(line, st) || comment)
			return 0;
		return hf_fail(err, EINVAL,
			       "%s line %" PRIu64
			       ": no line of names with elapsed_usecs, op, lba and nblks stands before it",
			       input_path(in), input_line_number(in));
	}
	n = lines_split(line, ',', col, MAX_COLUMNS);
	if (n < st->last || !parse(st, col, &rec))
		return lines_junk(imp, in, "not a line of an hfplayer trace",
				  err);
	say_clock(imp, st, col, rec.issue_ns);
	return take(imp, in, st, value(st, col, COL_LUN), &rec, err);
}

static int hfp_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	static const struct line_reader reader = {
		.state_size = sizeof(struct hfp_state),
		.line = hfp_line,
	};

	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_hfplayer = {
	.name = "hfplayer",
	.about = "CSV of hfplayer",
	.sniff = hfp_sniff,
	.read = hfp_read,
};
