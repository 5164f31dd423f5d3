/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small harness for tests of the module: KTAP on standard output, each test
 * in a process of its own with a time limit, nothing left behind by one for
 * the next. A program is a row of TEST()s and has no main() of its own.
 */
#ifndef KST_H
#define KST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct kst_test - one test
 * @title: what it proves
 * @run: its body; runs in a child process
 * @run_row: its body, if it is made of a row of a table
 * @row: that row
 * @next: the test behind it in its file
 */
struct kst_test {
	const char *title;
	void (*run)(void);
	void (*run_row)(const void *row);
	const void *row;
	struct kst_test *next;
};

void kst_register(struct kst_test *test);

/** kst_register_rows - makes a test of each row of a table; a row begins with
 * the title
 */
void kst_register_rows(const void *rows, size_t n, size_t size,
		       void (*run)(const void *row));

/* A test; in the order of the file. */
#define TEST(name, text)						\
	static void name(void);						\
	static struct kst_test test_##name = { .title = text, .run = name }; \
	__attribute__((constructor)) static void register_##name(void)	\
	{								\
		kst_register(&test_##name);				\
	}								\
	static void name(void)

/* A test for each row of a table; the body gets the row. */
#define TEST_ROWS(name, rows)						\
	static void name(const void *row);				\
	__attribute__((constructor)) static void register_##name(void)	\
	{								\
		kst_register_rows(rows, sizeof(rows) / sizeof((rows)[0]), \
				  sizeof((rows)[0]), name);		\
	}								\
	static void name(const void *row)

/** kst_failed - notes that the test at hand has failed, and why */
__attribute__((format(printf, 4, 5)))
void kst_failed(const char *file, int line, bool end, const char *fmt, ...);

/** kst_any_failed - whether anything in this process has */
bool kst_any_failed(void);

/** kst_note - a remark in the output of the test */
__attribute__((format(printf, 1, 2)))
void kst_note(const char *fmt, ...);

/** kst_skip - ends the test: it cannot be run here */
__attribute__((format(printf, 1, 2), noreturn))
void kst_skip(const char *fmt, ...);

#define KST_CMP(a, op, b, end) do {					\
	__typeof__(a) _a = (a);						\
	__typeof__(b) _b = (b);						\
									\
	if (!(_a op _b))						\
		kst_failed(__FILE__, __LINE__, end,			\
			   "%s %s %s: %lld and %lld", #a, #op, #b,	\
			   (long long)_a, (long long)_b);		\
} while (0)

#define KST_STR(text, part, end) do {					\
	const char *_text = (text);					\
	const char *_part = (part);					\
									\
	if (!strstr(_text, _part))					\
		kst_failed(__FILE__, __LINE__, end,			\
			   "\"%s\" does not hold \"%s\"", _text, _part); \
} while (0)

/* ASSERT_ ends the test, EXPECT_ goes on. */
#define ASSERT_EQ(a, b)		KST_CMP(a, ==, b, true)
#define ASSERT_NE(a, b)		KST_CMP(a, !=, b, true)
#define ASSERT_GE(a, b)		KST_CMP(a, >=, b, true)
#define ASSERT_LE(a, b)		KST_CMP(a, <=, b, true)
#define ASSERT_GT(a, b)		KST_CMP(a, >, b, true)
#define ASSERT_LT(a, b)		KST_CMP(a, <, b, true)
#define ASSERT_TRUE(a)		KST_CMP(!!(a), ==, true, true)
#define ASSERT_TEXT(text, part)	KST_STR(text, part, true)
#define EXPECT_EQ(a, b)		KST_CMP(a, ==, b, false)
#define EXPECT_NE(a, b)		KST_CMP(a, !=, b, false)
#define EXPECT_GE(a, b)		KST_CMP(a, >=, b, false)
#define EXPECT_LE(a, b)		KST_CMP(a, <=, b, false)
#define EXPECT_GT(a, b)		KST_CMP(a, >, b, false)
#define EXPECT_LT(a, b)		KST_CMP(a, <, b, false)
#define EXPECT_TRUE(a)		KST_CMP(!!(a), ==, true, false)
#define EXPECT_TEXT(text, part)	KST_STR(text, part, false)

#define KST_COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/** kst_now - CLOCK_MONOTONIC, ns */
uint64_t kst_now(void);
/** kst_sleep - sleeps for @ms milliseconds */
void kst_sleep(unsigned int ms);

/**
 * kst_sh - runs a command line in a shell
 *
 * Return: its exit status, or 128 + the signal that ended it.
 */
__attribute__((format(printf, 1, 2)))
int kst_sh(const char *fmt, ...);

/** kst_fork - runs @fn(@arg) in a child; its result is the exit status */
int kst_fork(int (*fn)(void *arg), void *arg);
/** kst_status - what wait(2) says of a child: exit status, or 128 + signal */
int kst_status(int status);
/** kst_wait - waits for a child; its kst_status() */
int kst_wait(int pid);

/** kst_module_load - loads the module named by HFREPLAY_KO; 0 or -1 */
int kst_module_load(const char *parameters);
/** kst_module_unload - 0 or -errno of delete_module() */
int kst_module_unload(void);
/**
 * kst_module_unload_soon - the same, once what a deletion or a close leaves to
 *	a worker of the kernel is over; waits up to 5 s
 */
int kst_module_unload_soon(void);

#endif /* KST_H */
