// SPDX-License-Identifier: GPL-2.0-only
/* Files that are whole or not there. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "unit-files.h"

#include "outfile.h"

static void holds(const char *path, const char *text)
{
	size_t len;
	uint8_t *data = unit_read(path, &len);

	assert_int_equal(len, strlen(text));
	assert_memory_equal(data, text, len);
	free(data);
}

static void put_replaces(void **state)
{
	const char *path = unit_path("a");
	struct hf_error err = { "" };

	(void)state;
	assert_int_equal(outfile_put(path, "first one", 9, &err), 0);
	holds(path, "first one");
	assert_int_equal(outfile_put(path, "second", 6, &err), 0);
	holds(path, "second");
	assert_int_equal(unit_files(false), 1);
}

/* What cannot be written leaves what was there, and nothing else. */
static void put_fails(void **state)
{
	const char *path = unit_text("a", "as it was");
	struct rlimit small = { 4096, RLIM_INFINITY }, old;
	static char large[16384];
	struct hf_error err = { "" };

	(void)state;
	assert_int_equal(outfile_put(unit_path("b/c"), "x", 1, &err), -ENOENT);
	assert_says(&err, "b/c");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(outfile_put(path, large, sizeof(large), &err), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_says(&err, path);
	holds(path, "as it was");
	assert_int_equal(unit_files(false), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_replaces),
		cmocka_unit_test(put_fails),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
