/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Figures as data: what each is called, where in its family's state it lies,
 * how the whole follows from the parts, and by whom it is defined. Text, JSON
 * and HTML are made from these tables.
 */
#ifndef HF_STATISTIC_H
#define HF_STATISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "loghist.h"

/** enum stat_unit - what a figure counts */
enum stat_unit {
	STAT_COUNT,	/* things */
	STAT_BYTES,
	STAT_NS,
	STAT_SHARE,	/* of 1 */
	STAT_NUMBER,	/* without a unit */
	STAT_RATE,	/* things per second */
};

/**
 * enum stat_kind - what a figure is, and how that of the whole is made
 * @STAT_SUM: uint64_t; added up
 * @STAT_MAX: uint64_t; the largest
 * @STAT_REAL: double; added up
 * @STAT_HIST: struct loghist; merged
 * @STAT_QUOTIENT: one uint64_t by another, after these are merged
 * @STAT_BLOCKS: uint64_t, a number of blocks that is shown in bytes
 * @STAT_DERIVED: computed from others, after these are merged
 */
enum stat_kind {
	STAT_SUM,
	STAT_MAX,
	STAT_REAL,
	STAT_HIST,
	STAT_QUOTIENT,
	STAT_BLOCKS,
	STAT_DERIVED,
};

/**
 * struct stat_scope - what figures are derived with
 * @duration_ns: of the trace
 * @block: bytes of a block
 */
struct stat_scope {
	uint64_t duration_ns;
	uint64_t block;
};

/**
 * struct statistic - a figure
 * @name: key in JSON
 * @title: as people read it; NULL if it only serves others
 * @kind: what it is
 * @unit: of it or of its values
 * @at: place in the state of its family; not of a derived one
 * @over: place of what a quotient is divided by
 * @derive: computes a derived one; NaN where it is not known
 * @source: the definition, and where it comes from if it is not ours
 */
struct statistic {
	const char *name;
	const char *title;
	enum stat_kind kind;
	enum stat_unit unit;
	size_t at;
	size_t over;
	double (*derive)(const void *state, const struct stat_scope *scope);
	const char *source;
};

struct stat_group;

/**
 * struct stat_family - figures that are counted together
 * @name: key in JSON
 * @title: heading
 * @list: the figures; ends with one without a name
 * @size: bytes of the state
 * @state: where it is in a group; NULL if the group does not have it
 * @add: counts a request; NULL if requests are not what it counts
 * @merged: the whole is what its parts make, requests are not counted again
 */
struct stat_family {
	const char *name;
	const char *title;
	const struct statistic *list;
	size_t size;
	void *(*state)(const struct stat_group *group);
	void (*add)(void *state, const struct hfr_trace_rec *rec);
	bool merged;
};

/** stat_merge - adds the state of a part to that of the whole */
void stat_merge(const struct stat_family *family, void *to, const void *from);

/**
 * stat_value - a figure that is one number
 * @s: the figure, no histogram
 * @state: of its family
 * @scope: what to derive it with
 *
 * Return: the value, NaN if it is not known.
 */
double stat_value(const struct statistic *s, const void *state,
		  const struct stat_scope *scope);

/** stat_hist - a figure that is a histogram */
const struct loghist *stat_hist(const struct statistic *s, const void *state);

/** stat_ratio - @a divided by @b; NaN if that is 0 */
double stat_ratio(double a, double b);

#endif /* HF_STATISTIC_H */
