// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor.h"
#include "sysfs.h"

static void check_clock(struct findings *f)
{
	static const char *const good[] = {
		"tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
		"arch_sys_counter", "timebase", NULL
	};
	char name[64];
	int i;

	if (!sysfs_read(name, sizeof(name),
			"/sys/devices/system/clocksource/clocksource0/current_clocksource"))
		return;
	for (i = 0; good[i]; i++) {
		if (strcmp(good[i], name))
			continue;
		finding(f, FINDING_OK, "clock", NULL, "clocksource %s", name);
		return;
	}
	finding(f, FINDING_WARN, "clock",
		"boot with clocksource=tsc if the machine has a stable one",
		"clocksource %s takes long to read: every request pays for it",
		name);
}

/* Value of a build option of the running kernel. */
static bool config_value(const char *option, char *value, size_t len)
{
	struct utsname u;
	char path[256], line[256];
	size_t n = strlen(option);
	bool found = false;
	FILE *in;

	if (uname(&u))
		return false;
	snprintf(path, sizeof(path), "/boot/config-%s", u.release);
	in = fopen(path, "re");
	while (in && !found && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, option, n) && line[n] == '=';
		if (found)
			snprintf(value, len, "%s", line + n + 1);
	}
	if (in)
		fclose(in);
	return found;
}

static void check_config(struct findings *f)
{
	char value[64];

	if (!config_value("CONFIG_HZ", value, sizeof(value))) {
		finding(f, FINDING_OK, "kernel", NULL,
			"its build options are not known (no file in /boot)");
		return;
	}
	finding(f, FINDING_OK, "kernel", NULL, "%s timer ticks a second",
		value);
	if (!config_value("CONFIG_HIGH_RES_TIMERS", value, sizeof(value)))
		finding(f, FINDING_WARN, "kernel",
			"use a kernel with CONFIG_HIGH_RES_TIMERS",
			"no high-resolution timers: sleeps end at a tick");
	if (config_value("CONFIG_PREEMPT_RT", value, sizeof(value)))
		finding(f, FINDING_OK, "kernel", NULL,
			"real-time preemption: interrupts run as threads");
	else if (config_value("CONFIG_PREEMPT", value, sizeof(value)))
		finding(f, FINDING_OK, "kernel", NULL, "full preemption");
	else
		finding(f, FINDING_OK, "kernel", NULL,
			"no forced preemption in the kernel");
}

static bool is_running(const char *name)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	char comm[64];
	bool found = false;

	while (d && !found && (e = readdir(d)))
		found = isdigit((unsigned char)e->d_name[0]) &&
			sysfs_read(comm, sizeof(comm), "/proc/%s/comm",
				   e->d_name) &&
			!strcmp(comm, name);
	if (d)
		closedir(d);
	return found;
}

static void check_irqbalance(struct findings *f)
{
	if (is_running("irqbalance"))
		finding(f, FINDING_WARN, "interrupts",
			"systemctl stop irqbalance, or ban the workers' CPUs in its settings",
			"irqbalance runs and may move interrupts to the workers' CPUs");
	else
		finding(f, FINDING_OK, "interrupts", NULL,
			"irqbalance does not run");
}

static bool in_path(const char *program)
{
	const char *dir = getenv("PATH");
	char path[4096];
	size_t len;

	for (; dir && *dir; dir += len + (dir[len] == ':')) {
		len = strcspn(dir, ":");
		snprintf(path, sizeof(path), "%.*s/%s", (int)len, dir,
			 program);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

void doctor_host(struct findings *f)
{
	check_clock(f);
	check_config(f);
	doctor_cpus(f);
	check_irqbalance(f);
	if (in_path("gnuplot"))
		finding(f, FINDING_OK, "report", NULL,
			"gnuplot is there for its pictures");
	else
		finding(f, FINDING_WARN, "report",
			"apt-get install gnuplot-nox",
			"gnuplot is missing: no pictures");
}
