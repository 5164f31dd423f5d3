// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of text whose columns export_opts.columns names, in the language of
 * --columns: the map that wrote a table reads it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "columns.h"
#include "filetime.h"
#include "names.h"

/* None of these is in a number, a flag or the name of an operation. */
#define SEPARATORS	",;: \t|/!&@~^"
#define LINE_MAX_BYTES	2048

/**
 * struct csv_state - a trace that is being written
 * @map: its columns
 * @start: what the clock of the table says at the start of the trace, ns
 * @name: of each device
 */
struct csv_state {
	struct column_map map;
	uint64_t start;
	char name[HFR_MAX_DEVICES][sizeof(((struct hfr_file_dev *)0)->name)];
};

/**
 * struct line - a line that grows
 * @len: its length; always less than the size, see csv_request()
 * @text: its text
 */
struct line {
	size_t len;
	char text[LINE_MAX_BYTES];
};

static int refuse(struct hf_error *err, const char *what, const char *why)
{
	return hf_fail(err, EINVAL, "--to-columns: %s: %s", what, why);
}

/* The parser speaks of the option of the reader. */
static int parse_map(const char *text, struct column_map *map,
		     struct hf_error *err)
{
	static const char reader[] = "--columns: ";
	struct hf_error why;
	int ret = column_map_parse(text ? text : COLUMNS_WRITTEN, map, &why);

	if (!ret)
		return 0;
	if (!strncmp(why.text, reader, strlen(reader)))
		return hf_fail(err, -ret, "--to-columns: %s",
			       why.text + strlen(reader));
	return hf_fail(err, -ret, "%s", why.text);
}

static bool has(const struct column_map *map, enum column_field field)
{
	return map->present & 1U << field;
}

static const struct column *column_of(const struct column_map *map,
				      enum column_field field)
{
	int i;

	for (i = 0; i < map->n; i++)
		if (map->col[i].field == field)
			return &map->col[i];
	return NULL;
}

/* A word that reads back as @op, or NULL. */
static const char *op_word(const struct column_map *map, uint8_t op)
{
	int i, k;

	if (!map->nwords)
		return hfr_op_name(op);
	for (i = 0; i < map->nwords; i++) {
		if (map->words[i].op != op)
			continue;
		for (k = 0; strcasecmp(map->words[k].text, map->words[i].text);
		     k++)
			;
		if (k == i)
			return map->words[i].text;
	}
	return NULL;
}

static bool word_fits(const struct column_map *map, const char *word)
{
	const char bad[] = { ' ', '\t', '\r', '\n', '"', '#', map->separator,
			     '\0' };

	return *word && !word[strcspn(word, bad)];
}

static int check_words(const struct column_map *map, struct hf_error *err)
{
	int i;

	for (i = 0; i < map->nwords; i++)
		if (!word_fits(map, map->words[i].text))
			return refuse(err, "op",
				      "a word for an operation is not empty and has no space, quote, # or separator in it");
	return 0;
}

static int check_separator(const struct column_map *map, struct hf_error *err)
{
	if (!map->separator || !strchr(SEPARATORS, map->separator))
		return refuse(err, "sep",
			      "a table is written with comma, semicolon, colon, tab, space, pipe or one of / ! & @ ~ ^ between columns");
	if (map->separator == '|' && has(map, COLUMN_FLAGS))
		return refuse(err, "sep",
			      "flags have | between them: take another separator");
	return 0;
}

/* What reads well and cannot be written. */
static int check_map(const struct column_map *map, struct hf_error *err)
{
	int ret;

	if (map->more)
		return refuse(err, "...",
			      "nothing says what more columns hold; name all that are to be written");
	if (map->fixed & 1U << COLUMN_TIME)
		return refuse(err, "time=0",
			      "the trace has times: name a column for them (time:ns)");
	if (map->rwbs)
		return refuse(err, "op:rwbs",
			      "letters of blktrace are not written to a table; name the words (op:read=R:write=W) or use --to blkparse");
	if (map->skip_lines > 1)
		return refuse(err, "skip",
			      "skip=1 writes a line of names; there is nothing to write on further lines");
	if (map->fixed & 1U << COLUMN_LENGTH && !map->length)
		return refuse(err, "length=0", "requests have a length");
	ret = check_separator(map, err);
	return ret ? ret : check_words(map, err);
}

