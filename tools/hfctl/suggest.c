// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "suggest.h"

#define WORD_MAX 31

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned int suggest_distance(const char *a, const char *b)
{
	unsigned int d[WORD_MAX + 1][WORD_MAX + 1];
	size_t la = strnlen(a, WORD_MAX), lb = strnlen(b, WORD_MAX);
	size_t i, j;

	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			unsigned int change = a[i - 1] != b[j - 1];

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[la][lb];
}

const char *suggest(const char *typed,
		    const char *(*nth)(const void *ctx, unsigned int n),
		    const void *ctx)
{
	/* A third of the letters may be wrong: more is another word. */
	unsigned int best = strnlen(typed, WORD_MAX) / 3 + 1;
	const char *found = NULL, *word;
	unsigned int n;

	if (strlen(typed) < 2)
		return NULL;
	for (n = 0; (word = nth(ctx, n)); n++) {
		unsigned int d = suggest_distance(typed, word);

		if (!strncmp(typed, word, strlen(typed)))
			d = 1;
		if (d < best || (d == best && !found)) {
			best = d;
			found = word;
		}
	}
	return found;
}
