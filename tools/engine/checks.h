/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payload "verify": writes are stamped, and reads are held against what
 * the writes before them must have left, as the kernel's engine does it.
 */
#ifndef HF_CHECKS_H
#define HF_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "play.h"
#include "slots.h"

struct checks;

/** checks_make - prepares the verification of a replay; 0 or -ENOMEM */
int checks_make(struct checks **out, const struct play_job *job);
void checks_free(struct checks *c);

/** checks_begin - the run has this wall clock at its start, ns */
void checks_begin(struct checks *c, uint64_t wall_start);

/**
 * checks_prepare - stamps a write, or notes when a read begins
 * @c: the verification
 * @slot: not yet issued, with memory of its own
 */
void checks_prepare(struct checks *c, struct slot *slot);

/**
 * checks_done - checks what was read, or notes that a change has ended
 * @c: the verification
 * @slot: has come back
 * @blocks: the blocks that were checked are added
 *
 * Return: whether a block is not as it must be.
 */
bool checks_done(struct checks *c, struct slot *slot, uint64_t *blocks);

#endif /* HF_CHECKS_H */