static uint32_t held_ops(const struct column_map *map)
{
	uint32_t ops = 0;
	uint8_t op;

	if (map->fixed & 1U << COLUMN_OP)
		ops = HOLDS_OP(map->op);
	for (op = 0; op < HFR_OP_NR && has(map, COLUMN_OP); op++)
		ops |= op_word(map, op) ? HOLDS_OP(op) : 0;
	/* These have no length. */
	if (map->fixed & 1U << COLUMN_LENGTH)
		ops &= ~(HOLDS_OP(HFR_OP_FLUSH) |
			 HOLDS_OP(HFR_OP_ZONE_RESET_ALL));
	return ops;
}

static uint64_t tick(const struct column *c)
{
	if (!c)
		return 0;
	return c->filetime ? FILETIME_NS : 1;
}

static uint32_t held_more(const struct column_map *map)
{
	return (has(map, COLUMN_STREAM) ? HOLDS_STREAM : 0) |
	       (has(map, COLUMN_TARGET) ? HOLDS_NAME : 0) |
	       (map->epoch == EPOCH_UNKNOWN ? 0 : HOLDS_WALL);
}

static void project(const struct column_map *map, struct projection *p)
{
	const struct column *length = column_of(map, COLUMN_LENGTH);
	const struct column *end = column_of(map, COLUMN_LATENCY);

	if (!end)
		end = column_of(map, COLUMN_COMPLETE);
	*p = (struct projection){
		.ops = held_ops(map),
		.flags = has(map, COLUMN_FLAGS) ?
				 HFR_RF_ALL & ~HFR_RF_DEP_GLOBAL : 0,
		.holds = held_more(map),
		.time_ns = tick(column_of(map, COLUMN_TIME)),
		.latency_ns = tick(end),
		.unit = length ? length->scale : 1,
		.offset_unit = column_of(map, COLUMN_OFFSET)->scale,
		.only_length = (uint32_t)map->length,
		.devices = has(map, COLUMN_TARGET) ? HFR_MAX_DEVICES : 1,
	};
}

static int csv_columns(struct export *ex, struct hf_error *err)
{
	struct column_map map;
	int ret = parse_map(ex->columns, &map, err);

	if (!ret)
		ret = check_map(&map, err);
	if (ret)
		return ret;
	project(&map, &ex->holds);
	return 0;
}

static int set_start(struct export *ex, struct csv_state *st,
		     struct hf_error *err)
{
	uint64_t wall;

	if (st->map.epoch == EPOCH_UNKNOWN)
		return 0;
	wall = export_wall_start(ex);
	st->start = wall;
	if (st->map.epoch == EPOCH_UNIX ||
	    !__builtin_mul_overflow(wall / FILETIME_NS + FILETIME_UNIX,
				    FILETIME_NS, &st->start))
		return 0;
	return hf_fail(err, EOVERFLOW,
		       "%s starts too late for times in filetime; take another unit in --to-columns",
		       ex->trace->path);
}

static bool same_names(const struct csv_state *st, uint32_t n)
{
	uint32_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			if (!strcmp(st->name[i], st->name[k]))
				return true;
	return false;
}

/* Names as far as they can stand in a column; two that become one are none. */
static void set_names(struct export *ex, struct csv_state *st)
{
	const char bad[] = { ' ', '"', '#', st->map.separator, '\0' };
	uint32_t i, n = ex->trace->hdr->device_count;
	bool clean = true;

	for (i = 0; i < n; i++)
		clean &= names_clean((const char *)ex->trace->devs[i].name,
				     bad, st->name[i], sizeof(st->name[i]));
	if (same_names(st, n)) {
		export_note(ex, "two devices have one name: each is written as its place among the devices");
		for (i = 0; i < n; i++)
			snprintf(st->name[i], sizeof(st->name[i]), "%u", i);
	} else if (!clean) {
		export_note(ex, "characters that cannot stand in a column are _ in names of devices");
	}
}

static void add(struct line *line, const char *text)
{
	int n = snprintf(line->text + line->len,
			 sizeof(line->text) - line->len, "%s", text);

	line->len += (size_t)n;
}

static void add_u64(struct line *line, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	add(line, text);
}

/* All digits that ns have in the unit: nothing is rounded. */
static void add_time(struct line *line, const struct column *c, uint64_t ns)
{
	uint64_t unit = 1;
	int i;

	if (c->filetime) {
		add_u64(line, ns / FILETIME_NS);
		return;
	}
	for (i = 0; i < c->digits; i++)
		unit *= 10;
	add_u64(line, ns / unit);
	add(line, c->digits ? "." : "");
	for (; unit > 1; unit /= 10)
		add_u64(line, ns % unit / (unit / 10));
}

/* Any number of spaces are one separator: nothing is no column. */
static bool needs_text(const struct column_map *map)
{
	return map->separator == ' ';
}

