/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stack distances of LRU as other profilers find them: by a tree with a node
 * for each block, ordered by its latest reference, in which each node knows how
 * many there are from it down (Olken, 1981).
 */
#ifndef BENCH_TOOLS_PEERS_H
#define BENCH_TOOLS_PEERS_H

#include <stdint.h>

#define PEER_COLD	UINT32_MAX

/**
 * struct peer_node - a block
 * @time: of its latest reference; 0 before the first
 * @left: earlier ones; 0 for none
 * @right: later ones
 * @up: of a splay tree: where it hangs, 0 for the root
 * @size: nodes from here down; 0 of the node that stands for none
 * @weight: of a treap: larger than those below
 */
struct peer_node {
	uint64_t time;
	uint32_t left, right, up, size, weight;
};

/**
 * struct peer - a tree
 * @nodes: at [id + 1]; [0] stands for none; zeros at first
 * @root: of the tree
 * @now: time of the latest reference
 */
struct peer {
	struct peer_node *nodes;
	uint32_t root;
	uint64_t now;
};

/**
 * splay_distance - by a splay tree, from the bottom up (Sleator, Tarjan, 1985)
 * @p: the tree
 * @id: of the block referred to
 *
 * Return: other blocks since the last reference to it, or PEER_COLD.
 */
uint32_t splay_distance(struct peer *p, uint32_t id);

/** treap_distance - the same by a treap (Aragon, Seidel, 1989) */
uint32_t treap_distance(struct peer *p, uint32_t id);

#endif /* BENCH_TOOLS_PEERS_H */
