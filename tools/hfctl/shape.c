// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/hfreplay.h>

#include "shape.h"

#define SECTOR 512

static int check_block(const struct args *args, uint64_t block,
		       struct hf_error *err)
{
	if (!args_has(args, "block") ||
	    (block && block % SECTOR == 0 && block <= HFR_MAX_LENGTH))
		return 0;
	return hf_fail(err, EINVAL,
		       "--block %s is not a multiple of 512 up to 64m",
		       args_get(args, "block"));
}

int shape_options(const struct args *args, struct import_opts *opts,
		  struct hf_error *err)
{
	int rc = args_size(args, "block", 0, &opts->block, err);

	if (!rc)
		rc = check_block(args, opts->block, err);
	if (!rc)
		rc = args_duration(args, "spacing", 0, &opts->spacing_ns, err);
	if (!rc && args_has(args, "spacing") && !opts->spacing_ns)
		rc = hf_fail(err, EINVAL, "a spacing of 0 makes no sense");
	return rc;
}
