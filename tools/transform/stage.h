/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stage of a pipeline. Records are pulled through it in batches, in the
 * order of issue; memory does not grow with the trace. What must see all
 * requests before it can give the first reads the stages above it to their
 * end, and rewinds them: every stage gives the same records again.
 */
#ifndef HF_STAGE_H
#define HF_STAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"
#include "hft-deps.h"
#include "import.h"
#include "recs.h"

/* Records that are asked for at a time: 64 KiB, which a cache holds. */
#define STAGE_BATCH 1024U

/**
 * struct shape - what is known of requests before they come
 * @devs: their devices; max_end is a bound, not always reached; requests is
 *	not kept
 * @device_count: entries of @devs
 * @wall_start_ns: CLOCK_REALTIME at time 0, or 0
 * @queue: they are of the level of the queue
 * @deps: they have dependencies:
 * @dep: which
 * @undone: the step that ended the dependencies, or NULL
 * @anonymous: nothing may tell where they come from
 * @inferred: completion times were guessed, of some at least
 */
struct shape {
	struct hfr_file_dev devs[HFR_MAX_DEVICES];
	uint32_t device_count;
	uint64_t wall_start_ns;
	bool queue;
	bool deps;
	struct hft_dep_info dep;
	const char *undone;
	bool anonymous;
	bool inferred;
};

struct stage;

/**
 * struct transform - a kind of step
 * @name: word on the command line
 * @state_size: bytes of its state, zero at first
 * @parse: reads the argument into the state; a bad one is -EINVAL with a
 *	sentence. The text stays
 * @open: the shape of what comes is known: makes it that of what leaves;
 *	may read what is above, and then rewinds it. NULL: the shape stays
 * @rewind: the state is as after @open again; NULL: nothing to do
 * @close: frees what the state owns; NULL: nothing to do
 * @map: writes to @out what becomes of @n records, as many or fewer, and
 *	returns how many, or -errno with a sentence
 * @each: pushes to stage.out what becomes of one record; 0 or -errno
 * @read: as stage_read(). A step has one of @map, @each, @read
 * @say: adds members about what was done to an object; NULL: none
 */
struct transform {
	const char *name;
	size_t state_size;
	int (*parse)(void *state, const char *text, struct hf_error *err);
	int (*open)(struct stage *s, struct shape *shape,
		    struct hf_error *err);
	int (*rewind)(struct stage *s, struct hf_error *err);
	void (*close)(void *state);
	ssize_t (*map)(struct stage *s, const struct hfr_trace_rec *in,
		       size_t n, struct hfr_trace_rec *out,
		       struct hf_error *err);
	int (*each)(struct stage *s, const struct hfr_trace_rec *rec,
		    struct hf_error *err);
	int (*read)(struct stage *s, const struct hfr_trace_rec **recs,
		    size_t *n, struct hf_error *err);
	void (*say)(const struct stage *s, json_t *obj);
};

/**
 * struct stage - a step in a pipeline
 * @kind: what it does
 * @text: its argument
 * @state: of @kind; owned
 * @up: where its records come from; NULL for the first
 * @opts: how traces are read, and whom to ask whether to go on
 * @out: records it gives; owned
 * @came: records that came since the last rewind
 * @gave: records that left
 * @cut: parts of requests that were cut
 * @ended: no more will leave, whatever comes
 */
struct stage {
	const struct transform *kind;
	const char *text;
	void *state;
	struct stage *up;
	const struct import_opts *opts;
	struct recs out;
	uint64_t came, gave, cut;
	bool ended;
};

/**
 * stage_read - gives the next records
 * @s: the stage
 * @recs: gets where they are; they stay until the next call
 * @n: gets their number, 0 at the end
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int stage_read(struct stage *s, const struct hfr_trace_rec **recs, size_t *n,
	       struct hf_error *err);

/** stage_rewind - starts again, this stage and all above; 0 or -errno */
int stage_rewind(struct stage *s, struct hf_error *err);

/** stage_free - frees a stage, not those above; NULL is fine */
void stage_free(struct stage *s);

/** stage_new - a stage without state; NULL without memory */
struct stage *stage_new(const struct transform *kind, struct stage *up,
			const struct import_opts *opts);

/**
 * stage_piece - pushes a part of a request
 * @s: the stage, to whose records it is added
 * @whole: the request
 * @from: where the part begins in it, bytes
 * @length: its length
 * @offset: where it is to be
 * @err: on failure, a sentence
 *
 * A part is no atomic write, and only the first empties the cache before. A
 * part of what is done to a zone cannot be.
 *
 * Return: 0 or -errno.
 */
int stage_piece(struct stage *s, const struct hfr_trace_rec *whole,
		uint64_t from, uint32_t length, uint64_t offset,
		struct hf_error *err);

/** stage_push - pushes a whole record; 0 or -errno with a sentence */
int stage_push(struct stage *s, const struct hfr_trace_rec *rec,
	       struct hf_error *err);

/** stage_has_place - whether a request has an address at all */
bool stage_has_place(const struct hfr_trace_rec *rec);

/**
 * stage_fail - says that a request of this stage is the trouble
 * @s: the stage; the request is the one behind stage.came
 * @err: gets the sentence
 * @code: positive errno
 * @fmt: what is wrong with the request, a part of a sentence
 *
 * Return: -@code.
 */
int stage_fail(const struct stage *s, struct hf_error *err, int code,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** shape_undo_deps - @name makes dependencies wrong: they are dropped */
void shape_undo_deps(struct shape *shape, const char *name);

/** shape_target - index of the device that a word means (index, MAJOR:MINOR
 * or name), or -ENOENT with a sentence
 */
int shape_target(const struct shape *shape, const char *word,
		 struct hf_error *err);

#endif /* HF_STAGE_H */
