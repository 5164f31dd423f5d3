/* SPDX-License-Identifier: GPL-2.0-only */
/* Which worker issues a request, and on which CPU it runs. */
#ifndef HFR_SPREAD_H
#define HFR_SPREAD_H

#include "session.h"

/**
 * hfr_spread_cpu - the CPU of a worker
 * @wanted: the CPU asked for, or -1
 * @cpu: set
 *
 * Return: 0, or -EINVAL if it is not online.
 */
int hfr_spread_cpu(int wanted, u32 *cpu);

/**
 * hfr_spread_owner - the worker that issues a record
 * @s: the session
 * @rec: the record
 * @i: its index
 *
 * In mode dep all requests of a scope are one worker's: the first one's if
 * there is one scope, the first worker of the target if each target is one;
 * streams are dealt out among all workers. In the other modes they are dealt
 * out among the workers of the target, by stream or one by one.
 */
u32 hfr_spread_owner(const struct hfr_session *s,
		     const struct hfr_trace_rec *rec, u64 i);

/** hfr_spread_all - deals out a trace that is loaded whole; no worker runs */
void hfr_spread_all(struct hfr_session *s);

/**
 * hfr_spread_sharers - workers that issue to one target, and share its limits
 * @c: the choices
 * @ntargets: targets of the session
 * @dep_scope: enum hfr_dep_scope of the trace
 */
u32 hfr_spread_sharers(const struct hfr_config *c, u32 ntargets,
		       u32 dep_scope);

/**
 * hfr_spread_limit - whether a limit of requests in flight can be shared
 * @c: the choices
 * @sharers: workers that issue to one target
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Workers count for themselves: each has to have one request of the limit, or
 * the sum would exceed it. The limit of a trace differs from request to request;
 * it is defined as never less than the number of workers.
 *
 * Return: 0 or -EINVAL.
 */
int hfr_spread_limit(const struct hfr_config *c, u32 sharers, char *why);

/** hfr_spread_lanes - gives each worker its share of the targets' limits */
void hfr_spread_lanes(struct hfr_session *s);

#endif /* HFR_SPREAD_H */
