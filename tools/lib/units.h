/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers with units, as people type and read them. */
#ifndef HF_UNITS_H
#define HF_UNITS_H

#include <stddef.h>
#include <stdint.h>

/**
 * hf_parse_size - reads a size in bytes
 * @text: a number with or without a fraction, then nothing, k, m, g, t, p
 *	(powers of 1024, also K, KiB, ...) or kB, MB, ... (powers of 1000)
 * @value: bytes
 *
 * Return: 0, or -EINVAL, or -ERANGE if it does not fit 64 bits.
 */
int hf_parse_size(const char *text, uint64_t *value);

/**
 * hf_parse_duration - reads a duration in ns
 * @text: a number with or without a fraction and ns, us, ms, s, m or h;
 *	without a unit it is seconds
 * @value: ns
 *
 * Return: 0, or -EINVAL, or -ERANGE if it does not fit 63 bits.
 */
int hf_parse_duration(const char *text, uint64_t *value);

/**
 * hf_parse_u64 - reads a plain decimal or 0x number, all of @text
 * @text: the number
 * @value: result
 *
 * Return: 0, or -EINVAL, or -ERANGE.
 */
int hf_parse_u64(const char *text, uint64_t *value);

/**
 * hf_format_size - prints bytes with a unit, "4.0 KiB"
 * @buf: at least 16 bytes
 * @len: size of @buf
 * @bytes: the size
 *
 * Return: @buf.
 */
const char *hf_format_size(char *buf, size_t len, uint64_t bytes);

/**
 * hf_format_duration - prints ns with a fitting unit, "1.5 ms"
 * @buf: at least 24 bytes
 * @len: size of @buf
 * @ns: the duration, may be negative
 *
 * Return: @buf.
 */
const char *hf_format_duration(char *buf, size_t len, int64_t ns);

#endif /* HF_UNITS_H */
