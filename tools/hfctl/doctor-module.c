// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "hft.h"
#include "doctor.h"
#include "sysfs.h"
#include "units.h"
#include "version.h"

#define CAP_SYS_ADMIN_BIT	21

static bool may_control(void)
{
	char line[256];
	FILE *in = fopen("/proc/self/status", "re");
	unsigned long long caps = 0;

	while (in && fgets(line, sizeof(line), in))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	if (in)
		fclose(in);
	return caps & (1ULL << CAP_SYS_ADMIN_BIT);
}

static void check_rights(struct findings *f)
{
	if (may_control())
		finding(f, FINDING_OK, "rights", NULL,
			"this user may control the module (CAP_SYS_ADMIN)");
	else
		finding(f, FINDING_PROBLEM, "rights", "run hfctl as root",
			"this user may not control the module (no CAP_SYS_ADMIN)");
}

static void check_versions(struct findings *f, const struct caps *caps)
{
	char loaded[64];

	if (!strcmp(caps->version, HFCTL_VERSION))
		finding(f, FINDING_OK, "module", NULL,
			"loaded, version %s, build %s", caps->version,
			caps->srcversion);
	else
		finding(f, FINDING_WARN, "module",
			"install module and hfctl from the same build",
			"loaded, version %s, but hfctl has version %s",
			caps->version, HFCTL_VERSION);
	if (caps->srcversion[0] &&
	    sysfs_read(loaded, sizeof(loaded),
		       "/sys/module/hfreplay/srcversion") &&
	    strcmp(loaded, caps->srcversion))
		finding(f, FINDING_WARN, "module", NULL,
			"it says build %s, /sys says %s", caps->srcversion,
			loaded);
}

static void show_caps(struct findings *f, const struct caps *caps)
{
	char used[32], most[32];
	size_t at = 0;
	char ops[256] = "";
	uint8_t op;

	for (op = 0; op < HFR_OP_NR && at < sizeof(ops); op++)
		if (caps->ops & (1U << op))
			at += (size_t)snprintf(ops + at, sizeof(ops) - at,
					       "%s%s", at ? ", " : "",
					       hfr_op_name(op));
	finding(f, FINDING_OK, "module", NULL, "it replays %s", ops);
	finding(f, FINDING_OK, "module", NULL,
		"up to %u sessions of %u targets, windows of %u requests; %s of %s of memory in use",
		caps->max_sessions, caps->max_targets, caps->max_window,
		hf_format_size(used, sizeof(used), caps->used_memory),
		hf_format_size(most, sizeof(most), caps->max_memory));
	if (caps->used_memory > caps->max_memory / 10 * 9)
		finding(f, FINDING_WARN, "module",
			"hfctl unload sessions that are not needed any more, or load the module with a larger max_memory_mb",
			"its memory is nearly used up");
}

void doctor_module(struct findings *f)
{
	struct hf_error err = { "" };
	struct control *c;
	struct caps caps;

	check_rights(f);
	if (control_open(&c, &err)) {
		f->no_module = true;
		finding(f, FINDING_PROBLEM, "module",
			"insmod hfreplay.ko, or modprobe hfreplay",
			"not loaded");
		return;
	}
	if (control_caps(c, &caps, &err)) {
		finding(f, FINDING_PROBLEM, "module", "run hfctl as root",
			"loaded, but: %s", err.text);
	} else {
		check_versions(f, &caps);
		show_caps(f, &caps);
	}
	control_close(c);
}
