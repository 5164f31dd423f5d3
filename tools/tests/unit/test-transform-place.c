// SPDX-License-Identifier: GPL-2.0-only
/* Steps of hfctl transform that look at addresses, or move them. */
#include "transform-files.h"

#include "permute.h"
#include "places.h"

static const struct made odd = { .n = 4000, .seed = 7, .open_ends = true };
static const struct made plain = { .n = 4000, .seed = 8, .plain = true };

#define KEY "000102030405060708090a0b0c0d0e0f\n"

/* From the paper, appendix A, and the authors' table of test vectors. */
static void siphash_as_published(void **state)
{
	const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	uint8_t data[15];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	assert_true(siphash(key, data, 15) == 0xa129ca6149be45e5);
	assert_true(siphash(key, data, 0) == 0x726fdb47dd0e0e31);
	assert_true(siphash(key, data, 8) == 0x93f5f5799a932462);
}

static void permutations(void **state)
{
	const uint64_t key[2] = { 1, 2 }, other[2] = { 1, 3 };
	uint64_t n, i, same = 0, fixed = 0;
	static uint8_t seen[5000];

	(void)state;
	for (n = 1; n < 5000; n = n * 5 / 4 + 1) {
		memset(seen, 0, sizeof(seen));
		for (i = 0; i < n; i++) {
			uint64_t v = permute(key, 0, n, i);

			assert_true(v < n);
			assert_false(seen[v]++);
		}
	}
	n = 4097;
	for (i = 0; i < n; i++) {
		same += permute(key, 0, n, i) == permute(other, 0, n, i);
		same += permute(key, 0, n, i) == permute(key, 1, n, i);
		fixed += permute(key, 0, n, i) == i;
	}
	/* One of each is expected by chance. */
	assert_true(same < 12 && fixed < 8);
	for (i = 0; i < 1000; i++)
		assert_true(permute(key, 0, 1ULL << 62, i) < 1ULL << 62);
}

static void places_without_gaps(void **state)
{
	struct places p = { .granule = 4096 };
	uint64_t seed = 5, i, rank = 0;
	static uint8_t used[100000];

	(void)state;
	for (i = 0; i < 3000; i++) {
		uint64_t r = hash_next(&seed), at = r % 99000, k;
		uint64_t n = 1 + (r >> 32) % 300;

		assert_int_equal(places_add(&p, at * 4096 + (r >> 20 & 511),
					    n * 4096 - 511), 0);
		for (k = at; k < at + n; k++)
			used[k] = 1;
	}
	assert_int_equal(places_pack(&p), 0);
	for (i = 0; i < sizeof(used); i++) {
		if (!used[i])
			continue;
		assert_int_equal(places_find(&p, i * 4096 + 77),
				 rank * 4096 + 77);
		rank++;
	}
	assert_int_equal(p.used, rank);
	assert_true(rank > 10000 && rank < 100000);
	places_free(&p);
}

/* How often each block is touched must be what moving block by block gives. */
typedef uint64_t (*move_fn)(uint64_t block);

static void moves(const char *text, move_fn move, uint64_t out_blocks)
{
	struct hft_file f = opened(make_trace("t.hft", &odd));
	struct hft_file out = transformed(f.path, "o.hft",
					  STEPS({ "remap", text }));
	uint32_t *before = touches(&f, BLOCKS), *after, *want;
	uint64_t b, t;

	after = touches(&out, out_blocks);
	want = calloc(2 * out_blocks, sizeof(*want));
	for (t = 0; t < 2; t++)
		for (b = 0; b < BLOCKS; b++)
			want[t * out_blocks + move(b)] += before[t * BLOCKS + b];
	assert_memory_equal(want, after, 2 * out_blocks * sizeof(*want));
	for (t = 0; t < 2; t++)
		assert_true(out.devs[t].max_end <= out_blocks * BLOCK);
	free(want);
	free(before);
	free(after);
	hft_close(&out);
	hft_close(&f);
}

static uint64_t later(uint64_t block)
{
	return block + 1000;
}

static uint64_t wrapped(uint64_t block)
{
	return block % 1000;
}

static uint64_t wrapped_short(uint64_t block)
{
	return block % 5;
}

