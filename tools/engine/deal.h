/* SPDX-License-Identifier: GPL-2.0-only */
/* Which worker issues which records and has which scopes. */
#ifndef HF_DEAL_H
#define HF_DEAL_H

#include "worker.h"

/**
 * deal_check - whether the workers can share the limit
 * @job: what is played
 * @err: if not, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int deal_check(const struct play_job *job, struct hf_error *err);

/** deal_owners - gives each record its worker; 0 or -ENOMEM */
int deal_owners(struct run *run);

/** deal_records - tells the workers, once they are there, what is theirs */
void deal_records(struct run *run);

/** deal_local_scope - number of a record's scope among those of its worker */
uint32_t deal_local_scope(const struct run *run,
			  const struct hfr_trace_rec *rec);

/** deal_global_scope - number of the scope that is the worker's @local one */
uint32_t deal_global_scope(const struct worker *w, uint32_t local);

/** deal_local_scopes - how many scopes a worker has */
uint32_t deal_local_scopes(const struct worker *w);

#endif /* HF_DEAL_H */
