// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "device.h"
#include "kst.h"

/* Longest time for one test, s; on a kernel that checks itself the longer one. */
#define TIME_LIMIT	90
#define DEBUG_TIME_LIMIT	150
#define EXIT_SKIP	4

static struct kst_test *tests, **tail = &tests;
static bool has_failed;

void kst_register(struct kst_test *test)
{
	*tail = test;
	tail = &test->next;
}

void kst_register_rows(const void *rows, size_t n, size_t size,
		       void (*run)(const void *row))
{
	struct kst_test *test = calloc(n, sizeof(*test));
	const char *row = rows;

	for (; n; n--, row += size, test++) {
		test->title = *(const char *const *)row;
		test->run_row = run;
		test->row = row;
		kst_register(test);
	}
}

void kst_failed(const char *file, int line, bool end, const char *fmt, ...)
{
	const char *name = strrchr(file, '/');
	va_list args;

	printf("# %s:%d: ", name ? name + 1 : file, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	has_failed = true;
	if (end)
		_exit(1);
}

bool kst_any_failed(void)
{
	return has_failed;
}

void kst_note(const char *fmt, ...)
{
	va_list args;

	printf("# ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

void kst_skip(const char *fmt, ...)
{
	va_list args;

	printf("# skipped: ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(EXIT_SKIP);
}

/* ---- the module ---- */

int kst_module_load(const char *parameters)
{
	const char *path = getenv("HFREPLAY_KO");
	int fd = open(path ? path : "./hfreplay.ko", O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return err;
}

int kst_module_unload(void)
{
	return syscall(SYS_delete_module, "hfreplay", O_NONBLOCK) ? -errno : 0;
}

int kst_module_unload_soon(void)
{
	int err, tries = 5000;

	while ((err = kst_module_unload()) == -EWOULDBLOCK && tries--)
		kst_sleep(1);
	return err;
}

/* ---- running ---- */

/*
 * Sessions and devices of a test are removed behind it, so that it need not do
 * that itself; that this works, and frees all memory, is part of each test.
 */
static bool clean_up(void)
{
	struct ctl *c = ctl_open();
	int left = 0;
	uint64_t used;

	if (c) {
		left = ctl_delete_all(c);
		used = ctl_used_memory(c);
		if (used)
			printf("# %llu bytes are still in use with no session left\n",
			       (unsigned long long)used);
		left += !!used;
		ctl_close(c);
	}
	device_remove_all();
	return !left;
}

/* Where the sessions of a test stand that does not end. */
static void tell_sessions(void)
{
	struct ctl *c = ctl_open();
	struct view v;
	uint32_t ids[32];
	int i, n = c ? ctl_list(c, ids, 32) : 0;

	for (i = 0; i < n; i++) {
		if (ctl_get(c, ids[i], &v))
			continue;
		printf("# session %u: state %u, loaded %llu, issued %llu, completed %llu; stalls: feeder %llu, results %llu, window %llu\n",
		       ids[i], (unsigned int)v.v[A(STATE)],
		       (unsigned long long)v.v[A(LOADED)],
		       (unsigned long long)v.v[A(ISSUED)],
		       (unsigned long long)v.v[A(COMPLETED)],
		       (unsigned long long)v.v[A(UNDERRUNS)],
		       (unsigned long long)v.v[A(RESULTS_STALLS)],
		       (unsigned long long)v.v[A(WINDOW_STALLS)]);
	}
	if (c)
		ctl_close(c);
}

/* Seconds, KST_TIME_LIMIT if that is set. */
static unsigned int time_limit(void)
{
	const char *given = getenv("KST_TIME_LIMIT");

	if (given)
		return atoi(given);
	return access("/sys/kernel/debug/kmemleak", F_OK) ? TIME_LIMIT :
		DEBUG_TIME_LIMIT;
}

/* A test that hangs in the kernel may outlive its signal. */
static bool wait_for(int pid, int *status)
{
	unsigned int limit = time_limit();
	uint64_t end = kst_now() + limit * 1000000000ULL;
	bool killed = false;

	while (waitpid(pid, status, WNOHANG) != pid) {
		if (kst_now() > end) {
			if (killed)
				return false;
			printf("# killed after %u s\n", limit);
			tell_sessions();
			kill(-pid, SIGKILL);
			killed = true;
			end = kst_now() + 5000000000ULL;
		}
		kst_sleep(2);
	}
	kill(-pid, SIGKILL);
	return true;
}

static void run(struct kst_test *test)
{
	setpgid(0, 0);
	setbuf(stdout, NULL);
	if (test->run)
		test->run();
	else
		test->run_row(test->row);
	_exit(has_failed);
}

static bool run_one(struct kst_test *test, int number)
{
	uint64_t start = kst_now();
	int status, pid;
	bool good;

	fflush(stdout);
	pid = fork();
	if (!pid)
		run(test);
	setpgid(pid, pid);
	if (!wait_for(pid, &status)) {
		printf("Bail out! Test %d (%s) hangs in the kernel\n", number,
		       test->title);
		exit(1);
	}
	status = kst_status(status);
	if (status > 128)
		printf("# ended by signal %d\n", status - 128);
	good = clean_up() && (!status || status == EXIT_SKIP);
	printf("%s %d %s%s\n", good ? "ok" : "not ok", number, test->title,
	       good && status ? " # SKIP see above" : "");
	printf("# took %llu ms\n",
	       (unsigned long long)(kst_now() - start) / 1000000);
	fflush(stdout);
	return good;
}

/* Runs those whose title holds one of the arguments, or all. */
static bool wanted(const struct kst_test *test, char **words)
{
	if (!*words)
		return true;
	for (; *words; words++)
		if (strstr(test->title, *words))
			return true;
	return false;
}

static bool unload(int number)
{
	int err = kst_module_unload_soon();

	printf("%s %d the module can be unloaded when the tests are done\n",
	       err ? "not ok" : "ok", number);
	if (err)
		printf("# rmmod: %s\n", strerror(-err));
	return !err;
}

int main(int argc, char **argv)
{
	int count = 1, number = 1, failed = 0, err;
	struct kst_test *test;

	(void)argc;
	signal(SIGPIPE, SIG_IGN);
	for (test = tests; test; test = test->next)
		count += wanted(test, argv + 1);
	printf("TAP version 13\n1..%d\n", count);
	err = kst_module_load("");
	if (err) {
		printf("Bail out! hfreplay.ko cannot be loaded: %s\n",
		       strerror(-err));
		return 1;
	}
	for (test = tests; test; test = test->next)
		if (wanted(test, argv + 1))
			failed += !run_one(test, number++);
	failed += !unload(number);
	return failed ? 1 : 0;
}
