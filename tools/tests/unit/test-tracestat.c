// SPDX-License-Identifier: GPL-2.0-only
/* Statistics of traces against their definitions; the map of blocks. */
#include <ftw.h>

#include "hft-files.h"

#include "import.h"
#include "slow-stats.h"

#define MOST 1500

static struct hfr_file_hdr hdr;
static struct hfr_file_dev devs[3];
static struct hfr_trace_rec recs[MOST];
static struct hft_file trace = {
	.path = (char *)"random.hft", .hdr = &hdr, .devs = devs, .recs = recs,
};

/**
 * struct shape - what a random trace looks like
 * @blocks: addresses per target
 * @gap_ns: largest time between issues, now and then much more
 * @unknown: some completions are not known
 */
struct shape {
	uint64_t blocks;
	uint64_t gap_ns;
	bool unknown;
};

static uint8_t random_op(uint64_t r)
{
	static const uint8_t ops[] = {
		HFR_OP_READ, HFR_OP_READ, HFR_OP_READ, HFR_OP_WRITE,
		HFR_OP_WRITE, HFR_OP_WRITE, HFR_OP_FLUSH, HFR_OP_DISCARD,
		HFR_OP_ZONE_APPEND, HFR_OP_READ,
	};

	return ops[r % ARRAY_SIZE(ops)];
}

static void random_place(struct hfr_trace_rec *rec, uint64_t i,
			 const struct shape *shape, uint64_t *seed)
{
	uint64_t r = unit_random(seed);

	rec->length = 512 * (uint32_t)(1 + r % (r & 4096 ? 4 : 40));
	rec->offset = 512 * (unit_random(seed) % (shape->blocks * 8));
	/* Sequences, and places that are near. */
	if (i && (r >> 20) % 3 == 0)
		rec->offset = recs[i - 1].offset + recs[i - 1].length;
	else if (i && (r >> 20) % 7 == 0)
		rec->offset = recs[i - 1].offset + 131072 + (r >> 30) % 3 *
			      512 - 512;
}

static void random_request(struct hfr_trace_rec *rec, uint64_t i, uint64_t now,
			   const struct shape *shape, uint64_t *seed)
{
	uint64_t r = unit_random(seed);

	*rec = (struct hfr_trace_rec){
		.issue_ns = now,
		.complete_ns = now + (r % 5 ? r / 8 % (shape->gap_ns + 1) : 0),
		.target = r / 64 % 5 ? 0 : r / 512 % 3,
		.op = random_op(r / 4096),
		.stream = (uint32_t)(r >> 50) % 6 * 77777,
		.in_flight = (uint16_t)(r >> 48),
	};
	if (shape->unknown && r % 11 == 0)
		rec->complete_ns = HFR_UNKNOWN;
	if (rec->op != HFR_OP_FLUSH)
		random_place(rec, i, shape, seed);
	if (rec->op == HFR_OP_WRITE && r & 32)
		rec->flags = HFR_RF_FUA;
}

/* What the header says of the records, as a writer finds it. */
static void make_header(void)
{
	memset(&hdr, 0, sizeof(hdr));
	memset(devs, 0, sizeof(devs));
	hdr.device_count = 3;
	for (uint64_t i = 0; i < trace.count; i++) {
		const struct hfr_trace_rec *rec = &recs[i];
		uint64_t end = rec->complete_ns == HFR_UNKNOWN ?
			       rec->issue_ns : rec->complete_ns;
		struct hfr_file_dev *dev = &devs[rec->target];

		if (end > hdr.duration_ns)
			hdr.duration_ns = end;
		if (rec->offset + rec->length > dev->max_end)
			dev->max_end = rec->offset + rec->length;
	}
}

static void random_trace(uint64_t *seed, const struct shape *shape,
			 uint64_t count)
{
	uint64_t now = 0;

	trace.count = count;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t r = unit_random(seed);

		now += r % 3 ? r / 8 % (shape->gap_ns + 1) : 0;
		if ((r >> 40) % 50 == 0)
			now += 100 * shape->gap_ns;
		random_request(&recs[i], i, now, shape, seed);
	}
	make_header();
}

static void collect(struct tracestat *st, const struct hft_file *file,
		    uint64_t block, uint64_t max_memory)
{
	const struct tracestat_opts opts = { block, max_memory };
	struct hf_error err = { "" };

	if (tracestat_collect(st, file, &opts, &err))
		fail_msg("%s", err.text);
}

