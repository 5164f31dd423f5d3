// SPDX-License-Identifier: GPL-2.0-only
/*
 * What fio writes with write_iolog. Version 2: "FILE ACTION [OFFSET LENGTH]"
 * with lines "FILE wait T 0", T in ms from the start of the job (what fio does
 * when it replays; its manual says otherwise). Version 3: a stamp in us stands
 * in front of each line. There are no completions.
 */
#include <errno.h>
#include <string.h>

#include "lines.h"

#define MAX_COLUMNS 5

/**
 * struct fio_state - how far a log was read
 * @version: of the log, 0 before its first line
 * @now_ns: time of the last wait (version 2)
 */
struct fio_state {
	int version;
	uint64_t now_ns;
};

/* What a device never sees. */
#define NOT_REPLAYED HFR_OP_NR

static const struct action {
	const char *name;
	bool request;
	uint8_t op;
} actions[] = {
	{ "read", true, HFR_OP_READ },
	{ "write", true, HFR_OP_WRITE },
	{ "trim", true, HFR_OP_DISCARD },
	{ "sync", true, HFR_OP_FLUSH },
	{ "datasync", true, HFR_OP_FLUSH },
	{ "syncfs", true, HFR_OP_FLUSH },
	{ "sync_file_range", true, NOT_REPLAYED },
	{ "add", false },
	{ "open", false },
	{ "close", false },
};

static const struct action *find_action(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

static bool is_header(const char *line)
{
	return !strncmp(line, "fio version ", 12);
}

static bool fio_sniff(const uint8_t *head, size_t len)
{
	char line[64];

	return lines_first(head, len, line, sizeof(line)) && is_header(line);
}

static int header(struct input *in, struct fio_state *st, const char *line,
		  struct hf_error *err)
{
	if (!strcmp(line, "fio version 2 iolog"))
		st->version = 2;
	else if (!strcmp(line, "fio version 3 iolog"))
		st->version = 3;
	else
		return hf_fail(err, EINVAL,
			       "%s line %llu: not the header of an fio iolog of version 2 or 3 (\"fio version 3 iolog\")",
			       input_path(in),
			       (unsigned long long)input_line_number(in));
	return 0;
}

static int bad(struct importer *imp, struct input *in, struct hf_error *err)
{
	return lines_junk(imp, in, "not a line of an fio iolog", err);
}

static int request(struct importer *imp, struct input *in, char **col, int n,
		   const struct action *action, uint64_t now,
		   struct hf_error *err)
{
	struct hfr_trace_rec rec = {
		.issue_ns = now,
		.complete_ns = HFR_UNKNOWN,
		.op = action->op,
	};
	uint64_t offset = 0, length = 0;
	int target;

	if (rec.op <= HFR_OP_DISCARD && rec.op != HFR_OP_FLUSH &&
	    (n != 4 || !column_u64(col[2], &offset) ||
	     !column_u64(col[3], &length) || length > UINT32_MAX))
		return bad(imp, in, err);
	target = importer_device(imp, col[0], 0, 0, err);
	if (target < 0)
		return target;
	if (rec.op == NOT_REPLAYED) {
		importer_unsupported(imp, target);
		return 0;
	}
	rec.offset = offset;
	rec.length = (uint32_t)length;
	rec.target = (uint16_t)target;
	return importer_request(imp, &rec, in, err);
}

/* The time of a line; its columns then begin with the file. */
static bool line_time(struct fio_state *st, char ***col, int *n)
{
	uint64_t v;

	if (st->version == 3) {
		if (*n < 3 || !column_u64(**col, &v) || v > UINT64_MAX / 1000)
			return false;
		st->now_ns = v * 1000;
		(*col)++;
		(*n)--;
	} else if (*n >= 3 && !strcmp((*col)[1], "wait")) {
		if (!column_u64((*col)[2], &v) || v > UINT64_MAX / 1000000)
			return false;
		st->now_ns = v * 1000000;
	}
	return true;
}

static int fio_line(struct importer *imp, struct input *in, void *state,
		    char *line, struct hf_error *err)
{
	const struct action *action;
	struct fio_state *st = state;
	char *cols[MAX_COLUMNS], **col = cols;
	int n;

	/* Logs can be appended to: a header may come again. */
	if (!st->version || is_header(line))
		return header(in, st, line, err);
	n = lines_split(line, ' ', cols, MAX_COLUMNS);
	if (n > MAX_COLUMNS || !line_time(st, &col, &n) || n < 2)
		return bad(imp, in, err);
	if (st->version == 2 && !strcmp(col[1], "wait"))
		return n >= 3 ? 0 : bad(imp, in, err);
	action = find_action(col[1]);
	if (!action)
		return bad(imp, in, err);
	return action->request ?
	       request(imp, in, col, n, action, st->now_ns, err) : 0;
}

static int fio_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	static const struct line_reader reader = {
		.state_size = sizeof(struct fio_state),
		.line = fio_line,
	};

	importer_sum(imp)->level = "queue";
	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_fio = {
	.name = "fio",
	.about = "fio iolog, version 2 or 3",
	.sniff = fio_sniff,
	.read = fio_read,
};
