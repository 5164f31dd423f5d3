/* SPDX-License-Identifier: GPL-2.0-only */
/* The formats that can be written, from their table. */
#ifndef HFCTL_FORMATS_SHOW_H
#define HFCTL_FORMATS_SHOW_H

#include <stdbool.h>

#include "error.h"

/**
 * formats_show - prints what each format that can be written holds
 * @json: as JSON
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int formats_show(bool json, struct hf_error *err);

#endif /* HFCTL_FORMATS_SHOW_H */