static void random_traces(void **state)
{
	/* Short times, ticks longer than 1 ns, few blocks, no time at all. */
	static const struct shape shapes[] = {
		{ 40, 300000, false }, { 4000, 3000000, true },
		{ 3, 2000000000, false }, { 100, 1000000000000, true },
		{ 100000, 0, false }, { 500, 50000000, false },
	};
	uint64_t seed = 20260102;

	(void)state;
	for (int i = 0; i < 72; i++) {
		const struct shape *shape = &shapes[i % ARRAY_SIZE(shapes)];
		struct tracestat st;

		random_trace(&seed, shape, unit_random(&seed) %
			     (i % 4 ? 60 : MOST));
		collect(&st, &trace, 512 << i % 5, 0);
		if (shape->gap_ns > 900000000000 && trace.count > 1000)
			assert_true(st.tick_shift > 0);
		slow_check(&st);
		tracestat_free(&st);
	}
}

static void nothing_at_all(void **state)
{
	struct tracestat st;

	(void)state;
	trace.count = 0;
	make_header();
	collect(&st, &trace, 4096, 0);
	slow_check(&st);
	assert_int_equal(st.streams_found, 0);
	tracestat_free(&st);
}

/* The streams that have most requests, and a process of two targets is two. */
static void streams_by_requests(void **state)
{
	uint64_t seed = 9;
	struct tracestat st;

	(void)state;
	random_trace(&seed, &(struct shape){ 40, 1000, false }, MOST);
	for (uint64_t i = 0; i < MOST; i++)
		recs[i].stream = i < 700 ? 1 + (uint32_t)i : 7000000 +
				 (i % 3 > 0);
	collect(&st, &trace, 4096, 0);
	assert_int_equal(st.nstreams, STREAMS_SHOWN);
	assert_true(st.streams_found > 700);
	assert_int_equal(st.streams_uncounted, 0);
	assert_int_equal(st.streams[0].stream, 7000001);
	for (unsigned int i = 1; i < st.nstreams; i++)
		assert_true(st.streams[i - 1].mix.requests >=
			    st.streams[i].mix.requests);
	slow_check(&st);
	tracestat_free(&st);
}

static void pictures_hold_every_request(void **state)
{
	uint64_t seed = 11, sum[2] = { 0, 0 }, heat = 0;
	struct tracestat st;

	(void)state;
	random_trace(&seed, &(struct shape){ 4000, 100000, false }, MOST);
	collect(&st, &trace, 4096, 0);
	for (int t = 0; t < TRACESTAT_TIMES; t++) {
		for (int c = 0; c < CLASSES; c++) {
			sum[0] += st.pictures->requests[c][t];
			sum[1] += st.pictures->bytes[c][t];
		}
		for (int r = 0; r < TRACESTAT_ROWS; r++)
			heat += st.pictures->heat[r][t];
	}
	assert_int_equal(sum[0], MOST);
	assert_int_equal(heat, st.all->place.requests);
	for (int op = 0; op < HFR_OP_NR; op++)
		sum[1] -= st.all->mix.bytes[op];
	assert_int_equal(sum[1], 0);
	assert_in_range(st.pictures->times, 200, TRACESTAT_TIMES);
	tracestat_free(&st);
}

/* ---- samples ---- */

#define SAMPLE_REQUESTS	400000
#define SAMPLE_BLOCKS	100000

/* Blocks are as often touched as the square of a uniform number says. */
static struct hfr_trace_rec *skewed_trace(struct hft_file *big)
{
	struct hfr_trace_rec *many = calloc(SAMPLE_REQUESTS, sizeof(*many));
	uint64_t seed = 5;

	assert_non_null(many);
	for (uint64_t i = 0; i < SAMPLE_REQUESTS; i++) {
		uint64_t r = unit_random(&seed) % SAMPLE_BLOCKS;

		many[i] = (struct hfr_trace_rec){
			.issue_ns = i * 10000, .complete_ns = HFR_UNKNOWN,
			.op = r & 1 ? HFR_OP_READ : HFR_OP_WRITE,
			.offset = r * r / SAMPLE_BLOCKS * 4096, .length = 4096,
		};
	}
	memset(&hdr, 0, sizeof(hdr));
	hdr.device_count = 1;
	hdr.duration_ns = SAMPLE_REQUESTS * 10000ULL;
	devs[0].max_end = SAMPLE_BLOCKS * 4096ULL;
	*big = trace;
	big->recs = many;
	big->count = SAMPLE_REQUESTS;
	return many;
}