static void addresses_move(void **state)
{
	(void)state;
	moves("offset=4000k", later, BLOCKS + 1000);
	moves("wrap=4000k", wrapped, 1000);
	moves("wrap=20k", wrapped_short, 5);
}

static void pieces_of_a_request(void **state)
{
	struct hft_file f, out;
	uint64_t i, k = 0;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft", STEPS({ "remap", "wrap=4000k" }));
	assert_true(out.count > f.count);
	for (i = 0; i < f.count; i++) {
		uint64_t done = 0, first = k;

		do {
			const struct hfr_trace_rec *r = &out.recs[k++];

			assert_int_equal(r->issue_ns, f.recs[i].issue_ns);
			assert_int_equal(r->complete_ns, f.recs[i].complete_ns);
			assert_int_equal(r->op, f.recs[i].op);
			assert_int_equal(r->stream, f.recs[i].stream);
			assert_int_equal(r->flags & HFR_RF_FUA,
					 f.recs[i].flags & HFR_RF_FUA);
			/* The cache is emptied once. */
			assert_int_equal(r->flags & HFR_RF_PREFLUSH,
					 k - 1 > first ? 0 : f.recs[i].flags &
					 HFR_RF_PREFLUSH);
			done += r->length;
		} while (done < f.recs[i].length);
		assert_int_equal(done, f.recs[i].length);
	}
	assert_int_equal(k, out.count);
	assert_true(says(&out, "\"parts\":"));
	hft_close(&out);
	hft_close(&f);
}

static void scaled_and_aligned(void **state)
{
	struct hft_file f, out;
	uint64_t i;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft", STEPS({ "remap", "scale=0.3" }));
	for (i = 0; i < f.count; i++) {
		assert_int_equal(out.recs[i].offset,
				 f.recs[i].offset * 3 / 10 / 512 * 512);
		assert_int_equal(out.recs[i].length, f.recs[i].length);
	}
	/* Nobody said how large a device is that has these places. */
	assert_true(f.devs[0].size);
	assert_int_equal(out.devs[0].size, 0);
	hft_close(&out);
	out = transformed(f.path, "o.hft", STEPS({ "remap", "align=64k" }));
	for (i = 0; i < f.count; i++) {
		const struct hfr_trace_rec *a = &f.recs[i], *b = &out.recs[i];
		uint64_t end = a->offset + a->length;

		assert_int_equal(b->offset, a->offset & ~0xffffULL);
		assert_int_equal(b->offset + b->length,
				 (end + 0xffff) & ~0xffffULL);
	}
	hft_close(&out);
	hft_close(&f);
}

static void tiles(void **state)
{
	struct hft_file f, out;
	uint64_t i, k, tile[200];

	(void)state;
	f = opened(make_trace("t.hft", &plain));
	out = transformed(f.path, "o.hft",
			  STEPS({ "remap", "tile=3,size=32m,by=copy" }));
	assert_int_equal(out.count, 3 * f.count);
	for (i = 0; i < out.count; i++)
		assert_int_equal(out.recs[i].offset,
				 f.recs[i / 3].offset + i % 3 * (32 << 20));
	hft_close(&out);
	out = transformed(f.path, "o.hft",
			  STEPS({ "remap", "tile=3,size=32m,by=request" }));
	for (i = 0; i < out.count; i++)
		assert_int_equal(out.recs[i].offset,
				 f.recs[i].offset + i % 3 * (32 << 20));
	hft_close(&out);
	out = transformed(f.path, "o.hft", STEPS({ "remap", "tile=4,on=sda" }));
	memset(tile, 0xff, sizeof(tile));
	for (i = 0, k = 0; i < out.count; i++) {
		uint64_t by = out.recs[i].offset - f.recs[i].offset;
		uint64_t *t = &tile[out.recs[i].stream];

		if (out.recs[i].target) {
			assert_int_equal(by, 0);
			continue;
		}
		if (*t == UINT64_MAX)
			*t = by;
		assert_int_equal(by, *t);
		assert_int_equal(by % (1 << 20), 0);
		k |= by;
	}
	assert_true(k);
	hft_close(&out);
	hft_close(&f);
}

