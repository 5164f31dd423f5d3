/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints hfreplay:* for perf, ftrace and bpftrace. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hfreplay

#if !defined(HFR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HFR_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(hfreplay_state,
	TP_PROTO(u32 session, u32 from, u32 to),
	TP_ARGS(session, from, to),
	TP_STRUCT__entry(
		__field(u32, session)
		__field(u32, from)
		__field(u32, to)
	),
	TP_fast_assign(
		__entry->session = session;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("session %u state %u -> %u", __entry->session,
		  __entry->from, __entry->to)
);

TRACE_EVENT(hfreplay_issue,
	TP_PROTO(u32 session, u64 index, s64 lateness, u32 cause, u32 in_flight),
	TP_ARGS(session, index, lateness, cause, in_flight),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(s64, lateness)
		__field(u32, session)
		__field(u32, cause)
		__field(u32, in_flight)
	),
	TP_fast_assign(
		__entry->index = index;
		__entry->lateness = lateness;
		__entry->session = session;
		__entry->cause = cause;
		__entry->in_flight = in_flight;
	),
	TP_printk("session %u index %llu late %lld ns cause %u in flight %u",
		  __entry->session, __entry->index, __entry->lateness,
		  __entry->cause, __entry->in_flight)
);

TRACE_EVENT(hfreplay_complete,
	TP_PROTO(u32 session, u64 index, u64 latency, int error),
	TP_ARGS(session, index, latency, error),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u64, latency)
		__field(u32, session)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->index = index;
		__entry->latency = latency;
		__entry->session = session;
		__entry->error = error;
	),
	TP_printk("session %u index %llu latency %llu ns error %d",
		  __entry->session, __entry->index, __entry->latency,
		  __entry->error)
);

#endif /* HFR_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
