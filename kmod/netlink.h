/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family of Documentation/netlink/specs/hfreplay.yaml. */
#ifndef HFR_NETLINK_H
#define HFR_NETLINK_H

struct hfr_session;

int hfr_netlink_init(void);
void hfr_netlink_exit(void);

/** hfr_netlink_notify - tells listeners how a session stands */
void hfr_netlink_notify(struct hfr_session *s);
/** hfr_netlink_notify_del - tells listeners that a session is gone */
void hfr_netlink_notify_del(struct hfr_session *s);

#endif /* HFR_NETLINK_H */