/* What is used of 4 GiB is put together; what lies side by side stays so. */
static void fits(void **state)
{
	struct hft_file f, out;
	uint64_t i, k;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft",
			  STEPS({ "remap", "scale=256" },
				{ "remap", "fit=2G,granule=64k" }));
	assert_int_equal(out.count, f.count);
	for (i = 0; i < f.count; i++) {
		assert_true(out.recs[i].offset + out.recs[i].length <=
			    2ULL << 30);
		assert_int_equal(out.recs[i].length, f.recs[i].length);
	}
	/* Order and equality of addresses on a device stay. */
	for (i = 1; i < 1000; i++) {
		for (k = 0; k < i; k++) {
			const struct hfr_trace_rec *a = &f.recs[i];
			const struct hfr_trace_rec *b = &f.recs[k];

			if (a->target != b->target || !a->length || !b->length)
				continue;
			assert_int_equal(a->offset < b->offset,
					 out.recs[i].offset <
					 out.recs[k].offset);
		}
	}
	hft_close(&out);
	out = transformed(f.path, "o.hft", STEPS({ "remap", "fit=16M" }));
	same_records(&f, &out);
	hft_close(&out);
	hft_close(&f);
}

static void samples_of_addresses(void **state)
{
	struct hft_file f, out, other;
	uint32_t *before, *after, *again;
	uint64_t b, kept = 0, differ = 0;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft",
			  STEPS({ "sample", "25%,by=address,granule=32k" }));
	other = transformed(f.path, "p.hft",
			    STEPS({ "sample",
				    "25%,by=address,granule=32k,seed=9" }));
	before = touches(&f, BLOCKS);
	after = touches(&out, BLOCKS);
	again = touches(&other, BLOCKS);
	/* A granule is in it as often as in the original, or never. */
	for (b = 0; b < 2 * BLOCKS; b++) {
		uint64_t i, in = 0;

		for (i = b / 8 * 8; i < b / 8 * 8 + 8; i++)
			in |= after[i];
		assert_int_equal(after[b], in ? before[b] : 0);
		kept += in != 0;
		differ += !after[b] != !again[b];
	}
	assert_true(kept > BLOCKS / 4 && kept < BLOCKS * 3 / 4);
	assert_true(differ > 1000);
	free(before);
	free(after);
	free(again);
	hft_close(&other);
	hft_close(&out);
	hft_close(&f);
}

static void samples_of_requests_and_streams(void **state)
{
	struct hft_file f, out;
	uint64_t i, k = 0, in[200] = { 0 }, of[200] = { 0 }, streams = 0;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	out = transformed(f.path, "o.hft", STEPS({ "sample", "1/4" }));
	/* 1000 of 4000 are expected, with a deviation of 27. */
	assert_true(out.count > 850 && out.count < 1150);
	for (i = 0; i < f.count && k < out.count; i++)
		k += !memcmp(&f.recs[i], &out.recs[k], sizeof(f.recs[i]));
	assert_int_equal(k, out.count);
	hft_close(&out);
	out = transformed(f.path, "o.hft",
			  STEPS({ "sample", "50%,by=stream" }));
	for (i = 0; i < f.count; i++)
		of[f.recs[i].stream]++;
	for (i = 0; i < out.count; i++)
		in[out.recs[i].stream]++;
	for (i = 0; i < 200; i++) {
		assert_true(!in[i] || in[i] == of[i]);
		streams += in[i] != 0;
	}
	assert_true(streams > 0 && streams < 7);
	hft_close(&out);
	hft_close(&f);
}

static struct hft_file hidden(const struct hft_file *f, const char *key,
			      const char *out)
{
	char text[200];

	snprintf(text, sizeof(text), "key=%s,granule=64k",
		 unit_text("key", key));
	return transformed(f->path, out, STEPS({ "anonymise", text }));
}

#define NOWHERE UINT64_MAX

/* Where each block of the original went: all its requests must agree. */
static uint64_t *images(const struct hft_file *f, const struct hft_file *out)
{
	uint64_t *to = malloc(2 * BLOCKS * sizeof(*to)), i, k = 0, b, done;

	memset(to, 0xff, 2 * BLOCKS * sizeof(*to));
	for (i = 0; i < f->count; i++) {
		const struct hfr_trace_rec *a = &f->recs[i];

		for (done = 0; done < a->length; k++) {
			const struct hfr_trace_rec *r = &out->recs[k];

			assert_int_equal(r->op, a->op);
			assert_int_equal(r->target, a->target);
			for (b = 0; b < r->length / BLOCK; b++, done += BLOCK) {
				uint64_t *t = &to[a->target * BLOCKS +
						  (a->offset + done) / BLOCK];
				uint64_t now = r->offset / BLOCK + b;

				assert_true(*t == NOWHERE || *t == now);
				*t = now;
			}
		}
		assert_int_equal(done, a->length);
	}
	assert_int_equal(k, out->count);
	return to;
}

