// SPDX-License-Identifier: GPL-2.0-only
/* Input files: lines, bytes, compression. */
#include <errno.h>
#include <archive.h>
#include <archive_entry.h>

#include "input.h"
#include "unit-files.h"

static struct input *open_good(const char *path)
{
	struct hf_error err = { "" };
	struct input *in = NULL;

	if (input_open(&in, path, &err))
		fail_msg("%s", err.text);
	return in;
}

static void expect_line(struct input *in, const char *text)
{
	struct hf_error err = { "" };
	size_t len = 4711;
	char *line;
	int rc = input_line(in, &line, &len, &err);

	if (!text) {
		assert_int_equal(rc, 0);
		return;
	}
	assert_int_equal(rc, 1);
	assert_string_equal(line, text);
	assert_int_equal(len, strlen(text));
}

static void test_lines(void **state)
{
	struct input *in = open_good(unit_text("a", "one\n\ntwo\r\n\rx\nlast"));

	(void)state;
	assert_int_equal(input_line_number(in), 0);
	expect_line(in, "one");
	assert_int_equal(input_offset(in), 4);
	expect_line(in, "");
	expect_line(in, "two");
	expect_line(in, "\rx");
	expect_line(in, "last");
	assert_int_equal(input_line_number(in), 5);
	expect_line(in, NULL);
	expect_line(in, NULL);
	assert_int_equal(input_offset(in), 17);
	assert_int_equal(input_raw_size(in), 17);
	assert_int_equal(input_raw_done(in), 17);
	input_close(in);
}

static void test_empty(void **state)
{
	struct input *in = open_good(unit_text("a", ""));
	struct hf_error err;
	size_t got = 1;
	char c;

	(void)state;
	assert_non_null(input_peek(in, 10, &got, &err));
	assert_int_equal(got, 0);
	assert_int_equal(input_read(in, &c, 1, &err), 0);
	expect_line(in, NULL);
	input_close(in);
}

static void test_nul_in_line(void **state)
{
	struct input *in = open_good(unit_write("a", "a\0b\nc\n", 6));
	struct hf_error err;
	size_t len;
	char *line;

	(void)state;
	assert_int_equal(input_line(in, &line, &len, &err), 1);
	assert_int_equal(len, 3);
	assert_memory_equal(line, "a\0b", 4);
	expect_line(in, "c");
	input_close(in);
}

/* Peeks, reads and lines of odd lengths over many buffers. */
static void test_mixed(void **state)
{
	const size_t size = 1000003;
	uint8_t *data = malloc(size), *copy = malloc(size);
	struct hf_error err;
	struct input *in;
	uint64_t seed = 7;
	size_t i, at = 0, got, n;
	char *line;

	(void)state;
	for (i = 0; i < size; i++)
		data[i] = 'a' + unit_random(&seed) % 20;
	for (i = 0; i < size; i += 1 + unit_random(&seed) % 3000)
		data[i] = '\n';
	in = open_good(unit_write("a", data, size));
	while (at < size) {
		size_t want = unit_random(&seed) % 70000;

		assert_non_null(input_peek(in, want, &got, &err));
		n = want > 65536 ? 65536 : want;
		assert_int_equal(got, n < size - at ? n : size - at);
		assert_memory_equal(input_peek(in, want, &got, &err),
				    data + at, got);
		if (seed & 1) {
			n = (size_t)input_read(in, copy, want, &err);
			assert_int_equal(n, want < size - at ? want : size - at);
			assert_memory_equal(copy, data + at, n);
			at += n;
			continue;
		}
		assert_int_equal(input_line(in, &line, &n, &err), 1);
		assert_memory_equal(line, data + at, n);
		at += n + 1;
	}
	/* The last line has no newline. */
	assert_true(input_offset(in) == size);
	input_close(in);
	free(data);
	free(copy);
}

static void test_long_line(void **state)
{
	const size_t limit = 1 << 20;
	char *text = malloc(limit + 2);
	struct hf_error err;
	struct input *in;
	size_t len;
	char *line;

	(void)state;
	memset(text, 'x', limit + 2);
	text[limit - 1] = '\n';
	in = open_good(unit_write("a", text, limit));
	assert_int_equal(input_line(in, &line, &len, &err), 1);
	assert_int_equal(len, limit - 1);
	input_close(in);
	text[limit - 1] = 'x';
	in = open_good(unit_write("a", text, limit + 2));
	assert_int_equal(input_line(in, &line, &len, &err), -EINVAL);
	assert_says(&err, "line 1 (byte 0) is longer than 1 MiB");
	input_close(in);
	free(text);
}

