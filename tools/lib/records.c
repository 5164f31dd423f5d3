// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "records.h"

#define PROGRESS_RECS 65536

int records_take(struct importer *imp, struct input *in, void *buf,
		 size_t len, struct hf_error *err)
{
	ssize_t n = input_read(in, buf, len, err);

	if (n < 0)
		return (int)n;
	if ((size_t)n == len)
		return 1;
	if (n)
		importer_cut_off(imp, in);
	return 0;
}

int records_read(struct input *const *ins, int nins, int which,
		 struct importer *imp, const struct record_reader *reader,
		 void *state, struct hf_error *err)
{
	struct input *in = ins[which];
	uint8_t rec[RECORD_MAX];
	uint64_t n = 0;
	int rc;

	while ((rc = records_take(imp, in, rec, reader->size, err)) == 1) {
		importer_sum(imp)->events++;
		rc = reader->take(imp, in, state, rec, err);
		if (!rc && ++n % PROGRESS_RECS == 0)
			rc = importer_progress(imp, ins, nins, err);
		if (rc)
			return rc;
	}
	return rc;
}
