// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "results.h"

#define REC_SIZE	sizeof(struct hfr_completion_rec)
/* Records that are emptied in one go. */
#define RESET_RECORDS	32768

int hfr_results_init(struct hfr_results *res, u32 slots)
{
	res->mask = slots - 1;
	res->recs = vzalloc(array_size(slots, REC_SIZE));
	return res->recs ? 0 : -ENOMEM;
}

void hfr_results_free(struct hfr_results *res)
{
	vfree(res->recs);
	res->recs = NULL;
}

void hfr_results_reset(struct hfr_results *res)
{
	u64 i;

	for (i = 0; i <= res->mask; i += RESET_RECORDS) {
		memset(hfr_results_rec(res, i), 0, REC_SIZE *
		       min_t(u64, RESET_RECORDS, res->mask + 1 - i));
		cond_resched();
	}
	res->taken = 0;
}

/* Records from @from that are ready one after the other, to the ring's end. */
static u64 ready_run(const struct hfr_results *res, u64 from, u64 most)
{
	u64 n = 0;

	most = min(most, res->mask + 1 - (from & res->mask));
	while (n < most && hfr_results_ready(res, from + n))
		n++;
	return n;
}

static ssize_t copy_run(const struct hfr_results *res, u64 from, u64 n,
			struct iov_iter *to)
{
	size_t bytes = n * REC_SIZE;
	size_t done = copy_to_iter(hfr_results_rec(res, from), bytes, to);

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

	while (iov_iter_count(to) >= REC_SIZE) {
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
	u64 i;

	for (i = 0; i < count; i++)
		*hfr_results_rec(res, res->taken + i) =
			(struct hfr_completion_rec) { .state = HFR_REC_EMPTY };
	/* pairs with hfr_results_room(): the places are empty */
	smp_store_release(&res->taken, res->taken + count);
}
