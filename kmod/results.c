// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "results.h"

#define REC_SIZE	sizeof(struct hfr_completion_rec)
/* Records that are emptied in one go. */
#define RESET_RECORDS	32768

int hfr_results_init(struct hfr_results *res, u32 slots)
{
	res->slots = slots;
	res->mask = slots ? roundup_pow_of_two(slots) - 1 : 0;
	if (slots)
		res->recs = __vmalloc(array_size(slots, REC_SIZE), GFP_KERNEL |
				      __GFP_ZERO | __GFP_NOWARN);
	return res->recs || !slots ? 0 : -ENOMEM;
}

void hfr_results_free(struct hfr_results *res)
{
	vfree(res->recs);
	res->recs = NULL;
}

void hfr_results_plan(struct hfr_results *res, bool stream, u64 count,
		      u32 loops)
{
	res->consumed = res->recs && (stream || count * loops > res->slots);
	if (!res->recs)
		res->period = 1ULL << 63;
	else if (stream || !res->consumed)
		res->period = res->mask + 1;
	else
		res->period = count;
}

void hfr_results_reset(struct hfr_results *res)
{
	u64 i;

	for (i = 0; i < res->slots; i += RESET_RECORDS) {
		memset(&res->recs[i], 0, REC_SIZE *
		       min_t(u64, RESET_RECORDS, res->slots - i));
		cond_resched();
	}
	res->taken = 0;
}

/* Records from @from that are ready one after the other, to the ring's end. */
static u64 ready_run(const struct hfr_results *res, u64 from, u64 most)
{
	u64 n = 0;

	most = min(most, res->period - hfr_results_place(res, from));
	while (n < most && hfr_results_ready(res, from + n))
		n++;
	return n;
}

static ssize_t copy_run(const struct hfr_results *res, u64 from, u64 n,
			struct iov_iter *to)
{
	size_t bytes = n * REC_SIZE;
	size_t done = copy_to_iter(&res->recs[hfr_results_place(res, from)], bytes, to);

	/* A record that was copied in part is copied again by the next read. */
	iov_iter_revert(to, done % REC_SIZE);
	return done / REC_SIZE;
}

static ssize_t copy_not_issued(struct iov_iter *to)
{
	const struct hfr_completion_rec rec = { .state = HFR_REC_NOT_ISSUED };
	size_t done = copy_to_iter(&rec, REC_SIZE, to);

	iov_iter_revert(to, done % REC_SIZE);
	return done / REC_SIZE;
}

ssize_t hfr_results_copy(const struct hfr_results *res, u64 from,
			 struct iov_iter *to, u64 end)
{
	ssize_t total = 0, done;
	u64 n;

	while (res->recs && iov_iter_count(to) >= REC_SIZE) {
		n = ready_run(res, from, iov_iter_count(to) / REC_SIZE);
		if (n)
			done = copy_run(res, from, n, to);
		else if (from < end)
			done = copy_not_issued(to);
		else
			break;
		from += done;
		total += done;
		if (done < (ssize_t)max_t(u64, n, 1))
			return total ? total : -EFAULT;
	}
	return total;
}

void hfr_results_take(struct hfr_results *res, u64 count)
{
	u64 place = hfr_results_place(res, res->taken), i;

	for (i = 0; i < count; i++) {
		res->recs[place] =
			(struct hfr_completion_rec) { .state = HFR_REC_EMPTY };
		if (++place == res->period)
			place = 0;
	}
	/* pairs with hfr_results_room(): the places are empty */
	smp_store_release(&res->taken, res->taken + count);
}
