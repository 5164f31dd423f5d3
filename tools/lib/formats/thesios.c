// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thesios, the traces of Google's storage servers: CSV whose first line names
 * the columns, and comes again where shards were put together. Times are s,
 * times of day in Unix time; addresses are those of files.
 *
 * A line is a request to a server. A read that its cache had not is a request
 * to its disk too, with times of its own; so is a write, later and at a time
 * that the trace does not give.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "extent-map.h"
#include "lines.h"

#define MAX_COLUMNS	32
#define DEVICE		"disk"
/* Files are chunks: one of a few MiB is a long one. */
#define EXTENT		(4ULL << 20)
#define NS		1e9

enum column {
	COL_FILE,
	COL_OFFSET,
	COL_OP,
	COL_SIZE,
	COL_START,
	COL_LATENCY,
	COL_DISK_SIZE,
	COL_DISK_START,
	COL_DISK_TIME,
	COL_NR,
};

static const char *const names[COL_NR] = {
	[COL_FILE] = "filename",
	[COL_OFFSET] = "file_offset",
	[COL_OP] = "op_type",
	[COL_SIZE] = "request_io_size_bytes",
	[COL_START] = "start_time",
	[COL_LATENCY] = "simulated_latency",
	[COL_DISK_SIZE] = "disk_io_size_bytes",
	[COL_DISK_START] = "simulated_disk_start_time",
	[COL_DISK_TIME] = "disk_time",
};

/**
 * struct thesios - what is read
 * @map: places of the files
 * @target: the device
 * @disk: requests are those to the disk, not those to the server
 * @clock_known: the importer knows the time of day
 * @at: where each column is; in the current header
 * @columns: of the current header, 0 before the first
 */
struct thesios {
	struct extent_map *map;
	int target;
	bool disk, clock_known;
	int at[COL_NR];
	int columns;
};

static int find_column(char *const *col, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(col[i], name))
			return i;
	return -1;
}

/*
 * Whether the line names all columns that are needed. One that does not leaves
 * the header before it as it is.
 */
static bool take_header(struct thesios *th, char *const *col, int n)
{
	int at[COL_NR], i;

	for (i = 0; i < COL_NR; i++) {
		at[i] = find_column(col, n, names[i]);
		if (at[i] < 0)
			return false;
	}
	memcpy(th->at, at, sizeof(at));
	th->columns = n;
	return true;
}

static bool is_header(const char *line)
{
	return !strncmp(line, "filename,", 9);
}

static bool thesios_sniff(const uint8_t *head, size_t len)
{
	char line[1024], *col[MAX_COLUMNS];
	struct thesios th;
	int n;

	if (!lines_first(head, len, line, sizeof(line)) || !is_header(line))
		return false;
	n = lines_split(line, ',', col, MAX_COLUMNS);
	return n <= MAX_COLUMNS && take_header(&th, col, n);
}

/* Seconds as ns; short ones may be written as 3e-05. */
static bool column_seconds(const char *col, uint64_t *ns)
{
	char *end;
	double s;

	if (column_scaled(col, 9, ns))
		return true;
	s = strtod(col, &end);
	if (end == col || *end || !(s >= 0) || s > 1e9)
		return false;
	*ns = (uint64_t)llround(s * NS);
	return true;
}

/* A request to the server, or to its disk if that is wanted. */
static bool parse(const struct thesios *th, char *const *col,
		  struct hfr_trace_rec *rec)
{
	const enum column start = th->disk ? COL_DISK_START : COL_START;
	const enum column size = th->disk ? COL_DISK_SIZE : COL_SIZE;
	const enum column time = th->disk ? COL_DISK_TIME : COL_LATENCY;
	const char *op = col[th->at[COL_OP]];
	uint64_t issue, took, offset, length;

	rec->op = !strcmp(op, "WRITE") ? HFR_OP_WRITE : HFR_OP_READ;
	if ((rec->op == HFR_OP_READ && strcmp(op, "READ")) ||
	    !*col[th->at[COL_FILE]] ||
	    !column_u64(col[th->at[COL_OFFSET]], &offset) ||
	    !column_u64(col[th->at[size]], &length) ||
	    !column_seconds(col[th->at[start]], &issue) ||
	    !column_seconds(col[th->at[time]], &took) ||
	    length > UINT32_MAX || took > UINT64_MAX - issue)
		return false;
	rec->issue_ns = issue;
	rec->complete_ns = issue + took;
	rec->offset = offset;
	rec->length = (uint32_t)length;
	return true;
}

static int request(struct importer *imp, struct input *in, struct thesios *th,
		   const char *file, struct hfr_trace_rec *rec,
		   struct hf_error *err)
{
	/* The disk has no part in a read that the cache served. */
	if (th->disk && rec->op == HFR_OP_READ && !rec->length)
		return 0;
	if ((th->disk && rec->op == HFR_OP_WRITE) || !rec->length) {
		importer_unsupported(imp, th->target);
		return 0;
	}
	if (!th->clock_known)
		importer_wall_clock(imp, rec->issue_ns, rec->issue_ns);
	th->clock_known = true;
	rec->target = (uint16_t)th->target;
	return extent_map_request(th->map, imp, file, strlen(file), rec, in,
				  err);
}

static int thesios_line(struct importer *imp, struct input *in, void *state,
			char *line, struct hf_error *err)
{
	struct hfr_trace_rec rec = { 0 };
	struct thesios *th = state;
	char *col[MAX_COLUMNS];
	bool header = is_header(line);
	int n = lines_split(line, ',', col, MAX_COLUMNS);

	if (header && n <= MAX_COLUMNS && take_header(th, col, n))
		return 0;
	if (!th->columns)
		return hf_fail(err, EINVAL,
			       "%s line %llu: not the header of a Thesios trace (\"filename,file_offset,...\")",
			       input_path(in),
			       (unsigned long long)input_line_number(in));
	if (n != th->columns || !parse(th, col, &rec))
		return lines_junk(imp, in, "not a line of a Thesios trace",
				  err);
	return request(imp, in, th, col[th->at[COL_FILE]], &rec, err);
}

static int thesios_read(struct input *const *ins, int nins,
			struct importer *imp, struct hf_error *err)
{
	static const struct line_reader reader = { .line = thesios_line };
	struct thesios th = { 0 };
	int i, rc = extent_map_new(&th.map, EXTENT, err);

	if (rc)
		return rc;
	th.disk = importer_opts(imp)->level == IMPORT_LEVEL_ISSUE;
	importer_sum(imp)->level = th.disk ? "driver" : "queue";
	th.target = importer_device(imp, DEVICE, 0, 0, err);
	if (th.target < 0)
		rc = th.target;
	for (i = 0; i < nins && !rc; i++) {
		th.columns = 0;
		rc = lines_read_one(ins, nins, i, imp, &reader, &th, err);
	}
	extent_map_free(th.map);
	return rc;
}

const struct format format_thesios = {
	.name = "thesios",
	.about = "Google's Thesios traces of storage servers",
	.sniff = thesios_sniff,
	.read = thesios_read,
};
