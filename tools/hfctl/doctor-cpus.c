// SPDX-License-Identifier: GPL-2.0-only
/* hfctl doctor: isolation, frequencies and idle states of the CPUs. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "sysfs.h"

/* A worker that sleeps through a longer wake-up is late by more than timers. */
#define SLOW_WAKE_US	20

static void check_isolation(struct findings *f)
{
	char isolated[256], ticks[256];

	if (sysfs_read(isolated, sizeof(isolated),
		       "/sys/devices/system/cpu/isolated"))
		finding(f, FINDING_OK, "CPUs", NULL, "isolated: %s", isolated);
	else
		finding(f, FINDING_WARN, "CPUs",
			"boot with isolcpus= for the CPUs of the workers",
			"no CPU is isolated: other tasks may take the worker's");
	if (sysfs_read(ticks, sizeof(ticks),
		       "/sys/devices/system/cpu/nohz_full") &&
	    isdigit((unsigned char)ticks[0]))
		finding(f, FINDING_OK, "CPUs", NULL, "without tick: %s",
			ticks);
	else
		finding(f, FINDING_OK, "CPUs", NULL,
			"the timer tick runs on all (nohz_full= would stop it)");
}

static void check_governor(struct findings *f)
{
	long n = sysconf(_SC_NPROCESSORS_CONF), i;
	char governor[64];

	for (i = 0; i < n; i++) {
		if (!sysfs_read(governor, sizeof(governor),
				"/sys/devices/system/cpu/cpu%ld/cpufreq/scaling_governor",
				i) ||
		    !strcmp(governor, "performance"))
			continue;
		finding(f, FINDING_WARN, "CPUs",
			"cpupower frequency-set -g performance",
			"CPU %ld changes its frequency (governor %s)", i,
			governor);
		return;
	}
	finding(f, FINDING_OK, "CPUs", NULL,
		"frequency is fixed, or not in the hands of this kernel");
}

/* The deepest idle state that a CPU may enter; its latency in microseconds. */
static unsigned long deepest_idle(long cpu, char *name, size_t len)
{
	unsigned long latency, most = 0;
	char text[64], is_off[16];
	int state;

	for (state = 0; sysfs_read(text, sizeof(text),
				   "/sys/devices/system/cpu/cpu%ld/cpuidle/state%d/latency",
				   cpu, state); state++) {
		latency = strtoul(text, NULL, 10);
		if (latency < most ||
		    (sysfs_read(is_off, sizeof(is_off),
				"/sys/devices/system/cpu/cpu%ld/cpuidle/state%d/disable",
				cpu, state) && strcmp(is_off, "0")))
			continue;
		most = latency;
		sysfs_read(name, len,
			   "/sys/devices/system/cpu/cpu%ld/cpuidle/state%d/name",
			   cpu, state);
	}
	return most;
}

static void check_idle(struct findings *f)
{
	long n = sysconf(_SC_NPROCESSORS_CONF), i;
	unsigned long us, most = 0;
	char name[64] = "", deepest[64] = "";

	for (i = 0; i < n; i++) {
		us = deepest_idle(i, name, sizeof(name));
		if (us > most) {
			most = us;
			snprintf(deepest, sizeof(deepest), "%s", name);
		}
	}
	if (most > SLOW_WAKE_US)
		finding(f, FINDING_WARN, "CPUs",
			"cpupower idle-set -D 20 while the replay runs",
			"idle CPUs may enter %s and need %lu us to leave it: a worker that sleeps wakes late",
			deepest, most);
	else
		finding(f, FINDING_OK, "CPUs", NULL,
			"idle states are shallow, or not in the hands of this kernel");
}

void doctor_cpus(struct findings *f)
{
	check_isolation(f);
	check_governor(f);
	check_idle(f);
}
