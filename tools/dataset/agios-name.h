/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the names of folders and files of the data set "Server-side I/O request
 * arrival traces" (Boito, Bez, 2019) say.
 */
#ifndef HF_AGIOS_NAME_H
#define HF_AGIOS_NAME_H

#include <jansson.h>
#include <stddef.h>

/**
 * agios_applications - takes the name of a folder of server traces apart
 * @name: "NOOP_app1_APP_app2_APP_REPETITION_pvfstrace", or with one
 *	application; APP is contig or noncontig, number and size of the
 *	requests, processes, client machines and nto1 or nton
 *
 * Return: a new array of objects with spatiality, requests, processes,
 * machines and files; empty if the name is none of these.
 */
json_t *agios_applications(const char *name);

/**
 * agios_label - what experiments with the same applications share
 * @name: as above
 * @buf: gets the name without the repetition and what stands behind it; the
 *	whole name if it is none of these
 * @len: size of @buf
 */
void agios_label(const char *name, char *buf, size_t len);

/**
 * agios_repetition - number of the repetition, -1 if the name has none
 */
long agios_repetition(const char *name);

/**
 * enum agios_portion - what the name of a trace file says it holds
 */
enum agios_portion {
	AGIOS_UNSAID,
	AGIOS_READS,
	AGIOS_WRITES,
};

/**
 * agios_file - takes the name of a trace file apart
 * @name: its name without folder
 * @server: gets what is left of it without the word for the portion and
 *	without extensions; empty if nothing is
 * @len: size of @server
 *
 * Return: the portion.
 */
enum agios_portion agios_file(const char *name, char *server, size_t len);

/** agios_portion_name - "read", "write" or "unsaid" */
const char *agios_portion_name(enum agios_portion portion);

/**
 * agios_has_word - whether a name has another as one or more of its words
 * @name: letters and digits with anything else between words
 * @word: what is looked for
 */
int agios_has_word(const char *name, const char *word);

#endif /* HF_AGIOS_NAME_H */
