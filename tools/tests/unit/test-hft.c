// SPDX-License-Identifier: GPL-2.0-only
/* Writing and reading .hft files: good ones, damaged ones, bad records. */
#include "hft-files.h"

static void test_round_trip(void **state)
{
	const uint64_t n = 10000;
	struct hft_file file;
	uint64_t i;

	(void)state;
	open_good(&file, write_trace("a.hft", n, true));
	assert_int_equal(file.count, n);
	assert_int_equal(file.hdr->count, n);
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	assert_int_equal(file.hdr->header_size % 64, 0);
	assert_int_equal(file.size,
			 file.hdr->header_size + n * 64 + 64);
	assert_int_equal(file.hdr->duration_ns, (n - 1) * 1000 + 2500);
	assert_int_equal(file.hdr->wall_start_ns, 1234567890);
	assert_int_equal(file.hdr->max_length, 4096);
	/* 2.5 us at one per us, every other one to the same target. */
	assert_int_equal(file.hdr->max_in_flight, 2);
	assert_int_equal(file.hdr->span, 3);
	assert_int_equal(file.hdr->device_count, 2);
	assert_string_equal((const char *)file.devs[1].name, "sdb");
	assert_int_equal(file.devs[1].minor, 16);
	assert_int_equal(file.devs[1].max_end, 50 * 4096);
	assert_int_equal(file.devs[0].requests, n / 2);
	assert_memory_equal(file.provenance, PROVENANCE, strlen(PROVENANCE));
	assert_int_equal(file.checksum, XXH64(file.recs, n * 64, 0));
	for (i = 0; i < n; i++) {
		struct hfr_trace_rec rec = make_rec(i);

		rec.in_flight = i < 2 ? 1 : 2;
		assert_memory_equal(&file.recs[i], &rec, sizeof(rec));
	}
	hft_close(&file);
	assert_int_equal(unit_files(true), 1);
}

static void test_some_without_end(void **state)
{
	struct hft_file file;
	uint64_t i;

	(void)state;
	open_good(&file, write_trace("a.hft", 9000, false));
	assert_int_equal(file.hdr->flags, 0);
	assert_int_equal(file.hdr->span, 0);
	assert_int_equal(file.hdr->max_in_flight, 0);
	for (i = 0; i < file.count; i++)
		assert_int_equal(file.recs[i].in_flight, 0);
	assert_int_equal(file.recs[0].complete_ns, 2500);
	assert_int_equal(file.recs[8999].complete_ns, HFR_UNKNOWN);
	hft_close(&file);
}

static void test_long_provenance(void **state)
{
	const size_t len = 100000;
	char *text = malloc(len + 1);
	struct hft_writer *w = new_writer(unit_path("a.hft"));
	struct hf_error err = { "" };
	struct hft_file file;
	uint64_t i;

	(void)state;
	memset(text, 'p', len);
	text[len] = '\0';
	for (i = 0; i < 9000; i++) {
		struct hfr_trace_rec rec = make_rec(i);

		add(w, &rec);
	}
	assert_int_equal(hft_writer_finish(w, 0, 0, text, NULL, &err), 0);
	open_good(&file, unit_path("a.hft"));
	assert_int_equal(file.count, 9000);
	assert_true(file.hdr->provenance_size >= len);
	assert_memory_equal(file.provenance, text, len);
	hft_close(&file);
	free(text);
}

/* Of every length, also one that fills the header to its last byte. */
static void test_provenance_lengths(void **state)
{
	size_t len;

	(void)state;
	for (len = 20000; len < 20000 + HFR_UNIT; len++) {
		const char *path = unit_path("lengths.hft");
		struct hft_writer *w = new_writer(path);
		struct hf_error err = { "" };
		struct hfr_trace_rec rec = make_rec(0);
		char *text = malloc(len + 1);
		struct hft_file file;

		memset(text, 'x', len);
		text[len] = '\0';
		add(w, &rec);
		if (hft_writer_finish(w, 0, 0, text, NULL, &err))
			fail_msg("%s", err.text);
		open_good(&file, path);
		assert_memory_equal(file.provenance, text, len);
		hft_close(&file);
		free(text);
	}
}

static void test_nameless(void **state)
{
	struct hft_writer *w = new_writer(NULL);
	struct hfr_trace_rec rec = make_rec(0);
	struct hf_error err = { "" };
	struct hft_file file;
	int fd = -1;

	(void)state;
	unit_files(true);
	add(w, &rec);
	assert_int_equal(hft_writer_finish(w, HFR_FF_LEVEL_QUEUE, 0, "{}", &fd,
					   &err), 0);
	assert_int_equal(unit_files(false), 0);
	assert_int_equal(hft_open_fd(&file, fd, "nameless", &err), 0);
	close(fd);
	assert_int_equal(file.count, 1);
	assert_int_equal(file.hdr->flags,
			 HFR_FF_LEVEL_QUEUE | HFR_FF_COMPLETIONS);
	hft_close(&file);
}

