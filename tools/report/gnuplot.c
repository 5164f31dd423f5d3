// SPDX-License-Identifier: GPL-2.0-only
#include "gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The three files of a run: script, picture, complaints. */
enum stream { STREAM_IN, STREAM_OUT, STREAM_ERR, STREAMS };

static void close_streams(FILE *files[STREAMS])
{
	for (int i = 0; i < STREAMS; i++)
		if (files[i])
			fclose(files[i]);
}

static int open_streams(FILE *files[STREAMS])
{
	memset(files, 0, STREAMS * sizeof(*files));
	for (int i = 0; i < STREAMS; i++) {
		files[i] = tmpfile();
		if (!files[i]) {
			int code = errno;

			close_streams(files);
			return -code;
		}
	}
	return 0;
}

static int put_script(FILE *in, const char *script, size_t len)
{
	if (fwrite(script, 1, len, in) != len || fflush(in))
		return -EIO;
	/* The child shares the file position. */
	return lseek(fileno(in), 0, SEEK_SET) < 0 ? -errno : 0;
}

/* Returns 0 or a positive errno; @pid is valid when it is 0. */
static int start(FILE *files[STREAMS], pid_t *pid)
{
	/* -d: the user's own settings do not change the pictures. */
	char *const argv[] = { "gnuplot", "-d", NULL };
	posix_spawn_file_actions_t actions;
	int code;

	code = posix_spawn_file_actions_init(&actions);
	if (code)
		return code;
	for (int i = 0; i < STREAMS && !code; i++)
		code = posix_spawn_file_actions_adddup2(&actions,
							fileno(files[i]), i);
	if (!code)
		code = posix_spawnp(pid, "gnuplot", &actions, NULL, argv,
				    environ);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

static char *slurp(FILE *file)
{
	struct stat st;
	size_t len;
	char *text;

	if (fstat(fileno(file), &st))
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return NULL;
	rewind(file);
	len = fread(text, 1, (size_t)st.st_size, file);
	text[len] = '\0';
	return text;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* gnuplot shows the line, an arrow and then says what is wrong. */
static void complain(FILE *file, struct hf_error *err)
{
	char *text = slurp(file);
	char *line = text ? strrchr(text, ':') : NULL;

	if (line)
		line[strcspn(line, "\n")] = '\0';
	hf_fail(err, EIO, "gnuplot failed%s", line ? line : "");
	free(text);
}

static char *run_with(FILE *files[STREAMS], struct hf_error *err)
{
	pid_t pid;
	int code = start(files, &pid);

	if (code == ENOENT) {
		hf_fail(err, code, "gnuplot is not installed; install gnuplot-nox and make the report again");
		return NULL;
	}
	if (code) {
		hf_fail(err, code, "gnuplot cannot be run: %s", strerror(code));
		return NULL;
	}
	code = wait_for(pid);
	if (code) {
		complain(files[STREAM_ERR], err);
		return NULL;
	}
	return slurp(files[STREAM_OUT]);
}

char *gnuplot_run(const char *script, size_t len, struct hf_error *err)
{
	FILE *files[STREAMS];
	char *svg = NULL;
	int ret = open_streams(files);

	if (ret) {
		hf_fail(err, -ret, "no temporary file for a picture: %s",
			strerror(-ret));
		return NULL;
	}
	ret = put_script(files[STREAM_IN], script, len);
	if (ret)
		hf_fail(err, -ret, "cannot write a temporary file for a picture: %s",
			strerror(-ret));
	else
		svg = run_with(files, err);
	close_streams(files);
	return svg;
}
