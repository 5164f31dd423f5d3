/* SPDX-License-Identifier: GPL-2.0-only */
/* A table of text cells, built row by row. */
#ifndef HF_TABLE_H
#define HF_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define TABLE_MAX_COLS	12

/**
 * struct table - a table
 * @cols: number of columns
 * @head: their titles; all NULL for a table without a head
 * @align: one letter for each column: l(eft) or r(ight)
 * @cells: row after row; owned
 * @count: cells in use
 * @room: cells that fit
 * @failed: a cell was lost for want of memory
 */
struct table {
	unsigned int cols;
	const char *head[TABLE_MAX_COLS];
	const char *align;
	char **cells;
	size_t count, room;
	bool failed;
};

/**
 * table_init - an empty table
 * @t: the table
 * @align: one letter for each column
 * @head: titles, one for each column; NULL for none
 */
void table_init(struct table *t, const char *align, const char *const *head);

/** table_cell - appends a cell; the row is full after as many as columns */
void table_cell(struct table *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** table_rows - number of whole rows */
size_t table_rows(const struct table *t);

/** table_at - a cell */
const char *table_at(const struct table *t, size_t row, unsigned int col);

/** table_free - frees the cells; the table is empty then */
void table_free(struct table *t);

#endif /* HF_TABLE_H */
