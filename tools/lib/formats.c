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
	&format_dmlog,
	&format_btrecord,
	&format_vscsi,
	&format_oracle,
	&format_fio,
	&format_hfplayer,
	&format_thesios,
	&format_biosnoop,
	&format_ftrace,
	&format_blkparse,
	&format_msr,
	&format_systor,
	&format_alibaba,
	&format_tencent,
	&format_k5cloud,
	&format_spc,
	&format_fiu,
	&format_disksim,
	&format_mqsim,
	&format_replayer,
	&format_blkreplay,
	&format_csv,
	&format_agios,
	&format_pvfs,
	&format_refs,
	NULL
};
