// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "import-report.h"
#include "json-text.h"
#include "record-show.h"

static void print_device(const struct blockdev *dev,
			 const struct capture_count *count)
{
	printf("device      %s (%u,%u), %" PRIu64 " requests", dev->name,
	       major(dev->number), minor(dev->number), count->requests);
	if (count->lost)
		printf(", %" PRIu64 " events lost", count->lost);
	putchar('\n');
}

void record_show_text(const struct recorded *rec)
{
	int i;

	for (i = 0; i < rec->devs->n; i++)
		print_device(&rec->devs->list[i], &rec->stats->devs[i]);
	printf("duration    %.1f s\n", rec->stats->elapsed_ns / 1e9);
	import_report_text(rec->sum, stdout);
	printf("written to  %s\n", rec->out);
}

static json_t *device_json(const struct blockdev *dev,
			   const struct capture_count *count)
{
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}",
			 "name", json_text(dev->name),
			 "major", (json_int_t)major(dev->number),
			 "minor", (json_int_t)minor(dev->number),
			 "events", (json_int_t)count->events,
			 "requests", (json_int_t)count->requests,
			 "lost", (json_int_t)count->lost);
}

int record_show_json(const struct recorded *rec)
{
	json_t *obj = import_report_json(rec->sum), *devs = json_array();
	int i;

	if (!obj || !devs) {
		json_decref(obj);
		json_decref(devs);
		return -ENOMEM;
	}
	for (i = 0; i < rec->devs->n; i++)
		json_array_append_new(devs, device_json(&rec->devs->list[i],
							&rec->stats->devs[i]));
	json_object_set_new(obj, "devices", devs);
	json_object_set_new(obj, "duration_ns",
			    json_integer(rec->stats->elapsed_ns));
	json_object_set_new(obj, "output", json_text(rec->out));
	json_dumpf(obj, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(obj);
	return 0;
}

static void warn_device(const struct recorded *rec, int i)
{
	const struct capture_count *count = &rec->stats->devs[i];
	const char *name = rec->devs->list[i].name;

	if (count->lost)
		fprintf(stderr,
			"hfctl: warning: %s: the kernel had no room for %" PRIu64 " of %" PRIu64 " events; take a larger --buffer\n",
			name, count->lost, count->lost + count->events);
	if (!count->requests)
		fprintf(stderr, "hfctl: warning: %s had no requests\n", name);
}

void record_show_warn(const struct recorded *rec)
{
	int i;

	/* The level is what was recorded: nothing to be said of that. */
	import_report_warn(rec->sum, IMPORT_LEVEL_QUEUE);
	for (i = 0; i < rec->devs->n; i++)
		warn_device(rec, i);
}
