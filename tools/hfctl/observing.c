// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/wait.h>

#include "command.h"
#include "kept.h"
#include "observing.h"
#include "progress.h"

/* What is still on its way when the command has ended may come, ns. */
#define GRACE_NS	200000000

/* capture_run() asks whether to stop without saying of what: there is one. */
static struct {
	const char *const *command;
	pid_t pid;
	bool failed;
	int error;
	bool told;
	bool over;
	uint64_t ended_ns;
	int status;
} child;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* What the command prints must not mix with our figures. */
static void become_command(void)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		execvp(child.command[0], (char *const *)child.command);
	fprintf(stderr, "hfctl: cannot run %s: %s\n", child.command[0],
		strerror(errno));
	_exit(127);
}

static void start(void)
{
	child.pid = fork();
	if (!child.pid)
		become_command();
	if (child.pid > 0)
		return;
	child.failed = true;
	child.error = errno;
}

static void look(void)
{
	if (interrupted() && !child.told) {
		kill(child.pid, SIGTERM);
		child.told = true;
	}
	if (waitpid(child.pid, &child.status, WNOHANG) != child.pid)
		return;
	child.over = true;
	child.ended_ns = now_ns();
}

/* Asked for the first time when all that comes is recorded. */
static bool is_over(void)
{
	if (!child.pid)
		start();
	if (child.failed)
		return true;
	if (!child.over)
		look();
	return child.over && now_ns() - child.ended_ns >= GRACE_NS;
}

/* A capture that failed must not leave the command alone. */
static void end_child(void)
{
	if (child.pid <= 0 || child.over)
		return;
	kill(child.pid, SIGTERM);
	waitpid(child.pid, &child.status, 0);
}

static int read_seen(const struct observing *what,
		     const struct capture_files *files, struct observed *out,
		     struct hf_error *err)
{
	struct import_opts opts = {
		.from = "ftrace",
		.level = what->queue ? IMPORT_LEVEL_QUEUE :
				       IMPORT_LEVEL_ISSUE,
		.command = what->line,
		.progress = progress_import,
	};
	int ret = import_trace((const char *const *)files->paths, files->n,
			       what->out, &opts, &out->seen, &out->sum, err);

	progress_end();
	out->any = !ret;
	return ret;
}

int observing_run(const struct observing *what, struct observed *out,
		  struct hf_error *err)
{
	char *spool = kept_temporary("part", err);
	struct capture_files files = { .paths = NULL };
	const struct blockdevs devs = { .list = { what->dev }, .n = 1 };
	struct capture_opts opts = {
		.devs = &devs, .spool = spool, .queue = what->queue,
		.buffer = what->buffer, .force = what->force,
		.stop = is_over,
	};
	int ret;

	memset(out, 0, sizeof(*out));
	if (!spool)
		return -ENOMEM;
	memset(&child, 0, sizeof(child));
	child.command = what->command;
	ret = capture_run(&opts, &files, &out->stats, err);
	end_child();
	if (!ret && child.failed)
		ret = hf_fail(err, child.error, "cannot run %s: %s",
			      what->command[0], strerror(child.error));
	if (!ret && out->stats.all.requests)
		ret = read_seen(what, &files, out, err);
	out->status = child.status;
	capture_files_free(&files, true);
	free(spool);
	return ret;
}

void observed_close(struct observed *o)
{
	if (o->any)
		hft_close(&o->seen);
}
