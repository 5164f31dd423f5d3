/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HF_TEXT_H
#define HF_TEXT_H

#include <stdio.h>

#include "table.h"

/** text_table - prints a table in columns, indented by two */
void text_table(FILE *out, const struct table *t);

#endif /* HF_TEXT_H */
