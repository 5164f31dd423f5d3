// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"
#include "units.h"

#define BAR_WIDTH	30
#define REDRAW_NS	100000000

static struct {
	const char *what;	/* what the clock was started for */
	uint64_t start;
	uint64_t drawn;
	bool shown;
} bar;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

const char *progress_line(char *buf, size_t len, const char *what,
			  uint64_t done, uint64_t all, uint64_t elapsed_ns)
{
	char marks[BAR_WIDTH + 1], rest[32];
	double part, eta;
	int filled;

	if (!all) {
		snprintf(buf, len, "%s: %" PRIu64, what, done);
		return buf;
	}
	part = done >= all ? 1.0 : (double)done / (double)all;
	filled = (int)(part * BAR_WIDTH);
	memset(marks, '#', (size_t)filled);
	memset(marks + filled, '.', (size_t)(BAR_WIDTH - filled));
	marks[BAR_WIDTH] = '\0';
	eta = part > 0 ? (double)elapsed_ns * (1 - part) / part : 0;
	snprintf(buf, len, "%s [%s] %3d %%, %s left", what, marks,
		 (int)(part * 100),
		 part > 0 ? hf_format_duration(rest, sizeof(rest),
					       (int64_t)eta) : "?");
	return buf;
}

/* Starts the clock anew for another job; says whether to draw now. */
static bool is_due(const char *what, uint64_t now)
{
	if (!isatty(STDERR_FILENO))
		return false;
	if (!bar.what || strcmp(bar.what, what)) {
		bar.what = what;
		bar.start = now;
		bar.drawn = now;
		return false;
	}
	return now - bar.drawn >= REDRAW_NS;
}

static void draw(const char *what, uint64_t done, uint64_t all,
		 uint64_t elapsed_ns)
{
	char line[160];

	fprintf(stderr, "\r%s\033[K",
		progress_line(line, sizeof(line), what, done, all,
			      elapsed_ns));
	bar.shown = true;
}

void progress_bar(const char *what, uint64_t done, uint64_t all)
{
	uint64_t now = now_ns();

	if (!is_due(what, now))
		return;
	bar.drawn = now;
	draw(what, done, all, now - bar.start);
}

void progress_import(uint64_t done, uint64_t all)
{
	progress_bar("reading", done, all);
}

/* Requests are not spread evenly in time: time tells more in mode hf. */
static bool by_time(const struct session *s)
{
	return s->mode == HFREPLAY_MODE_HF && s->speed &&
	       session_has(s, DURATION) && s->duration != HFR_UNKNOWN &&
	       s->duration;
}

void progress_session(const struct session *now)
{
	uint64_t clock = now_ns();

	if (session_ended(now)) {
		progress_end();
		return;
	}
	if (!is_due("replaying", clock))
		return;
	bar.drawn = clock;
	if (by_time(now) && now->elapsed < now->duration / now->speed * 1000)
		draw("replaying", now->elapsed,
		     now->duration / now->speed * 1000, now->elapsed);
	else
		draw("replaying", now->completed,
		     session_has(now, COUNT) && now->count != HFR_UNKNOWN ?
		     now->count : 0, now->elapsed);
}

void progress_end(void)
{
	if (bar.shown)
		fprintf(stderr, "\r\033[K");
	bar.shown = false;
	bar.what = NULL;
}
