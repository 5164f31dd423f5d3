// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "wheel.h"

int wheel_make(struct wheel *w, uint32_t ticks, uint32_t items,
	       struct hf_error *err)
{
	*w = (struct wheel){ .ticks = ticks };
	w->head = malloc(((size_t)ticks + WHEEL_AHEAD) * sizeof(*w->head));
	w->next = malloc((size_t)items * sizeof(*w->next));
	if (!w->head || !w->next) {
		wheel_free(w);
		return hf_fail(err, ENOMEM,
			       "no memory for %u items that sleep up to %u ticks",
			       items, ticks);
	}
	memset(w->head, 0xff,
	       ((size_t)ticks + WHEEL_AHEAD) * sizeof(*w->head));
	return 0;
}

void wheel_free(struct wheel *w)
{
	free(w->head);
	free(w->next);
	*w = (struct wheel){ 0 };
}
