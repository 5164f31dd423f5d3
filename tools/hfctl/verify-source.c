// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "collect.h"
#include "import.h"
#include "replayed.h"
#include "units.h"
#include "verify-source.h"

/* ---- completion records without anything around them ---- */

static int read_whole(int fd, void *buf, size_t len)
{
	char *at = buf;
	ssize_t n;

	for (; len; at += n, len -= (size_t)n) {
		n = read(fd, at, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return n ? -errno : -ENODATA;
	}
	return 0;
}

static int load_records(struct results *res, int fd, const char *path,
			struct hf_error *err)
{
	struct stat st;
	size_t size;
	int ret;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return hf_fail(err, EINVAL, "%s is not a regular file", path);
	/* A crash cuts off where it likes. */
	res->count = (uint64_t)st.st_size / sizeof(*res->recs);
	size = res->count * sizeof(*res->recs);
	res->recs = malloc(size + 1);
	if (!res->recs)
		return hf_fail(err, ENOMEM, "no memory to read %s", path);
	ret = read_whole(fd, res->recs, size);
	return ret ? hf_fail(err, -ret, "cannot read %s: %s", path,
			     strerror(-ret)) : 0;
}

static int read_records(struct results *res, const char *path,
			struct hf_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s", path,
			       strerror(errno));
	ret = load_records(res, fd, path, err);
	close(fd);
	return ret;
}

/* ---- what the command line names ---- */

static bool is_results(const char *path)
{
	char magic[8] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is = fd >= 0 && !read_whole(fd, magic, sizeof(magic)) &&
		!memcmp(magic, HFR_RESULTS_MAGIC, sizeof(magic));

	if (fd >= 0)
		close(fd);
	return is;
}

static bool is_trace(const struct args *args)
{
	const char *path = args_pos(args, 0);

	if (args_get(args, "records"))
		return true;
	return !args_get(args, "trace") && is_results_file(path) &&
		!access(path, R_OK) && !is_results(path);
}

static enum exit_code open_trace(struct verify_source *src,
				 const struct args *args, struct hf_error *err)
{
	const char *path = args_pos(args, 0);
	const char *records = args_get(args, "records");
	struct import_opts opts = { .from = NULL };

	if (import_open(&path, 1, &opts, &src->trace, NULL, err))
		return HFCTL_FAILED;
	if (records && read_records(&src->res, records, err)) {
		hft_close(&src->trace);
		return HFCTL_FAILED;
	}
	return HFCTL_OK;
}

static int check_payload(const struct results *res, const char *name,
			 struct hf_error *err)
{
	const char *payload = json_string_value(json_object_get(res->meta,
								"payload"));

	if (payload && !strcmp(payload, "verify"))
		return 0;
	return hf_fail(err, EINVAL,
		       "%s wrote the payload %s, which says nothing about itself: what was replayed with --payload verify can be verified",
		       name, payload ? payload : "random");
}

static enum exit_code open_results(struct verify_source *src,
				   const struct args *args,
				   struct hf_error *err)
{
	const char *name = args_pos(args, 0);
	enum exit_code code = collect(name, &src->res, err);

	if (code == HFCTL_INTERRUPTED)
		results_free(&src->res);
	if (code != HFCTL_OK)
		return code;
	if (check_payload(&src->res, name, err) ||
	    replayed_trace(args, &src->res, &src->trace, err)) {
		results_free(&src->res);
		return HFCTL_FAILED;
	}
	return HFCTL_OK;
}

/* ---- who wrote it ---- */

static uint64_t meta_number(const struct results *res, const char *key)
{
	json_t *value = json_object_get(res->meta, key);
	uint64_t n;

	if (json_is_string(value) &&
	    !hf_parse_u64(json_string_value(value), &n))
		return n;
	return json_is_integer(value) ? (uint64_t)json_integer_value(value) : 0;
}

static int find_writer(struct verify_source *src, const struct args *args,
		       struct hf_error *err)
{
	uint64_t loops;

	if (!src->res.meta && !args_get(args, "seed"))
		return hf_fail(err, EINVAL,
			       "give the seed of the session with --seed: %s does not tell it; hfctl status --json does",
			       args_pos(args, 0));
	if (args_u64(args, "seed", meta_number(&src->res, "seed"), &src->seed,
		     err) ||
	    args_u64(args, "run", meta_number(&src->res, "wall_start_ns"),
		     &src->wall_start, err) ||
	    args_u64(args, "loops", meta_number(&src->res, "loops"), &loops,
		     err))
		return -EINVAL;
	src->run = (struct expect_run){
		.trace = &src->trace, .recs = src->res.recs,
		.count = src->res.count, .loops = loops ? loops : 1,
		.crash = args_has(args, "crash"),
	};
	if (!src->trace.count ||
	    src->res.count <= src->run.loops * src->trace.count)
		return 0;
	return hf_fail(err, EINVAL,
		       "there are %" PRIu64 " completion records of %" PRIu64 " requests: they are not of this trace, or it was looped (--loops)",
		       src->res.count, src->run.loops * src->trace.count);
}

enum exit_code verify_source_open(struct verify_source *src,
				  const struct args *args,
				  struct hf_error *err)
{
	enum exit_code code;

	memset(src, 0, sizeof(*src));
	code = is_trace(args) ? open_trace(src, args, err) :
		open_results(src, args, err);
	if (code == HFCTL_OK && find_writer(src, args, err)) {
		verify_source_close(src);
		code = HFCTL_USAGE;
	}
	return code;
}

void verify_source_close(struct verify_source *src)
{
	hft_close(&src->trace);
	results_free(&src->res);
}

const char *verify_source_device(const struct verify_source *src,
				 uint32_t target)
{
	json_t *targets = json_object_get(src->res.meta, "targets");

	return json_string_value(json_object_get(json_array_get(targets, target),
						 "path"));
}
