// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "format.h"

/*
 * Sniffed in this order: magic numbers first, then texts with a header, then
 * texts known by their first lines only.
 */
const struct format *const formats[] = {
	&format_hft,
	&format_blktrace,
	&format_fio,
	&format_hfplayer,
	&format_ftrace,
	&format_blkparse,
	&format_msr,
	NULL
};
