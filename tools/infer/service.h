/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long requests took, where a trace does not say: from the times between
 * issues, class by class, after the idea of TraceTracker (Kwon et al., IISWC
 * 2017). It is a guess, good where a program waits for each request before it
 * issues the next; whoever uses it says so.
 */
#ifndef HF_SERVICE_H
#define HF_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

/* Reads, writes, all others; sizes by power of two; sequential or not. */
#define SERVICE_OPS	3
#define SERVICE_SIZES	32
#define SERVICE_CLASSES	(SERVICE_OPS * SERVICE_SIZES * 2)
/* A class with fewer times takes the guess of a wider one. */
#define SERVICE_SAMPLES	64
/* Times in as many bins for each power of two. */
#define SERVICE_BINS	8

/**
 * struct service_class - requests that are taken for alike
 * @requests: of the class
 * @samples: times from them to the next issue at their target
 * @ns: the guess
 * @own: it is from their own times, not from those of a wider class
 */
struct service_class {
	uint64_t requests;
	uint64_t samples;
	uint64_t ns;
	bool own;
};

/**
 * struct service - the guesses
 * @class: by operation, size and sequence, see service_class_of()
 * @inferred: requests whose completion is not known
 */
struct service {
	struct service_class class[SERVICE_CLASSES];
	uint64_t inferred;
};

/**
 * service_infer - guesses from a trace
 * @s: filled
 * @trace: the trace
 * @err: on failure, a sentence
 *
 * Of each class the guess is the shortest of the times from a request to the
 * next at the same target around which many lie: the first peak of their
 * density over the logarithm of the time that is at least half as high as the
 * highest. Requests at the same instant tell nothing and are left out.
 *
 * Return: 0, -ENOMEM, -EEXIST if all completions are known, or -ENODATA if
 *	there are too few times.
 */
int service_infer(struct service *s, const struct hft_file *trace,
		  struct hf_error *err);

/** service_class_of - class of a request; @end: where the one before at its
 * target ended
 */
unsigned int service_class_of(const struct hfr_trace_rec *rec, uint64_t end);

/**
 * service_file - makes a trace whose unknown completions are guessed
 * @in: the trace
 * @out: path of the new one, NULL for a file without a name
 * @file: filled; close with hft_close()
 * @err: on failure, a sentence
 *
 * The provenance says "service": what was guessed, for which class.
 *
 * Return: 0 or -errno, as service_infer().
 */
int service_file(const struct hft_file *in, const char *out,
		 struct hft_file *file, struct hf_error *err);

/** service_is_inferred - whether completions of a trace were made by this */
bool service_is_inferred(const struct hft_file *trace);

#endif /* HF_SERVICE_H */
