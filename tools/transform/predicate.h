/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests of requests: what --filter and --drop ask. */
#ifndef HF_PREDICATE_H
#define HF_PREDICATE_H

#include "stage.h"

struct predicate;

/**
 * predicate_parse - reads tests: all of a group, or all of another
 * @out: the tests; free with predicate_free()
 * @text: TEST,TEST/TEST
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int predicate_parse(struct predicate **out, const char *text, struct hf_error *err);
void predicate_free(struct predicate *t);

/**
 * predicate_bind - finds the devices that the tests name
 * @t: the tests
 * @shape: has the devices
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int predicate_bind(struct predicate *t, const struct shape *shape,
	       struct hf_error *err);

/** predicate_pass - whether a request passes; after predicate_bind() */
bool predicate_pass(const struct predicate *t, const struct hfr_trace_rec *rec);

#endif /* HF_PREDICATE_H */
