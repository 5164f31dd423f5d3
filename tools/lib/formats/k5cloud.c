// SPDX-License-Identifier: GPL-2.0-only
/*
 * The traces of Fujitsu's K5 cloud: ID,Timestamp,Type,Offset,Length with the
 * number of a volume, seconds from the start and bytes.
 */
#include <string.h>

#include "columns.h"
#include "lines.h"

static const struct column_map k5cloud_map = {
	.separator = ',',
	.header = "ID,Timestamp,Type,Offset,Length",
	.n = 5,
	.col = {
		{ COLUMN_TARGET },
		{ COLUMN_TIME, .digits = 9 },
		{ COLUMN_OP },
		{ COLUMN_OFFSET, .scale = 1 },
		{ COLUMN_LENGTH, .scale = 1 },
	},
	.nwords = 2,
	.words = { { "R", HFR_OP_READ }, { "W", HFR_OP_WRITE } },
	.present = 1U << COLUMN_TIME | 1U << COLUMN_OP,
};

static bool k5cloud_sniff(const uint8_t *head, size_t len)
{
	struct column_row row;
	char line[256];
	uint64_t id;

	return columns_sniff(&k5cloud_map, head, len, &row, line,
			     sizeof(line)) &&
	       column_u64(row.target, &id);
}

static int k5cloud_read(struct input *const *ins, int nins,
			struct importer *imp, struct hf_error *err)
{
	return columns_read(&k5cloud_map, ins, nins, imp, err);
}

const struct format format_k5cloud = {
	.name = "k5cloud",
	.about = "CSV of the K5 cloud traces",
	.sniff = k5cloud_sniff,
	.read = k5cloud_read,
};
