/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures of the JSON report as people read them. */
#ifndef HF_FMT_H
#define HF_FMT_H

#include <jansson.h>

#include "table.h"

/** struct fmt - room for one figure; the functions return its text */
struct fmt {
	char text[64];
};

/* Shown where a figure is not known. */
#define FMT_UNKNOWN	"-"

/** fmt_count - a number with commas between thousands: "10,069" */
const char *fmt_count(struct fmt *b, const json_t *value);
/** fmt_ns - a duration with its unit */
const char *fmt_ns(struct fmt *b, const json_t *value);
/** fmt_bytes - a size with its unit */
const char *fmt_bytes(struct fmt *b, const json_t *value);
/** fmt_number - a real number with three digits that count */
const char *fmt_number(struct fmt *b, const json_t *value);
/** fmt_share - a share (0 to 1) as a percentage */
const char *fmt_share(struct fmt *b, double share);
/** fmt_change - how much @to differs from @from, as a signed percentage */
const char *fmt_change(struct fmt *b, const json_t *from, const json_t *to);

/** json_uint - a member that is a count, 0 if it is missing */
unsigned long long json_uint(const json_t *obj, const char *key);
/** json_str - a member that is a string, "" if it is missing */
const char *json_str(const json_t *obj, const char *key);

#endif /* HF_FMT_H */
