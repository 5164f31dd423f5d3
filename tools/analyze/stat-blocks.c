// SPDX-License-Identifier: GPL-2.0-only
/* The blocks at the end of the trace: working sets and popularity. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stat-families.h"

int stat_counter_init(struct stat_counter *c, struct stat_blocks *out,
		      uint64_t largest)
{
	*c = (struct stat_counter){ .out = out, .largest = largest };
	memset(out, 0, sizeof(*out));
	c->by_count = calloc(largest + 1, sizeof(*c->by_count));
	return c->by_count ? 0 : -ENOMEM;
}

void stat_counter_free(struct stat_counter *c)
{
	free(c->by_count);
	free(c->hot);
	c->by_count = NULL;
	c->hot = NULL;
}

static void count_kinds(struct stat_blocks *b, uint64_t reads, uint64_t writes)
{
	uint64_t all = reads + writes;

	b->blocks++;
	b->read += reads > 0;
	b->written += writes > 0;
	b->updated += writes > 1;
	b->read_only += !writes;
	b->write_only += !reads;
	b->reads += reads;
	b->writes += writes;
	b->accesses += all;
	if (reads * 100 > all * 95) {
		b->read_mostly++;
		b->mostly_reads += reads;
	}
	if (writes * 100 > all * 95) {
		b->write_mostly++;
		b->mostly_writes += writes;
	}
	if (all < BLOCKS_FEW)
		b->few[all]++;
	if (all > b->most)
		b->most = all;
}

int stat_counter_add(struct stat_counter *c, uint64_t reads, uint64_t writes)
{
	uint64_t all = reads + writes, *hot;

	count_kinds(c->out, reads, writes);
	if (all <= c->largest) {
		c->by_count[all]++;
		return 0;
	}
	hot = reallocarray(c->hot, c->nhot + 1, sizeof(*hot));
	if (!hot)
		return -ENOMEM;
	c->hot = hot;
	hot[c->nhot++] = all;
	return 0;
}

/**
 * struct ranking - a walk over the blocks, the most popular first
 * @blocks: all
 * @rank: of the one before, from 1
 * @percent: accesses of the first 1 %
 * @tenth: accesses of the first 10 %
 * @x: sum of log(rank)
 * @xx: sum of its squares
 * @y: sum of log(accesses)
 * @xy: sum of the products
 */
struct ranking {
	uint64_t blocks, rank;
	uint64_t percent, tenth;
	double x, xx, y, xy;
};

/* 1 % of the blocks, at least one. */
static uint64_t part_of(uint64_t blocks, uint64_t divisor)
{
	return (blocks + divisor - 1) / divisor;
}

/* How many of @n blocks with the ranks after r->rank are among the first @top. */
static uint64_t within(const struct ranking *r, uint64_t n, uint64_t top)
{
	if (r->rank >= top)
		return 0;
	return top - r->rank < n ? top - r->rank : n;
}

static void rank_equal(struct ranking *r, uint64_t accesses, uint64_t n)
{
	double y = log((double)accesses);

	r->percent += accesses * within(r, n, part_of(r->blocks, 100));
	r->tenth += accesses * within(r, n, part_of(r->blocks, 10));
	r->y += y * (double)n;
	while (n--) {
		double x;

		r->rank++;
		x = log((double)r->rank);

		r->x += x;
		r->xx += x * x;
		r->xy += x * y;
	}
}

static int larger_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x < y) - (x > y);
}

static double slope(const struct ranking *r)
{
	double n = (double)r->rank, d = n * r->xx - r->x * r->x;

	return r->rank > 1 && d > 0 ? -(n * r->xy - r->x * r->y) / d : NAN;
}

static void rank_all(struct stat_counter *c)
{
	struct ranking r = { .blocks = c->out->blocks };

	if (c->nhot)
		qsort(c->hot, c->nhot, sizeof(*c->hot), larger_first);
	for (size_t i = 0; i < c->nhot; i++)
		rank_equal(&r, c->hot[i], 1);
	for (uint64_t a = c->largest; a; a--)
		rank_equal(&r, a, c->by_count[a]);
	c->out->zipf = slope(&r);
	c->out->top_percent = r.percent;
	c->out->top_tenth = r.tenth;
}

/* What one block of the sample stands for. */
static void scale(struct stat_blocks *b, unsigned int halvings)
{
	uint64_t *const counts[] = {
		&b->blocks, &b->read, &b->written, &b->updated, &b->read_only,
		&b->write_only, &b->read_mostly, &b->write_mostly, &b->reads,
		&b->writes, &b->accesses, &b->mostly_reads, &b->mostly_writes,
		&b->top_percent, &b->top_tenth,
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i] <<= halvings;
	for (int i = 0; i < BLOCKS_FEW; i++)
		b->few[i] <<= halvings;
}

