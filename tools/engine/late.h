/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Being late, and why, by the rules of the kernel's engine: what holds a
 * worker while it is behind its schedule is summed up by cause, and the largest
 * sum names the cause of every late request until the worker has caught up.
 */
#ifndef HF_LATE_H
#define HF_LATE_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/**
 * struct late - why a worker is behind
 * @blame: ns by cause, since it fell behind
 * @blamed: sum of them
 * @worst: cause of the largest
 * @behind: it is
 * @flags: HFR_CF_* of the next record
 */
struct late {
	uint64_t blame[HFR_CAUSE_NR];
	uint64_t blamed;
	uint8_t worst;
	bool behind;
	uint16_t flags;
};

/** late_blame - @cause held the worker for @ns */
void late_blame(struct late *l, uint8_t cause, uint64_t ns);

/** late_forget - the worker has caught up */
void late_forget(struct late *l);

/**
 * late_held - something kept the next request
 * @l: the worker's
 * @cause: what it was
 * @flags: HFR_CF_* that its record gets, late or not
 * @from: since then, or since it was due, whichever is later; clock
 * @until: until then; clock
 */
void late_held(struct late *l, uint8_t cause, uint16_t flags, uint64_t from,
	       uint64_t until);

/** late_cause - the cause of a request that is issued @lateness ns late: what
 * nothing accounts for is the engine's own work
 */
uint8_t late_cause(struct late *l, uint64_t lateness);

#endif /* HF_LATE_H */
