/* SPDX-License-Identifier: GPL-2.0-only */
/* Targets that are open for an engine in user space. */
#ifndef HF_OPENED_H
#define HF_OPENED_H

#include <stdbool.h>

#include "backend.h"
#include "play.h"
#include "session.h"
#include "target.h"

/**
 * struct opened - a target that is open
 * @play: what the engine wants to know of it; owns the descriptor
 * @probed: what it is
 * @direct: requests go past the page cache
 * @write_cache: the device has a volatile write cache
 */
struct opened {
	struct play_target play;
	struct target probed;
	bool direct;
	bool write_cache;
};

/**
 * opened_open - opens and claims a target
 * @o: filled; close with opened_close()
 * @t: what is asked for: path and CPUs
 * @backend: what will use it
 * @write: it will be changed
 * @err: on failure, a sentence
 *
 * A block device is claimed as a mount claims it, a file is locked (flock):
 * only one replay uses it at a time.
 *
 * Return: 0 or -errno; -EBUSY if somebody else has it.
 */
int opened_open(struct opened *o, const struct session_target *t,
		const struct backend *backend, bool write,
		struct hf_error *err);
void opened_close(struct opened *o);

#endif /* HF_OPENED_H */
