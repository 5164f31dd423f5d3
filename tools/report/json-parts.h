/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the JSON report. Every function returns a new reference, or
 * NULL without memory, which json_pack() and json_object_set_new() pass on.
 */
#ifndef HF_JSON_PARTS_H
#define HF_JSON_PARTS_H

#include <jansson.h>

#include "facts.h"
#include "json-text.h"

/**
 * struct report_source - what the report is made from
 * @trace: the trace
 * @res: its replay
 * @facts: how it was replayed
 * @f: what was measured
 */
struct report_source {
	const struct hft_file *trace;
	const struct results *res;
	struct verdict_facts facts;
	const struct fidelity *f;
};

/** json_count - an unsigned number; one that JSON cannot hold is null */
json_t *json_count(uint64_t value);
/** json_dist - a distribution; null if it is empty */
json_t *json_dist(const struct dist *d);

json_t *json_operations(const struct report_source *src);
json_t *json_targets(const struct report_source *src);
json_t *json_workers(const struct report_source *src);
json_t *json_series(const struct report_source *src);
json_t *json_provenance(const struct report_source *src);

#endif /* HF_JSON_PARTS_H */
