// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracleGeneral, the traces of libCacheSim: packed little-endian records of 24
 * bytes, u32 time (s), u64 object, u32 size (bytes), i64 index of the next
 * request for the object (-1: none). The variant OpNS has 27: u8 operation and
 * u16 name space stand behind the size.
 *
 * An object of a trace of a disk is the number of its first block; other
 * traces have keys there, which import_opts.keys gives places.
 */
#include <errno.h>
#include <inttypes.h>

#include "extent-map.h"
#include "records.h"
#include "volume.h"

#define GENERAL_SIZE	24
#define OPNS_SIZE	27
#define SECTOR		512
/* The places of keys are multiples of this, unless the user says otherwise. */
#define KEY_BLOCK	4096
#define S		UINT64_C(1000000000)
/* No request of a trace of blocks is larger. */
#define MAX_SIZE	(1U << 30)
/* What comes next may be said to be none in these ways. */
#define NEVER		(-1)
#define NEVER_OLD	(-2)

struct oracle {
	uint64_t object;
	int64_t next;
	uint32_t time, size;
	uint8_t op;
};

/**
 * struct oracle_state - of an input
 * @target: its device
 * @size: bytes of its records
 * @block: bytes of the blocks that objects number
 * @places: of objects that are keys; NULL if they number blocks; owned
 */
struct oracle_state {
	int target;
	size_t size;
	uint64_t block;
	struct extent_map *places;
};

/* Operations of OpNS by their number: what they do to a disk. */
static const uint8_t ops[] = {
	[1] = HFR_OP_READ,	/* get */
	[2] = HFR_OP_READ,	/* gets */
	[3] = HFR_OP_WRITE,	/* set */
	[4] = HFR_OP_WRITE,	/* add */
	[5] = HFR_OP_WRITE,	/* compare and set */
	[6] = HFR_OP_WRITE,	/* replace */
	[7] = HFR_OP_WRITE,	/* append */
	[8] = HFR_OP_WRITE,	/* prepend */
	[9] = HFR_OP_NR,	/* delete */
	[10] = HFR_OP_WRITE,	/* increment */
	[11] = HFR_OP_WRITE,	/* decrement */
	[12] = HFR_OP_READ,
	[13] = HFR_OP_WRITE,
	[14] = HFR_OP_WRITE,	/* update */
};

#define NOPS (sizeof(ops) / sizeof(ops[0]))

static void decode(const uint8_t *p, size_t size, struct oracle *o)
{
	o->time = record_u32(p);
	o->object = record_u64(p + 4);
	o->size = record_u32(p + 12);
	o->op = size == OPNS_SIZE ? p[16] : 12;
	o->next = (int64_t)record_u64(p + size - 8);
}

static bool never(int64_t next)
{
	return next == NEVER || next == NEVER_OLD || next == INT64_MAX;
}

static bool plausible(const struct oracle *o, int64_t index)
{
	return o->size && o->size <= MAX_SIZE && o->op && o->op < NOPS &&
	       (never(o->next) || o->next > index);
}

/**
 * struct records - the start of a file, as records
 * @head: its bytes
 * @n: whole records
 * @size: bytes of one
 */
struct records {
	const uint8_t *head;
	int64_t n;
	size_t size;
};

static void record_at(const struct records *r, int64_t i, struct oracle *o)
{
	decode(r->head + (size_t)i * r->size, r->size, o);
}

/* Times go forward, each record makes sense, and one says "never again". */
static bool all_plausible(const struct records *r, bool *ends)
{
	uint32_t last = 0;
	struct oracle o;
	int64_t i;

	*ends = false;
	for (i = 0; i < r->n; i++) {
		record_at(r, i, &o);
		if (o.time < last || !plausible(&o, i))
			return false;
		*ends = *ends || never(o.next);
		last = o.time;
	}
	return true;
}

/*
 * Whether what is said to be the next request for an object is one, where it
 * is at hand; indexes count from @base. @found: at least one was.
 */
static bool next_fits(const struct records *r, int64_t base, bool *found)
{
	struct oracle o, next;
	int64_t i;

	*found = false;
	for (i = 0; i < r->n; i++) {
		record_at(r, i, &o);
		if (never(o.next) || o.next - base >= r->n)
			continue;
		record_at(r, o.next - base, &next);
		if (next.object != o.object)
			return false;
		*found = true;
	}
	return true;
}

