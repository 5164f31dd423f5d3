/* SPDX-License-Identifier: GPL-2.0-only */
/* The character device of a session: trace in, completion records out. */
#ifndef HFR_NODE_H
#define HFR_NODE_H

struct hfr_session;

/**
 * hfr_node_add - makes /dev/hfreplay/NAME
 * @s: the session
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0, or -EBUSY when the system has no minor number left.
 */
int hfr_node_add(struct hfr_session *s, char *why);

/** hfr_node_remove - nobody opens it any more; open files stay */
void hfr_node_remove(struct hfr_session *s);

#endif /* HFR_NODE_H */
