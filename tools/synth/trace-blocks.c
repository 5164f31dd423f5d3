// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "trace-blocks.h"
#include "import.h"

/* 64 devices of 2^58 blocks. */
#define PLACE_BITS 58

static int add_blocks(const struct hfr_trace_rec *rec, uint64_t block,
		      struct numbers *blocks, struct hf_error *err)
{
	uint64_t at = rec->offset / block;
	uint64_t last = (rec->offset + rec->length - 1) / block;
	int rc = 0;

	if ((rec->op != HFR_OP_READ && rec->op != HFR_OP_WRITE) || !rec->length)
		return 0;
	for (; !rc && at <= last; at++)
		rc = numbers_add(blocks, (uint64_t)rec->target << PLACE_BITS |
				 at, err);
	return rc;
}

int blocks_of_trace(const char *path, uint64_t block, struct numbers *blocks,
		    struct hf_error *err)
{
	const struct import_opts opts = { .level = IMPORT_LEVEL_ANY };
	struct hft_file file;
	uint64_t i;
	int rc;

	*blocks = (struct numbers){ 0 };
	rc = import_open(&path, 1, &opts, &file, NULL, err);
	if (rc)
		return rc;
	for (i = 0; !rc && i < file.count; i++)
		rc = add_blocks(&file.recs[i], block, blocks, err);
	hft_close(&file);
	if (!rc && !blocks->n)
		rc = hf_fail(err, ENODATA,
			     "%s has neither reads nor writes", path);
	if (rc)
		numbers_free(blocks);
	return rc;
}
