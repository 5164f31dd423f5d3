/* SPDX-License-Identifier: GPL-2.0-only */
/* A progress bar on a terminal; silent elsewhere. */
#ifndef HFCTL_PROGRESS_H
#define HFCTL_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "session.h"

/**
 * progress_bar - draws the bar anew, at most ten times a second
 * @what: a word for what is done ("loading")
 * @done: how much is
 * @all: of how much; 0 if it is not known
 */
void progress_bar(const char *what, uint64_t done, uint64_t all);

/** progress_import - for import_opts.progress */
void progress_import(uint64_t done, uint64_t all);

/** progress_session - for engine_job.progress */
void progress_session(const struct session *now);

/** progress_end - removes the bar, before anything else is printed */
void progress_end(void);

/**
 * progress_line - the text of the bar
 * @buf: gets it
 * @len: size of @buf
 * @what: as above
 * @done: as above
 * @all: as above
 * @elapsed_ns: time since the start, from which the rest is estimated
 *
 * Return: @buf.
 */
const char *progress_line(char *buf, size_t len, const char *what,
			  uint64_t done, uint64_t all, uint64_t elapsed_ns);

#endif /* HFCTL_PROGRESS_H */
