// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a writer writes reads back as what its projection says of the trace:
 * random traces, for every writer of the table.
 */
#include <errno.h>

#include "array.h"
#include "columns.h"
#include "import.h"
#include "unit-files.h"
#include "writer.h"

#define ROUNDS		40
#define REQUESTS	300
#define DEVICES		3
#define WALL_NS		1700000000123456000ULL

static struct hf_error err;
static uint64_t seed = 0x9e3779b97f4a7c15ULL;

static uint64_t dice(uint64_t n)
{
	return unit_random(&seed) % n;
}

/**
 * struct shape - a kind of trace
 * @ops: operations it has, HOLDS_OP() of each
 * @devices: how many
 * @queue: bios as queued
 * @known: of 100 requests, those with a completion time
 * @paired: no two equal requests are in flight unless they complete in order
 */
struct shape {
	uint32_t ops;
	uint32_t devices;
	bool queue;
	unsigned int known;
	bool paired;
};

static uint8_t random_op(uint32_t ops)
{
	uint8_t op;

	do {
		op = (uint8_t)dice(HFR_OP_NR);
	} while (!(ops & HOLDS_OP(op)));
	return op;
}

static uint32_t random_flags(uint8_t op)
{
	static const uint32_t write_only =
		HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_ATOMIC;
	uint32_t flags = 0;
	unsigned int bit;

	for (bit = 0; bit < PROJECTION_FLAGS; bit++)
		flags |= dice(4) ? 0 : 1U << bit;
	flags &= ~HFR_RF_DEP_GLOBAL;
	if (op != HFR_OP_WRITE)
		flags &= ~write_only;
	if (flags & HFR_RF_SYNC)
		flags &= ~HFR_RF_ASYNC;
	return flags;
}

static uint64_t random_gap(void)
{
	static const uint64_t most[] = { 1, 2000, 300000, 5000000, 2500000000 };

	return dice(most[dice(5)]);
}

/* Addresses do not repeat in a paired trace: equal requests would. */
static void random_range(struct hfr_trace_rec *rec, const struct shape *shape,
			 uint64_t i)
{
	if (rec->op == HFR_OP_FLUSH || rec->op == HFR_OP_ZONE_RESET_ALL)
		return;
	rec->length = 512 * (uint32_t)(1 + dice(dice(8) ? 256 : 131072));
	rec->offset = 512 * dice(dice(4) ? 100 : 1ULL << 40);
	if (shape->paired)
		rec->offset = i << 30 | dice(8) * 512;
}

static void random_end(struct hfr_trace_rec *rec, const struct shape *shape,
		       uint64_t *flushed)
{
	rec->complete_ns = rec->issue_ns + random_gap();
	if (rec->op == HFR_OP_FLUSH) {
		/* The first to be issued is the first to be complete. */
		if (shape->paired && rec->complete_ns < *flushed)
			rec->complete_ns = *flushed;
		*flushed = rec->complete_ns;
	}
	if (dice(100) >= shape->known && (rec->op != HFR_OP_FLUSH ||
					  !shape->known))
		rec->complete_ns = HFR_UNKNOWN;
}

static void random_record(struct hfr_trace_rec *rec, const struct shape *shape,
			  uint64_t i, uint64_t *flushed)
{
	rec->op = random_op(shape->ops);
	rec->target = (uint16_t)dice(shape->devices);
	rec->flags = random_flags(rec->op);
	rec->stream = (uint32_t)unit_random(&seed);
	if (dice(2))
		rec->prio = (uint16_t)((1 + dice(3)) << 13 | dice(8));
	random_range(rec, shape, i);
	random_end(rec, shape, &flushed[rec->target]);
}

static struct hft_writer *start(const char *path)
{
	static const char *const names[DEVICES] = { "sda", "vol_7", "nvme0n1" };
	struct hft_writer *w;
	uint32_t i;

	if (hft_writer_open(&w, path, &err))
		fail_msg("%s", err.text);
	for (i = 0; i < DEVICES; i++)
		assert_int_equal(hft_writer_device(w, names[i], i ? 259 : 0,
						   i * 5), i);
	return w;
}

static void finish(struct hft_writer *w, bool queue, uint64_t wall_ns,
		   const char *path, struct hft_file *file)
{
	if (hft_writer_finish(w, queue ? HFR_FF_LEVEL_QUEUE : 0, wall_ns, "{}",
			      NULL, &err) || hft_open(file, path, &err))
		fail_msg("%s", err.text);
}

static void random_trace(struct hft_file *file, const struct shape *shape)
{
	const char *path = unit_path("random.hft");
	struct hft_writer *w = start(path);
	uint64_t flushed[DEVICES] = { 0 };
	struct hfr_trace_rec rec = { 0 };
	uint64_t i, n = 1 + dice(REQUESTS), issue = random_gap();

	for (i = 0; i < n; i++) {
		rec = (struct hfr_trace_rec){ .issue_ns = issue };
		random_record(&rec, shape, i, flushed);
		if (hft_writer_add(w, &rec, &err))
			fail_msg("%s", err.text);
		issue += random_gap();
	}
	finish(w, shape->queue, dice(2) ? WALL_NS : 0, path, file);
}

