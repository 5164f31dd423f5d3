/* SPDX-License-Identifier: GPL-2.0-only */
/* What hfctl doctor finds, as a list. */
#ifndef HFCTL_DOCTOR_H
#define HFCTL_DOCTOR_H

#include <stdbool.h>
#include <jansson.h>

struct placement;
struct target;

/**
 * enum finding_level - how bad it is
 * @FINDING_OK: as it should be
 * @FINDING_WARN: a replay works but may be less faithful
 * @FINDING_PROBLEM: a replay does not work
 */
enum finding_level {
	FINDING_OK,
	FINDING_WARN,
	FINDING_PROBLEM,
};

/**
 * struct findings - what was found
 * @list: array of objects with level, subject, text and advice
 * @worst: the worst level
 * @no_module: the module is absent
 */
struct findings {
	json_t *list;
	enum finding_level worst;
	bool no_module;
};

/**
 * finding - adds to the list
 * @f: the list
 * @level: how bad
 * @subject: what was looked at ("module", "/dev/sdb")
 * @advice: what to change, NULL for nothing
 * @fmt: what was found
 */
void finding(struct findings *f, enum finding_level level,
	     const char *subject, const char *advice, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/** doctor_module - is the module there, does it fit, may this user use it */
void doctor_module(struct findings *f);
/** doctor_host - clocks, timers and CPUs */
void doctor_host(struct findings *f);
/** doctor_device - can it be replayed on, and what changes its timing */
void doctor_device(struct findings *f, const char *path);
/** doctor_queues - its queues and interrupts, and where workers should run */
void doctor_queues(struct findings *f, const struct target *t);
/** doctor_placement - the part of it that @p alone decides */
void doctor_placement(struct findings *f, const char *path,
		      const struct placement *p);
/** doctor_cpus - what CPUs do that makes a worker late */
void doctor_cpus(struct findings *f);

#endif /* HFCTL_DOCTOR_H */
