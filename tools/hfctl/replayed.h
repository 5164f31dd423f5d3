/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace that a session or an .hfr file has replayed. */
#ifndef HFCTL_REPLAYED_H
#define HFCTL_REPLAYED_H

#include "command.h"
#include "hft.h"
#include "results.h"

#define OPTION_TRACE							\
	{ "trace", 'T', "FILE",						\
	  "The trace that was replayed, if it is not where it was.", false }

/**
 * replayed_trace - opens it
 * @args: the command line: OPTION_TRACE, and what was replayed in front
 * @res: the replay
 * @trace: filled; close with hft_close()
 * @err: on failure, a sentence: not known which, not the same
 *
 * Return: 0 or -errno.
 */
int replayed_trace(const struct args *args, const struct results *res,
		   struct hft_file *trace, struct hf_error *err);

#endif /* HFCTL_REPLAYED_H */
