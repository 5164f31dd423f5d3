// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "engine.h"

static const struct engine *const engines[] = {
	&engine_kernel,
	&engine_null,
	&engine_uring,
};

const struct engine *engine_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (!strcmp(engines[i]->name, name))
			return engines[i];
	return NULL;
}
