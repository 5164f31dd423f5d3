/* SPDX-License-Identifier: GPL-2.0-only */
/* Replacement policies are data: one table entry for each. */
#ifndef HF_CACHE_POLICY_H
#define HF_CACHE_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "block-refs.h"

/* Most parameters of a policy. */
#define POLICY_PARAMS	4

/**
 * struct policy_param - a parameter
 * @name: as in NAME=VALUE; NULL ends a list
 * @def: value unless told otherwise
 * @min: smallest
 * @max: largest
 * @whole: no fractions
 * @about: what it is, one line
 */
struct policy_param {
	const char *name;
	double def, min, max;
	bool whole;
	const char *about;
};

/**
 * enum policy_kind - how hits are found
 * @POLICY_STACK: at all sizes at once, from stack distances
 * @POLICY_MODEL: by a formula, from reuse times
 * @POLICY_RUN: by running a cache of each size
 */
enum policy_kind { POLICY_STACK, POLICY_MODEL, POLICY_RUN };

/**
 * struct policy_setup - the cache that is to be run
 * @size: blocks that it holds, from struct cache_policy.least
 * @distinct: ids are below this
 * @count: references there will be
 * @params: values, in the order of the policy's list
 * @seed: of random numbers
 * @ids: all references, for policies that know the future
 * @next: of each reference the index of the next to the same block, or
 *	REFS_NEVER; with struct cache_policy.future only
 */
struct policy_setup {
	uint32_t size;
	uint32_t distinct;
	uint64_t count;
	const double *params;
	uint64_t seed;
	const uint32_t *ids;
	const uint32_t *next;
};

/* There is no next reference. */
#define REFS_NEVER	UINT32_MAX

/**
 * struct cache_policy - a policy
 * @name: as on the command line
 * @title: as people write it
 * @about: what it does, ties included; one paragraph
 * @kind: how it is computed; the rest is for POLICY_RUN
 * @params: ends with one without a name; NULL for none
 * @least: smallest size that it is defined for
 * @future: needs struct policy_setup.next
 * @init: makes an empty cache; NULL without memory
 * @run: refers to the next blocks; sets hits[i] to 1 where the block was there,
 *	else to 0. REFS_AHEAD more ids may be read
 * @free: frees it; NULL is fine
 */
struct cache_policy {
	const char *name;
	const char *title;
	const char *about;
	enum policy_kind kind;
	const struct policy_param *params;
	uint32_t least;
	bool future;
	void *(*init)(const struct policy_setup *setup);
	void (*run)(void *state, const uint32_t *ids, size_t n, uint8_t *hits);
	void (*free)(void *state);
};

/** cache_policy_at - the Nth policy, NULL beyond the last */
const struct cache_policy *cache_policy_at(unsigned int n);

/**
 * struct policy_choice - a policy with values for its parameters
 * @policy: which
 * @params: in the order of its list
 * @name: as the user wrote it, parameters included
 */
struct policy_choice {
	const struct cache_policy *policy;
	double params[POLICY_PARAMS];
	char name[64];
};

/**
 * policy_choices_parse - reads "lru,clock:k=3,s3fifo:small=0.2:moves=1"
 * @text: policies with parameters; "all" stands for all with their defaults
 * @list: gets them, to be freed with free()
 * @n: gets their number
 * @err: on failure, a sentence
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int policy_choices_parse(const char *text, struct policy_choice **list,
			 unsigned int *n, struct hf_error *err);

#endif /* HF_CACHE_POLICY_H */
