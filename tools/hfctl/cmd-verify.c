// SPDX-License-Identifier: GPL-2.0-only
/* hfctl verify: whether a device holds what a replay wrote to it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <linux/hfreplay_stamp.h>

#include "args.h"
#include "blocks.h"
#include "replayed.h"
#include "verify-show.h"
#include "verify-source.h"

static const struct option_desc options[] = {
	{ "crash", 'c', NULL,
	  "The device lost power, or may have: what it had acknowledged and not yet flushed may be lost.",
	  false },
	{ "records", 'r', "FILE",
	  "Completion records as read from the node of the session; the first argument is the trace then. The file may be cut off.",
	  false },
	OPTION_TRACE,
	{ "seed", 0, "N",
	  "Seed of the session; default: what the session or the .hfr file says.",
	  false },
	{ "run", 0, "N",
	  "The run: its wall-start, ns; default: what the session or the .hfr file says, else any run of that seed.",
	  false },
	{ "loops", 0, "N",
	  "How often the trace was played; default: what the session or the .hfr file says, else once.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Reads all that a replay with --payload verify has changed, and tells which blocks hold what they cannot hold: an older version than the one that must be there, nothing of the replay, parts of several versions, or what belongs elsewhere; each with the number of the request that must be there and of the one that is. Requests are counted from 0 in the order of the trace.",
	"The first argument is a session that has run, an .hfr file, or a trace with --records. The devices are in the order of the trace's device table; without any they are those of the replay. A device is only read, past the page cache, and must not be mounted. A regular file, such as an image, will do as well.",
	"A block may hold what any of its writes wrote, unless a later one that was issued after that had completed is certain to be there. Without --crash every write that has completed without error is certain. With --crash it is one that has completed and has FUA, or has completed before a flush, or a write with PREFLUSH, was issued that has completed too. A device without a write cache keeps its promises without --crash.",
	"An atomic write must be there as a whole or not at all: where one block holds it, no other of its blocks may hold what had completed before it was issued, or what the run has not written. Of an atomic write without a completion record it is taken that it was issued behind those in front of it, if all that are known were issued in order and by one worker; one that failed is not judged.",
	"Of requests without a completion record it is not known whether they were issued: what they would have written may be there. Discarded blocks, and those of a write that failed, may hold anything until they are written again.",
	"Records that survive a crash of the machine are those that were stored elsewhere while the replay ran: cat /dev/hfreplay/NAME >FILE, for --records.",
	NULL
};

static const char *const examples[] = {
	"hfctl verify 1",
	"hfctl verify run1.hfr /dev/sdb",
	"hfctl verify prod.hft --records run1.rec --seed 7 --crash /dev/sdb",
	NULL
};

/* A piece that cannot be read is read block by block, to find which. */
static void check_unread(struct medium *m, struct blocks *b,
			 const struct expect_cell *c, uint64_t from,
			 uint64_t to)
{
	uint32_t step = m->block << HFR_STAMP_SHIFT;
	uint64_t at;

	for (at = from; at < to; at += m->block) {
		uint64_t low = at << HFR_STAMP_SHIFT;
		int ret = blocks_read(b, low, step);

		medium_check(m, c, at, ret ? NULL : b->buf, m->block);
	}
}

static void check_cell(struct medium *m, struct blocks *b,
		       const struct expect_cell *c)
{
	const uint64_t most = BLOCKS_PIECE >> HFR_STAMP_SHIFT;
	uint64_t at, n;

	for (at = c->start; at < c->end && !interrupted(); at += n) {
		n = c->end - at < most ? c->end - at : most;
		if (blocks_read(b, at << HFR_STAMP_SHIFT,
				(uint32_t)(n << HFR_STAMP_SHIFT)))
			check_unread(m, b, c, at, at + n);
		else
			medium_check(m, c, at, b->buf, n);
	}
}

/* The device as it is now may have larger blocks than it was written with. */
static int check_fit(const struct expect *e, const struct blocks *b,
		     struct hf_error *err)
{
	uint64_t mask = (b->block >> HFR_STAMP_SHIFT) - 1, end = 0;
	size_t i;

