/* SPDX-License-Identifier: GPL-2.0-only */
/* The report of hfctl verify, printed as it comes. */
#ifndef HFCTL_VERIFY_SHOW_H
#define HFCTL_VERIFY_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "medium.h"

/**
 * struct verify_show - a report that is being printed
 * @json: as JSON
 * @crash: what it says of itself
 * @targets: targets begun
 * @listed: faults of the target at hand
 */
struct verify_show {
	bool json;
	bool crash;
	uint32_t targets;
	uint64_t listed;
};

void verify_show_begin(struct verify_show *show);
/** verify_show_target - begins a target */
void verify_show_target(struct verify_show *show, const char *path);
/** verify_show_fault - prints a fault; @show is a struct verify_show */
void verify_show_fault(void *show, const struct fault *f);
/** verify_show_sum - ends a target */
void verify_show_sum(struct verify_show *show, const struct medium *m);
/**
 * verify_show_end - ends the report
 * @show: the report
 * @faults: blocks at fault
 * @whole: all was looked at
 */
void verify_show_end(struct verify_show *show, uint64_t faults, bool whole);

#endif /* HFCTL_VERIFY_SHOW_H */
