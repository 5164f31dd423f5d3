/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Traces of servers, window by window: how long their patterns are, which of
 * the base they are, what comes next, and how often that is right.
 */
#ifndef HF_STUDY_H
#define HF_STUDY_H

#include "base.h"

/**
 * struct study_opts - what to do
 * @window: how to cut
 * @match: when two patterns are the same
 * @least: windows with fewer requests are not compared
 * @learn: what is not known is added to the base, what follows is counted
 */
struct study_opts {
	struct window_opts window;
	struct match_opts match;
	uint64_t least;
	bool learn;
};

/**
 * struct lengths - lengths of the windows of a sequence
 * @target: server
 * @ops: which requests
 * @windows: how many
 * @requests: in all of them
 * @squares: sum of the squares of their numbers
 */
struct lengths {
	uint16_t target;
	enum window_ops ops;
	uint64_t windows;
	uint64_t requests;
	double squares;
};

/** lengths_mean - requests a window */
double lengths_mean(const struct lengths *l);
/** lengths_deviation - standard deviation of it, of these windows */
double lengths_deviation(const struct lengths *l);

/**
 * struct scores - how good matching and prediction were
 * @windows: that were compared: those long enough
 * @matched: found to be a pattern of the base
 * @labelled: with a label of their own, while the base had one with that label
 * @judged: matched ones where window and pattern have a label
 * @right: of those, the labels are the same
 * @foreseen: windows for which a pattern was predicted
 * @came_true: of those, it was the one
 *
 * Precision is @right / @judged, recall @right / @labelled.
 */
struct scores {
	uint64_t windows, matched;
	uint64_t labelled, judged, right;
	uint64_t foreseen, came_true;
};

/**
 * struct finding - what became of a window
 * @w: the window
 * @compared: it was long enough, and the rest is filled
 * @m: the pattern it was found to be
 * @added: it became pattern @m.index
 * @foreseen: the pattern that had been predicted, or BASE_NONE
 */
struct finding {
	const struct window *w;
	bool compared;
	struct match m;
	bool added;
	size_t foreseen;
};

/**
 * struct study - a trace that is looked at
 * @opts: how
 * @base: patterns; the caller's
 * @label: of the trace, NULL for none
 * @each: takes what became of each window, NULL for nobody; returns 0 to go on
 * @ctx: for it
 * @lengths: filled, by server and operation; free with study_free()
 * @n: how many
 * @scores: added to
 */
struct study {
	const struct study_opts *opts;
	struct base *base;
	const char *label;
	int (*each)(void *ctx, const struct finding *f, struct hf_error *err);
	void *ctx;
	struct lengths *lengths;
	size_t n;
	struct scores scores;
	/* private: */
	size_t last;
};

/**
 * study_trace - looks at a trace
 * @s: with what is said above to be given
 * @file: the trace
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int study_trace(struct study *s, const struct hft_file *file,
		struct hf_error *err);
void study_free(struct study *s);

#endif /* HF_STUDY_H */
