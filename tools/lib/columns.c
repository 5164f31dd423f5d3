// SPDX-License-Identifier: GPL-2.0-only
/* From a line of a table to a request. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "columns.h"
#include "events.h"
#include "filetime.h"
#include "hft.h"
#include "lines.h"
#include "units.h"

/* Times and lengths as they stand in a line, before they fit each other. */
struct raw_row {
	uint64_t complete, latency;
	bool ends;
	const char *op;
	uint64_t length;
};

static const char * const field_names[COLUMN_FIELDS] = {
	[COLUMN_NONE] = "-",
	[COLUMN_TIME] = "time",
	[COLUMN_COMPLETE] = "complete",
	[COLUMN_LATENCY] = "latency",
	[COLUMN_OP] = "op",
	[COLUMN_OFFSET] = "offset",
	[COLUMN_LENGTH] = "length",
	[COLUMN_TARGET] = "target",
	[COLUMN_STREAM] = "stream",
	[COLUMN_FLAGS] = "flags",
};

/* What people write for an operation, besides hfctl's own names. */
static const struct column_word usual_words[] = {
	{ "r", HFR_OP_READ },
	{ "rd", HFR_OP_READ },
	{ "w", HFR_OP_WRITE },
	{ "wr", HFR_OP_WRITE },
	{ "f", HFR_OP_FLUSH },
	{ "sync", HFR_OP_FLUSH },
	{ "d", HFR_OP_DISCARD },
	{ "trim", HFR_OP_DISCARD },
	{ "unmap", HFR_OP_DISCARD },
};

const char *column_field_name(enum column_field field)
{
	return field_names[field];
}

static bool has(const struct column_map *map, enum column_field field)
{
	return map->present & 1U << field;
}

static bool number(const char *col, uint64_t *value)
{
	if (col[0] == '0' && (col[1] == 'x' || col[1] == 'X'))
		return !hf_parse_u64(col, value);
	return column_u64(col, value);
}

static bool bytes(const struct column *c, const char *col, uint64_t *value)
{
	return number(col, value) &&
	       !__builtin_mul_overflow(*value, c->scale, value);
}

static bool time_of(const struct column *c, const char *col, uint64_t *ns)
{
	if (!c->filetime)
		return column_scaled(col, c->digits, ns);
	return column_u64(col, ns) &&
	       !__builtin_mul_overflow(*ns, FILETIME_NS, ns);
}

/* What stands where nothing is known. */
static bool is_missing(const char *col)
{
	return !*col || !strcasecmp(col, "na") || !strcasecmp(col, "nan") ||
	       !strcmp(col, "-") || !strcmp(col, "-1");
}

static bool end_of(const struct column *c, const char *col, uint64_t *ns,
		   struct raw_row *raw)
{
	if (is_missing(col))
		return true;
	raw->ends = true;
	return time_of(c, col, ns);
}

static bool find_word(const struct column_word *words, size_t n,
		      const char *text, uint8_t *op)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcasecmp(words[i].text, text))
			continue;
		*op = words[i].op;
		return true;
	}
	return false;
}

bool column_op_by_name(const char *text, uint8_t *op)
{
	for (*op = 0; *op < HFR_OP_NR; (*op)++)
		if (!strcasecmp(hfr_op_name(*op), text))
			return true;
	return find_word(usual_words, ARRAY_SIZE(usual_words), text, op);
}

static bool rwbs_op(const char *text, uint64_t length,
		    struct column_row *row)
{
	struct block_event ev = { .sectors = (length + 511) / 512 };
	enum rwbs what = events_rwbs(&ev, text);

	row->skip = what == RWBS_UNSUPPORTED;
	row->rec.op = ev.op;
	row->rec.flags |= ev.flags;
	return what != RWBS_NONSENSE;
}

static bool op_of(const struct column_map *map, const struct raw_row *raw,
		  struct column_row *row)
{
	uint8_t op = map->op;

	if (map->rwbs)
		return rwbs_op(raw->op, raw->length, row);
	if (has(map, COLUMN_OP) &&
	    !(map->nwords ? find_word(map->words, (size_t)map->nwords, raw->op,
				      &op) :
			    column_op_by_name(raw->op, &op)))
		return false;
	row->skip = op == COLUMN_OP_SKIP;
	row->rec.op = op;
	return true;
}

static bool add_flag(const char *text, size_t len, uint32_t *flags)
{
	const char *name;
	unsigned int bit;

	for (bit = 0; (name = hfr_flag_name(bit)); bit++) {
		if (strlen(name) != len || strncmp(name, text, len))
			continue;
		*flags |= 1U << bit;
		return true;
	}
	return false;
}

/* Names with | between them. What belongs to dependencies is not taken. */
static bool flags_of(const char *text, uint32_t *flags)
{
	while (*text) {
		size_t len = strcspn(text, "|");

		if (!add_flag(text, len, flags))
			return false;
		text += len;
		text += *text == '|';
	}
	*flags &= ~HFR_RF_DEP_GLOBAL;
	return true;
}

static bool take_column(const struct column *c, const char *col,
			struct column_row *row, struct raw_row *raw)
{
	uint64_t v = 0;

