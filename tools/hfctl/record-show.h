/* SPDX-License-Identifier: GPL-2.0-only */
/* What a capture recorded, for people and for programs. */
#ifndef HFCTL_RECORD_SHOW_H
#define HFCTL_RECORD_SHOW_H

#include "capture.h"
#include "import.h"

/**
 * struct recorded - a capture that is over and written
 * @devs: its devices
 * @stats: what was taken of each
 * @sum: what became of that
 * @out: the file
 */
struct recorded {
	const struct blockdevs *devs;
	const struct capture_stats *stats;
	const struct import_summary *sum;
	const char *out;
};

/** record_show_text - prints devices, requests and losses */
void record_show_text(const struct recorded *rec);

/** record_show_json - the same as JSON; 0 or -ENOMEM */
int record_show_json(const struct recorded *rec);

/** record_show_warn - says what makes the trace less than it looks */
void record_show_warn(const struct recorded *rec);

#endif /* HFCTL_RECORD_SHOW_H */
