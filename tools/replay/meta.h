/* SPDX-License-Identifier: GPL-2.0-only */
/* What goes with completion records: what ran where, and how. */
#ifndef HF_META_H
#define HF_META_H

#include <jansson.h>

#include "control.h"
#include "hft.h"
#include "session.h"

/**
 * struct meta_source - what the meta of a replay is made of
 * @engine: "kernel"
 * @session: choices, counters and targets at the end
 * @caps: the module; NULL if there is none
 * @trace: what was played; NULL if it is not at hand
 * @trace_path: where it can be found again; NULL if nowhere
 * @command: as typed
 */
struct meta_source {
	const char *engine;
	const struct session *session;
	const struct caps *caps;
	const struct hft_file *trace;
	const char *trace_path;
	const char *command;
};

/** meta_build - an object with the keys that results.h lists */
json_t *meta_build(const struct meta_source *src);

#endif /* HF_META_H */
