/* SPDX-License-Identifier: GPL-2.0-only */
/* What most tests do with a session. Each ends the test if it fails. */
#ifndef REPLAY_H
#define REPLAY_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctl.h"
#include "image.h"

/**
 * struct replay - a session under test
 * @c: a socket
 * @id: number of the session
 * @node: path of its node
 */
struct replay {
	struct ctl *c;
	uint32_t id;
	char node[64];
};

/** replay_new - makes a session */
struct replay replay_new(const struct spec *spec);
/** replay_simple - makes a session on one target, with flags */
struct replay replay_simple(const char *target, uint32_t flags);

/** replay_open - opens the node; a descriptor or -errno */
int replay_open(const struct replay *r, int flags);

/** write_all - writes it all; 0 or -errno */
int write_all(int fd, const void *buf, size_t size);

/** replay_feed - opens the node, writes a trace, closes it; 0 or -errno */
int replay_feed(const struct replay *r, const struct image *im);
/** replay_load - replay_feed() that must not fail, until the session is ready */
void replay_load(const struct replay *r, const struct image *im);

/** replay_start - starts; further choices may be NULL */
void replay_start(const struct replay *r, const struct setting *set);
/** replay_wait - waits for a state for 20 s; the session is in @view then */
void replay_wait(const struct replay *r, uint32_t state, struct view *view);
/** replay_run - starts and waits for the end, DONE */
void replay_run(const struct replay *r, const struct setting *set,
		struct view *view);
/** replay_get - how the session stands */
struct view replay_get(const struct replay *r);

/**
 * replay_records - reads all completion records
 * @r: a session that was started
 * @recs: gets them
 * @max: room in @recs
 *
 * Return: their number.
 */
size_t replay_records(const struct replay *r, struct hfr_completion_rec *recs,
		      size_t max);

/** read_some - reads up to @max records once; their number or -errno */
ssize_t read_some(int fd, struct hfr_completion_rec *recs, size_t max);

/** replay_feeder - feeds a trace in another process; its pid for kst_wait(),
 * which gives the errno of the write
 */
int replay_feeder(const struct replay *r, const struct image *im);
/** replay_stream - starts a stream as soon as the first records are in */
void replay_stream(const struct replay *r, const struct setting *set);

/** record_due - when a request was due, ns from the start of the replay */
static inline int64_t record_due(const struct hfr_completion_rec *rec)
{
	return (int64_t)rec->issued_ns - (int64_t)rec->lateness * HFR_COST_UNIT;
}

/**
 * records_in_flight - requests in flight at the issue of one, as the times of
 * the records tell, itself included
 * @recs: completion records
 * @n: number of them
 * @i: which
 * @trace: the trace, or NULL: only requests of the same target count
 */
unsigned int records_in_flight(const struct hfr_completion_rec *recs, size_t n,
			       size_t i, const struct image *trace);

/** records_sane - EXPECTs what holds for records of any complete replay */
void records_sane(const struct hfr_completion_rec *recs, size_t n);

#endif /* REPLAY_H */
