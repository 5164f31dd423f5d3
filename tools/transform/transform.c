// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "array.h"
#include "transform.h"

#define ENTRY(name, args, about) &transform_##name,

static const struct transform *const transforms[] = {
	TRANSFORM_STEPS(ENTRY)
};

const struct transform *transform_find(const char *name)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(transforms); n++)
		if (!strcmp(transforms[n]->name, name))
			return transforms[n];
	return NULL;
}