/* Every eighth byte, and each byte of the header's first 256. */
static void test_truncation(void **state)
{
	size_t len, cut;
	uint8_t *data = unit_read(write_trace("a.hft", 100, true), &len);
	const char *path = unit_path("b.hft");

	(void)state;
	unit_write("b.hft", data, len);
	for (cut = len - 8; cut >= 8; cut -= cut > 256 ? 8 : 1) {
		assert_int_equal(truncate(path, (off_t)cut), 0);
		refused(path, "is cut off");
	}
	for (; cut; cut--) {
		assert_int_equal(truncate(path, (off_t)cut), 0);
		refused(path, "is cut off in its header");
	}
	assert_int_equal(truncate(path, 0), 0);
	refused(path, "is empty");
	free(data);
}

/* Free text and what only the source knows: any value is a good one. */
static bool is_free(size_t at)
{
	static const struct { size_t at, len; } fields[] = {
		{ offsetof(struct hfr_file_hdr, wall_start_ns), 8 },
		{ offsetof(struct hfr_file_hdr, max_in_flight), 4 },
		{ offsetof(struct hfr_file_hdr, span), 4 },
	};
	const size_t hdr = sizeof(struct hfr_file_hdr);
	const size_t dev = sizeof(struct hfr_file_dev);
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (at - fields[i].at < fields[i].len)
			return true;
	if (at < hdr)
		return at == offsetof(struct hfr_file_hdr, flags) ||
		       at - offsetof(struct hfr_file_hdr, max_length) < 4 ||
		       at - offsetof(struct hfr_file_hdr, provenance_size) < 4;
	if (at >= hdr + 2 * dev)
		return true;
	at = (at - hdr) % dev;
	return at < offsetof(struct hfr_file_dev, max_end) ||
	       at >= offsetof(struct hfr_file_dev, logical_block);
}

/*
 * A flipped bit in a record or the trailer is always found. In the header it
 * is found where the value can be known; nowhere may it do harm.
 */
static void test_bit_flips(void **state)
{
	size_t len, at, room;
	uint8_t *data = unit_read(write_trace("a.hft", 20, true), &len);
	const char *path = unit_write("b.hft", data, len);
	int fd = open(path, O_RDWR), bit;
	struct hf_error err;
	struct hft_file file;

	(void)state;
	room = ((const struct hfr_file_hdr *)data)->header_size;
	for (at = 0; at < len; at++) {
		/* Provenance is long and all alike. */
		if (at == 512)
			at = room;
		for (bit = 0; bit < 8; bit++) {
			uint8_t flipped = data[at] ^ (1 << bit);
			int rc;

			assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
			rc = hft_open_fd(&file, fd, path, &err);
			if (!rc)
				hft_close(&file);
			if (!rc && (at >= room || !is_free(at)))
				fail_msg("byte %zu bit %d: not found", at, bit);
		}
		assert_int_equal(pwrite(fd, &data[at], 1, at), 1);
	}
	assert_int_equal(hft_open_fd(&file, fd, path, &err), 0);
	hft_close(&file);
	close(fd);
	free(data);
}


static void test_kinds(void **state)
{
	size_t len;
	uint8_t *data = unit_read(write_trace("a.hft", 5, true), &len);

	(void)state;
	refused(unit_text("b.hft", "just some text, longer than a header? no"),
		"is not an .hft file: byte 0");
	refused(patched(data, len, HDR(byte_order), 0x04030201, 4),
		"other byte order (byte 8)");
	refused(patched(data, len, HDR(byte_order), 0x04030205, 4),
		"damaged: its byte order");
	refused(patched(data, len, HDR(version), 2, 2), "version 2 (byte 12)");
	refused(patched(data, len, HDR(device_count), 65, 4), "(byte 20)");
	refused(patched(data, len, HDR(device_count), 0, 4), "(byte 20)");
	refused(patched(data, len, HDR(header_size), 64, 4), "header");
	refused(patched(data, len, HDR(header_size), 0xffffffc0, 4), "header");
	refused(patched(data, len, HDR(count), 1ULL << 58, 8), "cut off");
	refused(patched(data, len, HDR(count), UINT64_MAX - 1, 8), "cut off");
	refused(patched(data, len, HDR(count), 4, 8), "behind its trailer");
	refused(patched(data, len, HDR(duration_ns), 4, 8), "ends at 4 ns");
	refused(patched(data, len, HDR(reserved), 1, 8), "reserved");
	refused(patched(data, len, len - 48, 1, 8), "checksum");
	refused(unit_path("none"), "No such file");
	refused(unit_dir, "not a regular file");
	free(data);
}

