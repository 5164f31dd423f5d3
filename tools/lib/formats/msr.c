// SPDX-License-Identifier: GPL-2.0-only
/*
 * The traces of Microsoft Research Cambridge, CSV without a header:
 * Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime
 * Timestamp is a Windows FILETIME (100 ns since 1601), ResponseTime in units
 * of 100 ns, Offset and Size in bytes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "filetime.h"
#include "lines.h"

#define COLUMNS		7
#define LETTERS		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NOT_REPLAYED	HFR_OP_NR
/* No trace is older than this FILETIME: 1990. */
#define EARLIEST	122756256000000000ULL

/**
 * struct msr_line - a line
 * @host: name of the server
 * @disk: number of its disk
 * @time: FILETIME
 * @response: in its unit
 * @offset: bytes
 * @size: bytes
 * @op: HFR_OP_READ or HFR_OP_WRITE; NOT_REPLAYED for what is neither
 */
struct msr_line {
	char *host, *disk;
	uint64_t time, response;
	uint64_t offset, size;
	uint8_t op;
};

/* A read or a write, or another word: other collections have more types. */
static bool scan_type(const char *word, uint8_t *op)
{
	*op = HFR_OP_READ;
	if (!strcasecmp(word, "Read"))
		return true;
	*op = HFR_OP_WRITE;
	if (!strcasecmp(word, "Write"))
		return true;
	*op = NOT_REPLAYED;
	return *word && !word[strspn(word, LETTERS)];
}

static bool parse(char *line, struct msr_line *l)
{
	char *col[COLUMNS];
	uint64_t disk;

	if (lines_split(line, ',', col, COLUMNS) != COLUMNS)
		return false;
	if (!scan_type(col[3], &l->op))
		return false;
	l->host = col[1];
	l->disk = col[2];
	return column_u64(col[0], &l->time) && column_u64(col[2], &disk) &&
	       column_u64(col[4], &l->offset) &&
	       column_u64(col[5], &l->size) &&
	       column_u64(col[6], &l->response) && l->time >= EARLIEST &&
	       l->time <= UINT64_MAX / FILETIME_NS &&
	       l->response <= UINT64_MAX / FILETIME_NS - l->time &&
	       l->size <= UINT32_MAX;
}

static bool msr_sniff(const uint8_t *head, size_t len)
{
	struct msr_line l;
	char line[256];

	return lines_first(head, len, line, sizeof(line)) && parse(line, &l);
}

/*
 * The name of the device, host_disk: host and disk follow each other in the
 * line, but for white space around them.
 */
static const char *device_name(struct msr_line *l, char *room, size_t size)
{
	size_t len = strlen(l->host);

	if (l->host + len + 1 != l->disk) {
		snprintf(room, size, "%s_%s", l->host, l->disk);
		return room;
	}
	l->host[len] = '_';
	return l->host;
}

static int msr_line(struct importer *imp, struct input *in, void *state,
		    char *line, struct hf_error *err)
{
	struct hfr_trace_rec rec = { 0 };
	bool *clock_known = state;
	struct msr_line l;
	char room[256];
	int target;

	if (!parse(line, &l))
		return lines_junk(imp, in, "not a line of an MSR trace", err);
	target = importer_device(imp, device_name(&l, room, sizeof(room)), 0,
				 0, err);
	if (target < 0)
		return target;
	if (l.op == NOT_REPLAYED) {
		importer_unsupported(imp, target);
		return 0;
	}
	if (!*clock_known)
		importer_wall_clock(imp, l.time * FILETIME_NS,
				    (l.time - FILETIME_UNIX) * FILETIME_NS);
	*clock_known = true;
	rec.issue_ns = l.time * FILETIME_NS;
	rec.complete_ns = (l.time + l.response) * FILETIME_NS;
	rec.offset = l.offset;
	rec.length = (uint32_t)l.size;
	rec.target = (uint16_t)target;
	rec.op = l.op;
	return importer_request(imp, &rec, in, err);
}

static int msr_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	static const struct line_reader reader = {
		.state_size = sizeof(bool),
		.line = msr_line,
	};

	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_msr = {
	.name = "msr",
	.about = "CSV of the MSR Cambridge traces",
	.sniff = msr_sniff,
	.read = msr_read,
};
