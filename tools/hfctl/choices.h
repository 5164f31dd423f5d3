/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of load, replay and start that become choices of a session. */
#ifndef HFCTL_CHOICES_H
#define HFCTL_CHOICES_H

#include "command.h"
#include "session.h"

#define OPTIONS_START							\
	{ "mode", 'm', "hf|afap",					\
	  "When requests go: hf, at their recorded time (default); afap, as fast as possible.", \
	  false },							\
	{ "speed", 's', "X",						\
	  "Time runs X times as fast as in the trace, 0.001 to 1000; default 1.", \
	  false },							\
	{ "limit", 'l', "trace|none|N",					\
	  "Most requests in flight per target: what the original had, rounded up to a power of two (trace, default for hf), as many as the device takes (none, default for afap), or N.", \
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
	  "Completion records in the kernel at once, streaming only; default four windows.", \
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
	{ "payload", 0, "random|zero",					\
	  "What writes write; default random.", false },		\
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
