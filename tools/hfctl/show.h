/* SPDX-License-Identifier: GPL-2.0-only */
/* Output that several commands share. */
#ifndef HFCTL_SHOW_H
#define HFCTL_SHOW_H

#include <jansson.h>

#include "session.h"

/** show_json - prints an object with "format": 1 in front; takes @o */
void show_json(json_t *o);

/** show_json_line - prints an object on one line, at once; takes @o */
void show_json_line(json_t *o);

/** show_session - prints everything about a session, a line each */
void show_session(const struct session *s);

/** show_session_line - prints a session in one line, under a header line */
void show_session_header(void);
void show_session_line(const struct session *s);

#endif /* HFCTL_SHOW_H */
