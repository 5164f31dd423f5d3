// SPDX-License-Identifier: GPL-2.0-only
/*
 * SPC Trace File Format 1.0.1, that of the UMass collection (Financial,
 * WebSearch): ASU,LBA,Size,Opcode,Timestamp and optional columns. The LBA
 * counts blocks whose size is not in the file; that of all known traces is
 * 512. Size is in bytes, Timestamp in seconds from the start.
 */
#include "columns.h"
#include "lines.h"

static const struct column_map spc_map = {
	.separator = ',',
	.more = true,
	.n = 5,
	.col = {
		{ COLUMN_TARGET },
		{ COLUMN_OFFSET, .scale = 512 },
		{ COLUMN_LENGTH, .scale = 1 },
		{ COLUMN_OP },
		{ COLUMN_TIME, .digits = 9 },
	},
	.nwords = 2,
	.words = { { "R", HFR_OP_READ }, { "W", HFR_OP_WRITE } },
	.present = 1U << COLUMN_TIME | 1U << COLUMN_OP,
};

static bool spc_sniff(const uint8_t *head, size_t len)
{
	struct column_row row;
	char line[512];
	uint64_t asu;

	return columns_sniff(&spc_map, head, len, &row, line, sizeof(line)) &&
	       column_u64(row.target, &asu);
}

static int spc_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	return columns_read(&spc_map, ins, nins, imp, err);
}

const struct format format_spc = {
	.name = "spc",
	.about = "SPC trace file (UMass Financial, WebSearch)",
	.sniff = spc_sniff,
	.read = spc_read,
};
