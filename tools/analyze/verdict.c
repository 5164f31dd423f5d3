// SPDX-License-Identifier: GPL-2.0-only
/* Each word of the vocabulary is a function that judges and says why. */
#include "verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

struct buf {
	char text[48];
};

static const char *duration(struct buf *b, int64_t ns)
{
	return hf_format_duration(b->text, sizeof(b->text), ns);
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* "1 request", "2 requests": for the start of a sentence. */
static const char *requests(struct buf *b, uint64_t n)
{
	snprintf(b->text, sizeof(b->text), "%" PRIu64 " request%s", n,
		 n == 1 ? "" : "s");
	return b->text;
}

static const char *was(uint64_t n)
{
	return n == 1 ? "was" : "were";
}

static bool judge_incomplete(char *s, size_t len, const struct fidelity *f,
			     const struct verdict_facts *facts)
{
	uint64_t left = f->trace_requests - f->issued;
	bool ended = !facts->state || !strcmp(facts->state, "done");
	struct buf b;

	if (!left && ended)
		return false;
	if (left)
		snprintf(s, len, "%s of %" PRIu64 " (%.3g %%) %s not issued (%"
			 PRIu64 " that the target cannot do, %" PRIu64
			 " left when the replay ended, %" PRIu64
			 " without a record).", requests(&b, left),
			 f->trace_requests, percent(left, f->trace_requests),
			 was(left), f->skipped, f->not_issued, f->missing);
	else
		snprintf(s, len, "All requests were issued, but the replay did not end as it should.");
	if (!ended)
		snprintf(s + strlen(s), len - strlen(s),
			 " The session is %s%s%s.", facts->state,
			 facts->error ? ": " : "",
			 facts->error ? facts->error : "");
	return true;
}

static unsigned int worst_errno(const struct fidelity *f)
{
	unsigned int worst = 0;

	for (unsigned int e = 1; e < FIDELITY_U8_VALUES; e++)
		if (f->by_errno[e] > f->by_errno[worst])
			worst = e;
	return worst;
}

/* Number of the lowest bit of a flag, the index into fidelity.flagged. */
static uint64_t flagged(const struct fidelity *f, unsigned int flag)
{
	return f->flagged[__builtin_ctz(flag)];
}

static bool judge_errors(char *s, size_t len, const struct fidelity *f,
			 const struct verdict_facts *facts)
{
	uint64_t verify = flagged(f, HFR_CF_VERIFY);
	uint64_t cut = flagged(f, HFR_CF_SHORT);
	struct buf b;

	(void)facts;
	if (!f->errors && !verify && !cut)
		return false;
	s[0] = '\0';
	if (f->errors)
		snprintf(s, len, "%s (%.3g %%) failed, most often with \"%s\".",
			 requests(&b, f->errors), percent(f->errors, f->issued),
			 strerror((int)worst_errno(f)));
	if (verify)
		snprintf(s + strlen(s), len - strlen(s),
			 "%s%s read wrong data.", s[0] ? " " : "",
			 requests(&b, verify));
	if (cut)
		snprintf(s + strlen(s), len - strlen(s),
			 "%s%s transferred less than asked.", s[0] ? " " : "",
			 requests(&b, cut));
	return true;
}

static void add_stall(char *s, size_t len, const struct stall *stall,
		      const char *what)
{
	struct buf b;

	if (stall->count || stall->ns)
		snprintf(s + strlen(s), len - strlen(s),
			 " It waited %" PRIu64 " time%s (%s in all) %s.",
			 stall->count, stall->count == 1 ? "" : "s",
			 duration(&b, (int64_t)stall->ns), what);
}

static bool judge_starved(char *s, size_t len, const struct fidelity *f,
			  const struct verdict_facts *facts)
{
	struct buf b;

	if (!f->starved && !facts->underruns.ns && !facts->results.ns &&
	    !facts->window.ns && !facts->underruns.count &&
	    !facts->results.count && !facts->window.count)
		return false;
	snprintf(s, len, "The replay was held up from outside; %s (%.3g %%) %s affected.",
		 requests(&b, f->starved), percent(f->starved, f->issued),
		 was(f->starved));
	add_stall(s, len, &facts->underruns, "for the trace to be fed");
	add_stall(s, len, &facts->results,
		  "for completion records to be read");
	add_stall(s, len, &facts->window,
		  "for a window full behind a request in flight");
	return true;
}

static bool judge_reordered(char *s, size_t len, const struct fidelity *f,
			    const struct verdict_facts *facts)
{
	struct buf b;

	if (!facts->ordered || !f->order.reordered)
		return false;
	snprintf(s, len, "%s (%.3g %%) %s issued out of order, the worst %"
		 PRIu64 " place%s late; the first is request %" PRIu64 ".",
		 requests(&b, f->order.reordered),
		 percent(f->order.reordered, f->order.requests),
		 was(f->order.reordered), f->order.max_extent,
		 f->order.max_extent == 1 ? "" : "s", f->order.first);
	return true;
}

/* Without a schedule the limit is what drives the replay. */
static bool judge_limited(char *s, size_t len, const struct fidelity *f,
			  const struct verdict_facts *facts)
{
	const struct cause_sum *limit = &f->causes[HFR_CAUSE_LIMIT];
	const struct cause_sum *queue = &f->causes[HFR_CAUSE_QUEUE];
	struct buf b, c;

	if (!facts->scheduled || (double)f->held_up <=
				 VERDICT_LIMITED_SHARE * (double)f->issued)
		return false;
	snprintf(s, len, "%s (%.3g %%) waited for the limit of requests in flight or for a tag: the device was slower than the original, or its queue shorter. %"
		 PRIu64 " of them became late, by %s in all.",
		 requests(&b, f->held_up), percent(f->held_up, f->issued),
		 limit->requests + queue->requests,
		 duration(&c, (int64_t)(limit->total_ns + queue->total_ns)));
	return true;
}

static bool judge_late(char *s, size_t len, const struct fidelity *f,
		       const struct verdict_facts *facts)
{
	struct buf a, b, c, d;

	(void)facts;
	if (f->error_absolute.p99 <= VERDICT_LATE_P99_NS &&
	    llabs(f->drift_ns) <= VERDICT_LATE_DRIFT_NS)
		return false;
	snprintf(s, len, "1 %% of the requests were issued %s or more off their time (worst %s), the last ones %s %s.",
		 duration(&a, f->error_absolute.p99),
		 duration(&b, f->error_absolute.max),
		 duration(&c, llabs(f->drift_ns)),
		 f->drift_ns < 0 ? "early" : "late");
	if (f->late)
		snprintf(s + strlen(s), len - strlen(s),
			 " %" PRIu64 " were later than the tolerance, by %s on average.",
			 f->late, duration(&d, (int64_t)(f->late_total_ns /
							 f->late)));
	return true;
}

static bool judge_scaled(char *s, size_t len, const struct fidelity *f,
			 const struct verdict_facts *facts)
{
	struct buf a, b;

	if (facts->scheduled && facts->speed == 1)
		return false;
	duration(&a, (int64_t)f->recorded.duration_ns);
	duration(&b, (int64_t)f->replayed.duration_ns);
	if (facts->scheduled)
		snprintf(s, len, "By request the replay ran at %.6g times the recorded speed: %s for the %s of the original.",
			 facts->speed, b.text, a.text);
	else if (facts->repaced)
		snprintf(s, len, "The speed was changed while the replay ran: %s for the %s of the original; whether requests went in time is told by their lateness alone.",
			 b.text, a.text);
	else
		snprintf(s, len, "By request the replay kept no schedule (mode %s): %s for the %s of the original.",
			 facts->mode, b.text, a.text);
	return true;
}

static const char *all_were(struct buf *b, uint64_t n)
{
	if (n == 1)
		return "The only request was";
	snprintf(b->text, sizeof(b->text), "All %" PRIu64 " requests were", n);
	return b->text;
}

static void say_faithful(char *s, size_t len, const struct fidelity *f)
{
	struct buf a, b, c;

	if (!f->issued) {
		snprintf(s, len, "The trace is empty: there was nothing to issue.");
		return;
	}
	snprintf(s, len, "%s issued, in order and without an error; 99 %% of them within %s of their time, the worst %s off.",
		 all_were(&c, f->issued), duration(&a, f->error_absolute.p99),
		 duration(&b, f->error_absolute.max));
}

static const struct {
	const char *name;
	bool (*judge)(char *s, size_t len, const struct fidelity *f,
		      const struct verdict_facts *facts);
} words[VERDICT_NR] = {
	[VERDICT_INCOMPLETE]	= { "INCOMPLETE", judge_incomplete },
	[VERDICT_DEVICE_ERRORS]	= { "DEVICE ERRORS", judge_errors },
	[VERDICT_STARVED]	= { "STARVED", judge_starved },
	[VERDICT_REORDERED]	= { "REORDERED", judge_reordered },
	[VERDICT_LIMITED]	= { "LIMITED", judge_limited },
	[VERDICT_LATE]		= { "LATE", judge_late },
	[VERDICT_SCALED]	= { "SCALED", judge_scaled },
	[VERDICT_FAITHFUL]	= { "FAITHFUL", NULL },
};

const char *verdict_name(enum verdict_word word)
{
	return words[word].name;
}

void verdict_judge(struct verdict *v, const struct fidelity *f,
		   const struct verdict_facts *facts)
{
	bool any = false;

	memset(v, 0, sizeof(*v));
	for (int w = 0; w < VERDICT_FAITHFUL; w++) {
		v->applies[w] = words[w].judge(v->sentence[w],
					       sizeof(v->sentence[w]), f,
					       facts);
		any |= v->applies[w];
	}
	if (any)
		return;
	v->applies[VERDICT_FAITHFUL] = true;
	say_faithful(v->sentence[VERDICT_FAITHFUL],
		     sizeof(v->sentence[VERDICT_FAITHFUL]), f);
}

enum verdict_word verdict_worst(const struct verdict *v)
{
	int w = 0;

	while (w < VERDICT_FAITHFUL && !v->applies[w])
		w++;
	return (enum verdict_word)w;
}
