/* SPDX-License-Identifier: GPL-2.0-only */
/* The completion records of a session, with what they mean. */
#ifndef HFCTL_COLLECT_H
#define HFCTL_COLLECT_H

#include "command.h"
#include "control.h"
#include "results.h"

/**
 * collect_session - reads the completion records of a session
 * @c: the connection
 * @who: the session
 * @res: filled; free with results_free() unless HFCTL_FAILED is returned
 * @err: on failure, a sentence
 *
 * A session that runs is followed to its end; Ctrl-C ends the following, not
 * the replay, and what came until then is in @res.
 *
 * Return: HFCTL_OK, HFCTL_INTERRUPTED or HFCTL_FAILED.
 */
enum exit_code collect_session(struct control *c, const char *who,
			       struct results *res, struct hf_error *err);

/** is_results_file - whether an argument is an .hfr file, not a session */
bool is_results_file(const char *arg);

/**
 * collect - as collect_session(), or from an .hfr file
 * @arg: "ID", "NAME" or a file
 * @res: filled
 * @err: on failure, a sentence
 *
 * Return: HFCTL_OK, HFCTL_NO_MODULE, HFCTL_INTERRUPTED or HFCTL_FAILED.
 */
enum exit_code collect(const char *arg, struct results *res,
		       struct hf_error *err);

#endif /* HFCTL_COLLECT_H */
