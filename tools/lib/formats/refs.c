// SPDX-License-Identifier: GPL-2.0-only
/*
 * References and nothing else, as PARDA and other tools for reuse distances
 * take them: 64-bit little-endian numbers of blocks, one after the other. Each
 * is a read of one block. Nothing in such a file tells it from any other: the
 * user has to say that it is one.
 */
#include <errno.h>
#include <inttypes.h>

#include "ordinal.h"
#include "records.h"
#include "volume.h"

#define BLOCK 4096

/**
 * struct refs - of all inputs
 * @block: bytes of a block
 * @n: references so far
 * @target: the device
 */
struct refs {
	uint64_t block, n;
	int target;
};

static int take(struct importer *imp, struct input *in, void *state,
		const uint8_t *bytes, struct hf_error *err)
{
	struct refs *refs = state;
	const uint64_t ref = record_u64(bytes);
	struct hfr_trace_rec rec = {
		.issue_ns = ordinal_time(imp, refs->n++),
		.complete_ns = HFR_UNKNOWN,
		.length = (uint32_t)refs->block,
		.target = (uint16_t)refs->target,
		.op = HFR_OP_READ,
	};

	if (__builtin_mul_overflow(ref, refs->block, &rec.offset))
		return importer_junk(imp, in, err,
				     "block %" PRIu64 " of %" PRIu64 " bytes is beyond what any device has",
				     ref, refs->block);
	return importer_request(imp, &rec, in, err);
}

static int refs_read(struct input *const *ins, int nins, struct importer *imp,
		     struct hf_error *err)
{
	static const struct record_reader reader = { .size = 8, .take = take };
	struct refs refs = { .block = importer_opts(imp)->block };
	int i, rc = 0;

	if (!refs.block)
		refs.block = BLOCK;
	importer_sum(imp)->level = "queue";
	importer_made_up(imp);
	refs.target = volume_device(imp, ins[0], 0, NULL, err);
	if (refs.target < 0)
		return refs.target;
	for (i = 0; i < nins && !rc; i++)
		rc = records_read(ins, nins, i, imp, &reader, &refs, err);
	return rc;
}

static bool refs_sniff(const uint8_t *head, size_t len)
{
	(void)head;
	(void)len;
	return false;
}

const struct format format_refs = {
	.name = "refs",
	.about = "64-bit block numbers, one after the other (PARDA); never guessed",
	.sniff = refs_sniff,
	.read = refs_read,
};
