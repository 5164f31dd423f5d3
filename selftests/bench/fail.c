// SPDX-License-Identifier: GPL-2.0-only
/* What the parts taken from the module's tests ask of a program: here the
 * first failure ends it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "kst.h"

void kst_failed(const char *file, int line, bool end, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n", stderr);
	exit(1);
}

void kst_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n", stderr);
}
