/* SPDX-License-Identifier: GPL-2.0-only */
/* Options for what traces leave open: sizes of blocks, times. */
#ifndef HFCTL_SHAPE_H
#define HFCTL_SHAPE_H

#include "args.h"
#include "import.h"

#define OPTIONS_SHAPE	OPTIONS_SHAPE_AS("block")
/* The same for a command that has a --block of its own. */
#define OPTIONS_SHAPE_TRACE	OPTIONS_SHAPE_AS(SHAPE_TRACE_BLOCK)

#define SHAPE_TRACE_BLOCK	"trace-block"
#define OPTIONS_SHAPE_AS(block)						\
	{ block, 0, "SIZE",						\
	  "Size of the blocks that the trace numbers: of oraclegeneral (default 512), of refs (4k), where it is the length of each request too.", \
	  false },							\
	{ "keys", 0, NULL,						\
	  "Objects of oraclegeneral are keys and not blocks: each gets a place when it is first touched.", \
	  false },							\
	{ "spacing", 0, "TIME",						\
	  "Time from one request to the next in traces without times (refs, dm-log-writes); default 100us.", \
	  false }

/** shape_options - reads OPTIONS_SHAPE or OPTIONS_SHAPE_TRACE, whichever the
 * command has; returns 0 or -EINVAL
 */
int shape_options(const struct args *args, struct import_opts *opts,
		  struct hf_error *err);

#endif /* HFCTL_SHAPE_H */
