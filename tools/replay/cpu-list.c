// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu-list.h"

/* A number; @text moves behind it and the blanks that follow. */
static bool take_number(const char **text, unsigned long *value)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	*value = strtoul(*text, &end, 10);
	*text = end + strspn(end, " \t\n");
	return true;
}

static bool take_range(const char **text, cpu_set_t *set)
{
	unsigned long first, last;

	if (!take_number(text, &first))
		return false;
	last = first;
	if (**text == '-') {
		(*text)++;
		if (!take_number(text, &last) || last < first)
			return false;
	}
	for (; first <= last && first < CPU_SETSIZE; first++)
		CPU_SET(first, set);
	return true;
}

bool cpu_list_parse(cpu_set_t *set, const char *text)
{
	CPU_ZERO(set);
	text += strspn(text, " \t\n");
	while (*text) {
		if (!take_range(&text, set))
			return false;
		if (*text && *text++ != ',')
			return false;
		text += strspn(text, " \t\n");
	}
	return true;
}

const char *cpu_list_print(const cpu_set_t *set, char *buf, size_t len)
{
	int cpu = 0, last;
	size_t at = 0;

	snprintf(buf, len, "none");
	for (; cpu < CPU_SETSIZE && at < len; cpu = last + 1) {
		last = cpu;
		if (!CPU_ISSET(cpu, set))
			continue;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
			last++;
		at += (size_t)snprintf(buf + at, len - at,
				       last > cpu ? "%s%d-%d" : "%s%d",
				       at ? "," : "", cpu, last);
	}
	return buf;
}

int cpu_list_first(const cpu_set_t *set)
{
	int cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, set))
			return cpu;
	return -1;
}

void cpu_list_without(cpu_set_t *to, const cpu_set_t *a, const cpu_set_t *b)
{
	cpu_set_t both;

	CPU_AND(&both, a, b);
	CPU_XOR(to, a, &both);
}
