// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tencent's cloud block storage of 2018:
 * Timestamp,Offset,Size,IOType,VolumeID with seconds since 1970, sectors of
 * 512 bytes, 0 for a read and 1 for a write. Lines are not in order, and many
 * requests share a second.
 */
#include "columns.h"
#include "lines.h"

#define SECOND_NS	1000000000ULL
/* No such trace is from before 2001 or after 2100. */
#define EARLIEST	978307200ULL
#define LATEST		4102444800ULL

static const struct column_map tencent_map = {
	.separator = ',',
	.header = "Timestamp,Offset,Size,IOType,VolumeID",
	.epoch = EPOCH_UNIX,
	.resolution_ns = SECOND_NS,
	.n = 5,
	.col = {
		{ COLUMN_TIME, .digits = 9 },
		{ COLUMN_OFFSET, .scale = 512 },
		{ COLUMN_LENGTH, .scale = 512 },
		{ COLUMN_OP },
		{ COLUMN_TARGET },
	},
	.nwords = 2,
	.words = { { "0", HFR_OP_READ }, { "1", HFR_OP_WRITE } },
	.present = 1U << COLUMN_TIME | 1U << COLUMN_OP,
};

static bool tencent_sniff(const uint8_t *head, size_t len)
{
	struct column_row row;
	uint64_t time, volume;
	char line[256];

	if (!columns_sniff(&tencent_map, head, len, &row, line, sizeof(line)))
		return false;
	return column_u64(line, &time) && time >= EARLIEST && time < LATEST &&
	       column_u64(row.target, &volume);
}

static int tencent_read(struct input *const *ins, int nins,
			struct importer *imp, struct hf_error *err)
{
	return columns_read(&tencent_map, ins, nins, imp, err);
}

const struct format format_tencent = {
	.name = "tencent",
	.about = "CSV of Tencent's cloud block storage of 2018",
	.sniff = tencent_sniff,
	.read = tencent_read,
};
