// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "hft-deps.h"

struct hft_dep_info hft_dep_info(const struct hfr_file_hdr *h)
{
	return (struct hft_dep_info) {
		.kind = h->dep_scope, .scopes = h->scopes,
		.nodes = h->dep_nodes, .threshold_ns = h->dep_threshold_ns,
	};
}

struct hft_deps *hft_deps_new(const struct hft_dep_info *info)
{
	struct hft_deps *deps = calloc(1, sizeof(*deps));

	if (!deps)
		return NULL;
	deps->info = *info;
	deps->scopes = calloc(info->scopes, sizeof(*deps->scopes));
	if (deps->scopes)
		return deps;
	free(deps);
	return NULL;
}

void hft_deps_free(struct hft_deps *deps)
{
	if (!deps)
		return;
	free(deps->scopes);
	free(deps);
}

__attribute__((format(printf, 2, 3)))
static bool broken(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, HFT_WHY, fmt, ap);
	va_end(ap);
	return true;
}

bool hft_dep_info_broken(const struct hft_dep_info *info, uint32_t devices,
			 char *why)
{
	if (info->kind >= HFR_DEP_NR)
		return broken(why, "has dependencies of the unknown kind %u",
			      info->kind);
	if (!info->scopes || info->scopes > HFR_MAX_SCOPES)
		return broken(why, "has %u scopes of dependencies, 1 to %u are possible",
			      info->scopes, HFR_MAX_SCOPES);
	if ((info->kind == HFR_DEP_GLOBAL && info->scopes != 1) ||
	    (info->kind == HFR_DEP_TARGET && info->scopes != devices))
		return broken(why, "has %u scopes of dependencies, which do not fit their kind",
			      info->scopes);
	return false;
}

/* Counts and ranks go round at 2^32: @a is not behind @b. */
static bool reaches(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) >= 0;
}

static bool first_of_scope(const struct hfr_trace_rec *rec)
{
	return rec->flags & HFR_RF_DEP_GLOBAL;
}

static bool window_broken(const struct hft_scope_seen *seen, uint32_t rank,
			  const struct hfr_trace_rec *rec, char *why)
{
	if (!reaches(rec->dep_hi, rec->dep_lo) ||
	    !reaches(seen->count, rec->dep_hi))
		return broken(why, "depends on ranks %u to %u, but only %u requests are in front of it",
			      rec->dep_lo, rec->dep_hi, seen->count);
	if (!reaches(rec->dep_lo, seen->last_lo) ||
	    !reaches(rec->dep_hi, seen->last_hi))
		return broken(why, "depends on ranks %u to %u, but the one in front of it on %u to %u",
			      rec->dep_lo, rec->dep_hi, seen->last_lo,
			      seen->last_hi);
	if (!reaches(rank, rec->dep_hi))
		return broken(why, "has rank %u, but depends on ranks up to %u",
			      rank, rec->dep_hi);
	return false;
}

static uint64_t nodes_with(const struct hft_deps *deps,
			   const struct hfr_trace_rec *rec)
{
	const struct hft_scope_seen *scope = &deps->scopes[rec->scope];
	uint32_t span = scope->count + 1 -
			(first_of_scope(rec) ? 0 : rec->dep_lo);

	return deps->nodes + (span > scope->span ? span - scope->span : 0);
}

bool hft_dep_broken(const struct hft_deps *deps,
		    const struct hfr_trace_rec *rec, char *why)
{
	const uint32_t kind = deps->info.kind;
	bool first = first_of_scope(rec);

	if (rec->complete_ns == HFR_UNKNOWN)
		return broken(why, "has no completion time, which dependencies need");
	if (rec->scope >= deps->info.scopes ||
	    (kind == HFR_DEP_TARGET && rec->scope != rec->target))
		return broken(why, "has the wrong scope %u of %u", rec->scope,
			      deps->info.scopes);
	if (kind == HFR_DEP_GLOBAL && rec->rank != rec->global_rank)
		return broken(why, "has rank %u and another global rank, %u",
			      rec->rank, rec->global_rank);
	if (first && (kind == HFR_DEP_GLOBAL ||
		      deps->scopes[rec->scope].count))
		return broken(why, "has a window among all requests, but is not the first of its scope");
	if (window_broken(first ? &deps->all : &deps->scopes[rec->scope],
			  first ? rec->global_rank : rec->rank, rec, why))
		return true;
	if (nodes_with(deps, rec) > deps->info.nodes)
		return broken(why, "needs more nodes of dependencies than the %u that the header states",
			      deps->info.nodes);
	return false;
}

void hft_dep_next(struct hft_deps *deps, const struct hfr_trace_rec *rec)
{
	struct hft_scope_seen *scope = &deps->scopes[rec->scope];
	struct hft_scope_seen *seen = first_of_scope(rec) ? &deps->all : scope;
	uint64_t nodes = nodes_with(deps, rec);

	scope->span += (uint32_t)(nodes - deps->nodes);
	deps->nodes = nodes;
	seen->last_lo = rec->dep_lo;
	seen->last_hi = rec->dep_hi;
	scope->count++;
	deps->all.count++;
}
