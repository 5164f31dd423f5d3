/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data set "Server-side I/O request arrival traces" (Boito, Bez, 2019) on
 * disk: its experiments, and one trace of each.
 *
 * An experiment at I/O nodes is a folder with a folder for each node, in which
 * are the files of that node. One at data servers is a folder with the files
 * of all servers. Files are known by their content, folders by their files.
 */
#ifndef HF_AGIOS_SET_H
#define HF_AGIOS_SET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "agios-name.h"
#include "import.h"

/**
 * struct agios_trace - a trace file
 * @path: where it is; owned
 * @server: name of its node or server; owned
 * @portion: what its name says that it holds
 * @letter: of its first request, 'R' or 'W'; 0 in server traces
 */
struct agios_trace {
	char *path;
	char *server;
	enum agios_portion portion;
	char letter;
};

/**
 * struct agios_experiment - an experiment
 * @folder: where it is; owned
 * @name: name of the folder, with that of the one above if another has the
 *	same; owned
 * @nodes: its files are those of I/O nodes, not of data servers
 * @files: its files; owned
 * @n: how many
 */
struct agios_experiment {
	char *folder;
	char *name;
	bool nodes;
	struct agios_trace *files;
	size_t n;
};

/**
 * struct agios_set - what a folder holds
 * @list: experiments, in the order of their folders; owned
 * @n: how many
 * @tests: labels of test_info.csv and what they stand for; owned
 * @maps: paths of .map files; owned
 * @nmaps: how many
 */
struct agios_set {
	struct agios_experiment *list;
	size_t n;
	json_t *tests;
	char **maps;
	size_t nmaps;
};

/**
 * agios_set_open - looks through a folder
 * @set: filled; free with agios_set_free()
 * @dir: the folder: the data set, a part of it, or one experiment
 * @err: on failure, a sentence
 *
 * Return: 0; -ENOENT if there is no trace in it; or -errno.
 */
int agios_set_open(struct agios_set *set, const char *dir,
		   struct hf_error *err);
void agios_set_free(struct agios_set *set);

/**
 * enum agios_invert - whether R and W are exchanged
 * @AGIOS_INVERT_AUTO: as names of files say; if they do not, in traces of I/O
 *	nodes yes
 * @AGIOS_INVERT_YES: in traces of I/O nodes
 * @AGIOS_INVERT_NO: as they stand
 */
enum agios_invert {
	AGIOS_INVERT_AUTO,
	AGIOS_INVERT_YES,
	AGIOS_INVERT_NO,
};

/**
 * agios_inverted - decides it for an experiment
 * @e: the experiment
 * @how: what the user wants
 * @yes: gets the decision
 * @err: on failure, a sentence
 *
 * Return: 0, or -EINVAL if the names of the files contradict each other.
 */
int agios_inverted(const struct agios_experiment *e, enum agios_invert how,
		   bool *yes, struct hf_error *err);

/**
 * agios_describe - says what is known about an experiment
 * @set: the data set
 * @e: one of its experiments
 * @about: gets an object: name, label, level, servers and their files, and
 *	applications, repetition, test, pattern, map where they are known; to
 *	be released
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int agios_describe(const struct agios_set *set,
		   const struct agios_experiment *e, json_t **about,
		   struct hf_error *err);

/**
 * agios_import - makes one trace of an experiment
 * @e: the experiment
 * @about: what is known about it, for the provenance
 * @out: path of the .hft file
 * @opts: how to read; from, names and experiment are set here
 * @sum: filled
 * @err: on failure, a sentence
 *
 * Each server is a device. Return: 0 or -errno.
 */
int agios_import(const struct agios_experiment *e, json_t *about,
		 const char *out, const struct import_opts *opts,
		 struct import_summary *sum, struct hf_error *err);

#endif /* HF_AGIOS_SET_H */
