// SPDX-License-Identifier: GPL-2.0-only
#include "freq-list.h"

#include <errno.h>
#include <string.h>

#include "big-array.h"
#include "id-list.h"

int freq_list_init(struct freq_list *f, uint32_t distinct, uint32_t size)
{
	/* One more while a block is between two. */
	uint32_t groups = (size < distinct ? size : distinct) + 1;

	memset(f, 0, sizeof(*f));
	f->least = ID_NONE;
	f->nodes = big_array(distinct, sizeof(*f->nodes));
	f->groups = big_array(groups, sizeof(*f->groups));
	if (!f->nodes || !f->groups)
		return -ENOMEM;
	for (uint32_t i = 0; i < groups; i++)
		f->groups[i].more = i + 1 < groups ? i + 1 : ID_NONE;
	return 0;
}

void freq_list_free(struct freq_list *f)
{
	big_array_free(f->nodes);
	big_array_free(f->groups);
	memset(f, 0, sizeof(*f));
}

/* A new group behind another, or in front of all for ID_NONE. */
static uint32_t new_group(struct freq_list *f, uint32_t less, uint64_t count)
{
	uint32_t g = f->unused, *link = less == ID_NONE ? &f->least :
							  &f->groups[less].more;

	f->unused = f->groups[g].more;
	f->groups[g] = (struct freq_group){ ID_NONE, ID_NONE, *link, less,
					    count };
	if (*link != ID_NONE)
		f->groups[*link].less = g;
	*link = g;
	return g;
}

static void drop_group(struct freq_list *f, uint32_t g)
{
	struct freq_group *group = &f->groups[g];

	if (group->less == ID_NONE)
		f->least = group->more;
	else
		f->groups[group->less].more = group->more;
	if (group->more != ID_NONE)
		f->groups[group->more].less = group->less;
	group->more = f->unused;
	f->unused = g;
}

static void append(struct freq_list *f, uint32_t g, uint32_t id)
{
	struct freq_group *group = &f->groups[g];
	struct freq_node *node = &f->nodes[id];

	*node = (struct freq_node){ ID_NONE, group->last, g + 1 };
	if (group->last == ID_NONE)
		group->first = id;
	else
		f->nodes[group->last].next = id;
	group->last = id;
}

static void unlink_node(struct freq_list *f, uint32_t id)
{
	struct freq_node *node = &f->nodes[id];
	struct freq_group *group = &f->groups[node->group - 1];

	if (node->prev == ID_NONE)
		group->first = node->next;
	else
		f->nodes[node->prev].next = node->next;
	if (node->next == ID_NONE)
		group->last = node->prev;
	else
		f->nodes[node->next].prev = node->prev;
}

void freq_list_add(struct freq_list *f, uint32_t id)
{
	uint32_t g = f->least;

	if (g == ID_NONE || f->groups[g].count != 1)
		g = new_group(f, ID_NONE, 1);
	append(f, g, id);
}

void freq_list_bump(struct freq_list *f, uint32_t id)
{
	uint32_t g = f->nodes[id].group - 1, to = f->groups[g].more;
	uint64_t count = f->groups[g].count + 1;

	unlink_node(f, id);
	if (to == ID_NONE || f->groups[to].count != count) {
		/* Alone in its group: the group goes with it. */
		if (f->groups[g].first == ID_NONE) {
			f->groups[g].count = count;
			append(f, g, id);
			return;
		}
		to = new_group(f, g, count);
	}
	if (f->groups[g].first == ID_NONE)
		drop_group(f, g);
	append(f, to, id);
}

void freq_list_remove(struct freq_list *f, uint32_t id)
{
	uint32_t g = f->nodes[id].group - 1;

	unlink_node(f, id);
	f->nodes[id].group = 0;
	if (f->groups[g].first == ID_NONE)
		drop_group(f, g);
}
