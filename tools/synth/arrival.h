/* SPDX-License-Identifier: GPL-2.0-only */
/* When requests come. */
#ifndef HF_ARRIVAL_H
#define HF_ARRIVAL_H

#include <stdint.h>

#include "error.h"

struct arrival;

/**
 * arrival_new - makes an arrival process from a description
 * @out: it; free with arrival_free()
 * @text: constant,rate=R | poisson,rate=R | mmpp,rates=R+R+..,stay=TIME+TIME+..
 *	| bmodel,rate=R[,bias=SHARE] | trace,file=FILE; rates are requests a
 *	second
 * @requests: how many there will be, which bmodel wants to know; 0 unknown
 * @seed: another seed is another sequence
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int arrival_new(struct arrival **out, const char *text, uint64_t requests,
		uint64_t seed, struct hf_error *err);
void arrival_free(struct arrival *a);

/** arrival_next - time of the next request, ns from the start of the process;
 * never less than that before; UINT64_MAX when it would be later than that
 */
uint64_t arrival_next(struct arrival *a);

#endif /* HF_ARRIVAL_H */
