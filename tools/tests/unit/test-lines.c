// SPDX-License-Identifier: GPL-2.0-only
/* Columns of a line of text, and what the quick look at a request says. */
#include "hft-rules.h"
#include "hft.h"
#include "lines.h"
#include "unit-files.h"

/* The columns of @line, each in brackets, and their number. */
static const char *columns(const char *line, char sep, int max, int *n)
{
	static char text[200];
	char copy[100], *cols[8];
	size_t at = 0;
	int i;

	snprintf(copy, sizeof(copy), "%s", line);
	*n = lines_split(copy, sep, cols, max);
	text[0] = '\0';
	for (i = 0; i < *n && i < max; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "[%s]",
				       cols[i]);
	return text;
}

static const char *quoted(const char *line, char sep, int *n)
{
	static char text[200];
	char copy[100], *cols[8];
	size_t at = 0;
	int i;

	snprintf(copy, sizeof(copy), "%s", line);
	*n = lines_split_quoted(copy, sep, cols, 8);
	text[0] = '\0';
	for (i = 0; i < *n && i < 8; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "[%s]",
				       cols[i]);
	return text;
}

/* Only of spaces are several one separator. */
static void test_empty_columns(void **state)
{
	int n;

	(void)state;
	assert_string_equal(columns("\ta\t\t b \t", '\t', 8, &n), "[][a][][b][]");
	assert_string_equal(quoted("\ta\t\t b \t", '\t', &n), "[][a][][b][]");
	assert_int_equal(n, 5);
	assert_string_equal(quoted("\"x\ty\"\t\t\"\"\t", '\t', &n),
			    "[x\ty][][][]");
	assert_string_equal(quoted(",a,, b ,", ',', &n), "[][a][][b][]");
	assert_string_equal(quoted("a,\t\"b\"", ',', &n), "[a][b]");
	assert_string_equal(quoted(" a \t b ", ' ', &n), "[a][b]");
}

static void test_split(void **state)
{
	int n;

	(void)state;
	assert_string_equal(columns("a,bc,d", ',', 8, &n), "[a][bc][d]");
	assert_int_equal(n, 3);
	assert_string_equal(columns(" a , b c,\td ", ',', 8, &n),
			    "[a][b c][d]");
	assert_string_equal(columns(",, ,", ',', 8, &n), "[][][][]");
	assert_int_equal(n, 4);
	assert_string_equal(columns("", ',', 8, &n), "[]");
	assert_string_equal(columns(" a  b\t c ", ' ', 8, &n), "[a][b][c]");
	assert_string_equal(columns("a\tb\t\tc", '\t', 8, &n), "[a][b][][c]");
	assert_string_equal(columns("1;2;3", ';', 2, &n), "[1][2]");
	assert_int_equal(n, 3);
}

static void test_u64(void **state)
{
	static const char *const bad[] = {
		"", " 1", "1 ", "-1", "+1", "1.0", "0x1", "1a",
		"18446744073709551616", "99999999999999999999",
		"184467440737095516150",
	};
	uint64_t v = 7;
	size_t i;

	(void)state;
	assert_true(column_u64("0", &v));
	assert_int_equal(v, 0);
	assert_true(column_u64("18446744073709551615", &v));
	assert_true(v == UINT64_MAX);
	assert_true(column_u64("9999999999999999999", &v));
	assert_true(v == 9999999999999999999u);
	assert_true(column_u64("00000000000000000000000001", &v));
	assert_int_equal(v, 1);
	v = 7;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(column_u64(bad[i], &v));
	assert_int_equal(v, 7);
}

static void scaled(const char *col, unsigned int digits, uint64_t is)
{
	uint64_t v;

	assert_true(column_scaled(col, digits, &v));
	assert_true(v == is);
}