/* The importer moves the start to 0, and settles ends that are not known. */
static void import_table(const char *path, const char *from,
			 const char *columns, struct hft_file *file)
{
	const struct import_opts opts = { .from = from, .columns = columns };

	if (import_trace(&path, 1, NULL, &opts, file, NULL, &err))
		fail_msg("--from %s: %s", from, err.text);
}

static void import(const char *path, const char *from, struct hft_file *file)
{
	import_table(path, from, strcmp(from, "csv") ? NULL : COLUMNS_WRITTEN,
		     file);
}

/* What should come back. */
static uint64_t project(const struct hft_file *trace,
			const struct projection *p, struct hft_file *file)
{
	const char *path = unit_path("projected.hft");
	struct hft_writer *w = start(path);
	uint64_t i, n = 0;
	struct hft_file projected;

	for (i = 0; i < trace->count; i++) {
		struct hfr_trace_rec rec = trace->recs[i];

		if (projection_apply(p, &rec))
			continue;
		projection_forget_deps(&rec);
		if (hft_writer_add(w, &rec, &err))
			fail_msg("%s", err.text);
		n++;
	}
	finish(w, trace->hdr->flags & HFR_FF_LEVEL_QUEUE,
	       trace->hdr->wall_start_ns, path, &projected);
	hft_close(&projected);
	if (n)
		import(path, "hft", file);
	return n;
}

/* Devices may come in another order and with other names. */
static void same_target(uint16_t want, uint16_t got, int *map)
{
	int i;

	if (map[want] < 0) {
		for (i = 0; i < DEVICES; i++)
			assert_int_not_equal(map[i], got);
		map[want] = got;
	}
	assert_int_equal(map[want], got);
}

static void same_record(const char *name, uint64_t i,
			const struct hfr_trace_rec *want,
			const struct hfr_trace_rec *got)
{
	struct hfr_trace_rec w = *want;

	w.target = got->target;
	if (!memcmp(&w, got, sizeof(w)))
		return;
	fail_msg("%s: request %lu is op %u flags %x %lu+%u %lu-%ld stream %u prio %u in flight %u, should be op %u flags %x %lu+%u %lu-%ld stream %u prio %u in flight %u",
		 name, (unsigned long)i, got->op, got->flags,
		 (unsigned long)got->offset, got->length,
		 (unsigned long)got->issue_ns, (long)got->complete_ns,
		 got->stream, got->prio, got->in_flight, w.op, w.flags,
		 (unsigned long)w.offset, w.length, (unsigned long)w.issue_ns,
		 (long)w.complete_ns, w.stream, w.prio, w.in_flight);
}

static void same_trace(const struct writer *w, const struct hft_file *want,
		       const struct hft_file *got)
{
	int map[DEVICES] = { -1, -1, -1 };
	uint64_t i;

	assert_int_equal(want->count, got->count);
	for (i = 0; i < want->count; i++) {
		same_target(want->recs[i].target, got->recs[i].target, map);
		same_record(w->name, i, &want->recs[i], &got->recs[i]);
	}
	if (w->holds.holds & HOLDS_LEVEL)
		assert_int_equal(want->hdr->flags, got->hdr->flags);
	if (w->holds.holds & HOLDS_WALL && want->hdr->wall_start_ns)
		assert_int_equal(want->hdr->wall_start_ns,
				 got->hdr->wall_start_ns);
	for (i = 0; i < want->hdr->device_count; i++)
		if (w->holds.holds & HOLDS_NUMBER && want->devs[i].major) {
			assert_int_equal(want->devs[i].major,
					 got->devs[map[i]].major);
			assert_int_equal(want->devs[i].minor,
					 got->devs[map[i]].minor);
		}
}

static void check_counts(const struct hft_file *trace,
			 const struct export_summary *sum, uint64_t n)
{
	assert_int_equal(sum->sum.written, n);
	assert_int_equal(projection_left(&sum->sum), trace->count - n);
}

/* Nothing can be held: a sentence, and no file. */
static void check_nothing(const struct hft_file *trace,
			  const struct export_opts *opts)
{
	struct export_summary sum;

	assert_int_equal(export_trace(trace, opts, &sum, &err), -EINVAL);
	assert_says(&err, "no request that");
	assert_int_not_equal(access(opts->path, F_OK), 0);
}

static void round_trip(const struct writer *w, const struct shape *shape)
{
	const struct export_opts opts = {
		.writer = w,
		.path = unit_path(dice(2) ? "out" : "out.gz"),
		.lossy = true,
	};
	struct hft_file trace, want, got;
	struct export_summary sum;
	uint64_t n;

	random_trace(&trace, shape);
	n = project(&trace, &w->holds, &want);
	if (n) {
		if (export_trace(&trace, &opts, &sum, &err))
			fail_msg("%s: %s", w->name, err.text);
		check_counts(&trace, &sum, n);
		import(opts.path, w->from, &got);
		same_trace(w, &want, &got);
		hft_close(&got);
		hft_close(&want);
	} else {
		check_nothing(&trace, &opts);
	}
	hft_close(&trace);
	unit_files(true);
}

