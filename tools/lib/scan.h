/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking a line of text apart, from left to right. */
#ifndef HF_SCAN_H
#define HF_SCAN_H

#include <stdbool.h>
#include <stdint.h>

/* Each takes what it names and moves @s on, or returns false. */

static inline void scan_spaces(const char **s)
{
	while (**s == ' ' || **s == '\t')
		(*s)++;
}

static inline bool scan_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* A decimal number; the largest 64-bit number at most. */
static inline bool scan_u64(const char **s, uint64_t *value)
{
	uint64_t v = 0;

	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, **s - '0', &v))
			return false;
	}
	*value = v;
	return true;
}

static inline bool scan_u32(const char **s, uint32_t *value)
{
	uint64_t v;

	if (!scan_u64(s, &v) || v > UINT32_MAX)
		return false;
	*value = v;
	return true;
}

/* Seconds with 1 to 9 digits after the point, as ns. */
static inline bool scan_seconds(const char **s, uint64_t *ns)
{
	uint64_t sec, frac = 0;
	unsigned int digits;

	if (!scan_u64(s, &sec) || sec > UINT64_MAX / 1000000000 - 1 ||
	    !scan_char(s, '.'))
		return false;
	for (digits = 0; **s >= '0' && **s <= '9'; digits++, (*s)++)
		frac = digits < 9 ? frac * 10 + (**s - '0') : frac;
	if (!digits || digits > 9)
		return false;
	for (; digits < 9; digits++)
		frac *= 10;
	*ns = sec * 1000000000 + frac;
	return true;
}

/* A device number, "8,16". */
static inline bool scan_device(const char **s, uint32_t *major, uint32_t *minor)
{
	return scan_u32(s, major) && scan_char(s, ',') && scan_u32(s, minor);
}

/* Where a remapped request comes from: "<- (8,1) 2048". */
static inline bool scan_remap(const char **s, uint32_t *major, uint32_t *minor,
			      uint64_t *sector)
{
	scan_spaces(s);
	if (!scan_char(s, '<') || !scan_char(s, '-'))
		return false;
	scan_spaces(s);
	if (!scan_char(s, '(') || !scan_device(s, major, minor) ||
	    !scan_char(s, ')'))
		return false;
	scan_spaces(s);
	return scan_u64(s, sector);
}

#endif /* HF_SCAN_H */
