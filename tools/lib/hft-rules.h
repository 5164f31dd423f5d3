/* SPDX-License-Identifier: GPL-2.0-only */
/* What linux/hfreplay.h demands of a record, for reader, writer, importer. */
#ifndef HF_HFT_RULES_H
#define HF_HFT_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/**
 * struct hft_rules - what a record is held against
 * @devs: device table
 * @device_count: its entries
 * @max_length: longest read or write, bytes
 * @deps: rank, dep_lo and dep_hi are set
 * @index: records before this one; counted by hft_rule_next()
 * @last_issue_ns: issue time of the record before
 * @last_lo: dep_lo of the record before
 * @last_hi: dep_hi of the record before
 */
struct hft_rules {
	const struct hfr_file_dev *devs;
	uint32_t device_count;
	uint32_t max_length;
	bool deps;
	uint64_t index;
	uint64_t last_issue_ns;
	uint32_t last_lo, last_hi;
};

/* Room for the sentence of hft_rule_broken(). */
#define HFT_WHY 200

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
bool hft_op_moves_data(uint8_t op);

/** hft_logical_block - logical block of a device, 512 if it is not known */
uint32_t hft_logical_block(const struct hfr_file_dev *dev);

/** hft_logical_block_good - whether it is 0 or a power of two from 512 */
bool hft_logical_block_good(uint32_t logical_block);

#endif /* HF_HFT_RULES_H */