static void close_to(double got, double want, double share)
{
	if (!(fabs(got - want) <= share * want))
		fail_msg("%g is not within %g of %g", got, share, want);
}

static void samples_are_near(void **state)
{
	struct hft_file big;
	struct hfr_trace_rec *many = skewed_trace(&big);
	struct tracestat all, part;
	double error;

	(void)state;
	collect(&all, &big, 4096, 0);
	collect(&part, &big, 4096, 300000);
	assert_int_equal(all.halvings, 0);
	assert_in_range(part.halvings, 2, 4);
	assert_true(part.map_bytes <= 300000);
	error = part.all->blocks->error;
	close_to(error, 1 / sqrt((double)part.sampled), 0.2);
	close_to((double)part.all->blocks->blocks,
		 (double)all.all->blocks->blocks, 4 * error);
	close_to((double)part.all->reuse->counted, SAMPLE_REQUESTS, 0.1);
	close_to((double)part.all->reuse->raw.count,
		 (double)all.all->reuse->raw.count, 0.1);
	close_to(loghist_mean(&part.all->reuse->update),
		 loghist_mean(&all.all->reuse->update), 0.1);
	close_to(part.all->reuse->resident[0], all.all->reuse->resident[0],
		 4 * error);
	close_to((double)part.all->blocks->few[1],
		 (double)all.all->blocks->few[1], 0.15);
	close_to(part.all->blocks->top_tenth, all.all->blocks->top_tenth, 0.15);
	/* What is not sampled is the same. */
	assert_int_equal(part.all->reuse->reads, all.all->reuse->reads);
	tracestat_free(&part);
	tracestat_free(&all);
	free(many);
}

/* ---- the map ---- */

static void map_finds_what_was_put_in(void **state)
{
	enum { BLOCKS = 300000 };
	uint64_t seed = 17, reads, writes;
	uint8_t *want = calloc(BLOCKS, 1);
	struct block_cell *c;
	struct blockmap m;

	(void)state;
	assert_int_equal(blockmap_init(&m, BLOCKS, 0), 0);
	for (int i = 0; i < 3 * BLOCKS; i++) {
		uint64_t block = unit_random(&seed) % BLOCKS;

		c = blockmap_get(&m, blockmap_hash(block));
		assert_non_null(c);
		assert_int_equal(blockmap_block(cell_hash(c)), block);
		assert_int_equal(c->w[4] >> 16, want[block]);
		if (want[block])
			assert_int_equal(cell_access(c), block * 7 + 3);
		cell_set_access(c, block * 7 + 3);
		cell_set_write(c, (1ULL << 40) - 1 - block);
		assert_int_equal(cell_access(c), block * 7 + 3);
		assert_int_equal(blockmap_count(&m, c, 0), 0);
		want[block]++;
	}
	for (uint64_t i = 0, last = 0, n = 0; i < m.room; i++) {
		c = &m.cells[i];
		if (!c->w[4])
			continue;
		assert_true(!n++ || cell_hash(c) > last);
		last = cell_hash(c);
		blockmap_totals(&m, c, &reads, &writes);
		assert_int_equal(reads, want[blockmap_block(last)]);
		assert_int_equal(cell_write(c),
				 (1ULL << 40) - 1 - blockmap_block(last));
		assert_int_equal(writes, 0);
	}
	assert_true(blockmap_bytes(&m) <= m.count * 24 + 32768);
	blockmap_free(&m);
	free(want);
}

/* At each size, and with the block that is one too many. */
static void map_takes_24_bytes_a_block(void **state)
{
	struct blockmap m;
	uint64_t i;

	(void)state;
	assert_int_equal(blockmap_init(&m, 700000, 0), 0);
	for (i = 0; i < 700000; i++) {
		struct block_cell *c = blockmap_get(&m, blockmap_hash(i));

		assert_non_null(c);
		assert_int_equal(blockmap_count(&m, c, 1), 0);
		assert_true(blockmap_bytes(&m) <= (i + 1) * 24 + 102400);
	}
	assert_int_equal(m.count, 700000);
	blockmap_free(&m);
}

