// SPDX-License-Identifier: GPL-2.0-only
#include "likeness.h"

#include <stdlib.h>
#include <string.h>

bool likeness_moves(const struct hfr_trace_rec *rec)
{
	return rec->length && (rec->op == HFR_OP_READ ||
			       rec->op == HFR_OP_WRITE ||
			       rec->op == HFR_OP_ZONE_APPEND);
}

int likeness_find(struct likeness *l, const struct hft_file *a,
		  const struct hft_file *b, const struct likeness_opts *opts,
		  struct hf_error *err)
{
	int ret;

	memset(l, 0, sizeof(*l));
	ret = likeness_requests(l, a, b, err);
	if (!ret)
		ret = likeness_caches(l, a, b, opts, err);
	if (!ret)
		ret = likeness_places(l, a, b, opts, err);
	return ret;
}

void likeness_free(struct likeness *l)
{
	free(l->curves);
	memset(l, 0, sizeof(*l));
}
