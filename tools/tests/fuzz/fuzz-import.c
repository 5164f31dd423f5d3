// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the readers of all formats with libFuzzer. The first byte of an input
 * chooses how it is read, the rest is the trace. What is imported must be a
 * trace that can be opened; what is not must have a sentence.
 *
 * See tools/tests/fuzz/run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void broken(const char *what, const struct hf_error *err)
{
	fprintf(stderr, "%s: %s\n", what, err->text);
	abort();
}

/* 3 bits: format, 0 by content. 2 bits: level. 1 bit: junk is skipped. */
static struct import_opts options(uint8_t how)
{
	struct import_opts opts = {
		.level = how >> 3 & 3,
		.max_junk = how & 0x20 ? 1000 : 0,
		.device = how & 0x40 ? "8,0" : NULL,
	};

	if (opts.level > IMPORT_LEVEL_QUEUE)
		opts.level = IMPORT_LEVEL_ANY;
	if (how & 7)
		opts.from = import_format_name((how & 7) - 1);
	return opts;
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
	if (ret && strstr(err.text, "the converted trace"))
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

	if (!len)
		return 0;
	opts = options(data[0]);
	fd = memfd_create("trace", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data + 1, len - 1) != (ssize_t)(len - 1))
		abort();
	import_fd(fd, &opts);
	close(fd);
	return 0;
}
