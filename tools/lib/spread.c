// SPDX-License-Identifier: GPL-2.0-only
#include "spread.h"

/* K/N of a tick without a product that might not fit. */
static void step(struct spread *sp)
{
	sp->shift += sp->tick_ns / sp->n;
	sp->rest += sp->tick_ns % sp->n;
	if (sp->rest >= sp->n) {
		sp->rest -= sp->n;
		sp->shift++;
	}
}

int spread_shift(struct spread *sp, uint64_t *ns, struct hf_error *err)
{
	if (sp->k < sp->n) {
		step(sp);
	} else {
		int rc = sorter_ties(sp->sorter, &sp->n, err);

		if (rc)
			return rc;
		sp->k = 0;
		sp->shift = 0;
		sp->rest = 0;
		sp->shared += sp->n ? sp->n - 1 : 0;
	}
	sp->k++;
	*ns = sp->shift;
	return 0;
}