static const char *compress(const char *name, int filter, const char *text)
{
	const char *path = unit_path(name);
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	archive_entry_set_filetype(e, AE_IFREG);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, text, strlen(text)),
			 strlen(text));
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_entry_free(e);
	archive_write_free(a);
	return path;
}

static const int filters[] = {
	ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_XZ,
	ARCHIVE_FILTER_BZIP2,
};

#define NFILTERS (sizeof(filters) / sizeof(filters[0]))

static void test_compressed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NFILTERS; i++) {
		struct input *in = open_good(compress("c", filters[i],
						      "first\nsecond\n"));

		expect_line(in, "first");
		expect_line(in, "second");
		expect_line(in, NULL);
		input_close(in);
	}
}

/* Text that does not get much shorter, as one line. */
static void make_text(char *text, size_t size)
{
	uint64_t seed = 3;
	size_t i;

	for (i = 0; i < size - 1; i++)
		text[i] = '0' + unit_random(&seed) % 70;
	text[size - 1] = '\0';
}

/* Reads a file to its end. Returns bytes or -errno. */
static ssize_t read_all(const char *path, struct hf_error *err)
{
	struct input *in = NULL;
	ssize_t n, done = 0;
	char buf[1000];
	int rc = input_open(&in, path, err);

	if (rc)
		return rc;
	while ((n = input_read(in, buf, sizeof(buf), err)) > 0)
		done += n;
	input_close(in);
	return n < 0 ? n : done;
}

/* Wherever a compressed file is cut: what is there is never taken for all. */
static void cut(int filter, const uint8_t *data, size_t len)
{
	size_t at[] = { 20, len / 3, len / 2, len - 12, len - 8, len - 4, len - 1 };
	struct hf_error err = { "" };
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		if (read_all(unit_write("c", data, at[i]), &err) >= 0)
			fail_msg("filter %d: cut at %zu of %zu it is read",
				 filter, at[i], len);
		assert_says(&err, "cannot read");
		assert_says(&err, "/c after byte");
	}
}

static void test_compressed_cut(void **state)
{
	char text[300000];
	size_t len, i;
	uint8_t *data;

	(void)state;
	make_text(text, sizeof(text));
	for (i = 0; i < NFILTERS; i++) {
		data = unit_read(compress("c", filters[i], text), &len);
		cut(filters[i], data, len);
		free(data);
	}
}

/*
 * A bit that is wrong anywhere in the data is found, if only at the end: but
 * for those of zstd, which libarchive writes without a check sum.
 */
static void test_compressed_damaged(void **state)
{
	char text[30000];
	struct hf_error err = { "" };
	size_t len, i, at;
	uint8_t *data;

	(void)state;
	make_text(text, sizeof(text));
	for (i = 0; i < NFILTERS; i++) {
		if (filters[i] == ARCHIVE_FILTER_ZSTD)
			continue;
		data = unit_read(compress("c", filters[i], text), &len);
		for (at = 20; at < len; at += 977) {
			data[at] ^= 4;
			if (read_all(unit_write("c", data, len), &err) >= 0)
				fail_msg("filter %d: byte %zu", filters[i],
					 at);
			data[at] ^= 4;
		}
		free(data);
	}
}

/* Files of gzip behind each other, zeros at the end, and rubbish there. */
static void test_members(void **state)
{
	struct hf_error err = { "" };
	uint8_t *one, all[1000];
	size_t len;

	(void)state;
	one = unit_read(compress("c", ARCHIVE_FILTER_GZIP, "one\n"), &len);
	assert_true(2 * len + 100 < sizeof(all));
	memset(all, 0, sizeof(all));
	memcpy(all, one, len);
	memcpy(all + len, one, len);
	assert_int_equal(read_all(unit_write("c", all, 2 * len), &err), 8);
	assert_int_equal(read_all(unit_write("c", all, sizeof(all)), &err), 8);
	all[sizeof(all) - 1] = 1;
	assert_true(read_all(unit_write("c", all, sizeof(all)), &err) < 0);
	all[2 * len - 5] ^= 1;
	assert_true(read_all(unit_write("c", all, 2 * len), &err) < 0);
	assert_says(&err, "incorrect data check");
	free(one);
}

static void test_not_there(void **state)
{
	struct hf_error err;
	struct input *in;

	(void)state;
	assert_int_equal(input_open(&in, unit_path("none"), &err), -ENOENT);
	assert_says(&err, "/none: No such file");
	assert_int_equal(input_open(&in, unit_dir, &err), -EISDIR);
	assert_says(&err, "is a directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_nul_in_line),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_compressed_cut),
		cmocka_unit_test(test_compressed_damaged),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_not_there),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
