/* SPDX-License-Identifier: GPL-2.0-only */
/* Mode dep: the kernel's own dependencies (kmod/dep.h), driven by workers. */
#ifndef HF_DEPEND_H
#define HF_DEPEND_H

#include "worker.h"

/**
 * depend_make - makes the dependencies of a run
 * @run: workers and records are dealt out
 *
 * Return: 0 or -ENOMEM; depend_free() frees what there is.
 */
int depend_make(struct run *run);
void depend_free(struct run *run);

/** depend_run - issues all requests of a worker that has scopes */
void depend_run(struct worker *w);

/** depend_completed - a request of the worker has completed */
void depend_completed(struct worker *w, struct slot *slot);

#endif /* HF_DEPEND_H */
