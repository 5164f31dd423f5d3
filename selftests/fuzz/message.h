/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands: well formed ones, and what can be made of them. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "world.h"

#define MESSAGE_BYTES	16384
#define MESSAGE_PARTS	96

/**
 * struct message - a command as it is sent
 * @bytes: the message
 * @size: bytes of it that are sent
 * @part: where its attributes begin, those in nests included
 * @parts: how many
 * @odd: its frame is no longer that of a well formed message
 */
struct message {
	uint8_t bytes[MESSAGE_BYTES] __attribute__((aligned(8)));
	size_t size;
	size_t part[MESSAGE_PARTS];
	unsigned int parts;
	bool odd;
};

/** message_make - a command as the policy says, with values in range */
void message_make(struct message *m, struct world *w,
		  const struct policy_cmd *cmd);

/** message_which - the same for session @id with nothing else */
void message_which(struct message *m, struct world *w, int cmd, uint32_t id);

/** message_spoil - breaks something, @times times */
void message_spoil(struct message *m, struct world *w, unsigned int times);

/**
 * message_send - sends a command, and judges the answers
 * @m: the message
 * @w: the world
 * @sk: socket
 *
 * Return: 0 or -errno of the answer, 1 without one.
 */
int message_send(struct message *m, struct world *w, int sk);

#endif /* MESSAGE_H */
