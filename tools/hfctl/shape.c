// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/hfreplay.h>

#include "shape.h"

#define SECTOR 512

static int read_block(const struct args *args, uint64_t *block,
		      struct hf_error *err)
{
	const char *name = args_takes(args, SHAPE_TRACE_BLOCK) ?
				   SHAPE_TRACE_BLOCK : "block";
	int rc = args_size(args, name, 0, block, err);

	if (rc || !args_has(args, name) ||
	    (*block && *block % SECTOR == 0 && *block <= HFR_MAX_LENGTH))
		return rc;
	return hf_fail(err, EINVAL,
		       "--%s %s is not a multiple of 512 up to 64m", name,
		       args_get(args, name));
}

int shape_options(const struct args *args, struct import_opts *opts,
		  struct hf_error *err)
{
	int rc = read_block(args, &opts->block, err);

	opts->keys = args_has(args, "keys");
	if (!rc)
		rc = args_duration(args, "spacing", 0, &opts->spacing_ns, err);
	if (!rc && args_has(args, "spacing") && !opts->spacing_ns)
		rc = hf_fail(err, EINVAL, "a spacing of 0 makes no sense");
	return rc;
}
