/* SPDX-License-Identifier: GPL-2.0-only */
/* What hfctl verify is given: a trace, and what is known of its replay. */
#ifndef HFCTL_VERIFY_SOURCE_H
#define HFCTL_VERIFY_SOURCE_H

#include "command.h"
#include "expect.h"
#include "hft.h"
#include "results.h"

/**
 * struct verify_source - a replay that is verified
 * @trace: what was replayed
 * @res: its completion records; meta is NULL if there are only those
 * @run: what is expected of it; points into the others
 * @seed: seed of the session
 * @wall_start: attribute of the run, 0 if any will do
 */
struct verify_source {
	struct hft_file trace;
	struct results res;
	struct expect_run run;
	uint64_t seed;
	uint64_t wall_start;
};

/**
 * verify_source_open - opens what the command line names
 * @src: filled; close with verify_source_close()
 * @args: a session, an .hfr file or a trace in front; --trace, --records,
 *	--seed, --run, --loops, --crash
 * @err: on failure, a sentence
 *
 * Return: HFCTL_OK or the exit code.
 */
enum exit_code verify_source_open(struct verify_source *src,
				  const struct args *args,
				  struct hf_error *err);
void verify_source_close(struct verify_source *src);

/** verify_source_device - path of the target that the replay remembers, or
 * NULL
 */
const char *verify_source_device(const struct verify_source *src,
				 uint32_t target);

#endif /* HFCTL_VERIFY_SOURCE_H */
