// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agios-name.h"
#include "json-text.h"

#define MAX_NAME	256
#define MAX_WORDS	64

/**
 * struct words - a name between its underscores
 * @text: copy of the name, cut there
 * @at: the words
 * @from: where each begins in the name
 * @n: how many
 */
struct words {
	char text[MAX_NAME];
	const char *at[MAX_WORDS];
	size_t from[MAX_WORDS];
	int n;
};

static void split(struct words *w, const char *name)
{
	char *save, *word;

	w->n = 0;
	snprintf(w->text, sizeof(w->text), "%s", name);
	for (word = strtok_r(w->text, "_", &save); word && w->n < MAX_WORDS;
	     word = strtok_r(NULL, "_", &save)) {
		w->from[w->n] = (size_t)(word - w->text);
		w->at[w->n++] = word;
	}
}

static bool is_number(const char *word)
{
	return *word && !word[strspn(word, "0123456789")];
}

static bool begins(const char *word)
{
	return !strcmp(word, "contig") || !strcmp(word, "noncontig");
}

static bool ends(const char *word)
{
	return !strcmp(word, "nto1") || !strcmp(word, "nton");
}

/* Index of the last word of the application that begins at @from, or -1. */
static int find_end(const struct words *w, int from)
{
	int i;

	for (i = from + 1; i < w->n && !begins(w->at[i]); i++)
		if (ends(w->at[i]))
			return i - from >= 4 && is_number(w->at[i - 1]) &&
			       is_number(w->at[i - 2]) ? i : -1;
	return -1;
}

/* Number and size of requests may have underscores of their own. */
static void put_requests(json_t *app, const struct words *w, int from, int to)
{
	char text[MAX_NAME] = "";
	int i;

	for (i = from; i < to; i++) {
		if (i > from)
			strncat(text, "_", sizeof(text) - strlen(text) - 1);
		strncat(text, w->at[i], sizeof(text) - strlen(text) - 1);
	}
	json_object_set_new(app, "requests", json_text(text));
}

static json_t *application(const struct words *w, int from, int to)
{
	json_t *app = json_object();

	json_object_set_new(app, "spatiality", json_text(w->at[from]));
	put_requests(app, w, from + 1, to - 2);
	json_object_set_new(app, "processes",
			    json_integer(atoll(w->at[to - 2])));
	json_object_set_new(app, "machines",
			    json_integer(atoll(w->at[to - 1])));
	json_object_set_new(app, "files", json_text(w->at[to]));
	return app;
}

/* Index of the last word of the last application, or -1. */
static int last_end(const struct words *w)
{
	int i, end, last = -1;

	for (i = 0; i < w->n; i++) {
		end = begins(w->at[i]) ? find_end(w, i) : -1;
		if (end > 0)
			last = i = end;
	}
	return last;
}

json_t *agios_applications(const char *name)
{
	json_t *apps = json_array();
	struct words w;
	int i, end;

	split(&w, name);
	for (i = 0; i < w.n; i++) {
		end = begins(w.at[i]) ? find_end(&w, i) : -1;
		if (end < 0)
			continue;
		json_array_append_new(apps, application(&w, i, end));
		i = end;
	}
	return apps;
}

void agios_label(const char *name, char *buf, size_t len)
{
	struct words w;
	int end;

	split(&w, name);
	end = last_end(&w);
	snprintf(buf, len, "%s", name);
	if (end >= 0 && w.from[end] + strlen(w.at[end]) < len)
		buf[w.from[end] + strlen(w.at[end])] = '\0';
}

long agios_repetition(const char *name)
{
	struct words w;
	int end;

	split(&w, name);
	end = last_end(&w);
	if (end < 0 || end + 1 >= w.n || !is_number(w.at[end + 1]))
		return -1;
	return atol(w.at[end + 1]);
}

static const struct portion_word {
	const char *word;
	enum agios_portion portion;
} portion_words[] = {
	{ "reads", AGIOS_READS },
	{ "read", AGIOS_READS },
	{ "writes", AGIOS_WRITES },
	{ "write", AGIOS_WRITES },
};

static bool is_separator(char c)
{
	return c == '_' || c == '-' || c == '.' || c == ' ';
}

/* Takes @n characters out, and one of two separators that then meet. */
static void cut_out(char *text, char *at, size_t n)
{
	if (at > text && is_separator(at[-1]) &&
	    (!at[n] || is_separator(at[n]))) {
		at--;
		n++;
	} else if (at == text && is_separator(at[n])) {
		n++;
	}
	memmove(at, at + n, strlen(at + n) + 1);
}

static void cut_extensions(char *text)
{
	static const char *const known[] = {
		".gz", ".xz", ".zst", ".bz2", ".log", ".out", ".txt", ".trace",
	};
	bool cut = true;
	size_t i;

	while (cut) {
		cut = false;
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			size_t n = strlen(text), k = strlen(known[i]);

			if (n < k || strcmp(text + n - k, known[i]))
				continue;
			text[n - k] = '\0';
			cut = true;
		}
	}
}

/* The word with no letters around it: a thread is no read. */
static char *find_word(char *text, const char *word)
{
	size_t n = strlen(word);
	char *at;

	for (at = text; (at = strcasestr(at, word)); at++)
		if ((at == text || !isalpha((unsigned char)at[-1])) &&
		    !isalpha((unsigned char)at[n]))
			return at;
	return NULL;
}

enum agios_portion agios_file(const char *name, char *server, size_t len)
{
	size_t i;

	snprintf(server, len, "%s", name);
	cut_extensions(server);
	for (i = 0; i < sizeof(portion_words) / sizeof(portion_words[0]);
	     i++) {
		char *at = find_word(server, portion_words[i].word);

		if (!at)
			continue;
		cut_out(server, at, strlen(portion_words[i].word));
		return portion_words[i].portion;
	}
	return AGIOS_UNSAID;
}

const char *agios_portion_name(enum agios_portion portion)
{
	static const char *const names[] = { "unsaid", "read", "write" };

	return names[portion];
}

int agios_has_word(const char *name, const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = name; n && (at = strstr(at, word)); at++) {
		bool before = at > name && isalnum((unsigned char)at[-1]);

		if (!before && !isalnum((unsigned char)at[n]))
			return 1;
	}
	return 0;
}
