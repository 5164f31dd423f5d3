// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs that fio replays with read_iolog. Version 3 has a stamp in us in front
 * of each line. Version 2 has lines "FILE wait T 0": fio waits until T ms after
 * the start of the job, whatever its manual says.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

#define US	UINT64_C(1000)
#define MS	UINT64_C(1000000)
/* Longest name that fio reads. */
#define NAME_LEN	256

/**
 * struct fio_state - a log that is being written
 * @version: 2 or 3
 * @now: ms of the last wait (version 2)
 * @last: us of the last request (version 3)
 */
struct fio_state {
	int version;
	uint64_t now, last;
};

/* The path of a device: that of its node if the name is not one. */
static const char *file_name(const struct export *ex, uint32_t target,
			     char *buf, size_t len)
{
	const char *name = (const char *)ex->trace->devs[target].name;
	char clean[NAME_LEN - 5];

	names_clean(name, " ", clean, sizeof(clean));
	snprintf(buf, len, "%s%s", *clean == '/' ? "" : "/dev/", clean);
	return buf;
}

static int put_stamp(struct export *ex, struct hf_error *err)
{
	const struct fio_state *st = ex->state;

	if (st->version == 2)
		return 0;
	return outstream_print(ex->out, err, "%" PRIu64 " ", st->last);
}

/* The same line for each file of the trace. */
static int put_files(struct export *ex, const char *action,
		     struct hf_error *err)
{
	char name[NAME_LEN];
	uint32_t i;
	int ret = 0;

	for (i = 0; !ret && i < ex->trace->hdr->device_count; i++) {
		if (!ex->trace->devs[i].requests)
			continue;
		ret = put_stamp(ex, err);
		if (!ret)
			ret = outstream_print(ex->out, err, "%s %s\n",
					      file_name(ex, i, name,
							sizeof(name)), action);
	}
	return ret;
}

static int same_names(const struct export *ex, struct hf_error *err)
{
	char one[NAME_LEN], other[NAME_LEN];
	uint32_t i, k;

	for (i = 0; i < ex->trace->hdr->device_count; i++) {
		file_name(ex, i, one, sizeof(one));
		for (k = 0; k < i; k++)
			if (!strcmp(one, file_name(ex, k, other,
						   sizeof(other))))
				return hf_fail(err, EINVAL,
					       "two devices of %s would both be %s; choose one with --device",
					       ex->trace->path, one);
	}
	return 0;
}

static int fio_begin(struct export *ex, int version, struct hf_error *err)
{
	struct fio_state *st = ex->state;
	int ret = same_names(ex, err);

	st->version = version;
	if (!ret)
		ret = outstream_print(ex->out, err, "fio version %d iolog\n",
				      version);
	if (!ret)
		ret = put_files(ex, "add", err);
	return ret ? ret : put_files(ex, "open", err);
}

static int fio2_begin(struct export *ex, struct hf_error *err)
{
	return fio_begin(ex, 2, err);
}

static int fio3_begin(struct export *ex, struct hf_error *err)
{
	return fio_begin(ex, 3, err);
}

static int put_time(struct export *ex, const char *name, uint64_t ns,
		    struct hf_error *err)
{
	struct fio_state *st = ex->state;

	st->last = ns / US;
	if (st->version == 3 || ns / MS == st->now)
		return put_stamp(ex, err);
	st->now = ns / MS;
	return outstream_print(ex->out, err, "%s wait %" PRIu64 " 0\n", name,
			       st->now);
}

static const char *action(uint8_t op)
{
	switch (op) {
	case HFR_OP_READ:
		return "read";
	case HFR_OP_WRITE:
		return "write";
	case HFR_OP_FLUSH:
		return "sync";
	default:
		return "trim";
	}
}

static int fio_request(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	char name[NAME_LEN];
	int ret;

	file_name(ex, rec->target, name, sizeof(name));
	ret = put_time(ex, name, rec->issue_ns, err);
	if (ret)
		return ret;
	return outstream_print(ex->out, err, "%s %s %" PRIu64 " %u\n", name,
			       action(rec->op), (uint64_t)rec->offset,
			       rec->length);
}

static int fio_end(struct export *ex, struct hf_error *err)
{
	return put_files(ex, "close", err);
}

#define FIO_HOLDS(unit_ns) {						\
	.ops = HOLDS_READ_WRITE | HOLDS_OP(HFR_OP_FLUSH) |		\
	       HOLDS_OP(HFR_OP_DISCARD),				\
	.time_ns = (unit_ns),						\
	.unit = 512,							\
	.devices = HFR_MAX_DEVICES,					\
}

#define FIO_REMARK							\
	"A device is the file /dev/NAME unless its name is a path."

const struct writer writer_fio = {
	.name = "fio",
	.from = "fio",
	.about = "fio iolog, version 3 (fio 3.31 and later)",
	.remark = FIO_REMARK,
	.suffixes = ".iolog",
	.text = true,
	.holds = FIO_HOLDS(US),
	.state_size = sizeof(struct fio_state),
	.begin = fio3_begin,
	.request = fio_request,
	.end = fio_end,
};

const struct writer writer_fio2 = {
	.name = "fio2",
	.from = "fio",
	.about = "fio iolog, version 2",
	.remark = FIO_REMARK,
	.text = true,
	.holds = FIO_HOLDS(MS),
	.state_size = sizeof(struct fio_state),
	.begin = fio2_begin,
	.request = fio_request,
	.end = fio_end,
};
