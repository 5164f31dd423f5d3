// SPDX-License-Identifier: GPL-2.0-only
/* Any table of text, with a map of its columns from import_opts.columns. */
#include <errno.h>

#include "columns.h"
#include "lines.h"

/**
 * struct csv_state - how far an input was read
 * @columns: of columns_line()
 * @skipped: lines in front of the requests that were passed over
 */
struct csv_state {
	struct columns_state columns;
	uint64_t skipped;
};

/* Nothing in the content says what the columns mean. */
static bool csv_sniff(const uint8_t *head, size_t len)
{
	(void)head;
	(void)len;
	return false;
}

static int csv_line(struct importer *imp, struct input *in, void *state,
		    char *line, struct hf_error *err)
{
	struct csv_state *st = state;

	if (st->skipped < st->columns.map->skip_lines) {
		st->skipped++;
		return 0;
	}
	return *line == '#' ? 0 : columns_line(imp, in, state, line, err);
}

static int csv_read(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err)
{
	struct column_map map;
	const struct csv_state start = { .columns = { .map = &map } };
	struct line_reader reader = {
		.state_size = sizeof(start),
		.state = &start,
		.line = csv_line,
	};
	int rc;

	if (!importer_opts(imp)->columns)
		return hf_fail(err, EINVAL,
			       "a table needs --columns, which says what its columns hold (--columns time:s,op,offset:sectors,length:bytes)");
	rc = column_map_parse(importer_opts(imp)->columns, &map, err);
	if (rc)
		return rc;
	reader.tabs = map.separator == '\t';
	columns_begin(imp, &map);
	return lines_read(ins, nins, imp, &reader, err);
}

const struct format format_csv = {
	.name = "csv",
	.about = "any table of text, with --columns",
	.sniff = csv_sniff,
	.read = csv_read,
};
