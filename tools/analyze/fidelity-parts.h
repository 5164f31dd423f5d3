/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of fidelity_measure() know of each other. */
#ifndef HF_FIDELITY_PARTS_H
#define HF_FIDELITY_PARTS_H

#include "fidelity.h"

static inline bool was_issued(const struct fidelity_input *in, uint64_t i)
{
	return in->recs[i].state == HFR_REC_DONE;
}

/* Request @i of a replay, in whichever loop. */
static inline const struct hfr_trace_rec *
request_of(const struct fidelity_input *in, uint64_t i)
{
	return &in->trace[i % in->trace_count];
}

/* Where the loop of request @i begins in the original, repeated. */
static inline uint64_t loop_begin(const struct fidelity_input *in, uint64_t i)
{
	return i / in->trace_count * in->trace_ns;
}

static inline uint64_t due_of(const struct fidelity_input *in, uint64_t i)
{
	return fidelity_due(in, loop_begin(in, i) +
				request_of(in, i)->issue_ns);
}

/* Signed: a bundled request goes before its time. */
static inline int64_t issue_error(const struct fidelity_input *in, uint64_t i)
{
	return (int64_t)(in->recs[i].issued_ns - due_of(in, i));
}

/** fidelity_distributions - fills all struct dist; 0 or -ENOMEM */
int fidelity_distributions(struct fidelity *f,
			   const struct fidelity_input *in);

/** fidelity_lines - fills both timelines and the mean number in flight */
void fidelity_lines(struct fidelity *f, const struct fidelity_input *in);

#endif /* HF_FIDELITY_PARTS_H */
