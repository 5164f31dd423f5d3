/* SPDX-License-Identifier: GPL-2.0-only */
/* What a worker of the fuzzer can do. */
#ifndef ACTION_H
#define ACTION_H

#include "world.h"

/**
 * struct action - something to do
 * @name: what it is called
 * @weight: how often it is done, among all
 * @run: does it
 * @calm: no fault of the kernel is wanted: it would hit something else
 */
struct action {
	const char *name;
	unsigned int weight;
	void (*run)(struct world *w);
	bool calm;
};

/* Commands: action-ctl.c; the node: action-node.c. */
extern const struct action ctl_actions[];
extern const unsigned int ctl_actions_count;
extern const struct action node_actions[];
extern const unsigned int node_actions_count;

#endif /* ACTION_H */
