/* SPDX-License-Identifier: GPL-2.0-only */
/* A session of the module as user space sees it. */
#ifndef HF_SESSION_H
#define HF_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <netlink/attr.h>
#include <linux/hfreplay.h>
#include <linux/hfreplay_netlink.h>

/* Workers of a target. */
#define SESSION_MAX_WORKERS	16

/**
 * struct session_target - a device that a session holds
 *
 * Asked for: @path, and the @ncpus first of @cpus, one for each worker; the rest
 * is told by the kernel.
 */
struct session_target {
	char path[256];
	bool write_cache;
	uint32_t ncpus;
	uint32_t cpus[SESSION_MAX_WORKERS];
	uint32_t major;
	uint32_t minor;
	uint32_t logical_block;
	uint32_t max_transfer;
	uint32_t queue_depth;
	uint32_t slots;
	uint32_t ops;
	uint64_t size;
};

/**
 * struct session - choices and counters, one member per attribute
 * @have: bit N set: attribute N (HFREPLAY_A_SESSION_*) was given or received;
 *	a member whose bit is not set is 0
 * @targets: in the order of the device table; owned
 * @ntargets: number of them
 *
 * Units are those of the netlink specification.
 */
struct session {
	uint64_t have;
	char name[32];
	char node[64];
	char error_text[512];
	uint32_t id;
	uint32_t state;
	uint32_t flags;
	uint32_t mode;
	uint32_t speed;
	uint32_t limit;
	uint32_t limit_value;
	uint32_t window;
	uint32_t results;
	uint32_t payload;
	uint32_t on_error;
	uint32_t error_max;
	uint32_t spin;
	uint32_t tolerance;
	uint32_t think_scale;
	uint32_t loops;
	uint32_t loop;
	uint32_t start_clock;
	uint32_t bundle;
	uint32_t bundle_max;
	uint32_t workers;
	uint32_t spread;
	uint32_t plug;
	uint64_t duration_limit;
	uint64_t start_at;
	uint64_t seed;
	uint64_t count;
	uint64_t duration;
	uint64_t loaded;
	uint64_t issued;
	uint64_t completed;
	uint64_t skipped;
	uint64_t errors;
	uint64_t late;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t elapsed;
	uint64_t underruns;
	uint64_t underrun_time;
	uint64_t results_stalls;
	uint64_t results_time;
	uint64_t window_stalls;
	uint64_t window_time;
	uint64_t error_index;
	uint64_t checksum;
	uint64_t memory;
	uint64_t last_index;
	uint64_t wall_start;
	uint64_t again;
	uint64_t verified;
	uint64_t verify_errors;
	struct session_target *targets;
	uint32_t ntargets;
};

#define SESSION_BIT(attr)	(1ULL << HFREPLAY_A_SESSION_##attr)

/** session_has - whether an attribute is set: session_has(s, CHECKSUM) */
#define session_has(s, attr)	(!!((s)->have & SESSION_BIT(attr)))

/** session_set - sets a member and its bit: session_set(s, mode, MODE, 1) */
#define session_set(s, member, attr, value) do {			\
		(s)->member = (value);					\
		(s)->have |= SESSION_BIT(attr);				\
	} while (0)

/**
 * enum session_use - in which request an attribute may stand
 * @SESSION_USE_NEW: session-new
 * @SESSION_USE_START: session-start
 * @SESSION_USE_SET: session-set
 */
enum session_use {
	SESSION_USE_NEW		= 1 << 0,
	SESSION_USE_START	= 1 << 1,
	SESSION_USE_SET		= 1 << 2,
};

/**
 * session_parse - reads the attributes of a message
 * @s: overwritten; free with session_free()
 * @attrs: the first attribute
 * @len: bytes of attributes
 *
 * Attributes that are not known are skipped: a newer module may send more.
 *
 * Return: 0, -EPROTO if an attribute has the wrong size, or -ENOMEM.
 */
int session_parse(struct session *s, const struct nlattr *attrs, int len);

/**
 * session_put - appends what is set and belongs into a request
 * @s: the session
 * @use: the request
 * @msg: the message
 *
 * Return: 0 or -EMSGSIZE.
 */
int session_put(const struct session *s, enum session_use use,
		struct nl_msg *msg);

/** session_free - frees what @s owns and clears it */
void session_free(struct session *s);

/**
 * session_add_target - appends a device
 *
 * Return: it, or NULL without memory.
 */
struct session_target *session_add_target(struct session *s, const char *path);

/** session_ended - DONE, STOPPED or FAILED */
bool session_ended(const struct session *s);
/** session_runs - RUNNING or DRAINING */
bool session_runs(const struct session *s);

/** session_drains - whether completion records have to be read while it runs,
 * since their ring does not hold those of all loops of the trace
 */
bool session_drains(const struct session *s);

/* Names as on the command line and in JSON; "?" for numbers not known. */
const char *session_state_name(uint32_t state);
const char *session_mode_name(uint32_t mode);
const char *session_limit_name(uint32_t limit);
const char *session_payload_name(uint32_t payload);
const char *session_on_error_name(uint32_t on_error);
const char *session_spread_name(uint32_t spread);
/** session_flag_name - name of bit N of the flags, NULL beyond the last */
const char *session_flag_name(unsigned int bit);

/** session_flags_json - names of the flags that are set, as an array */
json_t *session_flags_json(const struct session *s);

/** session_json - everything that is known, as an object */
json_t *session_json(const struct session *s);

#endif /* HF_SESSION_H */