static void map_counts_beyond_its_cells(void **state)
{
	uint64_t n[3] = { 65535, 65536, 1000003 }, i, k, reads, writes;
	struct block_cell *c;
	struct blockmap m;

	(void)state;
	assert_int_equal(blockmap_init(&m, 10, 0), 0);
	for (k = 0; k < 3; k++) {
		for (i = 0; i < n[k]; i++) {
			c = blockmap_get(&m, blockmap_hash(k));
			assert_int_equal(blockmap_count(&m, c, k % 2), 0);
		}
		c = blockmap_get(&m, blockmap_hash(k));
		assert_int_equal(blockmap_count(&m, c, 1 - k % 2), 0);
	}
	for (k = 0; k < 3; k++) {
		c = blockmap_get(&m, blockmap_hash(k));
		blockmap_totals(&m, c, &reads, &writes);
		assert_int_equal(k % 2 ? writes : reads, n[k]);
		assert_int_equal(k % 2 ? reads : writes, 1);
	}
	assert_int_equal(m.nextra, 2);
	blockmap_free(&m);
}

/* What is left are the blocks with small hashes, all of them. */
static void map_samples_by_hash(void **state)
{
	const uint64_t blocks = 100000;
	uint64_t kept = 0, i;
	struct blockmap m;

	(void)state;
	assert_int_equal(blockmap_init(&m, blocks, 150000), 0);
	for (i = 0; i < blocks; i++) {
		uint64_t hash = blockmap_hash(i);
		struct block_cell *c;

		if (!blockmap_sampled(&m, hash))
			continue;
		c = blockmap_get(&m, hash);
		if (c)
			assert_int_equal(blockmap_count(&m, c, 0), 0);
		else
			assert_false(blockmap_sampled(&m, hash));
	}
	for (i = 0; i < blocks; i++)
		kept += blockmap_sampled(&m, blockmap_hash(i));
	assert_in_range(m.halvings, 4, 5);
	assert_int_equal(m.count, kept);
	close_to((double)kept, (double)(blocks >> m.halvings), 0.1);
	assert_true(blockmap_bytes(&m) <= 150000);
	blockmap_free(&m);
}

static void addresses_beyond_the_map_are_refused(void **state)
{
	const struct tracestat_opts opts = { 512, 0 };
	struct hf_error err = { "" };
	struct tracestat st;

	(void)state;
	trace.count = 0;
	make_header();
	devs[1].max_end = 1ULL << 60;
	assert_int_equal(tracestat_collect(&st, &trace, &opts, &err), -E2BIG);
	assert_says(&err, "choose a larger --block");
	tracestat_free(&st);
	collect(&st, &trace, 1 << 20, 0);
	tracestat_free(&st);
}

static void histogram_is_that_of_the_module(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t v = unit_random(&seed) >> (i % 64);
		uint64_t top = loghist_top(loghist_bucket(v));

		assert_int_equal(top, bucket_end(v));
		assert_true(top >= v && top - v <= v / 32);
	}
	assert_int_equal(loghist_top(LOGHIST_BUCKETS - 1), UINT64_MAX);
}

/* ---- real traces ---- */

static unsigned int checked;

static void check_real(const char *path)
{
	const struct import_opts opts = {
		.max_junk = 100,
		/* Its content does not tell. */
		.from = strstr(path, "/mqsim/") ? "mqsim" : NULL,
	};
	struct hf_error err = { "" };
	struct hft_file file;
	struct tracestat st;

	if (import_open(&path, 1, &opts, &file, NULL, &err)) {
		print_message("not read: %s\n", err.text);
		return;
	}
	print_message("%s: %llu requests\n", path,
		      (unsigned long long)file.count);
	collect(&st, &file, 4096, 0);
	slow_check(&st);
	tracestat_free(&st);
	hft_close(&file);
	checked++;
}

static int visit(const char *path, const struct stat *sb, int type,
		 struct FTW *at)
{
	(void)sb;
	(void)at;
	if (type == FTW_F)
		check_real(path);
	return 0;
}

/* Whatever is there and can be read. */
static void real_traces(void **state)
{
	(void)state;
	nftw("../shared/traces", visit, 8, FTW_PHYS);
	if (!checked)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(streams_by_requests),
		cmocka_unit_test(pictures_hold_every_request),
		cmocka_unit_test(samples_are_near),
		cmocka_unit_test(map_finds_what_was_put_in),
		cmocka_unit_test(map_takes_24_bytes_a_block),
		cmocka_unit_test(map_counts_beyond_its_cells),
		cmocka_unit_test(map_samples_by_hash),
		cmocka_unit_test(addresses_beyond_the_map_are_refused),
		cmocka_unit_test(histogram_is_that_of_the_module),
		cmocka_unit_test(real_traces),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
