/* SPDX-License-Identifier: GPL-2.0-only */
/* How a worker waits. */
#ifndef HF_WAIT_DUE_H
#define HF_WAIT_DUE_H

#include "worker.h"

/**
 * wait_due - sleeps, then watches the clock until it is time
 * @w: the worker; nothing is queued
 * @due: clock
 *
 * It uses the time to account for what has completed. Returns early when the
 * run is stopped or comes to its end.
 */
void wait_due(struct worker *w, uint64_t due);

/**
 * wait_step - sleeps until shortly before @due, or looks at the clock once
 * @w: the worker; nothing is queued
 * @due: clock, MOMENT_NEVER if there is none
 *
 * A completion or a kick ends it.
 */
void wait_step(struct worker *w, uint64_t due);

/** wait_drained - waits until nothing is in flight, stopped or not */
void wait_drained(struct worker *w);

#endif /* HF_WAIT_DUE_H */
