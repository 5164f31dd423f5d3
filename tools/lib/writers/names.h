/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of devices in formats that have rules for them. */
#ifndef HF_WRITER_NAMES_H
#define HF_WRITER_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "writer.h"

/**
 * names_number - the number in which each name ends, where all of them have one
 * @trace: its devices
 * @before: what may stand in front of the number; nothing else may
 * @numbers: gets one for each device: the number of its name if all names of
 *	devices with requests are a number or @before and a number, no two
 *	numbers the same; else its index
 *
 * Return: whether the numbers are those of the names.
 */
bool names_number(const struct hft_file *trace, const char *before,
		  uint32_t *numbers);

/**
 * names_clean - a name with other characters where it has some that it must not
 * @name: the name
 * @bad: what may not be in it, besides control characters
 * @buf: gets it, '_' in the place of those
 * @len: size of @buf
 *
 * Return: whether nothing had to be changed.
 */
bool names_clean(const char *name, const char *bad, char *buf, size_t len);

#endif /* HF_WRITER_NAMES_H */
