// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "deps-dump.h"
#include "hft-ranks.h"

static bool among_all(const struct hfr_trace_rec *rec)
{
	return rec->flags & HFR_RF_DEP_GLOBAL;
}

static int write_end(FILE *out, struct hf_error *err)
{
	if (!fflush(out) && !ferror(out))
		return 0;
	return hf_fail(err, errno ? errno : EIO,
		       "cannot write the dependencies: %s",
		       strerror(errno ? errno : EIO));
}

int deps_dump_windows(const struct hft_file *trace, FILE *out,
		      struct hf_error *err)
{
	uint64_t i;

	fputs("index,scope,rank,global_rank,dep_lo,dep_hi,among\n", out);
	for (i = 0; i < trace->count && !ferror(out); i++) {
		const struct hfr_trace_rec *r = &trace->recs[i];

		fprintf(out, "%" PRIu64 ",%u,%u,%u,%u,%u,%s\n", i, r->scope,
			r->rank, r->global_rank, r->dep_lo, r->dep_hi,
			among_all(r) ? "all" : "scope");
	}
	return write_end(out, err);
}

static void print_edges(const struct hft_ranks *r, const struct hft_file *trace,
			uint64_t child, FILE *out)
{
	const struct hfr_trace_rec *rec = &trace->recs[child];
	const uint32_t *parents = hft_ranks_parents(r, rec);
	uint32_t i;

	for (i = 0; i < rec->dep_hi - rec->dep_lo; i++)
		fprintf(out, "%u,%" PRIu64 "\n", parents[i], child);
}

/* The last of the parents is the one with the last rank. */
static void print_parents(const struct hft_ranks *r,
			  const struct hft_file *trace, uint64_t child,
			  FILE *out)
{
	const struct hfr_trace_rec *rec = &trace->recs[child];
	const uint32_t *parents = hft_ranks_parents(r, rec);
	uint32_t n = rec->dep_hi - rec->dep_lo, i;

	fprintf(out, "%" PRIu64 ",%u,%u,", child, rec->dep_lo, rec->dep_hi);
	for (i = 0; i < n; i++)
		fprintf(out, "%s%u", i ? " " : "", parents[i]);
	fputc(',', out);
	if (n)
		fprintf(out, "%" PRIu64, (uint64_t)(rec->issue_ns -
			trace->recs[parents[n - 1]].complete_ns));
	fputc('\n', out);
}

typedef void (*print_fn)(const struct hft_ranks *r,
			 const struct hft_file *trace, uint64_t child,
			 FILE *out);

static int dump_ranked(const struct hft_file *trace, const char *head,
		       print_fn print, FILE *out, struct hf_error *err)
{
	struct hft_ranks r = { NULL };
	uint64_t i;
	int ret = hft_ranks_make(&r, trace, err);

	if (ret)
		return ret;
	fputs(head, out);
	for (i = 0; i < trace->count && !ferror(out); i++)
		print(&r, trace, i, out);
	hft_ranks_free(&r);
	return write_end(out, err);
}

int deps_dump_edges(const struct hft_file *trace, FILE *out,
		    struct hf_error *err)
{
	return dump_ranked(trace, "parent,child\n", print_edges, out, err);
}

int deps_dump_parents(const struct hft_file *trace, FILE *out,
		      struct hf_error *err)
{
	return dump_ranked(trace, "index,lo,hi,parents,think_ns\n",
			   print_parents, out, err);
}
