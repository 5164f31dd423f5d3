/* SPDX-License-Identifier: GPL-2.0-only */
/* Profiles that are known by name. */
#ifndef HF_PROFILE_H
#define HF_PROFILE_H

#include <stdint.h>

/**
 * struct profile - what makes the behaviour of a cache
 * @name: its name
 * @about: what it is
 * @p_irm: share of independent uses
 * @irm: their distribution; NULL if there are none
 * @ird: distances of the others, without the variant of fgen; NULL if there are
 *	none
 * @items: items of the trace that was published with it
 * @requests: and its length
 */
struct profile {
	const char *name;
	const char *about;
	const char *p_irm;
	const char *irm;
	const char *ird;
	uint64_t items;
	uint64_t requests;
};

/** profile_at - the Nth profile, NULL beyond the last */
const struct profile *profile_at(unsigned int n);

/** profile_find - the profile of this name, or NULL */
const struct profile *profile_find(const char *name);

#endif /* HF_PROFILE_H */
