// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "plan.h"

bool plan_op_changes(uint8_t op)
{
	return op != HFR_OP_READ && op != HFR_OP_FLUSH;
}

uint32_t plan_slots(uint64_t n)
{
	uint32_t slots = PLAN_MIN_WINDOW;

	if (n > 1U << 31)
		return 0;
	while (slots < n)
		slots <<= 1;
	return slots;
}

uint64_t plan_memory(uint64_t window, uint64_t results)
{
	return window * sizeof(struct hfr_trace_rec) +
	       results * sizeof(struct hfr_completion_rec);
}

void plan_trace(struct plan *plan, const struct hft_file *trace)
{
	uint64_t i;

	memset(plan, 0, sizeof(*plan));
	for (i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];

		plan->requests[rec->op]++;
		plan->bytes[rec->op] += rec->length;
		if (plan_op_changes(rec->op)) {
			plan->changes++;
			plan->change_bytes += rec->length;
		}
	}
	plan->count = trace->count;
	plan->window = plan_slots(trace->count);
	if (trace->hdr->span)
		plan->span = plan_slots(trace->hdr->span);
	plan->memory = plan_memory(plan->window, plan->window);
}
