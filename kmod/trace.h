/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints hfreplay:* for perf, ftrace and bpftrace. One that is not enabled
 * costs an instruction that does nothing.
 *
 * Times are ns from time 0 of the run, as in the completion records.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hfreplay

#if !defined(HFR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HFR_TRACE_H

#include <linux/tracepoint.h>

#include "session.h"

/* Tools that read the formats know numbers, not enumerators. */
TRACE_DEFINE_ENUM(HFR_OP_READ);
TRACE_DEFINE_ENUM(HFR_OP_WRITE);
TRACE_DEFINE_ENUM(HFR_OP_FLUSH);
TRACE_DEFINE_ENUM(HFR_OP_DISCARD);
TRACE_DEFINE_ENUM(HFR_OP_WRITE_ZEROES);
TRACE_DEFINE_ENUM(HFR_OP_SECURE_ERASE);
TRACE_DEFINE_ENUM(HFR_OP_ZONE_APPEND);
TRACE_DEFINE_ENUM(HFR_OP_ZONE_RESET);
TRACE_DEFINE_ENUM(HFR_OP_ZONE_RESET_ALL);
TRACE_DEFINE_ENUM(HFR_OP_ZONE_OPEN);
TRACE_DEFINE_ENUM(HFR_OP_ZONE_CLOSE);
TRACE_DEFINE_ENUM(HFR_OP_ZONE_FINISH);
TRACE_DEFINE_ENUM(HFR_CAUSE_NONE);
TRACE_DEFINE_ENUM(HFR_CAUSE_SUBMIT);
TRACE_DEFINE_ENUM(HFR_CAUSE_QUEUE);
TRACE_DEFINE_ENUM(HFR_CAUSE_LIMIT);
TRACE_DEFINE_ENUM(HFR_CAUSE_PARENT);
TRACE_DEFINE_ENUM(HFR_CAUSE_FEEDER);
TRACE_DEFINE_ENUM(HFR_CAUSE_RESULTS);
TRACE_DEFINE_ENUM(HFR_CAUSE_WINDOW);
TRACE_DEFINE_ENUM(HFR_CAUSE_STOLEN);
TRACE_DEFINE_ENUM(HFR_CAUSE_ENGINE);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_EMPTY);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_LOADING);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_READY);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_RUNNING);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_DRAINING);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_DONE);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_STOPPED);
TRACE_DEFINE_ENUM(HFREPLAY_SESSION_STATE_FAILED);

#define show_op(v)							\
	__print_symbolic(v,						\
		{ HFR_OP_READ, "read" },				\
		{ HFR_OP_WRITE, "write" },				\
		{ HFR_OP_FLUSH, "flush" },				\
		{ HFR_OP_DISCARD, "discard" },				\
		{ HFR_OP_WRITE_ZEROES, "write-zeroes" },		\
		{ HFR_OP_SECURE_ERASE, "secure-erase" },		\
		{ HFR_OP_ZONE_APPEND, "zone-append" },			\
		{ HFR_OP_ZONE_RESET, "zone-reset" },			\
		{ HFR_OP_ZONE_RESET_ALL, "zone-reset-all" },		\
		{ HFR_OP_ZONE_OPEN, "zone-open" },			\
		{ HFR_OP_ZONE_CLOSE, "zone-close" },			\
		{ HFR_OP_ZONE_FINISH, "zone-finish" })

#define show_cause(v)							\
	__print_symbolic(v,						\
		{ HFR_CAUSE_NONE, "none" },				\
		{ HFR_CAUSE_SUBMIT, "submit" },				\
		{ HFR_CAUSE_QUEUE, "queue" },				\
		{ HFR_CAUSE_LIMIT, "limit" },				\
		{ HFR_CAUSE_PARENT, "parent" },				\
		{ HFR_CAUSE_FEEDER, "feeder" },				\
		{ HFR_CAUSE_RESULTS, "results" },			\
		{ HFR_CAUSE_WINDOW, "window" },				\
		{ HFR_CAUSE_STOLEN, "stolen" },				\
		{ HFR_CAUSE_ENGINE, "engine" })

#define show_state(v)							\
	__print_symbolic(v,						\
		{ HFREPLAY_SESSION_STATE_EMPTY, "empty" },		\
		{ HFREPLAY_SESSION_STATE_LOADING, "loading" },		\
		{ HFREPLAY_SESSION_STATE_READY, "ready" },		\
		{ HFREPLAY_SESSION_STATE_RUNNING, "running" },		\
		{ HFREPLAY_SESSION_STATE_DRAINING, "draining" },	\
		{ HFREPLAY_SESSION_STATE_DONE, "done" },		\
		{ HFREPLAY_SESSION_STATE_STOPPED, "stopped" },		\
		{ HFREPLAY_SESSION_STATE_FAILED, "failed" })

