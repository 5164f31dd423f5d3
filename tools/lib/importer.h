/* SPDX-License-Identifier: GPL-2.0-only */
/* What import.c does with the importer that formats know from format.h. */
#ifndef HF_IMPORTER_H
#define HF_IMPORTER_H

#include <jansson.h>

#include "devices.h"
#include "early.h"
#include "ends.h"
#include "format.h"
#include "repeats.h"
#include "sorter.h"

/**
 * struct importer - the requests of a trace on their way into an .hft file
 * @opts: what the user asked for
 * @sum: what was found
 * @devs: devices of the trace
 * @wanted: devices that are targets so far
 * @sorter: the requests; target is the index in @devs
 * @early: the output, while requests can be written as they come
 * @repeats: finds requests that are there twice; owned, NULL for none
 * @no_repeats: why these cannot be found, part of a sentence; NULL if they can
 * @keys: import_opts.keys means something
 * @completions: the trace says when requests end
 * @latest_ns: latest issue time so far
 * @ends: what is known of the ends of requests; owned
 * @wall_known: a wall clock time was stated:
 * @trace_ns: this time of the trace was
 * @wall_ns: this time of day
 * @source: provenance of the input, if it has one; owned reference
 * @notes: what formats have to say about the trace; owned reference
 */
struct importer {
	struct import_opts opts;
	struct import_summary sum;
	struct devices devs;
	int wanted;
	struct sorter *sorter;
	struct early early;
	struct repeats *repeats;
	const char *no_repeats;
	bool keys, completions;
	uint64_t latest_ns;
	struct ends *ends;
	bool wall_known;
	uint64_t trace_ns, wall_ns;
	json_t *source;
	json_t *notes;
};

/**
 * importer_new - makes an importer
 * @out: the importer
 * @opts: what the user asked for; stays the caller's; NULL is all defaults
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int importer_new(struct importer **out, const struct import_opts *opts,
		 struct hf_error *err);

/**
 * importer_output - states where importer_write() will write to
 * @imp: the importer, before its first request
 * @out: path of the .hft file, or NULL; stays the caller's
 *
 * It may then begin as requests come.
 */
void importer_output(struct importer *imp, const char *out);
void importer_free(struct importer *imp);

/** importer_check_stop - 0, or -EINTR if the user wants no more of it */
int importer_check_stop(const struct importer *imp, struct hf_error *err);

/**
 * importer_source - keeps the provenance of an .hft file that is read
 * @imp: the importer
 * @json: its text
 * @len: its length
 */
void importer_source(struct importer *imp, const char *json, size_t len);

/**
 * importer_write - writes all requests, sorted, their start moved to 0
 * @imp: the importer; its requests are used up
 * @ins: the inputs, for provenance and messages
 * @nins: how many
 * @out: as for importer_output()
 * @fd: gets a descriptor of the file
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int importer_write(struct importer *imp, struct input *const *ins, int nins,
		   const char *out, int *fd, struct hf_error *err);

#endif /* HF_IMPORTER_H */
