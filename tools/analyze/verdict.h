/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict on a replay: words of a fixed vocabulary, each with a sentence. */
#ifndef HF_VERDICT_H
#define HF_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "fidelity.h"

/*
 * Thresholds. Documentation/report.rst lists them for users.
 *
 * VERDICT_LIMITED_SHARE: share of the issued requests that may wait for the
 *	limit of requests in flight or for a tag. Such a wait changes the time
 *	of a request to what the device can take; one in a hundred leaves the
 *	99th percentile of the issue-time error untouched.
 * VERDICT_LATE_P99_NS: 99th percentile of the absolute issue-time error. A
 *	tenth of a millisecond is what timing-accurate replay tools promise,
 *	and about the service time of a flash device: beyond it the device
 *	sees another arrival pattern.
 * VERDICT_LATE_DRIFT_NS: drift in either direction. A replay that falls
 *	behind by more at its end was too slow, even if few requests show it.
 *
 * Errors, reordering, starvation and requests that are missing have no
 * tolerance: a single one is reported.
 */
#define VERDICT_LIMITED_SHARE	0.01
#define VERDICT_LATE_P99_NS	100000
#define VERDICT_LATE_DRIFT_NS	1000000

/**
 * enum verdict_word - the vocabulary, worst first
 * @VERDICT_INCOMPLETE: not every request was issued
 * @VERDICT_DEVICE_ERRORS: requests failed, came back short or with wrong data
 * @VERDICT_STARVED: the replay waited for its feeder, for the reader of its
 *	results or for its window
 * @VERDICT_REORDERED: requests of a target were issued out of order
 * @VERDICT_LIMITED: requests waited for the limit in flight or for a tag
 * @VERDICT_LATE: requests were issued too far from their time
 * @VERDICT_SCALED: another speed than the original, or no schedule at all
 * @VERDICT_FAITHFUL: none of these
 * @VERDICT_NR: number of words
 */
enum verdict_word {
	VERDICT_INCOMPLETE,
	VERDICT_DEVICE_ERRORS,
	VERDICT_STARVED,
	VERDICT_REORDERED,
	VERDICT_LIMITED,
	VERDICT_LATE,
	VERDICT_SCALED,
	VERDICT_FAITHFUL,
	VERDICT_NR,
};

/**
 * struct stall - a way in which the replay was held up by user space
 * @count: how often
 * @ns: for how long
 */
struct stall {
	uint64_t count;
	uint64_t ns;
};

/**
 * struct verdict_facts - what the records do not show
 * @mode: name of the replay mode
 * @speed: speed factor
 * @scheduled: there is one schedule that all requests can be judged by
 * @repaced: requests that were due at another time, since the speed was changed
 *	in a mode with a schedule; then there is none to judge by
 * @ordered: the mode issues in trace order
 * @state: state in which the session ended, "done" if all went well
 * @error: sentence of the session, NULL for none
 * @underruns: the feeder was too slow
 * @results: completion records were not read
 * @window: the window was shorter than the requests in flight span
 */
struct verdict_facts {
	const char *mode;
	double speed;
	bool scheduled;
	uint64_t repaced;
	bool ordered;
	const char *state;
	const char *error;
	struct stall underruns;
	struct stall results;
	struct stall window;
};

/**
 * struct verdict - the words that apply, worst first
 * @applies: by enum verdict_word; exactly VERDICT_FAITHFUL if nothing else
 * @sentence: by enum verdict_word, empty where the word does not apply
 */
struct verdict {
	bool applies[VERDICT_NR];
	char sentence[VERDICT_NR][512];
};

/** verdict_judge - fills @v */
void verdict_judge(struct verdict *v, const struct fidelity *f,
		   const struct verdict_facts *facts);

/** verdict_name - the word itself, "DEVICE ERRORS" */
const char *verdict_name(enum verdict_word word);

/** verdict_worst - the worst word that applies */
enum verdict_word verdict_worst(const struct verdict *v);

#endif /* HF_VERDICT_H */
