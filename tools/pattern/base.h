/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A base of patterns: those that were seen, which of them follow which, and
 * how alike a new one is to them.
 */
#ifndef HF_BASE_H
#define HF_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "window.h"

#define BASE_NONE SIZE_MAX

/**
 * enum base_distance - how the distance of two series is found
 * @BASE_EXACT: dtw_banded()
 * @BASE_FAST: dtw_fast()
 */
enum base_distance {
	BASE_EXACT,
	BASE_FAST,
};

/**
 * enum base_scale - what a distance d is measured by; similarity is in %
 * @BASE_RELATIVE: 100 (1 - d / (sum of |x| of both series)), 0 at least;
 *	depends on the two patterns only
 * @BASE_LARGEST: 100 (1 - d / largest distance so far), as AGIOS does: a new
 *	largest one has 0. Depends on all that was compared before
 */
enum base_scale {
	BASE_RELATIVE,
	BASE_LARGEST,
};

/**
 * struct match_opts - when two patterns are the same
 * @distance: how to compare
 * @scale: how to rate it
 * @band: of BASE_EXACT, share of the longer series, 0 to 1
 * @threshold: least similarity, %
 * @difference: patterns whose numbers of requests or of files differ by more
 *	than this, in % of the larger, are not compared
 */
struct match_opts {
	enum base_distance distance;
	enum base_scale scale;
	double band;
	double threshold;
	double difference;
};

/**
 * struct label_count - how often a pattern had a label
 * @label: the label; owned
 * @count: windows
 */
struct label_count {
	char *label;
	uint64_t count;
};

/**
 * struct follower - a pattern that came next
 * @to: its number
 * @count: how often
 */
struct follower {
	size_t to;
	uint64_t count;
};

/**
 * struct pattern - a pattern of the base
 * @ops: which requests it is of
 * @reads: requests
 * @writes: requests
 * @bytes: of both
 * @files: different ones
 * @x: the series; owned
 * @n: how many
 * @weight: sum of |x|
 * @seen: windows that were this pattern
 * @labels: of those windows; owned
 * @nlabels: how many different ones
 * @next: what followed; owned
 * @nnext: how many different ones
 */
struct pattern {
	enum window_ops ops;
	uint64_t reads, writes;
	uint64_t bytes;
	uint32_t files;
	int64_t *x;
	size_t n;
	uint64_t weight;
	uint64_t seen;
	struct label_count *labels;
	size_t nlabels;
	struct follower *next;
	size_t nnext;
};

/**
 * struct base - the patterns
 * @period_ns: length of the windows that they are of
 * @split: reads and writes are apart
 * @largest: largest distance so far (BASE_LARGEST); 1 at first
 * @list: the patterns; owned
 * @n: how many
 * @room: how many @list has room for
 */
struct base {
	uint64_t period_ns;
	bool split;
	uint64_t largest;
	struct pattern *list;
	size_t n, room;
};

/**
 * struct match - what a window was found to be
 * @index: of the pattern, or BASE_NONE
 * @similarity: to it, %; 0 if there is none
 */
struct match {
	size_t index;
	double similarity;
};

/** base_init - an empty base for windows of @period_ns, @split or not */
void base_init(struct base *b, uint64_t period_ns, bool split);
void base_free(struct base *b);

/**
 * base_match - finds the pattern that a window is most like
 * @b: the base; BASE_LARGEST changes it
 * @w: the window
 * @opts: how
 * @m: filled; of equals it is the first
 * @err: on failure, a sentence
 *
 * Return: 0 or -ENOMEM.
 */
int base_match(struct base *b, const struct window *w,
	       const struct match_opts *opts, struct match *m,
	       struct hf_error *err);

/** base_add - adds a window as a pattern, not seen so far; its number comes
 * in @index. Returns 0 or -ENOMEM
 */
int base_add(struct base *b, const struct window *w, size_t *index,
	     struct hf_error *err);

/** base_seen - counts a window that was pattern @index; @label may be NULL.
 * Returns 0 or -ENOMEM
 */
int base_seen(struct base *b, size_t index, const char *label,
	      struct hf_error *err);

/** base_follow - counts that pattern @to came after @from; 0 or -ENOMEM */
int base_follow(struct base *b, size_t from, size_t to, struct hf_error *err);

/**
 * base_next - the pattern that came most often after another
 * @b: the base
 * @from: the other
 * @share: if not NULL, gets how often, of all that came after it; 0 to 1
 *
 * Return: its number, of equals the smallest, or BASE_NONE.
 */
size_t base_next(const struct base *b, size_t from, double *share);

/** base_label - the label that a pattern had most often, NULL for none */
const char *base_label(const struct base *b, size_t index);

#endif /* HF_BASE_H */
