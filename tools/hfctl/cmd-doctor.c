// SPDX-License-Identifier: GPL-2.0-only
/* hfctl doctor: what stands in the way of a faithful replay. */
#include <stdarg.h>
#include <stdio.h>

#include "args.h"
#include "doctor.h"
#include "show.h"

static const struct option_desc options[] = {
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Looks at the kernel module, the rights of this user, clocks and CPUs, and at the devices that are given, and says for each what is well (ok), what may make a replay less faithful (warn), and what stops it (problem), with what to change.",
	"Of a device it shows which CPUs submit to which hardware queue, where its interrupts come and whether the kernel places them itself (managed), the CPUs that suit a worker (--cpus), and interrupts that come to isolated or tickless CPUs. A worker is best on a CPU of its own in the queue's set where no interrupt of the device comes. Whether an interrupt is managed is known from debugfs (CONFIG_GENERIC_IRQ_DEBUGFS) or from the mode of smp_affinity in newer kernels; else writing to it shows it.",
	"Where a trace was recorded at the driver, its requests are already merged and sorted: an I/O scheduler, merging and write-back throttling are warned of, and fewer tags than the device takes.",
	"The exit status is 3 when the module is not loaded, else 1 when there is a problem.",
	NULL
};

static const char *const examples[] = {
	"hfctl doctor /dev/nvme1n1",
	NULL
};

static const char *const level_names[] = { "ok", "warn", "problem" };

void finding(struct findings *f, enum finding_level level,
	     const char *subject, const char *advice, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	json_t *o;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	o = json_pack("{s:s, s:s, s:s}", "level", level_names[level],
		      "subject", subject, "text", text);
	if (advice)
		json_object_set_new(o, "advice", json_string(advice));
	json_array_append_new(f->list, o);
	if (level > f->worst)
		f->worst = level;
}

static void print_finding(const json_t *o)
{
	const char *advice = json_string_value(json_object_get(o, "advice"));

	printf("%-8s %s: %s\n",
	       json_string_value(json_object_get(o, "level")),
	       json_string_value(json_object_get(o, "subject")),
	       json_string_value(json_object_get(o, "text")));
	if (advice)
		printf("         -> %s\n", advice);
}

static void print_all(struct findings *f, bool json)
{
	const json_t *o;
	size_t i;

	if (json) {
		show_json(json_pack("{s:O, s:s}", "findings", f->list,
				    "worst", level_names[f->worst]));
		return;
	}
	json_array_foreach(f->list, i, o)
		print_finding(o);
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct findings f = { .list = json_array() };
	int i;

	(void)err;
	doctor_module(&f);
	doctor_host(&f);
	for (i = 0; i < args_count(args); i++)
		doctor_device(&f, args_pos(args, i));
	print_all(&f, args_has(args, "json"));
	json_decref(f.list);
	if (f.no_module)
		return HFCTL_NO_MODULE;
	return f.worst == FINDING_PROBLEM ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "Find what stands in the way of a faithful replay",
	.usage = "[DEV...]",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
