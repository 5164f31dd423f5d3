/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures of dependencies, in words and as JSON. */
#ifndef HFCTL_DEPS_SHOW_H
#define HFCTL_DEPS_SHOW_H

#include <jansson.h>
#include <stdio.h>

#include "depstat.h"
#include "hft-deps.h"

/** deps_show - a line for each figure */
void deps_show(const struct hft_dep_info *info, const struct depstat *st,
	       FILE *out);

/** deps_json - the same as an object */
json_t *deps_json(const struct hft_dep_info *info, const struct depstat *st);

/** deps_warn - says on standard error what will tie a replay to the clock of
 * the original
 */
void deps_warn(const struct depstat *st);

#endif /* HFCTL_DEPS_SHOW_H */
