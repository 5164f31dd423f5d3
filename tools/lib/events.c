// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"

/* Events looked at to find which level a trace has. */
#define MAX_UNDECIDED	65536
#define PROGRESS_EVERY	8192
/* Beyond any device; what does not reach so far fits 64-bit byte offsets. */
#define MAX_SECTOR	(UINT64_C(1) << 54)

/**
 * struct event_device - a device of the trace
 * @major: device number
 * @minor: device number
 * @target: index that the importer gave
 * @wanted: not excluded by import_opts.device
 */
struct event_device {
	uint32_t major, minor;
	int target;
	bool wanted;
};

/**
 * struct events - a trace being read
 * @imp: gets the requests
 * @pair: NULL until the level is decided
 * @queue: the level is that of bios
 * @devs: devices seen; @ndevs of them
 * @last: index of the device found last
 * @undecided: events from before the decision; @nundecided of them
 * @seen: kinds of events seen on wanted devices, a bit for each
 * @in: where the event stands that is being taken
 */
struct events {
	struct importer *imp;
	struct pair *pair;
	bool queue;
	struct event_device *devs;
	unsigned int ndevs, last;
	struct block_event *undecided;
	unsigned int nundecided;
	unsigned int seen;
	const struct input *in;
};

struct importer *events_importer(struct events *evs)
{
	return evs->imp;
}

/* As the importer sees it. */
static bool wanted(const struct events *evs, const char *number,
		   const char *name)
{
	const char *device = importer_opts(evs->imp)->device;

	if (!device || !strcmp(device, number))
		return true;
	if (!strncmp(device, "/dev/", 5))
		device += 5;
	return !strcmp(device, name);
}

static int device_add(struct events *evs, uint32_t major, uint32_t minor,
		      const char *name, struct hf_error *err)
{
	struct event_device *devs, *dev;
	char number[24];
	int target;

	snprintf(number, sizeof(number), "%u,%u", major, minor);
	if (!name)
		name = number;
	target = importer_device(evs->imp, name, major, minor, err);
	if (target < 0)
		return target;
	devs = realloc(evs->devs, (evs->ndevs + 1) * sizeof(*devs));
	if (!devs)
		return hf_fail(err, ENOMEM, "no memory for devices");
	evs->devs = devs;
	dev = &devs[evs->ndevs];
	dev->major = major;
	dev->minor = minor;
	dev->target = target;
	dev->wanted = wanted(evs, number, name);
	return evs->ndevs++;
}

static int device_find(struct events *evs, uint32_t major, uint32_t minor)
{
	unsigned int i;

	for (i = 0; i < evs->ndevs; i++) {
		unsigned int n = (evs->last + i) % evs->ndevs;

		if (evs->devs[n].major == major &&
		    evs->devs[n].minor == minor) {
			evs->last = n;
			return n;
		}
	}
	return -ENOENT;
}

int events_device(struct events *evs, uint32_t major, uint32_t minor,
		  struct hf_error *err)
{
	int n = device_find(evs, major, minor);

	return n >= 0 ? n : device_add(evs, major, minor, NULL, err);
}

int events_remap(struct events *evs, struct block_event *ev, uint32_t major,
		 uint32_t minor, uint64_t sector, struct hf_error *err)
{
	int n = events_device(evs, major, minor, err);

	if (n < 0)
		return n;
	ev->from = (uint16_t)n;
	ev->cut = sector;
	return 0;
}

int events_name(struct events *evs, uint32_t major, uint32_t minor,
		const char *name, struct hf_error *err)
{
	int n = device_find(evs, major, minor);

	n = n >= 0 ? n : device_add(evs, major, minor, name, err);
	return n < 0 ? n : evs->devs[n].target;
}

void events_lost(struct events *evs, uint64_t n)
{
	importer_sum(evs->imp)->lost += n;
	if (evs->pair)
		pair_lossy(evs->pair);
}

void events_unsupported(struct events *evs, const struct block_event *ev)
{
	if (ev->kind != EVENT_QUEUE && ev->kind != EVENT_ISSUE)
		return;
	importer_unsupported(evs->imp, evs->devs[ev->target].target);
}

/* Letters behind that of the operation. */
static bool flag_letters(struct block_event *ev, const char *s)
{
	for (; *s && *s != ' '; s++) {
		switch (*s) {
		case 'F':
			ev->flags |= HFR_RF_FUA;
			break;
		case 'A':
			ev->flags |= HFR_RF_RAHEAD;
			break;
		case 'S':
			ev->flags |= HFR_RF_SYNC;
			break;
		case 'M':
			ev->flags |= HFR_RF_META;
			break;
		case 'B': /* barriers of old kernels */
		case 'U': /* atomic writes */
			break;
		default:
			return false;
		}
	}
	return true;
}

