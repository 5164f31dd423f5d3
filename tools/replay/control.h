/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands to the kernel module over generic netlink. Refusals come with the
 * kernel's own sentence.
 */
#ifndef HF_CONTROL_H
#define HF_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "session.h"
#include "stats.h"

struct control;

/**
 * struct caps - what the module is and can do
 *
 * Bit N of @ops, @modes and @limits: operation, mode, limit N is there.
 */
struct caps {
	char version[64];
	char srcversion[64];
	uint32_t ops;
	uint32_t modes;
	uint32_t limits;
	uint32_t record_flags;
	uint32_t session_flags;
	uint32_t max_sessions;
	uint32_t max_targets;
	uint32_t max_window;
	uint64_t max_memory;
	uint64_t used_memory;
};

/**
 * control_open - connects to the module
 * @out: the connection
 * @err: on failure, a sentence
 *
 * Return: 0, -ENOPKG if the module is not loaded, or -errno.
 */
int control_open(struct control **out, struct hf_error *err);
void control_close(struct control *c);

/** control_family - number of the generic netlink family */
int control_family(const struct control *c);
/** control_group - number of the multicast group of the events */
int control_group(const struct control *c);

/*
 * Each of these returns 0, or -errno with a sentence. Sessions are told
 * apart by "who": a number, or else a name.
 */
int control_caps(struct control *c, struct caps *caps, struct hf_error *err);

/**
 * control_new - makes a session
 * @c: the connection; an autoclear session that was never opened goes with it
 * @want: what is asked for: what is set, and the targets
 * @made: id, name, node; free with session_free()
 * @err: on failure, a sentence
 */
int control_new(struct control *c, const struct session *want,
		struct session *made, struct hf_error *err);
int control_get(struct control *c, const char *who, struct session *s,
		struct hf_error *err);

/**
 * control_list - all sessions
 * @c: the connection
 * @list: gets an array; free with control_list_free()
 * @n: gets their number
 * @err: on failure, a sentence
 */
int control_list(struct control *c, struct session **list, unsigned int *n,
		 struct hf_error *err);
void control_list_free(struct session *list, unsigned int n);

/** control_stats - what is counted of one; free with stats_free() */
int control_stats(struct control *c, const char *who, struct stats *st,
		  struct hf_error *err);

/** control_start - starts one; @choices may be NULL */
int control_start(struct control *c, const char *who,
		  const struct session *choices, struct hf_error *err);
/** control_set - changes one that may be running; @choices says what */
int control_set(struct control *c, const char *who,
		const struct session *choices, struct hf_error *err);
int control_stop(struct control *c, const char *who, struct hf_error *err);
int control_rewind(struct control *c, const char *who, struct hf_error *err);
int control_del(struct control *c, const char *who, struct hf_error *err);

#endif /* HF_CONTROL_H */
