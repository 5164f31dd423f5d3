/* SPDX-License-Identifier: GPL-2.0-only */
/* What linux/hfreplay.h demands of a record, for reader, writer, importer. */
#ifndef HF_HFT_RULES_H
#define HF_HFT_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "hft-deps.h"

/**
 * struct hft_rules - what a record is held against
 * @devs: device table
 * @device_count: its entries
 * @max_length: longest read or write, bytes
 * @deps: what dependency windows are held against; NULL if there are none
 * @index: records before this one; counted by hft_rule_next()
 * @last_issue_ns: issue time of the record before
 */
struct hft_rules {
	const struct hfr_file_dev *devs;
	uint32_t device_count;
	uint32_t max_length;
	struct hft_deps *deps;
	uint64_t index;
	uint64_t last_issue_ns;
};

/**
 * hft_rule_broken - whether a record breaks a rule
 * @rules: the rules
 * @rec: the record
 * @why: gets what is wrong, a part of a sentence, HFT_WHY bytes
 *
 * Return: true if it does.
 */
bool hft_rule_broken(const struct hft_rules *rules,
		     const struct hfr_trace_rec *rec, char *why);

/** hft_rule_next - @rec was good and the next is to be held against @rules */
void hft_rule_next(struct hft_rules *rules, const struct hfr_trace_rec *rec);

/** hft_op_moves_data - whether an operation transfers its length */
static inline bool hft_op_moves_data(uint8_t op)
{
	return op == HFR_OP_READ || op == HFR_OP_WRITE ||
	       op == HFR_OP_ZONE_APPEND;
}

/** hft_logical_block - logical block of a device, 512 if it is not known */
uint32_t hft_logical_block(const struct hfr_file_dev *dev);

/** hft_logical_block_good - whether it is 0 or a power of two from 512 */
bool hft_logical_block_good(uint32_t logical_block);

/**
 * hft_plain_io - whether a request is one that breaks no rule, the quick way
 * @rec: the request
 * @block: logical block of its device, bytes
 *
 * For nearly all requests: reads and writes without dependencies. Nothing is
 * said of @target, of the order of times, or of a request for which it is
 * false.
 */
static inline bool hft_plain_io(const struct hfr_trace_rec *rec,
				uint32_t block)
{
	const uint32_t sync = HFR_RF_SYNC | HFR_RF_ASYNC;
	const uint32_t flags = sync | HFR_RF_META | HFR_RF_RAHEAD;

	return rec->op <= HFR_OP_WRITE && rec->length &&
	       rec->length <= HFR_MAX_LENGTH &&
	       !((rec->offset | rec->length) & (block - 1)) &&
	       rec->offset <= (uint64_t)INT64_MAX - HFR_MAX_LENGTH &&
	       !(rec->flags & ~flags) && (rec->flags & sync) != sync &&
	       !rec->prio && !rec->reserved0 && !(rec->rank |
	       rec->dep_lo | rec->dep_hi | rec->scope | rec->global_rank);
}

/**
 * hft_rules_plain - the same, of all rules
 * @rules: the rules
 * @rec: the request; HFR_UNKNOWN is the latest of all times
 */
static inline bool hft_rules_plain(const struct hft_rules *rules,
				   const struct hfr_trace_rec *rec)
{
	uint32_t block;

	if (rules->deps || rec->target >= rules->device_count)
		return false;
	block = rules->devs[rec->target].logical_block;
	return rec->issue_ns >= rules->last_issue_ns &&
	       rec->issue_ns <= HFR_MAX_TIME &&
	       rec->complete_ns >= rec->issue_ns &&
	       (rec->complete_ns <= HFR_MAX_TIME ||
		rec->complete_ns == HFR_UNKNOWN) &&
	       rec->length <= rules->max_length &&
	       hft_plain_io(rec, block ? block : 512);
}

#endif /* HF_HFT_RULES_H */
