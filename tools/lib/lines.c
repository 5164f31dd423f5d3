// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

#define PROGRESS_LINES 4096

int lines_junk(struct importer *imp, struct input *in, const char *what,
	       struct hf_error *err)
{
	size_t left;

	if (!input_peek(in, 1, &left, err))
		return -EIO;
	if (left)
		return importer_junk(imp, in, err, "%s", what);
	importer_cut_off(imp, in);
	return 0;
}

int lines_next(struct importer *imp, struct input *in, char **line,
	       struct hf_error *err)
{
	size_t len;
	int rc;

	while ((rc = input_line(in, line, &len, err)) == 1) {
		if (!memchr(*line, '\0', len))
			return 1;
		rc = lines_junk(imp, in, "holds a NUL byte: not text", err);
		if (rc)
			return rc;
	}
	return rc;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* White space that is no part of a column, and does not end one either. */
static bool is_around(char c, char sep)
{
	return c == ' ' || (c == '\t' && sep != '\t');
}

int lines_read_one(struct input *const *ins, int nins, int which,
		   struct importer *imp, const struct line_reader *reader,
		   void *state, struct hf_error *err)
{
	struct input *in = ins[which];
	char *line;
	int rc;

	while ((rc = lines_next(imp, in, &line, err)) == 1) {
		if (!line[strspn(line, " \t")])
			continue;
		while (is_around(*line, reader->tabs ? '\t' : ' '))
			line++;
		importer_sum(imp)->events++;
		rc = reader->line(imp, in, state, line, err);
		if (!rc && input_line_number(in) % PROGRESS_LINES == 0)
			rc = importer_progress(imp, ins, nins, err);
		if (rc)
			return rc;
	}
	return rc;
}

int lines_read(struct input *const *ins, int nins, struct importer *imp,
	       const struct line_reader *reader, struct hf_error *err)
{
	int i, rc = 0;

	for (i = 0; i < nins && !rc; i++) {
		void *state = calloc(1, reader->state_size + 1);

		if (!state)
			return hf_fail(err, ENOMEM, "no memory to read %s",
				       input_path(ins[i]));
		if (reader->state)
			memcpy(state, reader->state, reader->state_size);
		rc = lines_read_one(ins, nins, i, imp, reader, state, err);
		if (!rc && reader->end)
			reader->end(imp, state);
		free(state);
	}
	return rc;
}

/* Ends a column of @s at @end, without the white space around it. */
static char *trim(char *s, char *end, char sep)
{
	*end = '\0';
	while (is_around(*s, sep))
		s++;
	while (end > s && is_around(end[-1], sep))
		*--end = '\0';
	return s;
}

/* Columns are short: a loop is done before strcspn() has begun. */
static char *column_end(char *s, char sep)
{
	if (sep == ' ') {
		while (*s && !is_blank(*s))
			s++;
		return s;
	}
	while (*s && *s != sep)
		s++;
	return s;
}

int lines_split(char *line, char sep, char **cols, int max)
{
	char *s = trim(line, line + strlen(line), sep);
	int n = 0;

	for (;;) {
		char *end = column_end(s, sep);
		bool last = !*end;

		if (n == max)
			return max + 1;
		cols[n++] = trim(s, end, sep);
		if (last)
			return n;
		s = end + 1;
		while (sep == ' ' && is_blank(*s))
			s++;
	}
}

/* Takes the quotes off the column at @s; returns what stands behind it. */
static char *unquote(char *s)
{
	char *to = s++;

	while (*s && (*s != '"' || s[1] == '"')) {
		s += *s == '"';
		*to++ = *s++;
	}
	if (*s)
		s++;
	if (to < s)
		*to = '\0';
	return s;
}

static bool separates(char c, char sep)
{
	return c == sep || (sep == ' ' && c == '\t');
}

int lines_split_quoted(char *line, char sep, char **cols, int max)
{
	char *s = trim(line, line + strlen(line), sep);
	int n = 0;

	for (;;) {
		char *end, *col = s;
		bool quoted = *s == '"', last;

		if (n == max)
			return max + 1;
		if (quoted)
			s = unquote(s);
		for (end = s; *end && !separates(*end, sep); end++)
			;
		last = !*end;
		*end = '\0';
		cols[n++] = quoted ? col : trim(col, end, sep);
		if (last)
			return n;
		s = end + 1;
		while (is_around(*s, sep))
			s++;
	}
}

bool lines_first(const uint8_t *head, size_t len, char *buf, size_t size)
{
	size_t at = 0, n = 0;

	while (at < len && strchr(" \t\r\n", head[at]) && head[at])
		at++;
	while (at < len && n + 1 < size && head[at] && head[at] != '\n' &&
	       head[at] != '\r')
		buf[n++] = (char)head[at++];
	buf[n] = '\0';
	return n > 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool add_digit(uint64_t *v, char c)
{
	return !__builtin_mul_overflow(*v, (uint64_t)10, v) &&
	       !__builtin_add_overflow(*v, (uint64_t)(c - '0'), v);
}

/* The digits at @col, at least one; moves it behind them. */
static bool column_digits(const char **col, uint64_t *value)
{
	const char *s = *col;
	/* So many digits fit, whatever they are. */
	const char *fit = s + 19;
	uint64_t v = 0;

	for (; is_digit(*s) && s < fit; s++)
		v = v * 10 + (uint64_t)(*s - '0');
	if (s == *col)
		return false;
	for (; is_digit(*s); s++)
		if (!add_digit(&v, *s))
			return false;
	*col = s;
	*value = v;
	return true;
}

bool column_u64(const char *col, uint64_t *value)
{
	uint64_t v = 0;

	if (!column_digits(&col, &v) || *col)
		return false;
	*value = v;
	return true;
}

bool column_scaled(const char *col, unsigned int digits, uint64_t *value)
{
	uint64_t v = 0;
	bool up = false;

	if (!column_digits(&col, &v))
		return false;
	if (*col == '.')
		col++;
	for (; digits; digits--)
		if (!add_digit(&v, is_digit(*col) ? *col++ : '0'))
			return false;
	if (is_digit(*col))
		up = *col >= '5';
	while (is_digit(*col))
		col++;
	if (*col || (up && v == UINT64_MAX))
		return false;
	*value = v + up;
	return true;
}
