// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "units.h"

/*
 * The number that a name is, or has behind @before, with no zero in front of
 * it: it prints the same.
 */
static bool number_of(const char *name, const char *before, uint32_t *number)
{
	size_t n = strlen(before);
	uint64_t value;

	name += strncmp(name, before, n) ? 0 : n;
	if (!isdigit((unsigned char)*name) || (*name == '0' && name[1]) ||
	    hf_parse_u64(name, &value) || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool twice(const struct hft_file *trace, const uint32_t *numbers,
		  uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (trace->devs[i].requests && numbers[i] == numbers[n])
			return true;
	return false;
}

bool names_number(const struct hft_file *trace, const char *before,
		  uint32_t *numbers)
{
	uint32_t i, n = trace->hdr->device_count;

	for (i = 0; i < n; i++) {
		if (!trace->devs[i].requests)
			continue;
		if (!number_of((const char *)trace->devs[i].name, before,
			       &numbers[i]) || twice(trace, numbers, i))
			break;
	}
	if (i == n)
		return true;
	for (i = 0; i < n; i++)
		numbers[i] = i;
	return false;
}

bool names_clean(const char *name, const char *bad, char *buf, size_t len)
{
	bool clean = *name;
	size_t i;

	snprintf(buf, len, "%s", *name ? name : "_");
	for (i = 0; buf[i]; i++) {
		if (!iscntrl((unsigned char)buf[i]) && !strchr(bad, buf[i]))
			continue;
		buf[i] = '_';
		clean = false;
	}
	return clean;
}
