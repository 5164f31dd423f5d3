/* SPDX-License-Identifier: GPL-2.0-only */
/* Netlink messages about sessions and the module. */
#ifndef HFR_MESSAGE_H
#define HFR_MESSAGE_H

#include <linux/skbuff.h>

struct hfr_session;

/* Bytes of a message about a session, at most. */
#define HFR_MESSAGE_SIZE(targets, workers)				\
	(2560 + (targets) * (HFR_MAX_PATH + 192) + (workers) * 8)

/**
 * hfr_message_session - puts all attributes of a session
 * @skb: the message
 * @s: the session
 *
 * Return: 0 or -EMSGSIZE.
 */
int hfr_message_session(struct sk_buff *skb, struct hfr_session *s);

/** hfr_message_name - puts id and name */
int hfr_message_name(struct sk_buff *skb, struct hfr_session *s);

/** hfr_message_caps - puts what the module is and can do */
int hfr_message_caps(struct sk_buff *skb);

/** hfr_message_size - bytes that hfr_message_session() needs at most */
size_t hfr_message_size(const struct hfr_session *s);

#endif /* HFR_MESSAGE_H */
