// SPDX-License-Identifier: GPL-2.0-only
#include "array.h"
#include "svg.h"

#include <stdbool.h>
#include <string.h>

/* After these an id follows. */
static const char *const marks[] = {
	" id='", " id=\"", "href='#", "href=\"#", "url(#",
};

/* Elements that only describe: browsers show them as tooltips. */
static const struct {
	const char *open;
	const char *close;
} dropped[] = {
	{ "<title>", "</title>" },
	{ "<desc>", "</desc>" },
};

/* Returns what follows a dropped element that starts at @s, or NULL. */
static const char *drop(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++) {
		const char *end;

		if (strncmp(s, dropped[i].open, strlen(dropped[i].open)))
			continue;
		end = strstr(s, dropped[i].close);
		if (end)
			return end + strlen(dropped[i].close);
	}
	return NULL;
}

static size_t mark_at(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (!strncmp(s, marks[i], strlen(marks[i])))
			return strlen(marks[i]);
	return 0;
}

void svg_embed(FILE *out, const char *svg, unsigned int number)
{
	const char *s = strstr(svg, "<svg");

	while (s && *s) {
		const char *rest = *s == '<' ? drop(s) : NULL;
		size_t len = mark_at(s);

		if (rest) {
			s = rest;
		} else if (len) {
			fwrite(s, 1, len, out);
			fprintf(out, "p%u-", number);
			s += len;
		} else {
			fputc(*s++, out);
		}
	}
}
