/* SPDX-License-Identifier: GPL-2.0-only */
/* What linux/hfreplay.h demands of dependency windows. */
#ifndef HF_HFT_DEPS_H
#define HF_HFT_DEPS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/* Room for the sentence of hft_dep_broken(). */
#define HFT_WHY 200

/**
 * struct hft_dep_info - what a header says of dependencies
 * @kind: enum hfr_dep_scope
 * @scopes: number of scopes
 * @nodes: dep_nodes
 * @threshold_ns: shortest think time that was taken for a dependency
 */
struct hft_dep_info {
	uint32_t kind;
	uint32_t scopes;
	uint32_t nodes;
	uint64_t threshold_ns;
};

/**
 * struct hft_scope_seen - the records of a scope so far
 * @count: number of them
 * @last_lo: dep_lo of the latest
 * @last_hi: dep_hi of the latest
 * @span: most records from the first of a window to the record behind it
 */
struct hft_scope_seen {
	uint32_t count, last_lo, last_hi, span;
};

/**
 * struct hft_deps - what a window is held against
 * @info: from the header
 * @scopes: what was seen of each scope
 * @all: the same of all records
 * @nodes: sum of the spans
 */
struct hft_deps {
	struct hft_dep_info info;
	struct hft_scope_seen *scopes;
	struct hft_scope_seen all;
	uint64_t nodes;
};

/** hft_dep_info - what a header says */
struct hft_dep_info hft_dep_info(const struct hfr_file_hdr *h);

/** hft_deps_new - nothing was seen yet; NULL without memory */
struct hft_deps *hft_deps_new(const struct hft_dep_info *info);
void hft_deps_free(struct hft_deps *deps);

/** hft_dep_info_broken - whether the header's fields break a rule; @why gets
 * a part of a sentence, HFT_WHY bytes
 */
bool hft_dep_info_broken(const struct hft_dep_info *info, uint32_t devices,
			 char *why);

/** hft_dep_broken - whether the window of @rec breaks a rule; as above */
bool hft_dep_broken(const struct hft_deps *deps,
		    const struct hfr_trace_rec *rec, char *why);

/** hft_dep_drop - who waited for whom is known no more */
static inline void hft_dep_drop(struct hfr_trace_rec *rec)
{
	rec->flags &= ~HFR_RF_DEP_GLOBAL;
	rec->rank = 0;
	rec->dep_lo = 0;
	rec->dep_hi = 0;
	rec->scope = 0;
	rec->global_rank = 0;
}

/** hft_dep_next - @rec was good */
void hft_dep_next(struct hft_deps *deps, const struct hfr_trace_rec *rec);

#endif /* HF_HFT_DEPS_H */
