/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands to the module over generic netlink, good ones and bad ones. */
#ifndef CTL_H
#define CTL_H

#include <stdbool.h>
#include <stdint.h>
#include <netlink/msg.h>
#include <linux/hfreplay.h>
#include <linux/hfreplay_netlink.h>

#define A(name)		HFREPLAY_A_SESSION_##name
#define T(name)		HFREPLAY_A_TARGET_##name
#define ST(name)	HFREPLAY_SESSION_STATE_##name
#define FL(name)	HFREPLAY_SESSION_FLAGS_##name

#define CTL_TEXT	256
#define CTL_TARGETS	20
#define CTL_CPUS	16

/**
 * struct ctl - a socket
 * @sk: the socket
 * @family: number of the family
 * @text: sentence of the last refusal, or ""
 */
struct ctl {
	struct nl_sock *sk;
	int family;
	char text[CTL_TEXT];
};

/** struct setting - one attribute of a command; attr 0 ends a list */
struct setting {
	uint16_t attr;
	uint64_t value;
};

/**
 * struct spec - what session-new is asked for
 * @name: or NULL
 * @target: paths; NULL ends them
 * @cpus: of the workers of each target, "0,1", or NULL
 * @set: further attributes
 */
struct spec {
	const char *name;
	const char *target[CTL_TARGETS];
	const char *cpus[CTL_TARGETS];
	struct setting set[12];
};

/**
 * struct view - a session as the kernel tells of it
 * @cmd: command of the message that it came in
 * @name: name of the session
 * @node: path of the node, with /dev/
 * @error: error-text or ""
 * @has: which attributes were there
 * @v: values of those that are numbers
 * @ntargets: number of targets
 * @target: numbers of each target
 * @path: path of each target
 * @ncpus: number of its CPUs
 * @cpu: those of its workers
 */
struct view {
	int cmd;
	char name[64];
	char node[64];
	char error[CTL_TEXT];
	bool has[HFREPLAY_A_SESSION_MAX + 1];
	uint64_t v[HFREPLAY_A_SESSION_MAX + 1];
	unsigned int ntargets;
	uint64_t target[CTL_TARGETS][HFREPLAY_A_TARGET_MAX + 1];
	char path[CTL_TARGETS][64];
	unsigned int ncpus[CTL_TARGETS];
	uint32_t cpu[CTL_TARGETS][CTL_CPUS];
};

/** ctl_open - a new socket; NULL if the module is not loaded */
struct ctl *ctl_open(void);
void ctl_close(struct ctl *c);

/** ctl_msg - an empty message of the family */
struct nl_msg *ctl_msg(struct ctl *c, int cmd, int flags);

/**
 * ctl_send - sends a message, frees it, and waits for the answer
 * @c: the socket
 * @msg: the message
 * @on_reply: called with each reply, or NULL
 * @arg: for @on_reply
 *
 * Return: 0 or -errno, with the sentence in @c->text.
 */
int ctl_send(struct ctl *c, struct nl_msg *msg,
	     void (*on_reply)(struct nlmsghdr *nlh, void *arg), void *arg);

/** ctl_parse - reads a reply or an event */
void ctl_parse(struct nlmsghdr *nlh, struct view *view);

/* Each: 0 or -errno. */
int ctl_new(struct ctl *c, const struct spec *spec, struct view *made);
int ctl_get(struct ctl *c, uint32_t id, struct view *view);
int ctl_get_name(struct ctl *c, const char *name, struct view *view);
int ctl_start(struct ctl *c, uint32_t id, const struct setting *set);
int ctl_set(struct ctl *c, uint32_t id, const struct setting *set);
int ctl_stop(struct ctl *c, uint32_t id);
int ctl_rewind(struct ctl *c, uint32_t id);
int ctl_del(struct ctl *c, uint32_t id);

/** ctl_list - ids of all sessions; their number, or -errno */
int ctl_list(struct ctl *c, uint32_t *ids, unsigned int max);
/** ctl_caps - caps by attribute; 0 or -errno */
int ctl_caps(struct ctl *c, uint64_t v[HFREPLAY_A_CAPS_MAX + 1],
	     char version[64]);
uint64_t ctl_used_memory(struct ctl *c);

/** ctl_wait - waits until a session is in @state; false after @ms */
bool ctl_wait(struct ctl *c, uint32_t id, uint32_t state, unsigned int ms,
	      struct view *view);
/** ctl_wait_gone - waits until a session is gone; false after @ms */
bool ctl_wait_gone(struct ctl *c, uint32_t id, unsigned int ms);
/** ctl_wait_unused - waits until no session uses memory; false after 5 s. It is
 * freed a moment after the session can no longer be found.
 */
bool ctl_wait_unused(struct ctl *c);
/** ctl_delete_all - deletes all sessions; how many do not go away */
int ctl_delete_all(struct ctl *c);

/** ctl_listen - makes a socket hear the events */
int ctl_listen(struct ctl *c);
/** ctl_event - the next event; false after @ms */
bool ctl_event(struct ctl *c, unsigned int ms, struct view *view);

#endif /* CTL_H */
