/* SPDX-License-Identifier: GPL-2.0-only */
/* Records in a buffer that grows. */
#ifndef HF_RECS_H
#define HF_RECS_H

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <linux/hfreplay.h>

/**
 * struct recs - records
 * @list: they; owned
 * @n: how many
 * @size: how many there is room for
 */
struct recs {
	struct hfr_trace_rec *list;
	size_t n, size;
};

/** recs_reserve - makes room for @size records; 0 or -ENOMEM */
static inline int recs_reserve(struct recs *r, size_t size)
{
	struct hfr_trace_rec *list;

	if (size <= r->size)
		return 0;
	list = reallocarray(r->list, size, sizeof(*list));
	if (!list)
		return -ENOMEM;
	r->list = list;
	r->size = size;
	return 0;
}

static inline void recs_free(struct recs *r)
{
	free(r->list);
	*r = (struct recs){ 0 };
}

#endif /* HF_RECS_H */
