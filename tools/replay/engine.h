/* SPDX-License-Identifier: GPL-2.0-only */
/* Engines issue the requests of a trace. They are a table of const structs. */
#ifndef HF_ENGINE_H
#define HF_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"
#include "results.h"
#include "session.h"
#include "start-at.h"
#include "target.h"

/**
 * struct engine_job - a replay in one go
 * @trace: what is played
 * @trace_path: where it can be found afterwards, NULL if nowhere
 * @choices: mode, speed, limit, ... and the targets, in the order of the
 *	device table
 * @start_at: when it starts; a relative time counts from when all is ready
 * @command: as typed, for the provenance
 * @sqpoll: a thread of the kernel takes the requests (io_uring)
 * @interrupted: whether to stop early; polled. Never NULL
 * @progress: told now and then how far it is, and once at the end; NULL for
 *	none
 */
struct engine_job {
	const struct hft_file *trace;
	const char *trace_path;
	const struct session *choices;
	const struct start_at *start_at;
	const char *command;
	bool sqpoll;
	bool (*interrupted)(void);
	void (*progress)(const struct session *now);
};

struct backend;

/**
 * struct engine - a way to issue requests
 * @name: word for --engine
 * @about: a few words for people
 * @backend: what takes the requests of an engine in user space; NULL: the
 *	module is needed, and takes block devices only
 * @run: replays; fills completion records and meta. A replay that was stopped
 *	or failed on the way is no failure of @run: meta's "state" says so.
 *	Returns 0, -ENOPKG if the engine is not there, or -errno; on failure
 *	there is nothing to free
 */
struct engine {
	const char *name;
	const char *about;
	const struct backend *backend;
	int (*run)(const struct engine_job *job, struct results *res,
		   struct hf_error *err);
};

extern const struct engine engine_kernel, engine_null, engine_uring;

/** engine_find - the engine of this name, or NULL */
const struct engine *engine_find(const char *name);

/** engine_limit - notes in @t what the engine cannot do on it */
void engine_limit(const struct engine *engine, struct target *t);

#endif /* HF_ENGINE_H */
