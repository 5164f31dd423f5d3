/* SPDX-License-Identifier: GPL-2.0-only */
/* What hfctl info says of a trace. */
#ifndef HFCTL_INFO_H
#define HFCTL_INFO_H

#include <jansson.h>
#include <stdio.h>

#include "source.h"
#include "traceinfo.h"

/** info_json - all figures as an object, NULL without memory */
json_t *info_json(const struct traceinfo *info, const struct source *src);

/** info_text - prints the figures, a page at most for a few devices */
void info_text(const struct traceinfo *info, const struct source *src,
	       FILE *out);

/** info_brief - prints a line: name, format, requests, data, devices */
void info_brief(const struct traceinfo *info, const struct source *src,
		FILE *out);

#endif /* HFCTL_INFO_H */
