// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "facts.h"
#include "joined.h"

static const char *const flag_names[] = {
	"limited", "bundled", "tag-wait", "starved", "saturated", "verify",
	"short",
};

static const char *const state_names[] = {
	"empty", "done", "skipped", "not-issued",
};

const char *joined_flags(uint16_t flags, char *buf, size_t len)
{
	size_t at = 0;
	unsigned int i;

	if (!flags)
		return "-";
	buf[0] = '\0';
	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (flags & (1U << i) && at < len)
			at += (size_t)snprintf(buf + at, len - at, "%s%s",
					       at ? "+" : "", flag_names[i]);
	return buf;
}

const char *joined_state(uint8_t state)
{
	return state < sizeof(state_names) / sizeof(state_names[0]) ?
	       state_names[state] : "?";
}

const char *joined_cause(uint8_t cause)
{
	const char *name = hfr_cause_name(cause);

	return name ? name : "?";
}

int joined_check(const struct hft_file *trace, const struct results *res,
		 struct hf_error *err)
{
	struct verdict_facts facts;
	struct fidelity_input in;

	if (!trace->count && res->count)
		return hf_fail(err, EINVAL,
			       "the trace has no requests, the results have %" PRIu64,
			       res->count);
	facts_read(&facts, res->meta);
	return facts_input(&in, &facts, trace, res, err);
}

static const struct hfr_trace_rec *request_of(const struct hft_file *trace,
					      uint64_t i)
{
	return &trace->recs[i % trace->count];
}

/* A completion time that is not known is an empty field. */
static void put_request(uint64_t i, uint64_t loop,
			const struct hfr_trace_rec *req, FILE *out)
{
	fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",", i, loop,
		(uint64_t)req->issue_ns);
	if (req->complete_ns != HFR_UNKNOWN)
		fprintf(out, "%" PRIu64, (uint64_t)req->complete_ns);
	fprintf(out, ",%" PRIu64 ",%u,%u,%s,0x%x,%u,%u,%u",
		(uint64_t)req->offset, req->length, req->target,
		hfr_op_name(req->op), req->flags, req->prio, req->stream,
		req->in_flight);
}

static void put_outcome(const struct hfr_completion_rec *r, FILE *out)
{
	char flags[96];

	fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRId64 ",%" PRIu64
		",%u,%u,%u,%s,%s,%s\n", (uint64_t)r->issued_ns,
		(uint64_t)r->completed_ns,
		(int64_t)r->lateness * HFR_COST_UNIT,
		(uint64_t)r->submit_cost * HFR_COST_UNIT, r->in_flight,
		r->error, r->worker, joined_cause(r->cause),
		joined_flags(r->flags, flags, sizeof(flags)),
		joined_state(r->state));
}

void joined_csv(const struct hft_file *trace, const struct results *res,
		FILE *out)
{
	uint64_t i;

	fputs("index,loop,recorded_issue_ns,recorded_complete_ns,offset,length,target,op,record_flags,prio,stream,recorded_in_flight,issued_ns,completed_ns,lateness_ns,submit_cost_ns,in_flight,error,worker,cause,flags,state\n",
	      out);
	for (i = 0; i < res->count && !ferror(out); i++) {
		put_request(i, i / trace->count, request_of(trace, i), out);
		put_outcome(&res->recs[i], out);
	}
}

/* ---- numpy ---- */

/* The members of both structs in their order; there are no holes. */
static const struct {
	const char *name;
	char kind;
	uint8_t size;
} members[] = {
	{ "recorded_issue_ns", 'u', 8 }, { "recorded_complete_ns", 'u', 8 },
	{ "offset", 'u', 8 }, { "length", 'u', 4 }, { "target", 'u', 2 },
	{ "op", 'u', 1 }, { "reserved", 'u', 1 }, { "record_flags", 'u', 4 },
	{ "prio", 'u', 2 }, { "recorded_in_flight", 'u', 2 },
	{ "stream", 'u', 4 }, { "rank", 'u', 4 }, { "dep_lo", 'u', 4 },
	{ "dep_hi", 'u', 4 }, { "scope", 'u', 4 }, { "global_rank", 'u', 4 },
	{ "issued_ns", 'u', 8 }, { "completed_ns", 'u', 8 },
	{ "lateness_16ns", 'i', 4 }, { "submit_cost_16ns", 'u', 4 },
	{ "in_flight", 'u', 2 }, { "flags", 'u', 2 }, { "error", 'u', 1 },
	{ "worker", 'u', 1 }, { "cause", 'u', 1 }, { "state", 'u', 1 },
};

/* Format 1.0: magic, length of the text, text padded to 64 bytes in all. */
#define NPY_MAGIC	"\x93NUMPY\x01\x00"
#define NPY_ALIGN	64

_Static_assert(sizeof(struct hfr_trace_rec) == 64, "as in members[]");
_Static_assert(sizeof(struct hfr_completion_rec) == 32, "as in members[]");

static size_t describe(char *buf, size_t len, uint64_t count)
{
	char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';
	size_t at = (size_t)snprintf(buf, len, "{'descr': ["), i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		at += (size_t)snprintf(buf + at, len - at, "('%s', '%c%c%u'), ",
				       members[i].name, order, members[i].kind,
				       members[i].size);
	return at + (size_t)snprintf(buf + at, len - at,
		"], 'fortran_order': False, 'shape': (%" PRIu64 ",), }",
		count);
}

static void put_header(uint64_t count, FILE *out)
{
	char text[2048];
	size_t len = describe(text, sizeof(text), count), before = 10;

	while ((before + len + 1) % NPY_ALIGN)
		text[len++] = ' ';
	text[len++] = '\n';
	fwrite(NPY_MAGIC, 1, 8, out);
	putc((int)(len & 0xff), out);
	putc((int)(len >> 8), out);
	fwrite(text, 1, len, out);
}

void joined_npy(const struct hft_file *trace, const struct results *res,
		FILE *out)
{
	uint64_t i;

	put_header(res->count, out);
	for (i = 0; i < res->count && !ferror(out); i++) {
		fwrite(request_of(trace, i), sizeof(*trace->recs), 1, out);
		fwrite(&res->recs[i], sizeof(*res->recs), 1, out);
	}
}
