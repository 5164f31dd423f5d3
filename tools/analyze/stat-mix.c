// SPDX-License-Identifier: GPL-2.0-only
/* Which operations, with which flags, of which sizes. */
#include <math.h>

#include "hft-rules.h"
#include "stat-families.h"

void stat_mix_add(void *state, const struct hfr_trace_rec *rec)
{
	struct stat_mix *m = state;

	m->requests++;
	m->ops[rec->op]++;
	m->bytes[rec->op] += rec->length;
	m->fua += (rec->flags & HFR_RF_FUA) != 0;
	m->preflush += (rec->flags & HFR_RF_PREFLUSH) != 0;
	m->sync += (rec->flags & HFR_RF_SYNC) != 0;
	m->meta += (rec->flags & HFR_RF_META) != 0;
	m->rahead += (rec->flags & HFR_RF_RAHEAD) != 0;
	if (rec->op == HFR_OP_READ)
		loghist_add(&m->read_size, rec->length, 1);
	else if (hft_op_moves_data(rec->op))
		loghist_add(&m->write_size, rec->length, 1);
}

static double read_share(const void *state, const struct stat_scope *scope)
{
	const struct stat_mix *m = state;

	(void)scope;
	return stat_ratio((double)m->read_size.count,
			  (double)(m->read_size.count + m->write_size.count));
}

static double read_bytes_share(const void *state, const struct stat_scope *scope)
{
	const struct stat_mix *m = state;

	(void)scope;
	return stat_ratio((double)m->read_size.sum,
			  (double)(m->read_size.sum + m->write_size.sum));
}

static double mean_rate(const void *state, const struct stat_scope *scope)
{
	const struct stat_mix *m = state;

	return stat_ratio((double)m->requests * 1e9,
			  (double)scope->duration_ns);
}

static double data_rate(const void *state, const struct stat_scope *scope)
{
	const struct stat_mix *m = state;

	return stat_ratio((double)(m->read_size.sum + m->write_size.sum) * 1e9,
			  (double)scope->duration_ns);
}

#define AT(member) .at = offsetof(struct stat_mix, member)
#define OP(op, word, text)						\
	{ word, text, STAT_SUM, STAT_COUNT, AT(ops[op]),		\
	  .source = "requests of this operation" },			\
	{ word "_bytes", text ": bytes", STAT_SUM, STAT_BYTES, AT(bytes[op]), \
	  .source = "sum of their lengths" }

const struct statistic stat_mix_figures[] = {
	{ "requests", "Requests", STAT_SUM, STAT_COUNT, AT(requests),
	  .source = "all requests" },
	{ "request_rate", "Requests per second, mean", STAT_DERIVED, STAT_RATE,
	  .derive = mean_rate, .source = "requests / duration of the trace" },
	{ "data_rate", "Bytes per second, mean", STAT_DERIVED, STAT_BYTES,
	  .derive = data_rate,
	  .source = "bytes read and written / duration of the trace" },
	OP(HFR_OP_READ, "read", "Reads"),
	OP(HFR_OP_WRITE, "write", "Writes"),
	OP(HFR_OP_DISCARD, "discard", "Discards"),
	OP(HFR_OP_WRITE_ZEROES, "write_zeroes", "Write zeroes"),
	OP(HFR_OP_SECURE_ERASE, "secure_erase", "Secure erases"),
	OP(HFR_OP_ZONE_APPEND, "zone_append", "Zone appends"),
	{ "flush", "Flushes", STAT_SUM, STAT_COUNT, AT(ops[HFR_OP_FLUSH]),
	  .source = "requests of this operation" },
	{ "zone_reset", "Zone resets", STAT_SUM, STAT_COUNT,
	  AT(ops[HFR_OP_ZONE_RESET]), .source = "requests of this operation" },
	{ "zone_reset_all", "Resets of all zones", STAT_SUM, STAT_COUNT,
	  AT(ops[HFR_OP_ZONE_RESET_ALL]),
	  .source = "requests of this operation" },
	{ "zone_open", "Zone opens", STAT_SUM, STAT_COUNT,
	  AT(ops[HFR_OP_ZONE_OPEN]), .source = "requests of this operation" },
	{ "zone_close", "Zone closes", STAT_SUM, STAT_COUNT,
	  AT(ops[HFR_OP_ZONE_CLOSE]), .source = "requests of this operation" },
	{ "zone_finish", "Zone finishes", STAT_SUM, STAT_COUNT,
	  AT(ops[HFR_OP_ZONE_FINISH]), .source = "requests of this operation" },
	{ "fua", "Writes with FUA", STAT_SUM, STAT_COUNT, AT(fua),
	  .source = "requests with this flag" },
	{ "preflush", "Writes with PREFLUSH", STAT_SUM, STAT_COUNT,
	  AT(preflush), .source = "requests with this flag" },
	{ "sync", "Requests with SYNC", STAT_SUM, STAT_COUNT, AT(sync),
	  .source = "requests with this flag" },
	{ "meta", "Requests with META", STAT_SUM, STAT_COUNT, AT(meta),
	  .source = "requests with this flag" },
	{ "rahead", "Requests with RAHEAD", STAT_SUM, STAT_COUNT, AT(rahead),
	  .source = "requests with this flag" },
	{ "read_share", "Share of reads", STAT_DERIVED, STAT_SHARE,
	  .derive = read_share, .source = "reads / (reads + writes)" },
	{ "read_bytes_share", "Share of reads, by bytes", STAT_DERIVED,
	  STAT_SHARE, .derive = read_bytes_share,
	  .source = "bytes read / (bytes read + bytes written)" },
	{ "read_size", "Size of reads", STAT_HIST, STAT_BYTES, AT(read_size),
	  .source = "length of each read" },
	{ "write_size", "Size of writes", STAT_HIST, STAT_BYTES, AT(write_size),
	  .source = "length of each write and append" },
	{ .name = NULL },
};
