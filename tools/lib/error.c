// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

int hf_fail(struct hf_error *err, int code, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;

	/* The arguments may point into err->text itself. */
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(err->text, text, sizeof(text));
	return -code;
}
