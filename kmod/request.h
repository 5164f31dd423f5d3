/* SPDX-License-Identifier: GPL-2.0-only */
/* What a netlink command asks for, and the sentence when it is refused. */
#ifndef HFR_REQUEST_H
#define HFR_REQUEST_H

#include <net/genetlink.h>

#include "session.h"

extern const struct nla_policy
	hfr_target_policy[HFREPLAY_A_TARGET_MAX + 1];

/**
 * hfr_refuse - says why a command is refused
 * @info: the command
 * @err: -errno
 * @why: the sentence
 *
 * Return: @err.
 */
int hfr_refuse(struct genl_info *info, int err, const char *why);
/** hfr_refuse_ack - the same where there is no more than the acknowledgement */
int hfr_refuse_ack(struct netlink_ext_ack *extack, int err, const char *why);

/** hfr_request_run - takes the choices that session-start may change */
void hfr_request_run(struct genl_info *info, struct hfr_config *c);

/** hfr_request_check - 0, or a refusal of choices that do not go together */
int hfr_request_check(struct genl_info *info, const struct hfr_config *c);

/**
 * hfr_request_new - what a session-new asks for
 * @info: the command; the strings of @spec point into it
 * @spec: zeroed; filled
 *
 * Return: 0, or -errno with the sentence set.
 */
int hfr_request_new(struct genl_info *info, struct hfr_session_spec *spec);

#endif /* HFR_REQUEST_H */
