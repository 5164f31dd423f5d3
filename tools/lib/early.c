// SPDX-License-Identifier: GPL-2.0-only
#include "early.h"
#include "importer.h"

/* Calls @fn for each target in the order of the table of devices. */
static bool each_target(struct importer *imp,
			bool (*fn)(struct seen_device *dev, int target))
{
	int i, n = 0;

	for (i = 0; i < imp->devs.n; i++) {
		struct seen_device *dev = &imp->devs.list[i];

		if (devices_is_target(dev) && !fn(dev, n++))
			return false;
	}
	return true;
}

static bool keeps_place(struct seen_device *dev, int target)
{
	return !dev->placed || dev->target == target;
}

static bool place(struct seen_device *dev, int target)
{
	dev->placed = true;
	dev->target = target;
	return true;
}

/* The table grows; false if a target would have another number now. */
static bool place_devices(struct importer *imp)
{
	if (imp->early.placed == imp->wanted)
		return true;
	if (!each_target(imp, keeps_place))
		return false;
	imp->early.placed = imp->wanted;
	return each_target(imp, place);
}

static bool ends_alike(struct early *e, const struct hfr_trace_rec *const *recs,
		       size_t n)
{
	bool known = e->known, open = e->open;
	size_t i;

	for (i = 0; i < n; i++) {
		known |= recs[i]->complete_ns != HFR_UNKNOWN;
		open |= recs[i]->complete_ns == HFR_UNKNOWN;
	}
	if (known && open)
		return false;
	e->known = known;
	e->open = open;
	return true;
}

static int add(struct importer *imp, const struct hfr_trace_rec *rec,
	       struct hf_error *err)
{
	struct hfr_trace_rec moved = *rec;

	moved.issue_ns -= imp->early.start_ns;
	if (moved.complete_ns != HFR_UNKNOWN)
		moved.complete_ns -= imp->early.start_ns;
	moved.target = (uint16_t)imp->devs.list[rec->target].target;
	return hft_writer_add(imp->early.w, &moved, err);
}

static int give(void *ctx, const struct hfr_trace_rec *const *recs, size_t n,
		struct hf_error *err)
{
	struct importer *imp = ctx;
	struct early *e = &imp->early;
	int placed = e->placed, rc = 0;
	size_t i;

	if (imp->sum.resolution || !ends_alike(e, recs, n) ||
	    !place_devices(imp))
		return SORTER_BACK;
	if (!e->w) {
		e->start_ns = recs[0]->issue_ns;
		rc = hft_writer_open(&e->w, e->out, err);
	}
	if (!rc && e->placed != placed)
		rc = devices_write(&imp->devs, e->w, err);
	for (i = 0; i < n && !rc; i++)
		rc = add(imp, recs[i], err);
	return rc ? rc : importer_check_stop(imp, err);
}

/* The device that has a target number. */
static uint16_t device_of(const struct importer *imp, uint16_t target)
{
	uint16_t i = 0;

	while (!imp->devs.list[i].placed || imp->devs.list[i].target != target)
		i++;
	return i;
}

static int back(void *ctx, uint64_t first, struct hfr_trace_rec *recs,
		size_t n, struct hf_error *err)
{
	const struct importer *imp = ctx;
	const uint64_t start_ns = imp->early.start_ns;
	size_t i;
	int rc = hft_writer_read(imp->early.w, first, recs, n, err);

	for (i = 0; !rc && i < n; i++) {
		recs[i].issue_ns += start_ns;
		if (recs[i].complete_ns != HFR_UNKNOWN)
			recs[i].complete_ns += start_ns;
		recs[i].target = device_of(imp, recs[i].target);
		recs[i].in_flight = 0;
	}
	return rc;
}

static void done(void *ctx)
{
	struct importer *imp = ctx;

	hft_writer_abort(imp->early.w);
	imp->early.w = NULL;
}

struct sorter_sink early_sink(struct importer *imp)
{
	return (struct sorter_sink){
		.give = give, .back = back, .done = done, .ctx = imp,
	};
}

bool early_holds(struct importer *imp)
{
	return !imp->sum.resolution && place_devices(imp);
}
