/* SPDX-License-Identifier: GPL-2.0-only */
/* What the code that GCC makes for -fprofile-arcs calls or points to. */
#ifndef HFR_COUNTERS_H
#define HFR_COUNTERS_H

#include <linux/types.h>

struct gcov_info;

void __gcov_init(struct gcov_info *info);
void __gcov_exit(void);
void __gcov_merge_add(s64 *counters, unsigned int count);

#endif /* HFR_COUNTERS_H */
