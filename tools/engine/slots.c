// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "slots.h"

int slots_init(struct slots *s, uint32_t count, char *own, uint64_t stride)
{
	uint32_t i;

	*s = (struct slots){ .count = count };
	s->all = calloc(count, sizeof(*s->all));
	if (!s->all)
		return -ENOMEM;
	/* From the last, so that the first goes first. */
	for (i = count; i-- > 0;) {
		s->all[i].own = own ? own + i * stride : NULL;
		slots_put(s, &s->all[i]);
	}
	return 0;
}

void slots_free(struct slots *s)
{
	free(s->all);
	*s = (struct slots){ .all = NULL };
}