/* The letter of the operation, and a second one where it has two. */
static enum rwbs op_letters(struct block_event *ev, const char **s)
{
	switch (*(*s)++) {
	case 'R':
		ev->op = HFR_OP_READ;
		return RWBS_OK;
	case 'W':
		ev->op = HFR_OP_WRITE;
		if (**s != 'Z')
			return RWBS_OK;
		(*s)++;
		ev->op = HFR_OP_WRITE_ZEROES;
		return RWBS_OK;
	case 'D':
		ev->op = HFR_OP_DISCARD;
		if (**s != 'E')
			return RWBS_OK;
		(*s)++;
		ev->op = HFR_OP_SECURE_ERASE;
		return RWBS_OK;
	case 'F':
		ev->op = HFR_OP_FLUSH;
		ev->flush_rq = true;
		return RWBS_OK;
	case 'N':
		ev->op = HFR_OP_WRITE_ZEROES;
		return RWBS_OK;
	case 'Z':
		return RWBS_UNSUPPORTED;
	default:
		return RWBS_NONSENSE;
	}
}

/* What an event without sectors is. */
static enum rwbs without_sectors(struct block_event *ev, bool preflush)
{
	if (ev->op == HFR_OP_FLUSH)
		return RWBS_OK;
	if (preflush) {
		/* A bio that asks for a flush; blkparse writes FN for the
		 * request of the flush machinery.
		 */
		ev->flush_rq = ev->op == HFR_OP_WRITE_ZEROES;
		ev->op = HFR_OP_FLUSH;
		return RWBS_OK;
	}
	/* The end of a flush sequence is a write without sectors. */
	return ev->op == HFR_OP_WRITE && ev->kind == EVENT_COMPLETE ?
		RWBS_OK : RWBS_UNSUPPORTED;
}

enum rwbs events_rwbs(struct block_event *ev, const char *rwbs)
{
	bool preflush = rwbs[0] == 'F' && rwbs[1] && strchr("RWDFN", rwbs[1]);
	enum rwbs ret;

	rwbs += preflush;
	ret = op_letters(ev, &rwbs);
	if (ret != RWBS_OK)
		return ret;
	if (!flag_letters(ev, rwbs))
		return RWBS_NONSENSE;
	if (preflush)
		ev->flags |= HFR_RF_PREFLUSH;
	if (!ev->sectors)
		return without_sectors(ev, preflush);
	return ev->op == HFR_OP_FLUSH ? RWBS_NONSENSE : RWBS_OK;
}

static int emit(void *ctx, const struct hfr_trace_rec *rec,
		struct hf_error *err)
{
	struct events *evs = ctx;
	struct hfr_trace_rec r = *rec;

	r.target = evs->devs[rec->target].target;
	return importer_request(evs->imp, &r, evs->in, err);
}

/* Pairs the event, unless its device is not wanted. */
static int feed(struct events *evs, const struct block_event *ev,
		struct hf_error *err)
{
	uint8_t begins = evs->queue ? EVENT_QUEUE : EVENT_ISSUE;

	if (evs->devs[ev->target].wanted)
		return pair_event(evs->pair, ev, err);
	if (ev->kind == begins)
		importer_sum(evs->imp)->filtered++;
	return 0;
}

static int decide(struct events *evs, bool queue, struct hf_error *err)
{
	struct import_summary *sum = importer_sum(evs->imp);
	unsigned int i;
	int ret = 0;

	evs->queue = queue;
	evs->pair = pair_new(queue, emit, evs);
	if (!evs->pair)
		return hf_fail(err, ENOMEM, "no memory to pair events");
	sum->level = queue ? "queue" : "driver";
	if (importer_opts(evs->imp)->dedup)
		pair_dedup(evs->pair);
	if (sum->lost)
		pair_lossy(evs->pair);
	for (i = 0; !ret && i < evs->nundecided; i++)
		ret = feed(evs, &evs->undecided[i], err);
	free(evs->undecided);
	evs->undecided = NULL;
	return ret;
}

static int undecided(struct events *evs, const struct block_event *ev,
		     struct hf_error *err)
{
	evs->undecided[evs->nundecided++] = *ev;
	if (evs->seen & 1 << EVENT_ISSUE)
		return decide(evs, false, err);
	if (evs->nundecided == MAX_UNDECIDED)
		return decide(evs, evs->seen & 1 << EVENT_QUEUE, err);
	return 0;
}

static const char *impossible(const struct block_event *ev)
{
	if (ev->sectors && (ev->sector >= MAX_SECTOR || ev->cut >= MAX_SECTOR))
		return "sector beyond the end of any device";
	if (ev->sectors > UINT32_MAX >> 9)
		return "longer than 4 GiB";
	if (ev->sectors > HFR_MAX_LENGTH >> 9 &&
	    (ev->op == HFR_OP_READ || ev->op == HFR_OP_WRITE))
		return "read or write longer than 64 MiB";
	return NULL;
}

static int take(struct events *evs, const struct block_event *ev,
		const struct input *in, struct hf_error *err)
{
	const char *why = impossible(ev);

	if (why)
		return importer_junk(evs->imp, in, err, "%s", why);
	evs->in = in;
	importer_sum(evs->imp)->events++;
	if (evs->devs[ev->target].wanted)
		evs->seen |= 1 << ev->kind;
	if (!evs->pair)
		return undecided(evs, ev, err);
	return feed(evs, ev, err);
}

