/* SPDX-License-Identifier: GPL-2.0-only */
/* What a pipeline did, for people and for programs. */
#ifndef HFCTL_TRANSFORM_SHOW_H
#define HFCTL_TRANSFORM_SHOW_H

#include <jansson.h>
#include <stdio.h>

#include "pipeline.h"

/** transform_show - prints a line for each step, and the files */
void transform_show(const struct pipeline *p,
		    const struct pipeline_result *result, FILE *out);

/** transform_json - the same as an object, NULL without memory */
json_t *transform_json(const struct pipeline *p,
		       const struct pipeline_result *result);

#endif /* HFCTL_TRANSFORM_SHOW_H */
