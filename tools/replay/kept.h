/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hfctl remembers of a session between two commands: the trace it
 * plays. One small file per session in /run, gone with the machine as the
 * session is.
 */
#ifndef HF_KEPT_H
#define HF_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

/**
 * struct kept - where the trace of a session is
 * @trace: absolute path of the .hft file; owned
 * @command: command line that loaded it; owned
 * @checksum: XXH64 of its records
 * @temporary: hfctl made the file and removes it with the session
 */
struct kept {
	char *trace;
	char *command;
	uint64_t checksum;
	bool temporary;
};

/** kept_write - remembers; returns 0, or -errno with a sentence */
int kept_write(const char *session, const struct kept *k,
	       struct hf_error *err);

/**
 * kept_read - recalls
 * @session: name of the session
 * @k: filled; free with kept_free()
 * @err: on failure, a sentence
 *
 * Return: 0, -ENOENT if nothing is known, or -errno.
 */
int kept_read(const char *session, struct kept *k, struct hf_error *err);
void kept_free(struct kept *k);

/** kept_forget - forgets, and removes the trace if hfctl made it */
void kept_forget(const char *session);

/**
 * kept_temporary - a path for a file that hfctl makes
 * @kind: its extension
 * @err: on failure, a sentence
 *
 * Return: a path in $TMPDIR or /var/tmp where nothing is, to be freed.
 */
char *kept_temporary(const char *kind, struct hf_error *err);

#endif /* HF_KEPT_H */
