/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Blocks by how often they were referred to, in constant time: a row of groups
 * in the order of their counts, each with its blocks in the order in which they
 * reached it.
 */
#ifndef HF_FREQ_LIST_H
#define HF_FREQ_LIST_H

#include <stdint.h>

/**
 * struct freq_node - a block
 * @next: in its group, towards the latest
 * @prev: towards the first
 * @group: its group + 1; 0 for a block that is not there
 */
struct freq_node {
	uint32_t next, prev, group;
};

/**
 * struct freq_group - blocks with the same count
 * @first: reached the count first; leaves first
 * @last: reached it last
 * @more: group with the next larger count, or ID_NONE; of one that is not in
 *	use, the next that is not
 * @less: group with the next smaller one, or ID_NONE
 * @count: references
 */
struct freq_group {
	uint32_t first, last, more, less;
	uint64_t count;
};

/**
 * struct freq_list - all of them
 * @nodes: of all blocks; owned
 * @groups: owned
 * @least: group with the smallest count, or ID_NONE
 * @unused: first group that is not in use
 */
struct freq_list {
	struct freq_node *nodes;
	struct freq_group *groups;
	uint32_t least, unused;
};

/**
 * freq_list_init - an empty list
 * @f: filled; free with freq_list_free(), also after a failure
 * @distinct: ids are below this
 * @size: most blocks at a time
 *
 * Return: 0 or -ENOMEM.
 */
int freq_list_init(struct freq_list *f, uint32_t distinct, uint32_t size);
void freq_list_free(struct freq_list *f);

/** freq_list_add - adds a block with a count of 1 */
void freq_list_add(struct freq_list *f, uint32_t id);
/** freq_list_bump - counts a reference to a block that is there */
void freq_list_bump(struct freq_list *f, uint32_t id);
/** freq_list_remove - takes a block out */
void freq_list_remove(struct freq_list *f, uint32_t id);

/** freq_list_least - of the blocks with the smallest count the first */
static inline uint32_t freq_list_least(const struct freq_list *f)
{
	return f->groups[f->least].first;
}

#endif /* HF_FREQ_LIST_H */