/* There is no magic number: what a trace says of itself must be true. */
static bool looks_like(const uint8_t *head, size_t len, size_t size)
{
	const struct records r = { head, (int64_t)(len / size), size };
	bool ends, found;
	int64_t base;

	if (!r.n || (len < (64U << 10) && len % size) ||
	    !all_plausible(&r, &ends))
		return false;
	for (base = 0; base <= 1; base++)
		if (next_fits(&r, base, &found) && (found || ends))
			return true;
	return false;
}

static size_t size_of(const uint8_t *head, size_t len)
{
	if (looks_like(head, len, GENERAL_SIZE))
		return GENERAL_SIZE;
	return looks_like(head, len, OPNS_SIZE) ? OPNS_SIZE : 0;
}

static bool oracle_sniff(const uint8_t *head, size_t len)
{
	return size_of(head, len);
}

static int take(struct importer *imp, struct input *in, void *state,
		const uint8_t *bytes, struct hf_error *err)
{
	const struct oracle_state *st = state;
	struct hfr_trace_rec rec = {
		.complete_ns = HFR_UNKNOWN,
		.target = (uint16_t)st->target,
	};
	struct oracle o;

	decode(bytes, st->size, &o);
	if (!o.op || o.op >= NOPS || o.size > MAX_SIZE)
		return importer_junk(imp, in, err,
				     "not an oracleGeneral record of %zu bytes",
				     st->size);
	rec.op = ops[o.op];
	if (rec.op == HFR_OP_NR || !o.size) {
		importer_unsupported(imp, st->target);
		return 0;
	}
	rec.issue_ns = o.time * S;
	rec.length = o.size;
	if (st->places)
		return extent_map_request(st->places, imp, &o.object,
					  sizeof(o.object), &rec, in, err);
	if (o.object > (INT64_MAX - MAX_SIZE) / st->block)
		return importer_junk(imp, in, err,
				     "object %" PRIu64 " is no number of a block of %" PRIu64 " bytes but a key, which has no place on a device; --keys gives each key one",
				     o.object, st->block);
	rec.offset = o.object * st->block;
	importer_widen(imp, &rec);
	return importer_request(imp, &rec, in, err);
}

/* The size of an input's records; the usual one if nothing speaks for either. */
static int find_size(struct input *in, size_t *size, struct hf_error *err)
{
	size_t len;
	const uint8_t *head = input_peek(in, 64U << 10, &len, err);

	if (!head)
		return -EIO;
	*size = size_of(head, len);
	if (!*size)
		*size = GENERAL_SIZE;
	return 0;
}

static int set_places(struct oracle_state *st, const struct import_opts *opts,
		      struct hf_error *err)
{
	st->block = opts->block;
	if (!st->block)
		st->block = opts->keys ? KEY_BLOCK : SECTOR;
	return opts->keys ? extent_map_new(&st->places, st->block, err) : 0;
}

static int read_one(struct input *const *ins, int nins, int which,
		    struct importer *imp, struct hf_error *err)
{
	struct record_reader reader = { .take = take };
	struct oracle_state st = { 0 };
	int rc = find_size(ins[which], &st.size, err);

	if (rc)
		return rc;
	st.target = volume_device(imp, ins[which], which, ".oracleGeneral", err);
	if (st.target < 0)
		return st.target;
	rc = set_places(&st, importer_opts(imp), err);
	if (rc)
		return rc;
	reader.size = st.size;
	rc = records_read(ins, nins, which, imp, &reader, &st, err);
	extent_map_free(st.places);
	return rc;
}

static int oracle_read(struct input *const *ins, int nins,
		       struct importer *imp, struct hf_error *err)
{
	int i, rc = 0;

	importer_sum(imp)->level = "queue";
	importer_resolution(imp, S);
	importer_has_keys(imp);
	for (i = 0; i < nins && !rc; i++)
		rc = read_one(ins, nins, i, imp, err);
	return rc;
}

const struct format format_oracle = {
	.name = "oraclegeneral",
	.about = "oracleGeneral of libCacheSim, 24 bytes a record or OpNS of 27",
	.sniff = oracle_sniff,
	.read = oracle_read,
};