void stat_counter_end(struct stat_counter *c, unsigned int halvings)
{
	struct stat_blocks *b = c->out;

	rank_all(c);
	/* The number in the sample is binomial. */
	b->error = b->blocks ? sqrt((1 - ldexp(1, -(int)halvings)) /
				    (double)b->blocks) : 0;
	scale(b, halvings);
	stat_counter_free(c);
}

#define AT(member) .at = offsetof(struct stat_blocks, member)
#define OVER(member) .over = offsetof(struct stat_blocks, member)
#define COUNT(word, text, member, from)					\
	{ word, text, STAT_SUM, STAT_COUNT, AT(member), .source = from }
#define SIZE(word, text, member, from)					\
	{ word, text, STAT_BLOCKS, STAT_BYTES, AT(member), .source = from }
#define SHARE(word, text, member, all, from)				\
	{ word, text, STAT_QUOTIENT, STAT_SHARE, AT(member), OVER(all),	\
	  .source = from }
#define LI "Li et al., IISWC 2020"

const struct statistic stat_blocks_figures[] = {
	COUNT("blocks", "Blocks touched", blocks,
	      "different blocks that reads and writes touch"),
	SIZE("working_set", "Working set", blocks, "blocks * size of a block"),
	SIZE("read_working_set", "Working set of reads", read,
	     "the same of blocks that are read"),
	SIZE("write_working_set", "Working set of writes", written,
	     "the same of blocks that are written"),
	SIZE("update_working_set", "Working set of updates", updated,
	     "the same of blocks that are written twice or more"),
	SHARE("update_coverage", "Update coverage", updated, blocks,
	      "update_working_set / working_set: " LI),
	SHARE("read_only", "Blocks that are only read", read_only, blocks,
	      "blocks never written / blocks"),
	SHARE("write_only", "Blocks that are only written", write_only, blocks,
	      "blocks never read / blocks"),
	SHARE("read_mostly", "Read-mostly blocks", read_mostly, blocks,
	      "blocks of whose accesses more than 95 % are reads / blocks: " LI),
	SHARE("write_mostly", "Write-mostly blocks", write_mostly, blocks,
	      "blocks of whose accesses more than 95 % are writes / blocks: " LI),
	SHARE("read_mostly_reads", "Reads that go to read-mostly blocks",
	      mostly_reads, reads,
	      "block reads of read-mostly blocks / block reads: " LI),
	SHARE("write_mostly_writes", "Writes that go to write-mostly blocks",
	      mostly_writes, writes,
	      "block writes of write-mostly blocks / block writes: " LI),
	{ "accesses_per_block", "Accesses of a block, mean", STAT_QUOTIENT,
	  STAT_NUMBER, AT(accesses), OVER(blocks),
	  .source = "block reads and writes / blocks" },
	{ "most_accesses", "Accesses of the most popular block", STAT_MAX,
	  STAT_COUNT, AT(most),
	  .source = "largest number of reads and writes of one block" },
	SHARE("once", "One-hit wonders", few[1], blocks,
	      "blocks with one access / blocks: X-hit of traceAnalyzer"),
	SHARE("twice", "Blocks with two accesses", few[2], blocks,
	      "blocks with two accesses / blocks"),
	SHARE("three_times", "Blocks with three accesses", few[3], blocks,
	      "blocks with three accesses / blocks"),
	SHARE("four_times", "Blocks with four accesses", few[4], blocks,
	      "blocks with four accesses / blocks"),
	SHARE("top_1_percent", "Accesses to the top 1 % of the blocks",
	      top_percent, accesses,
	      "accesses of the 1 % of the blocks (rounded up) that have most / all: " LI),
	SHARE("top_10_percent", "Accesses to the top 10 % of the blocks",
	      top_tenth, accesses, "the same for 10 %"),
	{ "zipf", "Zipf slope", STAT_REAL, STAT_NUMBER, AT(zipf),
	  .source = "minus the slope of log(accesses) over log(rank) of all blocks, by least squares: traceAnalyzer" },
	{ "working_set_error", NULL, STAT_REAL, STAT_SHARE, AT(error),
	  .source = "standard error of blocks: sqrt((1 - R) / n) for n blocks in a sample of the share R; 0 without sampling" },
	{ .name = NULL },
};
