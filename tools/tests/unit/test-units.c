// SPDX-License-Identifier: GPL-2.0-only
/* Numbers with units, and error sentences. */
#include <errno.h>

#include "error.h"
#include "units.h"
#include "unit-files.h"

typedef int (*parser)(const char *text, uint64_t *value);

struct row {
	const char *text;
	int rc;
	uint64_t value;
};

static void run(parser parse, const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t v = 4711;
		int rc = parse(rows[i].text, &v);

		if (rc != rows[i].rc || v != (rc ? 4711 : rows[i].value))
			fail_msg("\"%s\": returns %d, %llu", rows[i].text, rc,
				 (unsigned long long)v);
	}
}

static void test_size(void **state)
{
	static const struct row rows[] = {
		{ "0", 0, 0 }, { "4096", 0, 4096 }, { "4k", 0, 4096 },
		{ "4K", 0, 4096 }, { "4KiB", 0, 4096 }, { "4kib", 0, 4096 },
		{ "4kB", 0, 4000 }, { "1.5M", 0, 1572864 },
		{ "10GiB", 0, 10737418240ULL }, { "10 GiB", 0, 10737418240ULL },
		{ "2T", 0, 2199023255552ULL }, { "1p", 0, 1125899906842624ULL },
		{ "1PB", 0, 1000000000000000ULL }, { "0.1k", 0, 102 },
		{ "1.k", -EINVAL }, { ".5k", -EINVAL }, { "7B", 0, 7 },
		{ "0.99999999999999999999k", 0, 1023 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE }, { "16384P", -ERANGE },
		{ "16383.9999P", 0, 18446743961119560931ULL },
		{ "", -EINVAL }, { "k", -EINVAL }, { "-1", -EINVAL },
		{ "+1", -EINVAL }, { " 1", -EINVAL }, { "1 ", 0, 1 },
		{ "1x", -EINVAL }, { "1kk", -EINVAL }, { "1e3", -EINVAL },
		{ "0x10", -EINVAL }, { "1,5k", -EINVAL }, { "1..5", -EINVAL },
	};

	(void)state;
	run(hf_parse_size, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_duration(void **state)
{
	static const struct row rows[] = {
		{ "0", 0, 0 }, { "5us", 0, 5000 }, { "2.5s", 0, 2500000000ULL },
		{ "10", 0, 10000000000ULL }, { "1ms", 0, 1000000 },
		{ "7ns", 0, 7 }, { "0.5ns", 0, 0 }, { "3m", 0, 180000000000ULL },
		{ "1h", 0, 3600000000000ULL }, { "1.000000001", 0, 1000000001 },
		{ "9223372036.854775807", 0, INT64_MAX },
		{ "9223372036.854775808", -ERANGE }, { "9223372037", -ERANGE },
		{ "99999999999999999999", -ERANGE },
		{ "1min", -EINVAL }, { "us", -EINVAL }, { "-5us", -EINVAL },
		{ "5k", -EINVAL },
	};

	(void)state;
	run(hf_parse_duration, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_u64(void **state)
{
	static const struct row rows[] = {
		{ "0", 0, 0 }, { "42", 0, 42 }, { "0x2a", 0, 42 },
		{ "0XfF", 0, 255 }, { "0xffffffffffffffff", 0, UINT64_MAX },
		{ "0x00000000000000000001", 0, 1 },
		{ "0x10000000000000000", -ERANGE },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE },
		{ "", -EINVAL }, { "0x", -EINVAL }, { "1k", -EINVAL },
		{ "-1", -EINVAL }, { "1 ", -EINVAL }, { "0x1g", -EINVAL },
		{ "1.0", -EINVAL },
	};

	(void)state;
	run(hf_parse_u64, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_format_size(void **state)
{
	static const struct { uint64_t v; const char *text; } rows[] = {
		{ 0, "0 B" }, { 1023, "1023 B" }, { 1024, "1.0 KiB" },
		{ 4096, "4.0 KiB" }, { 1048575, "1.0 MiB" },
		{ 1572864, "1.5 MiB" }, { UINT64_MAX, "16.0 EiB" },
	};
	char buf[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(hf_format_size(buf, sizeof(buf), rows[i].v),
				    rows[i].text);
}

static void test_format_duration(void **state)
{
	static const struct { int64_t v; const char *text; } rows[] = {
		{ 0, "0 ns" }, { 999, "999 ns" }, { 1500, "1.5 us" },
		{ 999949, "999.9 us" }, { 999950, "1.0 ms" },
		{ 1500000, "1.5 ms" }, { -1500000, "-1.5 ms" },
		{ 1000000000, "1.0 s" }, { 119949999999, "119.9 s" },
		{ 119950000000, "2 min 00 s" }, { 3599500000000, "1 h 00 min" },
		{ 7260000000000, "2 h 01 min" },
	};
	char buf[24];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(hf_format_duration(buf, sizeof(buf),
						       rows[i].v),
				    rows[i].text);
	/* The longest fits, and the lowest number has no positive twin. */
	assert_string_equal(hf_format_duration(buf, sizeof(buf), INT64_MIN),
			    "-2562047 h 47 min");
}

static void test_fail(void **state)
{
	struct hf_error err = { "" };

	(void)state;
	assert_int_equal(hf_fail(&err, EIO, "cannot read %s", "x"), -EIO);
	assert_string_equal(err.text, "cannot read x");
	hf_fail(&err, EIO, "device: %s", err.text);
	assert_string_equal(err.text, "device: cannot read x");
	hf_fail(&err, EIO, "%02000d", 1);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_format_size),
		cmocka_unit_test(test_format_duration),
		cmocka_unit_test(test_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
