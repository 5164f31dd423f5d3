/* SPDX-License-Identifier: GPL-2.0-only */
/* What a session holds memory for: its rings, data pages and slots. */
#ifndef HFR_STORE_H
#define HFR_STORE_H

#include "session.h"

/**
 * hfr_store_size_rings - sizes of the rings: what was asked for or a default
 * @c: window and results as asked, 0 for the default; set
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int hfr_store_size_rings(struct hfr_config *c, char *why);

/**
 * hfr_store_make_rings - makes the rings of a session
 * @s: the session
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0 or -ENOMEM.
 */
int hfr_store_make_rings(struct hfr_session *s, char *why);
void hfr_store_free_rings(struct hfr_session *s);

/** hfr_store_unprepare - frees pages and slots; nothing is in flight, the
 * caller holds feed_lock
 */
void hfr_store_unprepare(struct hfr_session *s);

#endif /* HFR_STORE_H */