	for (i = 0; i < e->ncells; i++) {
		end = e->cells[i].end;
		if ((e->cells[i].start | end) & mask)
			return hf_fail(err, EINVAL,
				       "%s has blocks of %u bytes, the replay has written smaller ones: it is not the device",
				       b->path, b->block);
	}
	if (end << HFR_STAMP_SHIFT <= b->size)
		return 0;
	return hf_fail(err, ERANGE,
		       "%s has %" PRIu64 " bytes, the replay has written up to %" PRIu64 ": it is not the device",
		       b->path, b->size, end << HFR_STAMP_SHIFT);
}

static int check_cells(struct verify_show *show,
		       const struct verify_source *src, const struct expect *e,
		       struct blocks *b, uint64_t *faults,
		       struct hf_error *err)
{
	struct atomics atomics;
	struct medium m = {
		.expect = e, .seed = src->seed, .run = src->wall_start,
		.atomics = &atomics,
		.block = b->block >> HFR_STAMP_SHIFT,
		.report = verify_show_fault, .ctx = show,
	};
	size_t i;
	int ret = check_fit(e, b, err);

	if (ret)
		return ret;
	atomics_init(&atomics, e);
	verify_show_target(show, b->path);
	for (i = 0; i < e->ncells && !interrupted(); i++)
		check_cell(&m, b, &e->cells[i]);
	if (medium_end(&m))
		ret = hf_fail(err, ENOMEM,
			      "no memory to tell whether atomic writes of %s are whole",
			      b->path);
	verify_show_sum(show, &m);
	*faults += medium_faults(&m);
	atomics_free(&atomics);
	return ret;
}

static int check_target(struct verify_show *show,
			const struct verify_source *src, uint32_t target,
			const char *path, uint64_t *faults,
			struct hf_error *err)
{
	struct expect e;
	struct blocks b;
	int ret = blocks_open(&b, path, err);

	if (ret)
		return ret;
	ret = expect_make(&e, &src->run, target, err);
	if (!ret) {
		ret = check_cells(show, src, &e, &b, faults, err);
		expect_free(&e);
	}
	blocks_close(&b);
	return ret;
}

static int find_devices(const char **paths, const struct args *args,
			const struct verify_source *src, struct hf_error *err)
{
	uint32_t i, n = src->trace.hdr->device_count;
	int given = args_count(args) - 1;

	if (given && (uint32_t)given != n)
		return hf_fail(err, EINVAL,
			       "the trace has %u devices, %d are given", n,
			       given);
	for (i = 0; i < n; i++) {
		paths[i] = given ? args_pos(args, (int)i + 1) :
			verify_source_device(src, i);
		if (!paths[i])
			return hf_fail(err, EINVAL,
				       "it is not known where device %u of the trace was replayed: name the device",
				       i);
	}
	return 0;
}

static enum exit_code verify(const struct args *args,
			     const struct verify_source *src,
			     struct hf_error *err)
{
	struct verify_show show = {
		.json = args_has(args, "json"), .crash = src->run.crash,
	};
	const char *paths[HFR_MAX_DEVICES];
	uint64_t faults = 0;
	uint32_t i;

	if (find_devices(paths, args, src, err))
		return HFCTL_USAGE;
	verify_show_begin(&show);
	for (i = 0; i < src->trace.hdr->device_count; i++)
		if (check_target(&show, src, i, paths[i], &faults, err))
			return HFCTL_FAILED;
	verify_show_end(&show, faults, !interrupted());
	if (interrupted())
		return HFCTL_INTERRUPTED;
	return faults ? HFCTL_DIFFERENCE : HFCTL_OK;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct verify_source src;
	enum exit_code code = verify_source_open(&src, args, err);

	if (code != HFCTL_OK)
		return code;
	code = verify(args, &src, err);
	verify_source_close(&src);
	return code;
}

const struct command cmd_verify = {
	.name = "verify",
	.summary = "Verify what a replay has left on a device",
	.usage = "ID|NAME|FILE.hfr|TRACE [DEVICE...]",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
