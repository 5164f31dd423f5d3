/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of load, replay and start that become choices of a session. */
#ifndef HFCTL_CHOICES_H
#define HFCTL_CHOICES_H

#include "command.h"
#include "session.h"

/* What can be changed while a replay runs. */
#define OPTIONS_LIVE							\
	{ "speed", 's', "X",						\
	  "Time runs X times as fast as in the trace, 0.001 to 1000; default 1.", \
	  false },							\
	{ "think-scale", 0, "X",					\
	  "Mode dep: the time between the completion of its parents and a request is X times that of the trace, 0 to 1000; default 1. The speed divides it too.", \
	  false },							\
	{ "limit", 'l', "trace|none|N",					\
	  "Most requests in flight per target: what the original had, rounded up to a power of two (trace, default for hf), as many as the device takes (none, default for afap), or N. Workers of a target share it: N below their number is refused, trace is not less than that.", \
	  false }

#define OPTIONS_START							\
	{ "mode", 'm', "hf|afap|load|dep",				\
	  "When requests go: hf, at their recorded time (default); afap, as fast as possible; load, with as many in flight as in the original; dep, when those have completed that the original waited for.", \
	  false },							\
	OPTIONS_LIVE,							\
	{ "loops", 0, "N",						\
	  "Replay the trace N times, one after the other; default 1. The completion records of all loops follow each other.",	\
	  false },							\
	{ "duration", 0, "TIME",					\
	  "Issue nothing more after this time; default: no limit.",	\
	  false },							\
	{ "bundle", 0, "TIME",						\
	  "Mode hf: a request that follows the one before by less than this goes together with it; default 0, each goes at its time.", \
	  false },							\
	{ "bundle-max", 0, "N",						\
	  "Most requests that go together, 1 to 256; default 256.", false }, \
	{ "plug", 0, "N",						\
	  "Modes afap, load and dep: hand up to N requests to the driver together, 0 to 31; default 0, each by itself.", \
	  false },							\
	{ "spin", 0, "TIME",						\
	  "Busy waiting before a due time, up to 1ms; default 20us.",	\
	  false },							\
	{ "tolerance", 0, "TIME",					\
	  "How late a request may be before its cause is looked for; default 10us.", \
	  false }

#define OPTIONS_SESSION							\
	OPTIONS_START,							\
	{ "window", 'w', "N",						\
	  "Requests in the kernel at once; default: all of the trace, or 65536 when it is streamed.", \
	  false },							\
	{ "results", 0, "N",						\
	  "Completion records in the kernel at once; default: all of the trace and its loops, or four windows when it is streamed.", \
	  false },							\
	{ "stream", 0, NULL,						\
	  "Feed the trace while it is replayed instead of loading all of it first.", \
	  false },							\
	{ "allow-writes", 0, NULL,					\
	  "Permit requests that change the target. What is on it is lost.", \
	  false },							\
	{ "allow-erase", 0, NULL,					\
	  "Permit secure erase too.", false },				\
	{ "allow-merge", 0, NULL,					\
	  "Let the block layer merge requests, as for a trace of queued bios.", \
	  false },							\
	{ "unsupported", 0, "error|skip",				\
	  "What to do with requests that the target cannot do: refuse the trace (default) or leave them out.", \
	  false },							\
	{ "workers", 0, "N",						\
	  "Workers per target, 1 to 16; default 1, or one for each of --cpus.", \
	  false },							\
	{ "cpus", 0, "LIST",						\
	  "CPUs of the workers, as 2,4-7: one for each worker of each target, target by target, or one for each worker of any target.", \
	  false },							\
	{ "spread", 0, "stream|request",				\
	  "Which of several workers issues a request: one and the same for all of a process or stream, in their order (stream, default), or each in turn (request).", \
	  false },							\
	{ "polled", 0, NULL,						\
	  "Poll for completions, where kernel and device can.", false },	\
	{ "payload", 0, "random|zero|verify",				\
	  "What writes write; default random. With verify each block says who wrote it, what is read is checked, and hfctl verify can check the device.", \
	  false },							\
	{ "seed", 0, "N", "Seed of the payload.", false },		\
	{ "on-error", 0, "continue|stop|N",				\
	  "After a failed request go on (default), stop, or stop after N of them.", \
	  false }

/**
 * choices_start - reads the options of OPTIONS_START
 * @args: the command line
 * @s: what was given is set
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int choices_start(const struct args *args, struct session *s,
		  struct hf_error *err);

/** choices_session - as choices_start(), for OPTIONS_SESSION */
int choices_session(const struct args *args, struct session *s,
		    struct hf_error *err);

#endif /* HFCTL_CHOICES_H */
