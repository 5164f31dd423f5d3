// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests as AGIOS, the scheduler of I/O nodes, sees them arrive: a line each
 * with spaces or tabs between time (ns), handle of the file (64 hexadecimal
 * digits), R or W, offset and size (bytes). One node a file or two; the node
 * is the folder in which they lie.
 *
 * The published traces of HPCS 2019 have R and W exchanged: --invert-rw.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "lines.h"
#include "volume.h"

#define COLUMNS		5
#define HANDLE		64
#define HEX		"0123456789abcdefABCDEF"

/**
 * struct agios_line - a line
 * @time: ns
 * @handle: of the file
 * @offset: in the file, bytes
 * @size: bytes
 * @op: HFR_OP_READ or HFR_OP_WRITE, as the letter says
 */
struct agios_line {
	uint64_t time;
	const char *handle;
	uint64_t offset, size;
	uint8_t op;
};

static bool is_handle(const char *word)
{
	return strlen(word) == HANDLE && strspn(word, HEX) == HANDLE;
}

static bool scan_op(const char *word, uint8_t *op)
{
	*op = word[0] == 'W' ? HFR_OP_WRITE : HFR_OP_READ;
	return (word[0] == 'R' || word[0] == 'W') && !word[1];
}

static bool parse(char *line, struct agios_line *l)
{
	char *col[COLUMNS];

	if (lines_split(line, ' ', col, COLUMNS) != COLUMNS)
		return false;
	l->handle = col[1];
	return column_u64(col[0], &l->time) && is_handle(col[1]) &&
	       scan_op(col[2], &l->op) && column_u64(col[3], &l->offset) &&
	       column_u64(col[4], &l->size) && l->size <= UINT32_MAX;
}

static bool agios_sniff(const uint8_t *head, size_t len)
{
	struct agios_line l;
	char line[256];

	return lines_first(head, len, line, sizeof(line)) && parse(line, &l);
}

/**
 * struct agios_state - of an input
 * @files: of all inputs
 * @target: the node
 */
struct agios_state {
	struct handles *files;
	int target;
};

static int agios_line(struct importer *imp, struct input *in, void *state,
		      char *line, struct hf_error *err)
{
	const struct agios_state *st = state;
	struct hfr_trace_rec rec = {
		.complete_ns = HFR_UNKNOWN,
		.target = (uint16_t)st->target,
	};
	struct agios_line l;

	if (!parse(line, &l))
		return lines_junk(imp, in, "not a line of an AGIOS trace", err);
	if (!l.size) {
		importer_unsupported(imp, st->target);
		return 0;
	}
	rec.issue_ns = l.time;
	rec.offset = l.offset;
	rec.length = (uint32_t)l.size;
	rec.op = l.op;
	return handles_request(st->files, imp, l.handle, &rec, in, err);
}

static int read_one(struct input *const *ins, int nins, int which,
		    struct importer *imp, struct handles *files,
		    struct hf_error *err)
{
	static const struct line_reader reader = { .line = agios_line };
	struct agios_state st = { .files = files };

	st.target = volume_folder_device(imp, ins[which], which, err);
	if (st.target < 0)
		return st.target;
	return lines_read_one(ins, nins, which, imp, &reader, &st, err);
}

static int agios_read(struct input *const *ins, int nins, struct importer *imp,
		      struct hf_error *err)
{
	struct handles *files;
	int i, rc = handles_new(&files, err);

	if (rc)
		return rc;
	importer_sum(imp)->level = "queue";
	for (i = 0; i < nins && !rc; i++)
		rc = read_one(ins, nins, i, imp, files, err);
	if (!rc)
		handles_note(files, imp);
	handles_free(files);
	return rc;
}

const struct format format_agios = {
	.name = "agios",
	.about = "requests at an I/O node, as AGIOS traces them",
	.sniff = agios_sniff,
	.read = agios_read,
};
