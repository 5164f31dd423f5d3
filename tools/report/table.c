// SPDX-License-Identifier: GPL-2.0-only
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void table_init(struct table *t, const char *align, const char *const *head)
{
	memset(t, 0, sizeof(*t));
	t->align = align;
	t->cols = (unsigned int)strlen(align);
	for (unsigned int c = 0; head && c < t->cols; c++)
		t->head[c] = head[c];
}

static bool make_room(struct table *t)
{
	size_t room = t->room ? 2 * t->room : 32;
	char **cells;

	if (t->count < t->room)
		return true;
	cells = realloc(t->cells, room * sizeof(*cells));
	if (!cells)
		return false;
	t->cells = cells;
	t->room = room;
	return true;
}

void table_cell(struct table *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0 || !make_room(t)) {
		if (len >= 0)
			free(text);
		t->failed = true;
		return;
	}
	t->cells[t->count++] = text;
}

size_t table_rows(const struct table *t)
{
	return t->failed ? 0 : t->count / t->cols;
}

const char *table_at(const struct table *t, size_t row, unsigned int col)
{
	return t->cells[row * t->cols + col];
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->count = 0;
	t->room = 0;
}
