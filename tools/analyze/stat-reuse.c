// SPDX-License-Identifier: GPL-2.0-only
/* Blocks that are touched again: after which time, and by what. */
#include "stat-families.h"

static const uint64_t window_ns[WINDOWS] = {
	1000000000ULL, 60000000000ULL, 3600000000000ULL,
};

static struct loghist *pair_of(struct stat_reuse *r, bool before, bool now)
{
	if (before)
		return now ? &r->waw : &r->raw;
	return now ? &r->war : &r->rar;
}

/* A block stays in a window until it is touched again, or leaves it before. */
static void count_resident(struct stat_reuse *r, uint64_t ns, uint64_t weight)
{
	for (int i = 0; i < WINDOWS; i++)
		r->resident[i] += (double)(ns < window_ns[i] ? ns :
					   window_ns[i]) * (double)weight;
}

void stat_reuse_access(struct stat_reuse *r, struct block_cell *cell,
		       uint64_t tick, unsigned int tick_shift, bool write,
		       uint64_t weight)
{
	uint64_t last = cell_access(cell), written = cell_write(cell), ns;

	r->counted += weight;
	if (cell->w[4]) {
		ns = (tick - (last >> 1)) << tick_shift;
		loghist_add(pair_of(r, last & 1, write), ns, weight);
		count_resident(r, ns, weight);
	}
	if (write && written)
		loghist_add(&r->update, (tick - (written - 1)) << tick_shift,
			    weight);
	cell_set_access(cell, tick << 1 | write);
	if (write)
		cell_set_write(cell, tick + 1);
}

void stat_reuse_end(struct stat_reuse *r, const struct block_cell *cell,
		    uint64_t end_ns, unsigned int tick_shift, uint64_t weight)
{
	uint64_t last = cell_access(cell) >> 1;

	count_resident(r, ((end_ns >> tick_shift) - last) << tick_shift,
		       weight);
}

static double misses(const void *state, const struct stat_scope *scope)
{
	const struct stat_reuse *r = state;
	uint64_t again = r->rar.count + r->raw.count + r->war.count +
			 r->waw.count;

	(void)scope;
	return stat_ratio((double)(r->counted - again), (double)r->counted);
}

static double mean_window(const void *state, const struct stat_scope *scope,
			  int which)
{
	const struct stat_reuse *r = state;

	return stat_ratio(r->resident[which] * (double)scope->block,
			  (double)scope->duration_ns);
}

static double window_second(const void *state, const struct stat_scope *scope)
{
	return mean_window(state, scope, WINDOW_SECOND);
}

static double window_minute(const void *state, const struct stat_scope *scope)
{
	return mean_window(state, scope, WINDOW_MINUTE);
}

static double window_hour(const void *state, const struct stat_scope *scope)
{
	return mean_window(state, scope, WINDOW_HOUR);
}

#define AT(member) .at = offsetof(struct stat_reuse, member)
#define WINDOW_SOURCE "mean over the trace of the bytes touched in the time before: sum of min(time to the next access of the block, window) * block / duration: Denning and Schwartz, CACM 1972"

const struct statistic stat_reuse_figures[] = {
	{ "block_reads", "Block reads", STAT_SUM, STAT_COUNT, AT(reads),
	  .source = "blocks that each read touches, summed up" },
	{ "block_writes", "Block writes", STAT_SUM, STAT_COUNT, AT(writes),
	  .source = "blocks that each write touches, summed up" },
	{ "estimated", NULL, STAT_SUM, STAT_COUNT, AT(counted),
	  .source = "both as the sample has it; the same without sampling" },
	{ "cold_misses", "Cold miss ratio", STAT_DERIVED, STAT_SHARE,
	  .derive = misses,
	  .source = "first accesses of a block / all: compulsory miss ratio of traceAnalyzer" },
	{ "rar", "Read after read", STAT_HIST, STAT_NS, AT(rar),
	  .source = "from a read of a block to its next access, if that is a read: RAR time of Li et al., IISWC 2020" },
	{ "raw", "Read after write", STAT_HIST, STAT_NS, AT(raw),
	  .source = "from a write of a block to its next access, if that is a read: RAW time" },
	{ "war", "Write after read", STAT_HIST, STAT_NS, AT(war),
	  .source = "from a read of a block to its next access, if that is a write: WAR time" },
	{ "waw", "Write after write", STAT_HIST, STAT_NS, AT(waw),
	  .source = "from a write of a block to its next access, if that is a write: WAW time" },
	{ "update_interval", "Update interval", STAT_HIST, STAT_NS, AT(update),
	  .source = "from a write of a block to its next write, whatever is read between: Li et al., IISWC 2020" },
	{ "resident_second", NULL, STAT_REAL, STAT_NUMBER,
	  AT(resident[WINDOW_SECOND]),
	  .source = "sum of min(time to the next access of the block, 1 s), ns" },
	{ "resident_minute", NULL, STAT_REAL, STAT_NUMBER,
	  AT(resident[WINDOW_MINUTE]), .source = "the same for 1 min" },
	{ "resident_hour", NULL, STAT_REAL, STAT_NUMBER,
	  AT(resident[WINDOW_HOUR]), .source = "the same for 1 h" },
	{ "working_set_second", "Working set of 1 s, mean", STAT_DERIVED,
	  STAT_BYTES, .derive = window_second, .source = WINDOW_SOURCE },
	{ "working_set_minute", "Working set of 1 min, mean", STAT_DERIVED,
	  STAT_BYTES, .derive = window_minute, .source = WINDOW_SOURCE },
	{ "working_set_hour", "Working set of 1 h, mean", STAT_DERIVED,
	  STAT_BYTES, .derive = window_hour, .source = WINDOW_SOURCE },
	{ .name = NULL },
};
