/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Traces that are tables: a line per request, and a map that says what each
 * column holds and in which unit. The maps of published collections are
 * constants of their formats; that of --columns is parsed from text.
 */
#ifndef HF_COLUMNS_H
#define HF_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "format.h"

#define COLUMNS_MAX	64
#define COLUMN_WORDS	24
#define COLUMN_WORD	24
#define COLUMN_WHY	160
/* The columns of a table that is written, unless others are asked for. */
#define COLUMNS_WRITTEN	"skip=1,time:ns,latency:ns,op,offset:bytes,length:bytes,target,stream,flags"
/* In struct column_word: such a request is counted, not replayed. */
#define COLUMN_OP_SKIP	HFR_OP_NR

/**
 * enum column_field - what a column holds
 * @COLUMN_NONE: nothing that is wanted
 * @COLUMN_TIME: issue time
 * @COLUMN_COMPLETE: completion time on the same clock; may be missing
 * @COLUMN_LATENCY: time from issue to completion; may be missing
 * @COLUMN_OP: operation
 * @COLUMN_OFFSET: first byte
 * @COLUMN_LENGTH: bytes
 * @COLUMN_TARGET: name or number of the device
 * @COLUMN_STREAM: process or stream, a number
 * @COLUMN_FLAGS: names of flags with | between them, as hfctl dumps them
 * @COLUMN_FIELDS: number of fields
 */
enum column_field {
	COLUMN_NONE,
	COLUMN_TIME,
	COLUMN_COMPLETE,
	COLUMN_LATENCY,
	COLUMN_OP,
	COLUMN_OFFSET,
	COLUMN_LENGTH,
	COLUMN_TARGET,
	COLUMN_STREAM,
	COLUMN_FLAGS,
	COLUMN_FIELDS,
};

/**
 * struct column - one column
 * @field: enum column_field
 * @digits: of a time: the unit is 10^-@digits s in ns, that is 9 for seconds,
 *	6 for ms, 3 for us, 0 for ns
 * @filetime: of a time: units of 100 ns, @digits is 0
 * @scale: of an offset or length: bytes of a unit
 */
struct column {
	uint8_t field;
	uint8_t digits;
	bool filetime;
	uint64_t scale;
};

/**
 * struct column_word - a word for an operation
 * @text: the word, compared without regard to case
 * @op: enum hfr_op or COLUMN_OP_SKIP
 */
struct column_word {
	char text[COLUMN_WORD];
	uint8_t op;
};

/**
 * enum column_epoch - what time 0 of the trace's clock is
 * @EPOCH_UNKNOWN: nothing in particular
 * @EPOCH_UNIX: 1970-01-01
 * @EPOCH_FILETIME: 1601-01-01
 */
enum column_epoch {
	EPOCH_UNKNOWN,
	EPOCH_UNIX,
	EPOCH_FILETIME,
};

/**
 * struct column_map - what the columns of a trace hold
 * @separator: ' ' is any number of spaces and tabs
 * @quotes: a column may stand in double quotes; lines with # are comments
 * @more: further columns may follow
 * @rwbs: operations are letters of blktrace ("FWS")
 * @epoch: enum column_epoch
 * @header: what a line of names starts with, NULL if there is none
 * @skip_lines: lines in front of each input
 * @n: columns
 * @col: the columns
 * @nwords: words for operations; 0: those of hfctl and the usual ones
 * @words: the words
 * @present: bit per field that has a column
 * @fixed: bit per field that has one value for all requests, which is in
 * @op: operation, if fixed
 * @length: bytes, if fixed
 * @resolution_ns: tick of times that many requests share; 0: they are fine
 */
struct column_map {
	char separator;
	bool quotes, more, rwbs;
	uint8_t epoch;
	const char *header;
	uint64_t skip_lines;
	int n;
	struct column col[COLUMNS_MAX];
	int nwords;
	struct column_word words[COLUMN_WORDS];
	uint32_t present, fixed;
	uint8_t op;
	uint64_t length;
	uint64_t resolution_ns;
};

/**
 * column_map_parse - reads the text of --columns
 * @text: the text, see Documentation/formats.rst
 * @map: filled
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int column_map_parse(const char *text, struct column_map *map,
		     struct hf_error *err);

/**
 * struct column_row - a line that was understood
 * @rec: the request but for its target; times are on the trace's clock
 * @target: name of the device, "" if the trace has none
 * @skip: it cannot be replayed
 */
struct column_row {
	struct hfr_trace_rec rec;
	const char *target;
	bool skip;
};

/**
 * columns_parse - takes a line apart
 * @map: what its columns hold
 * @line: the line; written to, and @row points into it
 * @row: filled
 * @why: gets what is wrong, COLUMN_WHY bytes
 *
 * Return: whether it makes sense.
 */
bool columns_parse(const struct column_map *map, char *line,
		   struct column_row *row, char *why);

/** column_field_name - the word for a field in the text of a map */
const char *column_field_name(enum column_field field);

/** column_op_by_name - operation from one of hfctl's or the usual words */
bool column_op_by_name(const char *text, uint8_t *op);

/** columns_is_header - whether a line is that of the names */
bool columns_is_header(const struct column_map *map, const char *line);

/**
 * struct columns_state - how far an input was read
 * @map: what its columns hold
 * @clock_known: the importer knows the time of day
 */
struct columns_state {
	const struct column_map *map;
	bool clock_known;
};

/** columns_begin - tells the importer what the columns mean for all requests;
 * before the first columns_line()
 */
void columns_begin(struct importer *imp, const struct column_map *map);

/**
 * columns_line - gives the request of a line to the importer
 * @imp: the importer
 * @in: where it stands
 * @state: the struct columns_state of this input
 * @line: the line, written to
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int columns_line(struct importer *imp, struct input *in, void *state,
		 char *line, struct hf_error *err);

/**
 * columns_read - reads a whole trace
 * @map: what the columns hold
 * @ins: its files
 * @nins: how many
 * @imp: gets the requests
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int columns_read(const struct column_map *map, struct input *const *ins,
		 int nins, struct importer *imp, struct hf_error *err);

/**
 * columns_sniff - whether a file starts with a line of such a trace
 * @map: what the columns hold
 * @head: the start of the file
 * @len: its bytes
 * @row: the first request; target points into @buf
 * @buf: gets the line
 * @size: size of @buf
 *
 * Return: whether it does.
 */
bool columns_sniff(const struct column_map *map, const uint8_t *head,
		   size_t len, struct column_row *row, char *buf, size_t size);

#endif /* HF_COLUMNS_H */
