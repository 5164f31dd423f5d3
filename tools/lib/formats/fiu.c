// SPDX-License-Identifier: GPL-2.0-only
/*
 * The traces of Florida International University (IODedup): columns with
 * spaces between them,
 * TIME PID PROCESS LBA SIZE W|R MAJOR MINOR MD5
 * TIME in ns, LBA and SIZE in sectors of 512 bytes. MD5 is that of the
 * content, for which a request has no place. The name of a process may hold
 * spaces: columns are counted from both ends.
 */
#include <stdio.h>
#include <string.h>

#include "lines.h"

#define MAX_COLUMNS	24
#define LEAST		9
#define MD5_LEN		32
#define SECTOR		512

struct fiu_line {
	uint64_t time, pid, lba, sectors, major, minor;
	uint8_t op;
};

static bool is_md5(const char *col)
{
	return strspn(col, "0123456789abcdefABCDEF") == MD5_LEN &&
	       !col[MD5_LEN];
}

static bool scan_type(const char *col, uint8_t *op)
{
	*op = *col == 'W' ? HFR_OP_WRITE : HFR_OP_READ;
	return !strcmp(col, "W") || !strcmp(col, "R");
}

static bool parse(char *line, struct fiu_line *l)
{
	char *cols[MAX_COLUMNS], **col;
	int n = lines_split(line, ' ', cols, MAX_COLUMNS);

	if (n < LEAST || n > MAX_COLUMNS || !is_md5(cols[n - 1]))
		return false;
	col = cols + n - 6;
	return column_u64(cols[0], &l->time) && column_u64(cols[1], &l->pid) &&
	       column_u64(col[0], &l->lba) && column_u64(col[1], &l->sectors) &&
	       scan_type(col[2], &l->op) && column_u64(col[3], &l->major) &&
	       column_u64(col[4], &l->minor) && l->pid <= UINT32_MAX &&
	       l->lba <= UINT64_MAX / SECTOR &&
	       l->sectors <= UINT32_MAX / SECTOR && l->major <= UINT32_MAX &&
	       l->minor <= UINT32_MAX;
}

static bool fiu_sniff(const uint8_t *head, size_t len)
{
	struct fiu_line l;
	char line[512];

	return lines_first(head, len, line, sizeof(line)) && parse(line, &l);
}

static int fiu_line(struct importer *imp, struct input *in, void *state,
		    char *line, struct hf_error *err)
{
	struct hfr_trace_rec rec = { .complete_ns = HFR_UNKNOWN };
	struct fiu_line l;
	char name[32];
	int target;

	(void)state;
	if (!parse(line, &l))
		return lines_junk(imp, in, "not a line of an FIU trace", err);
	snprintf(name, sizeof(name), "%u,%u", (uint32_t)l.major,
		 (uint32_t)l.minor);
	target = importer_device(imp, name, (uint32_t)l.major,
				 (uint32_t)l.minor, err);
	if (target < 0)
		return target;
	rec.issue_ns = l.time;
	rec.offset = l.lba * SECTOR;
	rec.length = (uint32_t)l.sectors * SECTOR;
	rec.target = (uint16_t)target;
	rec.op = l.op;
	rec.stream = (uint32_t)l.pid;
	return importer_request(imp, &rec, in, err);
}

static int fiu_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	static const struct line_reader reader = { .line = fiu_line };

	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_fiu = {
	.name = "fiu",
	.about = "traces of FIU with hashes of the content",
	.sniff = fiu_sniff,
	.read = fiu_read,
};
