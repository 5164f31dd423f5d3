// SPDX-License-Identifier: GPL-2.0-only
/* --target: lists, names of the trace's devices, and their order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "targets.h"

static struct hf_error err;
static struct target_choices c;

static int setup(void **state)
{
	(void)state;
	memset(&c, 0, sizeof(c));
	return 0;
}

static void expect(unsigned int i, const char *source, const char *path)
{
	assert_string_equal(c.all[i].source, source);
	assert_string_equal(c.all[i].path, path);
}

static void lists(void **state)
{
	(void)state;
	assert_int_equal(targets_parse(&c, "/dev/a", &err), 0);
	assert_int_equal(targets_parse(&c, "/dev/b,/dev/c", &err), 0);
	assert_int_equal(c.n, 3);
	expect(0, "", "/dev/a");
	expect(1, "", "/dev/b");
	expect(2, "", "/dev/c");
}

static void names_and_numbers(void **state)
{
	(void)state;
	assert_int_equal(targets_parse(&c, "sda=/dev/x,8,16=/dev/y,/dev/z",
				       &err), 0);
	assert_int_equal(c.n, 3);
	expect(0, "sda", "/dev/x");
	expect(1, "8,16", "/dev/y");
	expect(2, "", "/dev/z");
	/* An equals sign in a path is no name. */
	assert_int_equal(targets_parse(&c, "/dev/disk/by-id/a=b", &err), 0);
	expect(3, "", "/dev/disk/by-id/a=b");
}

static void empty_ones_are_refused(void **state)
{
	static const char *const bad[] = { "", ",", "/dev/a,", "sda=",
					   "sda=,/dev/b" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup(state);
		assert_int_equal(targets_parse(&c, bad[i], &err), -EINVAL);
	}
}

static void too_long_or_many_are_refused(void **state)
{
	char text[400];
	int i;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[0] = '/';
	text[399] = '\0';
	assert_int_equal(targets_parse(&c, text, &err), -EINVAL);
	for (i = 0; i < HFR_MAX_DEVICES; i++)
		assert_int_equal(targets_parse(&c, "/dev/a", &err), 0);
	assert_int_equal(targets_parse(&c, "/dev/a", &err), -EINVAL);
}

/* A trace with the devices sda (8,0), sdb (8,16) and sdc (8,32). */
static void make_trace(struct hft_file *f, struct hfr_file_hdr *hdr,
		       struct hfr_file_dev *devs)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	memset(hdr, 0, sizeof(*hdr));
	memset(devs, 0, 3 * sizeof(*devs));
	for (i = 0; i < 3; i++) {
		sprintf((char *)devs[i].name, "sd%c", 'a' + (int)i);
		devs[i].major = 8;
		devs[i].minor = 16 * i;
	}
	hdr->device_count = 3;
	f->path = "t.hft";
	f->hdr = hdr;
	f->devs = devs;
}

static int assign(const char *text, unsigned int *order)
{
	struct hfr_file_dev devs[3];
	struct hfr_file_hdr hdr;
	struct hft_file f;

	memset(&c, 0, sizeof(c));
	make_trace(&f, &hdr, devs);
	assert_int_equal(targets_parse(&c, text, &err), 0);
	return targets_assign(&c, &f, order, &err);
}

static void order_of_the_trace(void **state)
{
	unsigned int o[HFR_MAX_DEVICES];

	(void)state;
	assert_int_equal(assign("/dev/x,/dev/y,/dev/z", o), 0);
	assert_int_equal(o[0], 0);
	assert_int_equal(o[1], 1);
	assert_int_equal(o[2], 2);
	assert_int_equal(assign("sdc=/dev/x,/dev/y,8,0=/dev/z", o), 0);
	assert_int_equal(o[0], 2);
	assert_int_equal(o[1], 1);
	assert_int_equal(o[2], 0);
}

static void wrong_assignments(void **state)
{
	unsigned int o[HFR_MAX_DEVICES];

	(void)state;
	assert_int_equal(assign("/dev/x", o), -EINVAL);
	assert_non_null(strstr(err.text, "sda, sdb, sdc"));
	assert_int_equal(assign("/dev/x,/dev/y,/dev/z,/dev/w", o), -EINVAL);
	assert_int_equal(assign("sda=/dev/x,sda=/dev/y,/dev/z", o), -EINVAL);
	assert_non_null(strstr(err.text, "two targets"));
	assert_int_equal(assign("sdq=/dev/x,/dev/y,/dev/z", o), -EINVAL);
	assert_non_null(strstr(err.text, "sdq"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lists, setup),
		cmocka_unit_test_setup(names_and_numbers, setup),
		cmocka_unit_test(empty_ones_are_refused),
		cmocka_unit_test_setup(too_long_or_many_are_refused, setup),
		cmocka_unit_test(order_of_the_trace),
		cmocka_unit_test(wrong_assignments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
