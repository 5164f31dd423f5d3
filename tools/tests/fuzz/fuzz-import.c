// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the readers of all formats with libFuzzer. The first byte of an input
 * chooses how it is read, the second the format, the rest is the trace; before
 * a table stands a line with the map of its columns. The variable HFR_FUZZ
 * names the only format to read; the second byte is then ignored. What is
 * imported must be a trace that can be opened; what is not must have a
 * sentence.
 *
 * See tools/tests/fuzz/run.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What errors begin with that are about the result. */
#define CONVERTED "the converted trace"

static void broken(const char *what, const struct hf_error *err)
{
	fprintf(stderr, "%s: %s\n", what, err->text);
	abort();
}

/* By content if there is no format of that number. */
static const char *format(uint8_t n)
{
	static const char *only;
	static bool known;

	if (!known)
		only = getenv("HFR_FUZZ");
	known = true;
	if (only && *only)
		return strcmp(only, "any") ? only : NULL;
	return import_format_name(n);
}

/* 2 bits: level. 1 bit each: junk is skipped, a device is chosen, and so on. */
static struct import_opts options(const uint8_t *how)
{
	struct import_opts opts = {
		.from = format(how[1]),
		.level = how[0] & 3,
		.max_junk = how[0] & 4 ? 1000 : 0,
		.device = how[0] & 8 ? "8,0" : NULL,
		.spread = how[0] & 16,
		.invert_rw = how[0] & 32,
	};

	if (opts.level > IMPORT_LEVEL_QUEUE)
		opts.level = IMPORT_LEVEL_ANY;
	return opts;
}

/* Takes the first line of a table for the map of its columns. */
static void take_map(const uint8_t **data, size_t *len,
		     struct import_opts *opts)
{
	const uint8_t *end = memchr(*data, '\n', *len);

	if (!opts->from || strcmp(opts->from, "csv") || !end)
		return;
	opts->columns = strndup((const char *)*data, (size_t)(end - *data));
	*len -= (size_t)(end + 1 - *data);
	*data = end + 1;
}

static void import_fd(int fd, const struct import_opts *opts)
{
	struct hf_error err = { "" };
	struct hft_file file;
	char name[32];
	const char *path = name;
	int ret;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	ret = import_trace(&path, 1, NULL, opts, &file, NULL, &err);
	if (ret && (!err.text[0] || strchr(err.text, '\n')))
		broken("no sentence", &err);
	if (ret && !strncmp(err.text, CONVERTED, sizeof(CONVERTED) - 1))
		broken("wrote what cannot be read", &err);
	if (!ret && !file.count)
		broken("a trace without requests", &err);
	if (!ret)
		hft_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct import_opts opts;
	int fd;

	if (len < 2)
		return 0;
	opts = options(data);
	data += 2;
	len -= 2;
	take_map(&data, &len, &opts);
	fd = memfd_create("trace", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	import_fd(fd, &opts);
	close(fd);
	free((char *)opts.columns);
	return 0;
}
