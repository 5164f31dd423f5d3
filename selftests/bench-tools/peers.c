// SPDX-License-Identifier: GPL-2.0-only
#include "peers.h"

#include "random.h"

static inline void update(struct peer_node *n, uint32_t i)
{
	n[i].size = 1 + n[n[i].left].size + n[n[i].right].size;
}

/* ---- splay tree ---- */

/* Node @i takes the place of the one that it hangs below. */
static inline void rotate(struct peer_node *n, uint32_t i)
{
	uint32_t below = n[i].up, up = n[below].up, moved;

	if (n[below].left == i) {
		moved = n[i].right;
		n[below].left = moved;
		n[i].right = below;
	} else {
		moved = n[i].left;
		n[below].right = moved;
		n[i].left = below;
	}
	if (moved)
		n[moved].up = below;
	if (up && n[up].left == below)
		n[up].left = i;
	else if (up)
		n[up].right = i;
	n[below].up = i;
	n[i].up = up;
	update(n, below);
	update(n, i);
}

/* Node @i becomes the root of its tree. */
static void splay(struct peer_node *n, uint32_t i)
{
	while (n[i].up) {
		uint32_t up = n[i].up, upper = n[up].up;

		if (upper)
			rotate(n, (n[upper].left == up) == (n[up].left == i) ?
			       up : i);
		rotate(n, i);
	}
}

/* Two trees, all of the second later than all of the first. */
static uint32_t splay_join(struct peer_node *n, uint32_t first, uint32_t second)
{
	if (first)
		n[first].up = 0;
	if (second)
		n[second].up = 0;
	if (!first || !second)
		return first ? first : second;
	while (n[first].right)
		first = n[first].right;
	splay(n, first);
	n[first].right = second;
	n[second].up = first;
	update(n, first);
	return first;
}

uint32_t splay_distance(struct peer *p, uint32_t id)
{
	struct peer_node *n = p->nodes;
	uint32_t i = id + 1, distance = PEER_COLD;

	if (n[i].time) {
		splay(n, i);
		distance = n[n[i].right].size;
		p->root = splay_join(n, n[i].left, n[i].right);
	}
	n[i] = (struct peer_node){ .time = ++p->now, .left = p->root };
	if (p->root)
		n[p->root].up = i;
	update(n, i);
	p->root = i;
	return distance;
}

/* ---- treap ---- */

/* What two trees that hung below a node make without it. */
static uint32_t treap_merge(struct peer_node *n, uint32_t left, uint32_t right)
{
	uint32_t root = 0, *link = &root;

	while (left && right) {
		uint32_t i = n[left].weight > n[right].weight ? left : right;

		n[i].size = n[left].size + n[right].size;
		*link = i;
		if (i == left) {
			link = &n[i].right;
			left = *link;
		} else {
			link = &n[i].left;
			right = *link;
		}
	}
	*link = left ? left : right;
	return root;
}

/* Takes a node out; returns how many are later. */
static uint32_t treap_remove(struct peer *p, uint32_t i)
{
	struct peer_node *n = p->nodes;
	uint32_t at = p->root, *link = &p->root, later = 0;

	while (at != i) {
		n[at].size--;
		if (n[i].time < n[at].time) {
			later += 1 + n[n[at].right].size;
			link = &n[at].left;
		} else {
			link = &n[at].right;
		}
		at = *link;
	}
	later += n[n[i].right].size;
	*link = treap_merge(n, n[i].left, n[i].right);
	return later;
}

/* The latest of all hangs at the right end. */
static void treap_append(struct peer *p, uint32_t i)
{
	struct peer_node *n = p->nodes;
	uint32_t *link = &p->root;

	while (*link && n[*link].weight > n[i].weight) {
		n[*link].size++;
		link = &n[*link].right;
	}
	n[i].left = *link;
	n[i].right = 0;
	update(n, i);
	*link = i;
}

uint32_t treap_distance(struct peer *p, uint32_t id)
{
	struct peer_node *n = p->nodes;
	uint32_t i = id + 1, distance = PEER_COLD;

	if (n[i].time)
		distance = treap_remove(p, i);
	else
		n[i].weight = (uint32_t)(random_u64() >> 32);
	n[i].time = ++p->now;
	treap_append(p, i);
	return distance;
}