static void anonymise_is_a_bijection(void **state)
{
	struct hft_file f, out;
	uint64_t *to, b, t, moved = 0;

	(void)state;
	f = opened(make_trace("t.hft", &plain));
	out = hidden(&f, KEY, "o.hft");
	to = images(&f, &out);
	for (t = 0; t < 2; t++) {
		uint8_t seen[BLOCKS + 16] = { 0 };

		for (b = 0; b < BLOCKS; b++) {
			uint64_t v = to[t * BLOCKS + b];

			if (v == NOWHERE)
				continue;
			assert_true(v < BLOCKS);
			assert_false(seen[v]++);
			/* Inside of a granule of 16 blocks nothing changes. */
			assert_int_equal(v % 16, b % 16);
			if (b % 16 && to[t * BLOCKS + b - 1] != NOWHERE)
				assert_int_equal(v,
						 to[t * BLOCKS + b - 1] + 1);
			moved += v != b;
		}
	}
	assert_true(moved > BLOCKS);
	free(to);
	hft_close(&out);
	hft_close(&f);
}

static void anonymise_hides_names(void **state)
{
	struct hft_file f, out, same, other;

	(void)state;
	f = opened(make_trace("t.hft", &plain));
	out = hidden(&f, KEY, "o.hft");
	same = hidden(&f, KEY, "p.hft");
	other = hidden(&f, "0123456789abcdef", "q.hft");
	same_records(&out, &same);
	assert_string_equal((const char *)out.devs[0].name, "dev0");
	assert_int_equal(out.devs[1].major, 0);
	assert_int_equal(out.hdr->wall_start_ns, 0);
	assert_false(says(&out, "secret"));
	assert_false(says(&out, "t.hft"));
	assert_false(says(&out, "key"));
	assert_false(says(&out, "command"));
	assert_true(says(&out, "anonymise"));
	/* Another key hides them otherwise. */
	assert_int_not_equal(out.recs[0].stream, other.recs[0].stream);
	assert_int_not_equal(out.recs[0].offset, other.recs[0].offset);
	hft_close(&other);
	hft_close(&same);
	hft_close(&out);
	hft_close(&f);
}

/* Streams that are hidden in a trace whose requests are not cut. */
static void hidden_streams(void **state)
{
	struct hft_file f, out;
	char text[200];
	uint64_t i, k;

	(void)state;
	make_trace("t.hft", &odd);
	/* Two granules, and nothing across their border. */
	f = transformed(unit_path("t.hft"), "p.hft",
			STEPS({ "drop", "range=8188k..8196k" }));
	snprintf(text, sizeof(text), "key=%s,granule=8m",
		 unit_text("key", KEY));
	out = transformed(f.path, "o.hft", STEPS({ "anonymise", text }));
	assert_int_equal(out.count, f.count);
	for (i = 0; i < 500; i++)
		for (k = 0; k < i; k++)
			assert_int_equal(f.recs[i].stream == f.recs[k].stream,
					 out.recs[i].stream ==
					 out.recs[k].stream);
	assert_int_not_equal(f.recs[0].stream, out.recs[0].stream);
	hft_close(&out);
	hft_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_as_published),
		cmocka_unit_test(permutations),
		cmocka_unit_test(places_without_gaps),
		cmocka_unit_test(addresses_move),
		cmocka_unit_test(pieces_of_a_request),
		cmocka_unit_test(scaled_and_aligned),
		cmocka_unit_test(tiles),
		cmocka_unit_test(fits),
		cmocka_unit_test(samples_of_addresses),
		cmocka_unit_test(samples_of_requests_and_streams),
		cmocka_unit_test(anonymise_is_a_bijection),
		cmocka_unit_test(anonymise_hides_names),
		cmocka_unit_test(hidden_streams),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
