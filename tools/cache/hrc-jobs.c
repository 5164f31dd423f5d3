// SPDX-License-Identifier: GPL-2.0-only
#include "hrc-jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "big-array.h"
#include "ird.h"
#include "lru-curve.h"

/* References between two looks at what else there is to do. */
#define CHUNK	4096
#define MOST_THREADS 256U
/* More room than there may be blocks is no more. */
#define LARGEST	0x7f000000U

/**
 * struct job - a piece of work
 * @curve: of which curve; NULL for the inter-reference distances and all
 *	curves of models
 * @size: index of the size, for a policy that is run
 */
struct job {
	struct hrc_curve *curve;
	unsigned int size;
};

/**
 * struct pool - what the threads share
 * @h: the curves; each job writes its own hits
 * @opts: see there; immutable
 * @next: of each reference; NULL if no policy asks; immutable
 * @jobs: immutable; owned
 * @count: how many
 * @lock: protects @taken, @done, @ret and calls of opts->progress
 * @taken: jobs that a thread has begun
 * @done: references that were looked at by all jobs
 * @ret: 0, or why no more jobs are begun
 */
struct pool {
	struct hrc *h;
	const struct hrc_opts *opts;
	uint32_t *next;
	struct job *jobs;
	unsigned int count;
	pthread_mutex_t lock;
	unsigned int taken;
	uint64_t done;
	int ret;
};

static bool stopped(struct pool *pool)
{
	return pool->opts->stop && pool->opts->stop();
}

static void report(struct pool *pool, uint64_t refs)
{
	pthread_mutex_lock(&pool->lock);
	pool->done += refs;
	if (pool->opts->progress)
		pool->opts->progress(pool->done,
				     pool->count * pool->h->refs.count);
	pthread_mutex_unlock(&pool->lock);
}

static int run_lru(struct pool *pool, const struct job *job)
{
	const struct block_refs *refs = &pool->h->refs;
	const struct cache_sizes *sizes = &pool->h->sizes;
	struct lru_curve lru;
	int ret = lru_curve_make(&lru, refs, pool->opts->stop);

	for (unsigned int i = 0; !ret && i < sizes->count; i++)
		lru_curve_at(&lru, hrc_sampled_size(refs, sizes->blocks[i]),
			     &job->curve->hits[i]);
	lru_curve_free(&lru);
	report(pool, refs->count);
	return ret;
}

static int set_model(struct hrc *h, struct hrc_curve *curve,
		     const struct ird *ird)
{
	unsigned int n = h->sizes.count;
	uint64_t *sizes = calloc(n, sizeof(*sizes));
	uint64_t *hits = calloc(n, sizeof(*hits));
	int ret = sizes && hits ? 0 : -ENOMEM;

	for (unsigned int i = 0; !ret && i < n; i++)
		sizes[i] = hrc_sampled_size(&h->refs, h->sizes.blocks[i]);
	if (!ret)
		ird_aet(ird, sizes, n, hits);
	for (unsigned int i = 0; !ret && i < n; i++)
		curve->hits[i].refs = hits[i];
	free(sizes);
	free(hits);
	return ret;
}

static bool is_model(const struct hrc_curve *curve)
{
	return curve->choice.policy->kind == POLICY_MODEL;
}

static int run_ird(struct pool *pool)
{
	struct hrc *h = pool->h;
	bool exact = false;
	struct ird ird;
	int ret;

	for (unsigned int c = 0; c < h->count; c++)
		exact |= is_model(&h->curves[c]);
	ret = ird_make(&ird, &h->refs, exact, pool->opts->stop);
	h->ird = ird.hist;
	h->cold = ird.cold;
	for (unsigned int c = 0; !ret && c < h->count; c++)
		if (is_model(&h->curves[c]))
			ret = set_model(h, &h->curves[c], &ird);
	ird_free(&ird);
	report(pool, h->refs.count);
	return ret;
}

static int run_cache(struct pool *pool, const struct cache_policy *policy,
		     void *state, struct hit_counter *counter)
{
	const struct block_refs *refs = &pool->h->refs;
	uint8_t hits[CHUNK];
	uint64_t told = 0;

	while (counter->at < refs->count) {
		uint64_t at = counter->at, left = refs->count - at;
		size_t n = left < CHUNK ? left : CHUNK;

		if (stopped(pool))
			return -EINTR;
		policy->run(state, refs->ids + at, n, hits);
		hit_counter_add(counter, hits, n);
		/* Every million of references. */
		if (counter->at - told > 1U << 20 || left <= CHUNK) {
			report(pool, counter->at - told);
			told = counter->at;
		}
	}
	hit_counter_end(counter);
	return 0;
}