	switch (c->field) {
	case COLUMN_TIME:
		return time_of(c, col, (uint64_t *)&row->rec.issue_ns);
	case COLUMN_COMPLETE:
		return end_of(c, col, &raw->complete, raw);
	case COLUMN_LATENCY:
		return end_of(c, col, &raw->latency, raw);
	case COLUMN_OP:
		raw->op = col;
		return true;
	case COLUMN_OFFSET:
		return bytes(c, col, (uint64_t *)&row->rec.offset);
	case COLUMN_LENGTH:
		return bytes(c, col, &raw->length) && raw->length <= UINT32_MAX;
	case COLUMN_TARGET:
		row->target = col;
		return *col;
	case COLUMN_STREAM:
		if (!number(col, &v) || v > UINT32_MAX)
			return false;
		row->rec.stream = (uint32_t)v;
		return true;
	case COLUMN_FLAGS:
		return flags_of(col, &row->rec.flags);
	default:
		return true;
	}
}

static bool take_columns(const struct column_map *map, char **col,
			 struct column_row *row, struct raw_row *raw, char *why)
{
	int i;

	for (i = 0; i < map->n; i++) {
		if (take_column(&map->col[i], col[i], row, raw))
			continue;
		snprintf(why, COLUMN_WHY, "column %d is no %s: \"%.60s\"",
			 i + 1, field_names[map->col[i].field], col[i]);
		return false;
	}
	return true;
}

static bool set_end(const struct column_map *map, const struct raw_row *raw,
		    struct column_row *row, char *why)
{
	row->rec.complete_ns = HFR_UNKNOWN;
	if (!raw->ends)
		return true;
	row->rec.complete_ns = raw->complete;
	if (!has(map, COLUMN_LATENCY) ||
	    !__builtin_add_overflow((uint64_t)row->rec.issue_ns, raw->latency,
				    (uint64_t *)&row->rec.complete_ns))
		return true;
	snprintf(why, COLUMN_WHY, "the request ends too late");
	return false;
}

static int split(const struct column_map *map, char *line, char **col)
{
	int max = map->more ? COLUMNS_MAX : map->n;

	if (map->quotes)
		return lines_split_quoted(line, map->separator, col, max);
	return lines_split(line, map->separator, col, max);
}

static bool count_ok(const struct column_map *map, int n, char *why)
{
	if (n == map->n || (map->more && n > map->n))
		return true;
	if (n > map->n)
		snprintf(why, COLUMN_WHY, "more than %d columns", map->n);
	else
		snprintf(why, COLUMN_WHY, "%d columns of %d", n, map->n);
	return false;
}

bool columns_parse(const struct column_map *map, char *line,
		   struct column_row *row, char *why)
{
	struct raw_row raw = { .length = map->length };
	char *col[COLUMNS_MAX];

	memset(row, 0, sizeof(*row));
	row->target = "";
	if (!count_ok(map, split(map, line, col), why) ||
	    !take_columns(map, col, row, &raw, why))
		return false;
	row->rec.length = (uint32_t)raw.length;
	if (!op_of(map, &raw, row)) {
		snprintf(why, COLUMN_WHY, "\"%.60s\" is no operation", raw.op);
		return false;
	}
	return set_end(map, &raw, row, why);
}

bool columns_is_header(const struct column_map *map, const char *line)
{
	return map->header &&
	       !strncasecmp(line, map->header, strlen(map->header));
}

static void say_clock(struct importer *imp, struct columns_state *st,
		      uint64_t ns)
{
	uint64_t wall = ns;

	if (st->clock_known || st->map->epoch == EPOCH_UNKNOWN)
		return;
	st->clock_known = true;
	if (st->map->epoch == EPOCH_FILETIME) {
		if (ns / FILETIME_NS < FILETIME_UNIX)
			return;
		wall -= FILETIME_UNIX * FILETIME_NS;
	}
	importer_wall_clock(imp, ns, wall);
}

int columns_line(struct importer *imp, struct input *in, void *state,
		 char *line, struct hf_error *err)
{
	struct columns_state *st = state;
	const struct column_map *map = st->map;
	struct column_row row;
	char why[COLUMN_WHY];
	int target;

	if (columns_is_header(map, line))
		return 0;
	if (!columns_parse(map, line, &row, why))
		return lines_junk(imp, in, why, err);
	target = importer_device(imp, *row.target ? row.target : "0", 0, 0,
				 err);
	if (target < 0)
		return target;
	if (row.skip) {
		importer_unsupported(imp, target);
		return 0;
	}
	say_clock(imp, st, row.rec.issue_ns);
	row.rec.target = (uint16_t)target;
	return importer_request(imp, &row.rec, in, err);
}

void columns_begin(struct importer *imp, const struct column_map *map)
{
	if (map->resolution_ns)
		importer_resolution(imp, map->resolution_ns);
	if (map->fixed & 1U << COLUMN_TIME)
		importer_made_up(imp);
	if (has(map, COLUMN_COMPLETE) || has(map, COLUMN_LATENCY))
		importer_completions(imp);
}

int columns_read(const struct column_map *map, struct input *const *ins,
		 int nins, struct importer *imp, struct hf_error *err)
{
	const struct columns_state start = { .map = map };
	const struct line_reader reader = {
		.state_size = sizeof(start),
		.state = &start,
		.line = columns_line,
	};

	columns_begin(imp, map);
	return lines_read(ins, nins, imp, &reader, err);
}

bool columns_sniff(const struct column_map *map, const uint8_t *head,
		   size_t len, struct column_row *row, char *buf, size_t size)
{
	const uint8_t *end;
	char why[COLUMN_WHY];

	if (!lines_first(head, len, buf, size))
		return false;
	if (columns_is_header(map, buf)) {
		end = memchr(head, '\n', len);
		if (!end)
			return false;
		len -= (size_t)(end + 1 - head);
		if (!lines_first(end + 1, len, buf, size))
			return false;
	}
	return columns_parse(map, buf, row, why);
}
