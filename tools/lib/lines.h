/* SPDX-License-Identifier: GPL-2.0-only */
/* What formats share whose traces are lines of columns. */
#ifndef HF_LINES_H
#define HF_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format.h"

/**
 * struct line_reader - a format that gives a request a line
 * @state_size: bytes of state per input
 * @state: what it is at first, NULL for zero
 * @tabs: columns have tabs between them: one at the start of a line is kept
 * @line: takes a line that is not empty; may write to it. Returns 0 or -errno
 *	with a sentence
 * @end: called at the end of each input that was read to it; NULL for none
 */
struct line_reader {
	size_t state_size;
	const void *state;
	bool tabs;
	int (*line)(struct importer *imp, struct input *in, void *state,
		    char *line, struct hf_error *err);
	void (*end)(struct importer *imp, void *state);
};

/** lines_read - reads all inputs to their ends; returns 0 or -errno */
int lines_read(struct input *const *ins, int nins, struct importer *imp,
	       const struct line_reader *reader, struct hf_error *err);

/**
 * lines_read_one - reads one of the inputs to its end
 * @ins: all inputs
 * @nins: how many
 * @which: the one to read
 * @imp: the importer
 * @reader: the format; its @state_size is not used
 * @state: handed through
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int lines_read_one(struct input *const *ins, int nins, int which,
		   struct importer *imp, const struct line_reader *reader,
		   void *state, struct hf_error *err);

/**
 * lines_junk - counts the line taken last as one that makes no sense
 * @imp: the importer
 * @in: where it stands
 * @what: what is wrong
 * @err: on failure, a sentence
 *
 * The last line of an input is taken for one that was cut off instead.
 *
 * Return: 0 while there may be more of them, or -errno.
 */
int lines_junk(struct importer *imp, struct input *in, const char *what,
	       struct hf_error *err);

/**
 * lines_next - takes a line of text
 * @imp: the importer
 * @in: the input
 * @line: as of input_line()
 * @err: on failure, a sentence
 *
 * Lines with NUL bytes, as a file that was not written to its end may have,
 * are counted as those that make no sense.
 *
 * Return: 1, 0 at the end, or -errno.
 */
int lines_next(struct importer *imp, struct input *in, char **line,
	       struct hf_error *err);

/**
 * lines_split - takes a line apart
 * @line: NUL bytes go where the separators were
 * @sep: the separator; ' ' stands for any number of spaces and tabs. Between
 *	two of any other, and in front of the first and behind the last, is a
 *	column, which may be empty
 * @cols: gets the columns, without white space around them
 * @max: room in @cols
 *
 * Return: number of columns, @max + 1 if there are more.
 */
int lines_split(char *line, char sep, char **cols, int max);

/**
 * lines_split_quoted - takes a line apart whose columns may be quoted
 * @line: NUL bytes go where the separators were
 * @sep: as for lines_split()
 * @cols: gets the columns: of a quoted one what is between the quotes, of
 *	which a double one stands for one
 * @max: room in @cols
 *
 * Return: number of columns, @max + 1 if there are more.
 */
int lines_split_quoted(char *line, char sep, char **cols, int max);

/**
 * lines_first - copies the first line that is not empty from a file's start
 * @head: the start of the file
 * @len: its bytes
 * @buf: gets the line, cut to its size
 * @size: size of @buf
 *
 * Return: whether there is one.
 */
bool lines_first(const uint8_t *head, size_t len, char *buf, size_t size);

/** column_u64 - reads a decimal number that fills the column */
bool column_u64(const char *col, uint64_t *value);

/**
 * column_scaled - reads a decimal number with or without a fraction
 * @col: the column
 * @digits: digits of the fraction that are kept
 * @value: the number times 10^@digits, rounded
 *
 * Return: false if it is none, negative or too large.
 */
bool column_scaled(const char *col, unsigned int digits, uint64_t *value);

#endif /* HF_LINES_H */