static void add_flags(struct line *line, const struct column_map *map,
		      uint32_t flags)
{
	const char *name, *before = "";
	unsigned int bit;

	if (!flags && needs_text(map))
		add(line, "\"\"");
	for (bit = 0; (name = hfr_flag_name(bit)); bit++) {
		if (!(flags & 1U << bit))
			continue;
		add(line, before);
		add(line, name);
		before = "|";
	}
}

static void add_end(struct line *line, const struct csv_state *st,
		    const struct column *c, const struct hfr_trace_rec *rec)
{
	if ((uint64_t)rec->complete_ns == (uint64_t)HFR_UNKNOWN)
		add(line, needs_text(&st->map) ? "-" : "");
	else if (c->field == COLUMN_LATENCY)
		add_time(line, c, rec->complete_ns - rec->issue_ns);
	else
		add_time(line, c, st->start + rec->complete_ns);
}

static void add_column(struct line *line, const struct csv_state *st,
		       const struct column *c, const struct hfr_trace_rec *rec)
{
	switch (c->field) {
	case COLUMN_TIME:
		add_time(line, c, st->start + rec->issue_ns);
		break;
	case COLUMN_COMPLETE:
	case COLUMN_LATENCY:
		add_end(line, st, c, rec);
		break;
	case COLUMN_OP:
		add(line, op_word(&st->map, rec->op));
		break;
	case COLUMN_OFFSET:
		add_u64(line, rec->offset / c->scale);
		break;
	case COLUMN_LENGTH:
		add_u64(line, rec->length / c->scale);
		break;
	case COLUMN_TARGET:
		add(line, st->name[rec->target]);
		break;
	case COLUMN_STREAM:
		add_u64(line, rec->stream);
		break;
	case COLUMN_FLAGS:
		add_flags(line, &st->map, rec->flags);
		break;
	default:
		add(line, "-");
	}
}

static void add_separator(struct line *line, const struct column_map *map,
			  int i)
{
	const char text[] = { map->separator, '\0' };

	if (i)
		add(line, text);
}

static int print_names(struct export *ex, const struct column_map *map,
		       struct hf_error *err)
{
	struct line line = { 0 };
	int i;

	for (i = 0; i < map->n; i++) {
		add_separator(&line, map, i);
		add(&line, column_field_name(map->col[i].field));
	}
	return outstream_print(ex->out, err, "%s\n", line.text);
}

static int csv_begin(struct export *ex, struct hf_error *err)
{
	struct csv_state *st = ex->state;
	int ret = parse_map(ex->columns, &st->map, err);

	if (!ret)
		ret = set_start(ex, st, err);
	if (ret)
		return ret;
	if (has(&st->map, COLUMN_TARGET))
		set_names(ex, st);
	return st->map.skip_lines ? print_names(ex, &st->map, err) : 0;
}

static bool too_late(const struct csv_state *st,
		     const struct hfr_trace_rec *rec)
{
	uint64_t last = rec->issue_ns, sum;

	if ((uint64_t)rec->complete_ns != (uint64_t)HFR_UNKNOWN)
		last = rec->complete_ns;
	return __builtin_add_overflow(st->start, last, &sum);
}

/* 64 columns, of which 8 are longer than "-": they fit a line. */
static int csv_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	const struct csv_state *st = ex->state;
	struct line line = { 0 };
	int i;

	if (too_late(st, rec))
		return hf_fail(err, EOVERFLOW,
			       "%s: a request %" PRIu64
			       " ns after the start is too late for times that count from 1970 or 1601; take time:ns in --to-columns",
			       ex->trace->path, (uint64_t)rec->issue_ns);
	for (i = 0; i < st->map.n; i++) {
		add_separator(&line, &st->map, i);
		add_column(&line, st, &st->map.col[i], rec);
	}
	return outstream_print(ex->out, err, "%s\n", line.text);
}

/* .holds is that of COLUMNS_WRITTEN. */
const struct writer writer_csv = {
	.name = "csv",
	.from = "csv",
	.about = "any table of text, with --to-columns",
	.remark = "The default columns, whose table this is, are " COLUMNS_WRITTEN "; --to-columns names others.",
	.suffixes = ".csv",
	.text = true,
	.holds = {
		.ops = (1U << HFR_OP_NR) - 1,
		.flags = HFR_RF_ALL & ~HFR_RF_DEP_GLOBAL,
		.holds = HOLDS_STREAM | HOLDS_NAME,
		.time_ns = 1,
		.latency_ns = 1,
		.unit = 1,
		.offset_unit = 1,
		.devices = HFR_MAX_DEVICES,
	},
	.columns = csv_columns,
	.state_size = sizeof(struct csv_state),
	.begin = csv_begin,
	.request = csv_request,
};