static struct shape random_shape(const struct writer *w, uint32_t ops)
{
	static const unsigned int known[] = { 100, 0, 70 };
	struct shape shape = {
		.ops = ops,
		.devices = w->holds.devices < DEVICES ? w->holds.devices :
							DEVICES,
		.queue = dice(2),
		.known = known[dice(3)],
		.paired = w->holds.holds & PAIRED,
	};

	if (w->holds.holds & NEEDS_COMPLETION && !shape.known)
		shape.known = 100;
	return shape;
}

static bool has_reader(const struct writer *w)
{
	const char *name;
	unsigned int n;

	for (n = 0; (name = import_format_name(n)); n++)
		if (!strcmp(name, w->from))
			return true;
	print_message("skipped: %s cannot be read yet\n", w->name);
	return false;
}

/* The writer of hft copies: its bytes are compared elsewhere. */
static void test_round_trips(void **state)
{
	int i, k;

	(void)state;
	for (i = 1; writers[i]; i++) {
		const struct writer *w = writers[i];

		if (!has_reader(w) || w->holds.holds & NEEDS_DEPS)
			continue;
		for (k = 0; k < ROUNDS; k++) {
			struct shape shape =
				random_shape(w, k % 2 ? w->holds.ops :
							(1U << HFR_OP_NR) - 1);
			round_trip(w, &shape);
		}
	}
}

/* Columns, and what they hold of shapes that have all operations. */
static const struct table {
	const char *columns;
	uint32_t devices;
} tables[] = {
	{ COLUMNS_WRITTEN, DEVICES },
	{ "time:s,op,offset:sectors,length:bytes", 1 },
	{ "sep=space,flags,time:ms,latency:us,op,offset:sectors,length:sectors,target", DEVICES },
	{ "sep=tab,skip=1,target,op:read=0|28:write=1:discard=x,offset:1k,length:512,time:us,complete:s,flags", DEVICES },
	{ "time:unix-ns,complete:unix-us,op,-,offset:bytes,length:bytes,stream", 1 },
	{ "sep=semicolon,time:filetime,complete:filetime,op,offset:bytes,length:bytes,-", 1 },
	{ "sep=pipe,time:ns,latency:filetime,op=write,offset:4k,length:1k,target", DEVICES },
	{ "time:filetime,latency:ns,op,offset:bytes,length=4k,flags,stream", 1 },
};

static void table_trip(const struct table *t)
{
	const struct shape shape = {
		.ops = dice(2) ? HOLDS_READ_WRITE : (1U << HFR_OP_NR) - 1,
		.devices = t->devices,
		.known = dice(3) ? 70 : 100,
	};
	const struct export_opts opts = {
		.writer = &writer_csv,
		.path = unit_path("out"),
		.lossy = true,
		.columns = t->columns,
	};
	struct export_summary sum;
	struct hft_file trace, want, got;
	uint64_t n;

	random_trace(&trace, &shape);
	export_survey(&trace, &opts, &sum, &err);
	n = project(&trace, &sum.holds, &want);
	if (n) {
		struct writer w = writer_csv;

		w.name = t->columns;
		w.holds = sum.holds;
		if (export_trace(&trace, &opts, &sum, &err))
			fail_msg("%s: %s", t->columns, err.text);
		check_counts(&trace, &sum, n);
		import_table(opts.path, "csv", t->columns, &got);
		same_trace(&w, &want, &got);
		hft_close(&got);
		hft_close(&want);
	} else {
		check_nothing(&trace, &opts);
	}
	hft_close(&trace);
	unit_files(true);
}

static void test_tables(void **state)
{
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (k = 0; k < ROUNDS; k++)
			table_trip(&tables[i]);
}

/* What reads and cannot be written, and what does neither. */
static void test_refused_columns(void **state)
{
	static const char rest[] = ",offset:bytes,length:bytes";
	static const char *const bad[][2] = {
		{ "time=0,op", "has times" }, { "time:s,op:rwbs", "blkparse" },
		{ "time:s,op,skip=2", "further lines" },
		{ "time:s,op,sep=0", "between columns" },
		{ "time:s,op,flags,sep=pipe", "another separator" },
		{ "time:s,op:read=", "not empty" }, { "op", "--to-columns" },
	};
	const struct shape shape = { .ops = HOLDS_READ_WRITE, .devices = 1 };
	struct export_summary sum;
	struct hft_file trace;
	char map[128];
	size_t i;

	(void)state;
	random_trace(&trace, &shape);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct export_opts opts = {
			.writer = &writer_csv, .path = unit_path("out"),
			.lossy = true, .columns = map,
		};

		snprintf(map, sizeof(map), "%s%s", bad[i][0], rest);
		assert_int_equal(export_trace(&trace, &opts, &sum, &err),
				 -EINVAL);
		assert_says(&err, bad[i][1]);
		assert_says(&err, "--to-columns");
		assert_int_not_equal(access(opts.path, F_OK), 0);
	}
	hft_close(&trace);
	unit_files(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_refused_columns),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
