// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alibaba's block traces of 2020: device_id,opcode,offset,length,timestamp
 * with us since 1970. device_size.csv (device_id,capacity) can be given as one
 * more input: it says how large the devices are.
 */
#include "columns.h"
#include "lines.h"

/* Earlier than 2001 and later than 2100 no such trace was taken, in us. */
#define EARLIEST	978307200000000ULL
#define LATEST		4102444800000000ULL

static const struct column_map alibaba_map = {
	.separator = ',',
	.header = "device_id,opcode,offset,length,timestamp",
	.epoch = EPOCH_UNIX,
	.n = 5,
	.col = {
		{ COLUMN_TARGET },
		{ COLUMN_OP },
		{ COLUMN_OFFSET, .scale = 1 },
		{ COLUMN_LENGTH, .scale = 1 },
		{ COLUMN_TIME, .digits = 3 },
	},
	.nwords = 2,
	.words = { { "R", HFR_OP_READ }, { "W", HFR_OP_WRITE } },
	.present = 1U << COLUMN_TIME | 1U << COLUMN_OP,
};

static const char *next_comma(const char *line)
{
	while (*line && *line != ',')
		line++;
	return *line ? line + 1 : NULL;
}

static bool has_two_columns(const char *line)
{
	const char *second = next_comma(line);

	return second && !next_comma(second);
}

/* "DEVICE,BYTES" */
static bool parse_size(char *line, char **device, uint64_t *size)
{
	char *col[2];
	uint64_t id;

	if (lines_split(line, ',', col, 2) != 2)
		return false;
	*device = col[0];
	return column_u64(col[0], &id) && column_u64(col[1], size) && *size &&
	       *size % 512 == 0;
}

static bool alibaba_sniff(const uint8_t *head, size_t len)
{
	struct column_row row;
	char line[256], *device;
	uint64_t id, size;

	if (columns_sniff(&alibaba_map, head, len, &row, line, sizeof(line)))
		return column_u64(row.target, &id) &&
		       row.rec.issue_ns / 1000 >= EARLIEST &&
		       row.rec.issue_ns / 1000 < LATEST;
	return lines_first(head, len, line, sizeof(line)) &&
	       parse_size(line, &device, &size);
}

static int size_line(struct importer *imp, struct input *in, char *line,
		     struct hf_error *err)
{
	char *device;
	uint64_t size;
	int target;

	if (!parse_size(line, &device, &size))
		return lines_junk(imp, in, "no device and its size", err);
	target = importer_device(imp, device, 0, 0, err);
	if (target < 0)
		return target;
	importer_geometry(imp, target, size, 0);
	return 0;
}

static int alibaba_line(struct importer *imp, struct input *in, void *state,
			char *line, struct hf_error *err)
{
	if (has_two_columns(line))
		return size_line(imp, in, line, err);
	return columns_line(imp, in, state, line, err);
}

static int alibaba_read(struct input *const *ins, int nins,
			struct importer *imp, struct hf_error *err)
{
	static const struct columns_state start = { .map = &alibaba_map };
	static const struct line_reader reader = {
		.state_size = sizeof(start),
		.state = &start,
		.line = alibaba_line,
	};

	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_alibaba = {
	.name = "alibaba",
	.about = "CSV of Alibaba's block traces of 2020",
	.sniff = alibaba_sniff,
	.read = alibaba_read,
};
