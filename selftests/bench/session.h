/* SPDX-License-Identifier: GPL-2.0-only */
/* A replay that is measured. What goes wrong ends the program. */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>

#include "hft.h"
#include "replay.h"

/* Exit code: the module cannot do what was asked for. */
#define EXIT_LACKING	3

/**
 * struct run - a session and what it cost
 * @trace: what is replayed
 * @r: the session
 * @view: how it stood at the end
 * @recs: completion records, trace->count of them; NULL without records
 * @load_ns: time in write(2) of the records
 * @read_ns: time in read(2) of the completion records
 */
struct run {
	struct hft_file trace;
	struct replay r;
	struct view view;
	struct hfr_completion_rec *recs;
	uint64_t load_ns;
	uint64_t read_ns;
};

/**
 * run_new - makes a session for a trace
 * @run: filled
 * @target: the device
 * @path: the trace
 * @options: "NAME=NUMBER", ended by NULL; see run_options()
 */
void run_new(struct run *run, const char *target, const char *path,
	     char **options);

/** run_load - writes the whole trace into the node */
void run_load(struct run *run);

/** run_play - starts, waits for the end, reads the completion records */
void run_play(struct run *run);

/** run_delete - deletes the session; the records stay */
void run_delete(struct run *run);

/** run_options - the names that options have, for a usage text */
void run_options(void);

#endif /* SESSION_H */