static int run_policy(struct pool *pool, const struct job *job)
{
	const struct cache_policy *policy = job->curve->choice.policy;
	const struct block_refs *refs = &pool->h->refs;
	uint64_t size = hrc_sampled_size(refs, pool->h->sizes.blocks[job->size]);
	const struct policy_setup setup = {
		.size = size < LARGEST ? (uint32_t)size : LARGEST,
		.distinct = refs->distinct, .count = refs->count,
		.params = job->curve->choice.params, .seed = pool->opts->seed,
		.ids = refs->ids, .next = pool->next,
	};
	struct hit_counter counter;
	void *state;
	int ret;

	if (size < policy->least) {
		report(pool, refs->count);
		return 0;
	}
	state = policy->init(&setup);
	if (!state)
		return -ENOMEM;
	hit_counter_init(&counter, refs);
	ret = run_cache(pool, policy, state, &counter);
	policy->free(state);
	if (!ret)
		job->curve->hits[job->size] = counter.count;
	return ret;
}

static int run_job(struct pool *pool, const struct job *job)
{
	if (!job->curve)
		return run_ird(pool);
	if (job->curve->choice.policy->kind == POLICY_STACK)
		return run_lru(pool, job);
	return run_policy(pool, job);
}

/* Takes jobs until there are none. */
static void *work(void *ctx)
{
	struct pool *pool = ctx;
	unsigned int i;
	int ret = 0;

	for (;;) {
		pthread_mutex_lock(&pool->lock);
		if (ret && !pool->ret)
			pool->ret = ret;
		i = pool->ret ? pool->count : pool->taken;
		if (i < pool->count)
			pool->taken++;
		pthread_mutex_unlock(&pool->lock);
		if (i == pool->count)
			return NULL;
		ret = run_job(pool, &pool->jobs[i]);
	}
}

/* Of each reference the index of the next to the same block. */
static int find_next(struct pool *pool)
{
	const struct block_refs *refs = &pool->h->refs;
	uint32_t *seen;

	if (refs->count >= REFS_NEVER)
		return -EFBIG;
	seen = big_array(refs->distinct, sizeof(*seen));
	pool->next = big_array(refs->count, sizeof(*pool->next));
	if (!seen || !pool->next) {
		big_array_free(seen);
		return -ENOMEM;
	}
	for (uint64_t i = refs->count; i--; ) {
		uint32_t id = refs->ids[i];

		pool->next[i] = seen[id] ? seen[id] - 1 : REFS_NEVER;
		seen[id] = (uint32_t)i + 1;
	}
	big_array_free(seen);
	return 0;
}

static int make_jobs(struct pool *pool)
{
	const struct hrc *h = pool->h;
	bool future = false;

	pool->jobs = calloc((size_t)h->count * h->sizes.count + 1,
			    sizeof(*pool->jobs));
	if (!pool->jobs)
		return -ENOMEM;
	pool->jobs[pool->count++].curve = NULL;
	for (unsigned int c = 0; c < h->count; c++) {
		const struct cache_policy *p = h->curves[c].choice.policy;
		unsigned int n = p->kind == POLICY_RUN ? h->sizes.count : 1;

		if (p->kind == POLICY_MODEL)
			continue;
		/* The largest first: they take longest. */
		while (n--)
			pool->jobs[pool->count++] =
				(struct job){ &h->curves[c], n };
		future |= p->future;
	}
	return future ? find_next(pool) : 0;
}

static void run_threads(struct pool *pool)
{
	unsigned int n = pool->opts->threads, started = 0;
	pthread_t threads[MOST_THREADS];

	if (n > MOST_THREADS)
		n = MOST_THREADS;
	/* With fewer threads than wanted it only takes longer. */
	while (started + 1 < n && started + 1 < pool->count &&
	       !pthread_create(&threads[started], NULL, work, pool))
		started++;
	work(pool);
	while (started)
		pthread_join(threads[--started], NULL);
}

int hrc_jobs_run(struct hrc *h, const struct hrc_opts *opts)
{
	struct pool pool = { .h = h, .opts = opts };
	int ret = make_jobs(&pool);

	if (!ret) {
		pthread_mutex_init(&pool.lock, NULL);
		run_threads(&pool);
		pthread_mutex_destroy(&pool.lock);
		ret = pool.ret;
	}
	free(pool.jobs);
	big_array_free(pool.next);
	return ret;
}
