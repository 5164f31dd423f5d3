/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HF_PROVENANCE_H
#define HF_PROVENANCE_H

#include <jansson.h>

#include "import.h"
#include "input.h"

/**
 * provenance_text - says in JSON where a trace comes from
 * @opts: how it was read
 * @sum: what was read
 * @ins: from which files
 * @nins: how many
 * @source: provenance of the input itself, or NULL
 * @notes: members to add, or NULL
 *
 * Return: the text, to be freed, or NULL without memory.
 */
char *provenance_text(const struct import_opts *opts,
		      const struct import_summary *sum,
		      struct input *const *ins, int nins, json_t *source,
		      json_t *notes);

#endif /* HF_PROVENANCE_H */
