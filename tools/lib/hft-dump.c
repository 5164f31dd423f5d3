// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hft-dump.h"

static void dump_flags(uint32_t flags, FILE *out)
{
	const char *between = "", *name;
	unsigned int bit;

	for (bit = 0; (name = hfr_flag_name(bit)); bit++) {
		if (!(flags & 1U << bit))
			continue;
		fprintf(out, "%s%s", between, name);
		between = "|";
	}
}

static void dump_record(const struct hfr_trace_rec *rec, FILE *out)
{
	fprintf(out, "%" PRIu64 ",", (uint64_t)rec->issue_ns);
	if (rec->complete_ns != HFR_UNKNOWN)
		fprintf(out, "%" PRIu64, (uint64_t)rec->complete_ns);
	fprintf(out, ",%s,%" PRIu64 ",%u,%u,", hfr_op_name(rec->op),
		(uint64_t)rec->offset, rec->length, rec->target);
	dump_flags(rec->flags, out);
	fputc('\n', out);
}

int hft_dump(const struct hft_file *file, FILE *out, struct hf_error *err)
{
	uint64_t i;

	fputs("issue_ns,complete_ns,op,offset,length,target,flags\n", out);
	for (i = 0; i < file->count && !ferror(out); i++)
		dump_record(&file->recs[i], out);
	if (fflush(out) || ferror(out))
		return hf_fail(err, errno ? errno : EIO,
			       "cannot write the dump: %s", strerror(errno));
	return 0;
}
