// SPDX-License-Identifier: GPL-2.0-only
/*
 * The traces of Systor '17 (virtual desktops): a file per hour and LUN,
 * Timestamp,Response,IOType,LUN,Offset,Size. Times are seconds since 1970 and
 * seconds, not in order. A request whose response was not seen has no type.
 */
#include <string.h>

#include "columns.h"
#include "lines.h"

static const struct column_map systor_map = {
	.separator = ',',
	.header = "Timestamp,Response,IOType,LUN,Offset,Size",
	.epoch = EPOCH_UNIX,
	.n = 6,
	.col = {
		{ COLUMN_TIME, .digits = 9 },
		{ COLUMN_LATENCY, .digits = 9 },
		{ COLUMN_OP },
		{ COLUMN_TARGET },
		{ COLUMN_OFFSET, .scale = 1 },
		{ COLUMN_LENGTH, .scale = 1 },
	},
	.nwords = 3,
	.words = {
		{ "R", HFR_OP_READ },
		{ "W", HFR_OP_WRITE },
		{ "", COLUMN_OP_SKIP },
	},
	.present = 1U << COLUMN_TIME | 1U << COLUMN_LATENCY | 1U << COLUMN_OP,
};

static bool systor_sniff(const uint8_t *head, size_t len)
{
	struct column_row row;
	char line[256];
	uint64_t lun;

	if (lines_first(head, len, line, sizeof(line)) &&
	    columns_is_header(&systor_map, line))
		return true;
	return columns_sniff(&systor_map, head, len, &row, line,
			     sizeof(line)) &&
	       strchr(line, '.') && column_u64(row.target, &lun);
}

static int systor_read(struct input *const *ins, int nins, struct importer *imp,
		       struct hf_error *err)
{
	return columns_read(&systor_map, ins, nins, imp, err);
}

const struct format format_systor = {
	.name = "systor",
	.about = "CSV of the Systor '17 traces",
	.sniff = systor_sniff,
	.read = systor_read,
};
