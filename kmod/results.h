/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Completion records, in a ring in trace order.
 *
 * The worker that issued a request writes its record and publishes it through
 * @state. Of a session that holds its whole trace all records stay, if there
 * is room for those of all its loops. Else, and in a stream, the reader empties
 * what it has taken, then moves @taken on: only then may the request that is a
 * period ahead be issued. A session without records has no ring.
 */
#ifndef HFR_RESULTS_H
#define HFR_RESULTS_H

#include <linux/cache.h>
#include <linux/math64.h>
#include <linux/types.h>
#include <linux/uio.h>
#include <linux/hfreplay.h>

/**
 * struct hfr_results - the ring of completion records
 * @recs: the records, record i at i & @mask
 * @mask: smallest power of two that is not less than @slots, minus 1
 * @slots: how many there are
 * @period: request N and request N + @period have the same place
 * @consumed: records that were read are overwritten
 * @taken: records that the reader has taken then, free running
 */
struct hfr_results {
	struct hfr_completion_rec *recs;
	u64 mask;
	u64 slots;
	u64 period;
	bool consumed;
	u64 taken ____cacheline_aligned;
};

/**
 * hfr_results_init - makes the ring
 * @res: filled
 * @slots: how many; 0: no records are kept
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_results_init(struct hfr_results *res, u32 slots);
void hfr_results_free(struct hfr_results *res);

/**
 * hfr_results_plan - a run begins, or records are fed; nobody uses the ring
 * @res: the ring, empty
 * @stream: a record is read once
 * @count: records of the trace, if it is not a stream
 * @loops: how often it is replayed
 */
void hfr_results_plan(struct hfr_results *res, bool stream, u64 count,
		      u32 loops);

/** hfr_results_reset - empties all records; nobody else uses the ring */
void hfr_results_reset(struct hfr_results *res);

/** hfr_results_place - where the record of request @i lies */
static inline u64 hfr_results_place(const struct hfr_results *res, u64 i)
{
	u64 place;

	if (res->period == res->mask + 1)
		return i & res->mask;
	div64_u64_rem(i, res->period, &place);
	return place;
}

/** hfr_results_room - whether request @i may be issued */
static inline bool hfr_results_room(const struct hfr_results *res, u64 i)
{
	/* pairs with hfr_results_take() */
	return i - smp_load_acquire(&res->taken) < res->period;
}

/**
 * hfr_results_ready - whether record @i can be read
 *
 * A ring's length ahead of what was taken lies another record.
 */
static inline bool hfr_results_ready(const struct hfr_results *res, u64 i)
{
	u64 place = hfr_results_place(res, i);

	if (place >= res->slots || !hfr_results_room(res, i))
		return false;
	/* pairs with hfr_results_publish() */
	return smp_load_acquire(&res->recs[place].state) != HFR_REC_EMPTY;
}

/** hfr_results_publish - gives a finished record to readers */
static inline void hfr_results_publish(struct hfr_completion_rec *rec, u8 state)
{
	/* pairs with hfr_results_ready(): the rest of the record is there */
	smp_store_release(&rec->state, state);
}

/**
 * hfr_results_copy - copies records that can be read
 * @res: the ring
 * @from: index of the first
 * @to: user's buffer
 * @end: index behind the last that was issued, if the replay has ended (those
 *	that were not issued are copied as such), else 0
 *
 * Return: number of whole records copied, or -EFAULT.
 */
ssize_t hfr_results_copy(const struct hfr_results *res, u64 from,
			 struct iov_iter *to, u64 end);

/** hfr_results_take - empties records that were read, if they are consumed */
void hfr_results_take(struct hfr_results *res, u64 count);

#endif /* HFR_RESULTS_H */
