/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel says that the commands of the family take: its own
 * validation tables, as the generic netlink controller shows them. An
 * attribute or a command that is added to the module is fuzzed from the next
 * run on.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define POLICY_ATTRS	128
#define POLICY_TABLES	16
#define POLICY_CMDS	64

/**
 * struct policy_attr - an attribute
 * @type: enum netlink_attribute_type, 0 for one that is refused
 * @min: least number
 * @max: greatest number
 * @mask: bits that may be set, if it has any
 * @max_length: bytes, of a string or of bytes; 0 for no limit
 * @nested: table of what lies in a nest
 */
struct policy_attr {
	unsigned int type;
	uint64_t min;
	uint64_t max;
	uint64_t mask;
	uint32_t max_length;
	uint32_t nested;
};

/**
 * struct policy_table - attributes that go together
 * @attr: by number
 * @taken: numbers of those that are not refused
 * @ntaken: how many
 */
struct policy_table {
	struct policy_attr attr[POLICY_ATTRS];
	uint16_t taken[POLICY_ATTRS];
	unsigned int ntaken;
};

/**
 * struct policy_cmd - a command
 * @cmd: its number
 * @does: it can be asked for
 * @dumps: it can be asked for with NLM_F_DUMP
 * @table: table of its attributes, NULL if it takes none
 */
struct policy_cmd {
	int cmd;
	bool does;
	bool dumps;
	const struct policy_table *table;
};

/**
 * struct policy - all of the family
 * @family: its number
 * @table: tables
 * @cmd: commands
 * @ncmds: how many
 */
struct policy {
	int family;
	struct policy_table table[POLICY_TABLES];
	struct policy_cmd cmd[POLICY_CMDS];
	unsigned int ncmds;
};

/** policy_learn - asks the kernel; 0 or -errno */
int policy_learn(struct policy *p);

/** policy_cmd - a command by number, or NULL */
const struct policy_cmd *policy_cmd(const struct policy *p, int cmd);

#endif /* POLICY_H */