static void test_scaled(void **state)
{
	uint64_t v;

	(void)state;
	scaled("1", 3, 1000);
	scaled("1.5", 3, 1500);
	scaled("1.23449", 3, 1234);
	scaled("1.2345", 3, 1235);
	scaled("2.9999", 0, 3);
	scaled("18446744073.709551615", 9, UINT64_MAX);
	assert_false(column_scaled("18446744073.709551616", 9, &v));
	assert_false(column_scaled("18446744073.7095516155", 9, &v));
	assert_false(column_scaled("18446744073709551615", 1, &v));
	assert_false(column_scaled(".5", 1, &v));
	assert_false(column_scaled("1.5x", 1, &v));
	assert_false(column_scaled("1..5", 1, &v));
	assert_false(column_scaled("-1", 1, &v));
}

static uint64_t random_u64(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Fields that are mostly good, so that each rule is the only one broken. */
static struct hfr_trace_rec random_request(void)
{
	struct hfr_trace_rec rec = {
		.offset = random_u64() >> 1 & ~511ull,
		.length = (uint32_t)random_u64() % (65 << 20) & ~511u,
		.op = random_u64() & 1,
	};

	switch (random_u64() % 16) {
	case 0:
		rec.op = (uint8_t)random_u64();
		break;
	case 1:
		rec.flags = (uint32_t)random_u64() & 0x7ff;
		break;
	case 2:
		rec.prio = (uint16_t)random_u64();
		break;
	case 3:
		rec.reserved0 = 1;
		break;
	case 4:
		rec.offset |= random_u64() & 0x1ff;
		break;
	case 5:
		rec.length = (uint32_t)random_u64() & 0x3ff;
		break;
	case 6:
		rec.scope = 1;
		break;
	case 7:
		rec.offset = INT64_MAX - (random_u64() & 0xfffffff);
		break;
	}
	return rec;
}

/* What the quick way lets pass breaks no rule, and it lets most pass. */
static void test_plain_io(void **state)
{
	const struct hfr_file_dev dev = { .logical_block = 4096 };
	const struct hft_rules rules = {
		.devs = &dev, .device_count = 1, .max_length = HFR_MAX_LENGTH,
	};
	char why[HFT_WHY];
	int i, plain = 0;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		struct hfr_trace_rec rec = random_request();

		rec.complete_ns = HFR_UNKNOWN;
		rec.offset &= i & 1 ? ~4095ull : ~0ull;
		rec.length &= i & 1 ? ~4095u : ~0u;
		if (!hft_plain_io(&rec, 4096))
			continue;
		plain++;
		if (hft_rule_broken(&rules, &rec, why))
			fail_msg("it %s", why);
	}
	assert_true(plain > 250000);
}

static uint64_t random_time(void)
{
	static const uint64_t edges[] = {
		0, 999, 1000, 1001, HFR_MAX_TIME, HFR_MAX_TIME + 1,
		HFR_UNKNOWN - 1, HFR_UNKNOWN,
	};

	return edges[random_u64() % (sizeof(edges) / sizeof(edges[0]))];
}

/* The same of times, the device and the longest length of a file. */
static void test_rules_plain(void **state)
{
	const struct hfr_file_dev devs[2] = {
		{ .logical_block = 4096 }, { .logical_block = 0 },
	};
	const struct hft_rules rules = {
		.devs = devs, .device_count = 2, .max_length = 65536,
		.last_issue_ns = 1000,
	};
	char why[HFT_WHY];
	int i, plain = 0;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		struct hfr_trace_rec rec = random_request();

		rec.issue_ns = random_time();
		rec.complete_ns = random_time();
		rec.target = (uint16_t)(random_u64() % 3);
		rec.length = (uint32_t)(random_u64() % 140) * 512;
		if (!hft_rules_plain(&rules, &rec))
			continue;
		plain++;
		if (hft_rule_broken(&rules, &rec, why))
			fail_msg("it %s", why);
	}
	assert_true(plain > 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_empty_columns),
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_scaled),
		cmocka_unit_test(test_plain_io),
		cmocka_unit_test(test_rules_plain),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
