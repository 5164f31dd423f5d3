/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module counts of each operation at each target of a session. */
#ifndef HF_STATS_H
#define HF_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <netlink/attr.h>
#include <linux/hfreplay.h>

#include "hist.h"

/**
 * struct op_stats - an operation at a target
 * @target: number of the target
 * @op: enum hfr_op
 * @issued: requests issued
 * @completed: requests completed
 * @errors: requests that failed
 * @bytes: bytes of those that completed without error
 * @latency: ns from issue to completion
 * @lateness: ns from due time to issue
 */
struct op_stats {
	uint32_t target;
	uint32_t op;
	uint64_t issued;
	uint64_t completed;
	uint64_t errors;
	uint64_t bytes;
	struct hist latency;
	struct hist lateness;
};

/**
 * struct stats - of a session
 * @id: its number
 * @name: its name
 * @ops: by target, then operation; owned
 * @n: number of them
 */
struct stats {
	uint32_t id;
	char name[32];
	struct op_stats *ops;
	size_t n;
};

/**
 * stats_take - adds what a message of the dump says
 * @s: zeroed before the first message
 * @attrs: the first attribute
 * @len: bytes of attributes
 *
 * Return: 0, -EPROTO if it makes no sense, or -ENOMEM.
 */
int stats_take(struct stats *s, const struct nlattr *attrs, int len);
void stats_free(struct stats *s);

/**
 * stats_since - what was counted between two looks
 * @since: filled; free with stats_free()
 * @now: the later look
 * @before: the earlier one; of another run, or empty, it does not count
 *
 * The largest values are those of the whole run, where they are not known to
 * be less.
 *
 * Return: 0 or -ENOMEM.
 */
int stats_since(struct stats *since, const struct stats *now,
		const struct stats *before);

/** stats_json - as JSON, with each bucket if @buckets */
json_t *stats_json(const struct stats *s, bool buckets);

#endif /* HF_STATS_H */
