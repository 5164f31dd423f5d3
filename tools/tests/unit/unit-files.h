/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of a unit test, in a folder that goes away with it. */
#ifndef UNIT_FILES_H
#define UNIT_FILES_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char unit_dir[64];

static inline int unit_setup(void **state)
{
	(void)state;
	snprintf(unit_dir, sizeof(unit_dir), "/tmp/hf-unit-XXXXXX");
	return mkdtemp(unit_dir) ? setenv("TMPDIR", unit_dir, 1) : -1;
}

/* Number of files in the folder; removes them if asked. */
static inline int unit_files(bool remove_them)
{
	DIR *dir = opendir(unit_dir);
	struct dirent *e;
	int n = 0;

	assert_non_null(dir);
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		n++;
		if (remove_them)
			unlinkat(dirfd(dir), e->d_name, 0);
	}
	closedir(dir);
	return n;
}

static inline int unit_teardown(void **state)
{
	(void)state;
	unit_files(true);
	return rmdir(unit_dir);
}

/* The path of a file in the folder; good for eight calls. */
static inline const char *unit_path(const char *name)
{
	static char paths[8][128];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", unit_dir, name);
	return path;
}

static inline const char *unit_write(const char *name, const void *data,
				     size_t len)
{
	const char *path = unit_path(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	return path;
}

static inline const char *unit_text(const char *name, const char *text)
{
	return unit_write(name, text, strlen(text));
}

/* All of a file; to be freed. */
static inline uint8_t *unit_read(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	uint8_t *data;
	long size;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size >= 0);
	rewind(f);
	data = malloc((size_t)size + 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, (size_t)size, f), size);
	fclose(f);
	*len = (size_t)size;
	return data;
}

/* Whether the sentence has a part, and looks like one. */
#define assert_says(err, part) do {					\
	if (!strstr((err)->text, (part)))				\
		fail_msg("\"%s\" does not say \"%s\"", (err)->text,	\
			 (part));					\
	assert_null(strchr((err)->text, '\n'));				\
} while (0)

/* A generator of numbers that is the same everywhere. */
static inline uint64_t unit_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#endif /* UNIT_FILES_H */
