/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HF_JSON_TEXT_H
#define HF_JSON_TEXT_H

#include <jansson.h>

/**
 * json_text - a string, with bytes that are not UTF-8 replaced
 * @text: NULL is an empty one. File names and command lines need not be UTF-8,
 *	JSON must be
 *
 * Return: a new reference, or NULL without memory.
 */
json_t *json_text(const char *text);

#endif /* HF_JSON_TEXT_H */
