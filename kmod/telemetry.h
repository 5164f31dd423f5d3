/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The statistics of a session: those of its workers, which the feeder makes
 * and any reader sums up.
 *
 * There is one struct hfr_op_stats for each operation that the trace has at a
 * target and each worker that may issue it. The feeder makes it before the
 * first such record is given to a worker; it stays as long as the session, and
 * is emptied when a run begins.
 */
#ifndef HFR_TELEMETRY_H
#define HFR_TELEMETRY_H

#include "session.h"

/**
 * hfr_telemetry_need - makes the statistics of an operation at a target
 * @s: the session; the caller holds feed_lock
 * @target: number of the target
 * @op: enum hfr_op
 *
 * Return: 0 or -ENOMEM.
 */
int hfr_telemetry_need(struct hfr_session *s, u32 target, u8 op);

/** hfr_telemetry_free - frees them with the session */
void hfr_telemetry_free(struct hfr_session *s);

/** hfr_telemetry_reset - empties those of a worker that does not run */
void hfr_telemetry_reset(struct hfr_worker *w);

/**
 * hfr_telemetry_sum - what all workers have counted
 * @s: the session, running or not
 * @target: number of the target
 * @op: enum hfr_op
 * @sum: filled
 *
 * Return: whether the trace has such records, as far as it was loaded.
 */
bool hfr_telemetry_sum(const struct hfr_session *s, u32 target, u8 op,
		       struct hfr_op_stats *sum);

/**
 * struct hfr_telemetry_totals - what a session has counted without histograms
 * @issued: requests issued
 * @completed: requests completed
 * @bytes: bytes of those that did not fail, by operation
 */
struct hfr_telemetry_totals {
	u64 issued;
	u64 completed;
	u64 bytes[HFR_OP_NR];
};

/** hfr_telemetry_total - adds up what all workers have counted */
void hfr_telemetry_total(const struct hfr_session *s,
			 struct hfr_telemetry_totals *total);

#endif /* HFR_TELEMETRY_H */
