/* SPDX-License-Identifier: GPL-2.0-only */
/* A made-up trace and its made-up replay, always the same. */
#ifndef TEST_SYNTHETIC_H
#define TEST_SYNTHETIC_H

#include <stdlib.h>
#include <string.h>
#include <linux/hfreplay.h>

#include "fidelity.h"
#include "hft.h"
#include "verdict.h"

/**
 * struct synthetic - a trace with its replay
 * @trace: looks like an opened .hft file
 * @hdr: its header
 * @devs: its devices
 * @requests: its records; owned
 * @recs: completion records; owned
 */
struct synthetic {
	struct hft_file trace;
	struct hfr_file_hdr hdr;
	struct hfr_file_dev devs[2];
	struct hfr_trace_rec *requests;
	struct hfr_completion_rec *recs;
};

static inline uint64_t synthetic_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static inline uint8_t synthetic_op(uint64_t r)
{
	if (r % 100 < 60)
		return HFR_OP_READ;
	if (r % 100 < 97)
		return HFR_OP_WRITE;
	return r % 100 < 99 ? HFR_OP_FLUSH : HFR_OP_DISCARD;
}

/* A request about every 100 us, with a burst every now and then. */
static inline void synthetic_request(struct hfr_trace_rec *t, uint64_t i,
				     uint64_t issue, uint64_t *seed)
{
	uint64_t r = synthetic_random(seed);

	memset(t, 0, sizeof(*t));
	t->issue_ns = issue;
	t->op = synthetic_op(r);
	t->target = (r >> 8) % 4 == 0;
	t->complete_ns = issue + 80000 + (r >> 16) % 60000 +
			 (t->op == HFR_OP_FLUSH ? 800000 : 0) +
			 ((r >> 40) % 100 == 0 ? 2000000 : 0);
	if (t->op == HFR_OP_FLUSH)
		return;
	t->length = 4096U << ((r >> 12) % 5);
	t->offset = ((r >> 20) % 3 ? i * 65536 : r >> 4) % (8ULL << 30) &
		    ~65535ULL;
}

static inline void synthetic_replay(struct hfr_completion_rec *rec,
				    const struct hfr_trace_rec *t,
				    uint64_t *seed)
{
	uint64_t r = synthetic_random(seed);
	uint64_t error = 300 + r % 900;

	memset(rec, 0, sizeof(*rec));
	rec->state = HFR_REC_DONE;
	rec->issued_ns = t->issue_ns + error;
	rec->completed_ns = rec->issued_ns +
			    (t->complete_ns - t->issue_ns) * (90 + r % 15) / 100;
	rec->lateness = (int32_t)(error / HFR_COST_UNIT);
	rec->submit_cost = (uint32_t)(600 + (r >> 8) % 800) / HFR_COST_UNIT;
	rec->in_flight = (uint16_t)(1 + (r >> 20) % 6);
	rec->worker = (uint8_t)t->target;
}

/* A faithful replay of @n requests; tests spoil it as they like. */
static inline void synthetic_make(struct synthetic *s, uint64_t n)
{
	uint64_t seed = 88172645463325252ULL, issue = 0;

	memset(s, 0, sizeof(*s));
	s->requests = calloc(n + 1, sizeof(*s->requests));
	s->recs = calloc(n + 1, sizeof(*s->recs));
	if (!s->requests || !s->recs)
		abort();
	for (uint64_t i = 0; i < n; i++) {
		synthetic_request(&s->requests[i], i, issue, &seed);
		synthetic_replay(&s->recs[i], &s->requests[i], &seed);
		issue += i % 2000 < 300 ? 12000 :
			 60000 + synthetic_random(&seed) % 80000;
	}
	s->hdr = (struct hfr_file_hdr){
		.device_count = 2, .count = n,
		.flags = HFR_FF_COMPLETIONS, .max_in_flight = 6,
	};
	strcpy((char *)s->devs[0].name, "sda");
	strcpy((char *)s->devs[1].name, "sdb <&> \"x\"");
	for (int d = 0; d < 2; d++) {
		s->devs[d].size = 8ULL << 30;
		s->devs[d].logical_block = 512;
		s->devs[d].max_end = 8ULL << 30;
	}
	s->trace = (struct hft_file){
		.path = (char *)"synthetic.hft", .hdr = &s->hdr,
		.devs = s->devs, .recs = s->requests, .count = n,
		.checksum = 0x0123456789abcdefULL,
	};
}

static inline void synthetic_free(struct synthetic *s)
{
	free(s->requests);
	free(s->recs);
}

static inline struct fidelity *synthetic_measure(const struct synthetic *s,
						 uint64_t count)
{
	const struct fidelity_input in = {
		.trace = s->requests, .trace_count = s->trace.count,
		.recs = s->recs, .count = count, .targets = 2, .speed = 1,
		.scheduled = true,
	};

	return fidelity_measure(&in);
}

#endif /* TEST_SYNTHETIC_H */
