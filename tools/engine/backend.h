/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What takes the requests of a worker. Backends are const structs; each worker
 * has one of its own, which no other thread calls.
 */
#ifndef HF_BACKEND_H
#define HF_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct play_target;
struct slot;
struct worker;

/**
 * struct backend - a way to do requests
 * @name: for messages
 * @needs_fd: targets have to be open
 * @transfers: data are read and written, so that they can be verified
 * @ops: operations that it can do on a target, a bit for each (enum hfr_op)
 * @open: makes what a worker needs; -errno with a sentence
 * @close: gives it back; nothing is in flight
 * @submit: takes the requests of the worker's batch, in order; -errno if some
 *	never will be
 * @reap: gives each request that has completed to worker_came_back()
 * @sleep: until something has completed, a kick, or a clock
 * @kick: ends the @sleep of the worker; any thread
 */
struct backend {
	const char *name;
	bool needs_fd;
	bool transfers;
	uint32_t (*ops)(const struct play_target *t);
	int (*open)(struct worker *w, struct hf_error *err);
	void (*close)(struct worker *w);
	int (*submit)(struct worker *w);
	void (*reap)(struct worker *w);
	void (*sleep)(struct worker *w, uint64_t until);
	void (*kick)(struct worker *w);
};

extern const struct backend backend_null, backend_uring;

#endif /* HF_BACKEND_H */
