// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "json-text.h"

json_t *json_text(const char *text)
{
	json_t *str = json_string(text ? text : "");
	char *ascii;

	if (str)
		return str;
	ascii = strdup(text);
	if (!ascii)
		return NULL;
	for (char *p = ascii; *p; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	str = json_string(ascii);
	free(ascii);
	return str;
}
