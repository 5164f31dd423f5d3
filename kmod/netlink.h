/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family of Documentation/netlink/specs/hfreplay.yaml. */
#ifndef HFR_NETLINK_H
#define HFR_NETLINK_H

struct hfr_session;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

int hfr_netlink_init(void);
void hfr_netlink_exit(void);

/** hfr_netlink_notify - tells listeners how a session stands */
void hfr_netlink_notify(struct hfr_session *s);
/** hfr_netlink_notify_del - tells listeners that a session is gone */
void hfr_netlink_notify_del(struct hfr_session *s);

/**
 * hfr_netlink_find - the session that a command means, with a reference
 * @attrs: id or name; they have the same numbers in all attribute sets
 * @extack: gets the sentence of a refusal
 * @err: gets -errno
 *
 * Return: the session or NULL.
 */
struct hfr_session *hfr_netlink_find(struct nlattr **attrs,
				     struct netlink_ext_ack *extack, int *err);

/* The command stats-get, in netlink-stats.c. */
int hfr_netlink_stats_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hfr_netlink_stats_done(struct netlink_callback *cb);

#endif /* HFR_NETLINK_H */
