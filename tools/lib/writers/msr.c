// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV like the traces of Microsoft Research Cambridge:
 * Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime
 * Timestamp is a Windows FILETIME (100 ns since 1601), ResponseTime in units
 * of 100 ns, Offset and Size in bytes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "filetime.h"
#include "names.h"
#include "units.h"

/**
 * struct msr_state - a trace that is being written
 * @start: FILETIME of its start
 * @host: of each device
 * @disk: of each device
 */
struct msr_state {
	uint64_t start;
	uint32_t disk[HFR_MAX_DEVICES];
	char host[HFR_MAX_DEVICES][sizeof(((struct hfr_file_dev *)0)->name)];
};

/* Takes "usr_0" apart. */
static bool host_and_disk(const char *name, char *host, uint32_t *disk)
{
	const char *at = strrchr(name, '_');
	uint64_t number;

	if (!at || at == name || hf_parse_u64(at + 1, &number) ||
	    number > UINT32_MAX)
		return false;
	snprintf(host, (size_t)(at - name) + 1, "%s", name);
	*disk = (uint32_t)number;
	return true;
}

/* All names or none: then no two devices become one. */
static bool take_names(const struct hft_file *trace, struct msr_state *st)
{
	char clean[sizeof(trace->devs->name)], again[80];
	uint32_t i;

	for (i = 0; i < trace->hdr->device_count; i++) {
		const char *name = (const char *)trace->devs[i].name;

		if (!host_and_disk(name, st->host[i], &st->disk[i]) ||
		    !names_clean(st->host[i], ", \t", clean, sizeof(clean)))
			return false;
		snprintf(again, sizeof(again), "%s_%u", st->host[i],
			 st->disk[i]);
		if (strcmp(again, name))
			return false;
	}
	return true;
}

static void make_names(const struct hft_file *trace, struct msr_state *st)
{
	uint32_t i;

	for (i = 0; i < trace->hdr->device_count; i++) {
		names_clean((const char *)trace->devs[i].name, ", \t",
			    st->host[i], sizeof(st->host[i]));
		st->disk[i] = i;
	}
}

static int msr_begin(struct export *ex, struct hf_error *err)
{
	uint64_t wall = export_wall_start(ex);
	struct msr_state *st = ex->state;

	(void)err;
	st->start = wall / FILETIME_NS + FILETIME_UNIX;
	if (take_names(ex->trace, st))
		return 0;
	make_names(ex->trace, st);
	export_note(ex, "the number of each disk is its place among the devices");
	return 0;
}

static int msr_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	const struct msr_state *st = ex->state;
	uint64_t issue = rec->issue_ns;

	return outstream_print(ex->out, err,
			       "%" PRIu64 ",%s,%u,%s,%" PRIu64 ",%u,%" PRIu64
			       "\n", st->start + issue / FILETIME_NS,
			       st->host[rec->target], st->disk[rec->target],
			       rec->op == HFR_OP_WRITE ? "Write" : "Read",
			       (uint64_t)rec->offset, rec->length,
			       ((uint64_t)rec->complete_ns - issue) / FILETIME_NS);
}

const struct writer writer_msr = {
	.name = "msr",
	.from = "msr",
	.about = "CSV of the MSR Cambridge traces",
	.suffixes = ".csv",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.holds = HOLDS_WALL | NEEDS_COMPLETION,
		.time_ns = FILETIME_NS,
		.latency_ns = FILETIME_NS,
		.unit = 512,
		.devices = HFR_MAX_DEVICES,
	},
	.state_size = sizeof(struct msr_state),
	.begin = msr_begin,
	.request = msr_request,
};
