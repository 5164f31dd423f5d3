/* SPDX-License-Identifier: GPL-2.0-only */
/* What all parts of the fuzzer share: devices, names, findings. */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "ctl.h"
#include "policy.h"
#include "rng.h"

#define WORLD_SESSIONS	40
/* More than these tell nothing new: the run ends. */
#define WORLD_FINDINGS	20

/**
 * struct shared - memory of all processes of the fuzzer
 * @findings: broken promises of the module
 * @stop: workers are to end
 * @steps: steps done, by worker
 * @hits: times that each action was done
 */
struct shared {
	unsigned int findings;
	bool stop;
	uint64_t steps[16];
	uint64_t hits[64];
};

/**
 * struct world - what one worker knows
 * @rng: where its numbers come from
 * @policy: the commands
 * @ctl: a socket with good manners
 * @sk: a socket without
 * @shared: see there
 * @seed: of the run
 * @worker: number of this worker
 * @step: number of this step
 * @id: sessions as they were seen last
 * @nids: how many
 */
struct world {
	struct rng rng;
	const struct policy *policy;
	struct ctl *ctl;
	int sk;
	struct shared *shared;
	uint64_t seed;
	unsigned int worker;
	uint64_t step;
	uint32_t id[WORLD_SESSIONS];
	unsigned int nids;
};

/** world_devices - makes the devices that sessions are made on */
void world_devices(void);

/** world_path - a path: mostly of a device, sometimes of none */
const char *world_path(struct rng *r);
/** world_name - a name: good, bad, taken */
const char *world_name(struct rng *r, char buf[64]);
/** world_flags - any of the flags that a new session takes */
uint32_t world_flags(struct world *w);

/** world_open - sockets of this worker */
void world_open(struct world *w);
/** world_close - closes them */
void world_close(struct world *w);
/** world_look - looks which sessions there are */
void world_look(struct world *w);
/** world_session - a session that was there, or is not there */
uint32_t world_session(struct world *w);

/** world_finding - the module has broken a promise */
__attribute__((format(printf, 2, 3)))
void world_finding(struct world *w, const char *fmt, ...);

/** world_scan - looks for addresses of the kernel, and for memory that was not
 * written, in what the module has given
 */
void world_scan(struct world *w, const void *mem, size_t size,
		const char *what);

#endif /* WORLD_H */
