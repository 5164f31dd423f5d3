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

static int read_input(struct input *const *ins, int nins, int which,
		      struct importer *imp, const struct line_reader *reader,
		      void *state, struct hf_error *err)
{
	struct input *in = ins[which];
	char *line;
	int rc;

	while ((rc = lines_next(imp, in, &line, err)) == 1) {
		line += strspn(line, " \t");
		if (!*line)
			continue;
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
		rc = read_input(ins, nins, i, imp, reader, state, err);
		free(state);
	}
	return rc;
}

static char *trim(char *s)
{
	size_t len;

	s += strspn(s, " \t");
	len = strlen(s);
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		s[--len] = '\0';
	return s;
}

int lines_split(char *line, char sep, char **cols, int max)
{
	char *s = trim(line);
	int n = 0;

	for (;;) {
		char *end = s + (sep == ' ' ? strcspn(s, " \t") :
				 strcspn(s, (char[]){ sep, '\0' }));
		bool last = !*end;

		if (n == max)
			return max + 1;
		*end = '\0';
		cols[n++] = trim(s);
		if (last)
			return n;
		s = end + 1;
		if (sep == ' ')
			s += strspn(s, " \t");
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

bool column_u64(const char *col, uint64_t *value)
{
	return column_scaled(col, 0, value) && !strchr(col, '.');
}

static bool add_digit(uint64_t *v, char c)
{
	return !__builtin_mul_overflow(*v, (uint64_t)10, v) &&
	       !__builtin_add_overflow(*v, (uint64_t)(c - '0'), v);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool column_scaled(const char *col, unsigned int digits, uint64_t *value)
{
	uint64_t v = 0;
	bool up = false;

	if (!is_digit(*col))
		return false;
	for (; is_digit(*col); col++)
		if (!add_digit(&v, *col))
			return false;
	if (*col == '.')
		col++;
	for (; digits; digits--)
		if (!add_digit(&v, is_digit(*col) ? *col++ : '0'))
			return false;
	if (is_digit(*col))
		up = *col >= '5';
	col += strspn(col, "0123456789");
	if (*col || (up && v == UINT64_MAX))
		return false;
	*value = v + up;
	return true;
}
