/* SPDX-License-Identifier: GPL-2.0-only */
/* The fidelity of what was observed, in words and as JSON. */
#ifndef HFCTL_OBSERVE_SHOW_H
#define HFCTL_OBSERVE_SHOW_H

#include <stdio.h>
#include <jansson.h>

#include "distance.h"
#include "fidelity.h"
#include "pairing.h"

/**
 * struct observe_figures - all there is to be said
 * @device: what was observed
 * @command: what ran, as one text
 * @status: its exit code; 128 and the signal if one has ended it
 * @pairing: requests of the trace and those seen
 * @lost_events: events that the kernel had no room for
 * @fidelity: figures of the paired requests
 * @distance: others
 * @has: which of those there are
 * @report: the report's object, for its verdict
 */
struct observe_figures {
	const char *device;
	const char *command;
	int status;
	const struct pairing *pairing;
	uint64_t lost_events;
	const struct fidelity *fidelity;
	struct distance distance;
	unsigned int has;
	const json_t *report;
};

/** observe_print - says it */
void observe_print(const struct observe_figures *f, FILE *out);

/** observe_json - the same as an object */
json_t *observe_json(const struct observe_figures *f);

#endif /* HFCTL_OBSERVE_SHOW_H */