/* Nothing came of it: says why. */
static int nothing(struct events *evs, struct hf_error *err)
{
	const struct import_opts *opts = importer_opts(evs->imp);
	const char *path = input_path(evs->in);
	char found[256] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < evs->ndevs && len < sizeof(found) - 32; i++)
		len += snprintf(found + len, sizeof(found) - len, "%s%u,%u",
				i ? " " : "", evs->devs[i].major,
				evs->devs[i].minor);
	if (opts->device && evs->ndevs && !evs->seen)
		return hf_fail(err, ENODATA,
			       "%s has no events of device %s, only of %s",
			       path, opts->device, found);
	if (evs->seen & 1 << EVENT_QUEUE)
		return hf_fail(err, ENODATA,
			       "%s has queue events but no issue events: try --event queue",
			       path);
	if (evs->seen & 1 << EVENT_ISSUE)
		return hf_fail(err, ENODATA,
			       "%s has issue events but no queue events: try --event issue",
			       path);
	return hf_fail(err, ENODATA,
		       "%s has no queue or issue events of the block layer",
		       path);
}

static int finish(struct events *evs, struct hf_error *err)
{
	struct import_summary *sum = importer_sum(evs->imp);
	struct pair_stats stats;
	int ret;

	if (!evs->pair) {
		ret = decide(evs, evs->seen & 1 << EVENT_QUEUE, err);
		if (ret)
			return ret;
	}
	ret = pair_finish(evs->pair, &stats, err);
	if (ret)
		return ret;
	importer_until(evs->imp, stats.end);
	sum->incomplete += stats.incomplete;
	sum->unmatched += stats.unmatched;
	sum->stacked += stats.stacked;
	return stats.requests ? 0 : nothing(evs, err);
}

/* A file of the trace and the event that it gives next. */
struct source {
	struct input *in;
	void *state;
	struct block_event ev;
};

/* Restores the heap below @i: the earliest event is at 0. */
static void sift_down(struct source **heap, size_t n, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;
		struct source *tmp = heap[i];

		if (child >= n)
			return;
		if (child + 1 < n &&
		    heap[child + 1]->ev.time < heap[child]->ev.time)
			child++;
		if (tmp->ev.time <= heap[child]->ev.time)
			return;
		heap[i] = heap[child];
		heap[child] = tmp;
		i = child;
	}
}

static int next(struct events *evs, struct source *src,
		const struct event_reader *reader, struct hf_error *err)
{
	memset(&src->ev, 0, sizeof(src->ev));
	evs->in = src->in;
	return reader->next(evs, src->in, src->state, &src->ev, err);
}

static int merge(struct events *evs, struct source **heap, size_t n,
		 const struct event_reader *reader,
		 struct input *const *ins, int nins, struct hf_error *err)
{
	unsigned int count = 0;

	while (n) {
		int ret = take(evs, &heap[0]->ev, heap[0]->in, err);

		if (!ret)
			ret = next(evs, heap[0], reader, err);
		if (ret < 0)
			return ret;
		if (!ret)
			heap[0] = heap[--n];
		sift_down(heap, n, 0);
		if (++count % PROGRESS_EVERY)
			continue;
		ret = importer_progress(evs->imp, ins, nins, err);
		if (ret)
			return ret;
	}
	return 0;
}

static int run(struct events *evs, struct source *srcs, struct source **heap,
	       struct input *const *ins, int nins,
	       const struct event_reader *reader, struct hf_error *err)
{
	size_t n = 0, i;
	int k, ret;

	for (k = 0; k < nins; k++) {
		srcs[k].in = ins[k];
		srcs[k].state = calloc(1, reader->state_size + 1);
		if (!srcs[k].state)
			return hf_fail(err, ENOMEM, "no memory for %d files",
				       nins);
		ret = next(evs, &srcs[k], reader, err);
		if (ret < 0)
			return ret;
		if (ret)
			heap[n++] = &srcs[k];
	}
	for (i = n; i-- > 0;)
		sift_down(heap, n, i);
	ret = merge(evs, heap, n, reader, ins, nins, err);
	return ret ? ret : finish(evs, err);
}

int events_read(struct input *const *ins, int nins, struct importer *imp,
		const struct event_reader *reader, struct hf_error *err)
{
	struct events evs = { .imp = imp };
	struct source *srcs = calloc(nins, sizeof(*srcs));
	struct source **heap = calloc(nins, sizeof(*heap));
	enum import_level level = importer_opts(imp)->level;
	int ret = 0, i;

	importer_remaps(imp);
	evs.undecided = malloc(MAX_UNDECIDED * sizeof(*evs.undecided));
	if (!srcs || !heap || !evs.undecided)
		ret = hf_fail(err, ENOMEM, "no memory for %d files", nins);
	if (!ret && level != IMPORT_LEVEL_ANY)
		ret = decide(&evs, level == IMPORT_LEVEL_QUEUE, err);
	if (!ret)
		ret = run(&evs, srcs, heap, ins, nins, reader, err);
	for (i = 0; srcs && i < nins; i++)
		free(srcs[i].state);
	free(heap);
	free(srcs);
	free(evs.undecided);
	free(evs.devs);
	pair_free(evs.pair);
	return ret;
}