/* A session goes from one state to another. */
TRACE_EVENT(state,
	TP_PROTO(const struct hfr_session *s, u32 from, u32 to),
	TP_ARGS(s, from, to),
	TP_STRUCT__entry(
		__field(u32, session)
		__field(u32, from)
		__field(u32, to)
	),
	TP_fast_assign(
		__entry->session = s->id;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("session=%u from=%s to=%s", __entry->session,
		  show_state(__entry->from),
		  show_state(__entry->to))
);

/*
 * The due time of record @at has come (modes hf and dep). What keeps the
 * request from here on, a limit or a tag, lies between this and its issue.
 */
TRACE_EVENT(due,
	TP_PROTO(const struct hfr_worker *w, u64 at,
		 const struct hfr_trace_rec *rec, u64 clock),
	TP_ARGS(w, at, rec, clock),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u64, offset)
		__field(u64, due)
		__field(u32, session)
		__field(u32, worker)
		__field(u32, target)
		__field(u32, op)
		__field(u32, length)
	),
	TP_fast_assign(
		__entry->index = w->first + at;
		__entry->offset = rec->offset;
		__entry->due = clock - w->start;
		__entry->session = w->session->id;
		__entry->worker = w->index;
		__entry->target = rec->target;
		__entry->op = rec->op;
		__entry->length = rec->length;
	),
	TP_printk("session=%u worker=%u index=%llu target=%u op=%s offset=%llu length=%u due=%llu",
		  __entry->session, __entry->worker, __entry->index,
		  __entry->target,
		  show_op(__entry->op),
		  __entry->offset, __entry->length, __entry->due)
);

/* A request is about to be submitted; @clock is when it was due. */
TRACE_EVENT(issue,
	TP_PROTO(const struct hfr_worker *w, const struct hfr_slot *slot,
		 u64 clock),
	TP_ARGS(w, slot, clock),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u64, offset)
		__field(u64, due)
		__field(u64, issued)
		__field(u32, session)
		__field(u32, worker)
		__field(u32, target)
		__field(u32, op)
		__field(u32, length)
		__field(u32, in_flight)
		__field(u32, cause)
		__field(u32, flags)
	),
	TP_fast_assign(
		__entry->index = slot->index;
		__entry->offset = (u64)slot->bio.bi_iter.bi_sector << SECTOR_SHIFT;
		__entry->due = clock - w->start;
		__entry->issued = slot->rec->issued_ns;
		__entry->session = w->session->id;
		__entry->worker = w->index;
		__entry->target = slot->lane->index;
		__entry->op = slot->op;
		__entry->length = slot->length;
		__entry->in_flight = slot->rec->in_flight;
		__entry->cause = slot->rec->cause;
		__entry->flags = slot->rec->flags;
	),
	TP_printk("session=%u worker=%u index=%llu target=%u op=%s offset=%llu length=%u due=%llu issued=%llu in_flight=%u cause=%s flags=0x%x",
		  __entry->session, __entry->worker, __entry->index,
		  __entry->target,
		  show_op(__entry->op),
		  __entry->offset, __entry->length, __entry->due,
		  __entry->issued, __entry->in_flight,
		  show_cause(__entry->cause),
		  __entry->flags)
);

/* A worker has taken back a request that has completed. */
TRACE_EVENT(complete,
	TP_PROTO(const struct hfr_worker *w, const struct hfr_slot *slot),
	TP_ARGS(w, slot),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u64, issued)
		__field(u64, completed)
		__field(u64, latency)
		__field(u32, session)
		__field(u32, worker)
		__field(u32, target)
		__field(u32, op)
		__field(u32, length)
		__field(u32, error)
	),
	TP_fast_assign(
		__entry->index = slot->index;
		__entry->issued = slot->rec->issued_ns;
		__entry->completed = slot->rec->completed_ns;
		__entry->latency = __entry->completed - __entry->issued;
		__entry->session = w->session->id;
		__entry->worker = w->index;
		__entry->target = slot->lane->index;
		__entry->op = slot->op;
		__entry->length = slot->length;
		__entry->error = slot->rec->error;
	),
	TP_printk("session=%u worker=%u index=%llu target=%u op=%s length=%u issued=%llu completed=%llu latency=%llu error=%u",
		  __entry->session, __entry->worker, __entry->index,
		  __entry->target,
		  show_op(__entry->op),
		  __entry->length, __entry->issued, __entry->completed,
		  __entry->latency, __entry->error)
);

/* A request is issued later than the tolerance allows; stands before issue. */
TRACE_EVENT(late,
	TP_PROTO(const struct hfr_worker *w, const struct hfr_slot *slot,
		 u64 lateness),
	TP_ARGS(w, slot, lateness),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u64, lateness)
		__field(u32, session)
		__field(u32, worker)
		__field(u32, target)
		__field(u32, op)
		__field(u32, cause)
	),
	TP_fast_assign(
		__entry->index = slot->index;
		__entry->lateness = lateness;
		__entry->session = w->session->id;
		__entry->worker = w->index;
		__entry->target = slot->lane->index;
		__entry->op = slot->op;
		__entry->cause = slot->rec->cause;
	),
	TP_printk("session=%u worker=%u index=%llu target=%u op=%s lateness=%llu cause=%s",
		  __entry->session, __entry->worker, __entry->index,
		  __entry->target,
		  show_op(__entry->op),
		  __entry->lateness,
		  show_cause(__entry->cause))
);

/*
 * A worker has waited for a record, or for a place for a completion record:
 * causes feeder, window and results. @ns is what the session's counters get.
 */
TRACE_EVENT(underrun,
	TP_PROTO(const struct hfr_worker *w, u32 cause, u64 ns),
	TP_ARGS(w, cause, ns),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u64, ns)
		__field(u32, session)
		__field(u32, worker)
		__field(u32, cause)
	),
	TP_fast_assign(
		__entry->index = w->first + w->cursor;
		__entry->ns = ns;
		__entry->session = w->session->id;
		__entry->worker = w->index;
		__entry->cause = cause;
	),
	TP_printk("session=%u worker=%u index=%llu cause=%s ns=%llu",
		  __entry->session, __entry->worker, __entry->index,
		  show_cause(__entry->cause),
		  __entry->ns)
);

#endif /* HFR_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
