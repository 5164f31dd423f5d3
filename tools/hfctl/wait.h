/* SPDX-License-Identifier: GPL-2.0-only */
/* Sessions from the command line: finding the module, waiting for an end. */
#ifndef HFCTL_WAIT_H
#define HFCTL_WAIT_H

#include "command.h"
#include "control.h"
#include "watch.h"

/** module_open - connects; HFCTL_OK, HFCTL_NO_MODULE or HFCTL_FAILED */
enum exit_code module_open(struct control **c, struct hf_error *err);

/**
 * wait_for_end - waits until a session has ended, with a progress bar
 * @c: the connection
 * @who: the session
 * @stop: Ctrl-C stops the replay and the wait goes on until it has ended;
 *	without it Ctrl-C ends the wait
 * @end: the session as it is then; free with session_free()
 * @err: on failure, a sentence
 *
 * Return: HFCTL_OK, HFCTL_INTERRUPTED (@end is there too) or HFCTL_FAILED.
 */
enum exit_code wait_for_end(struct control *c, const char *who, bool stop,
			    struct session *end, struct hf_error *err);

/**
 * wait_until_gone - waits until a session is deleted and its targets are free
 * @c: the connection
 * @w: a subscription made before the deletion was asked for
 * @id: the session
 * @err: on failure, a sentence
 *
 * Return: HFCTL_OK, HFCTL_INTERRUPTED or HFCTL_FAILED.
 */
enum exit_code wait_until_gone(struct control *c, struct watch *w,
			       uint32_t id, struct hf_error *err);

#endif /* HFCTL_WAIT_H */