/* What came through a pipe does not know its own length beforehand. */
static void test_pipe(void **state)
{
	const size_t dev = sizeof(struct hfr_file_hdr);
	size_t len;
	uint8_t *data = unit_read(write_trace("a.hft", 5, true), &len);
	struct hfr_file_dev *devs = (void *)(data + dev);
	struct hfr_file_hdr *hdr = (void *)data;
	struct hft_file file;

	(void)state;
	hdr->count = HFR_UNKNOWN;
	hdr->duration_ns = HFR_UNKNOWN;
	devs[0].max_end = HFR_UNKNOWN;
	devs[0].requests = HFR_UNKNOWN;
	open_good(&file, unit_write("b.hft", data, len));
	assert_int_equal(file.count, 5);
	assert_int_equal(file.hdr->count, 5);
	assert_int_equal(file.hdr->duration_ns, 6500);
	assert_int_equal(file.devs[0].max_end, 5 * 4096);
	assert_int_equal(file.devs[0].requests, 3);
	hft_close(&file);
	refused(unit_write("b.hft", data, len - 64), "has no trailer");
	refused(unit_write("b.hft", data, hdr->header_size), "has no trailer");
	free(data);
}

static void test_devices(void **state)
{
	struct hft_writer *w;
	struct hf_error err = { "" };
	char name[100];
	int i;

	(void)state;
	assert_int_equal(hft_writer_open(&w, unit_path("a.hft"), &err), 0);
	for (i = 0; i < HFR_MAX_DEVICES; i++) {
		snprintf(name, sizeof(name), "%080d", i);
		assert_int_equal(hft_writer_device(w, name, 1, (uint32_t)i), i);
	}
	assert_int_equal(hft_writer_device(w, name, 1, 99), -E2BIG);
	assert_int_equal(hft_writer_device(w, name, 1, 63), 63);
	hft_writer_abort(w);
	assert_int_equal(hft_writer_open(&w, unit_path("a.hft"), &err), 0);
	assert_int_equal(hft_writer_finish(w, 0, 0, "{}", NULL, &err), -EINVAL);
	assert_says(&err, "has no device");
}

/* A disk that is full, as a limit on the size of files. */
static void test_no_space(void **state)
{
	const struct rlimit small = { 100000, RLIM_INFINITY };
	struct rlimit before;
	struct hft_writer *w;
	struct hf_error err = { "" };
	uint64_t i;
	int rc = 0;

	(void)state;
	unit_files(true);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	w = new_writer(unit_path("full.hft"));
	for (i = 0; i < 20000 && !rc; i++) {
		struct hfr_trace_rec rec = make_rec(i);

		rc = hft_writer_add(w, &rec, &err);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -EFBIG);
	assert_says(&err, "cannot write");
	assert_says(&err, "full.hft at byte 100000: File too large");
	hft_writer_abort(w);
	assert_int_equal(unit_files(false), 0);
}

static void test_output_names(void **state)
{
	struct hft_writer *w;
	struct hf_error err = { "" };
	struct hfr_trace_rec rec = make_rec(0);
	struct stat st;

	(void)state;
	assert_true(hft_writer_open(&w, "/dev/null", &err) < 0);
	assert_says(&err, "/dev/null: it is not a regular file");
	assert_true(hft_writer_open(&w, unit_dir, &err) < 0);
	assert_says(&err, "it is a directory");
	assert_true(hft_writer_open(&w, unit_path("no/such"), &err) < 0);
	assert_says(&err, "No such file");
	assert_true(hft_writer_open(&w, "", &err) < 0);
	/* A link stays a link; what it leads to is replaced. */
	unit_text("real", "old");
	assert_int_equal(symlink("real", unit_path("link")), 0);
	w = new_writer(unit_path("link"));
	add(w, &rec);
	assert_int_equal(hft_writer_finish(w, 0, 0, "{}", NULL, &err), 0);
	assert_int_equal(lstat(unit_path("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(lstat(unit_path("real"), &st), 0);
	assert_true(st.st_size > 1000);
	hft_writer_abort(NULL);
}

static void test_op_names(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < HFR_OP_NR; i++)
		assert_non_null(hfr_op_name((uint8_t)i));
	assert_string_equal(hfr_op_name(HFR_OP_WRITE_ZEROES), "write-zeroes");
	assert_null(hfr_op_name(HFR_OP_NR));
	assert_null(hfr_op_name(HFR_OP_END));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_some_without_end),
		cmocka_unit_test(test_long_provenance),
		cmocka_unit_test(test_provenance_lengths),
		cmocka_unit_test(test_nameless),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_no_space),
		cmocka_unit_test(test_output_names),
		cmocka_unit_test(test_op_names),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
