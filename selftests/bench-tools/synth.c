// SPDX-License-Identifier: GPL-2.0-only
/*
 * synth KIND ITEMS USES: million uses of items a second of CPU time, on standard
 * output. KIND is wheel, as hfctl gen makes them, or heap: the same draws, with
 * an array heap whose top is replaced in place of the timing wheel. KIND memory
 * prints the most bytes an item that any shipped profile takes for as many.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "density.h"
#include "profile.h"
#include "refs.h"

#define DENSITY	"b"
#define BATCH	4096U

static uint64_t batch[BATCH];
static uint64_t sum;

static void fail(const struct hf_error *err)
{
	fprintf(stderr, "synth: %s\n", err->text);
	exit(1);
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whoever made them, uses are used. */
static void use_batch(void)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		sum += batch[i];
}

static void run_refs(struct refs *r, uint64_t uses)
{
	uint64_t done;

	for (done = 0; done < uses; done += BATCH) {
		refs_fill(r, batch, BATCH);
		use_batch();
	}
}

static void wheel(uint64_t items, uint64_t uses)
{
	const struct refs_opts opts = {
		.p_irm = { 0, 1 }, .p_inf = { 0, 1 }, .ird = DENSITY,
		.items = items, .seed = 1,
	};
	struct hf_error err;
	struct refs *r;
	double start;

	if (refs_new(&r, &opts, &err))
		fail(&err);
	start = cpu_seconds();
	run_refs(r, uses);
	printf("%.2f\n", (double)uses / (cpu_seconds() - start) / 1e6);
	refs_free(r);
}

struct entry {
	uint64_t wakes;
	uint32_t item;
};

static void sink(struct entry *heap, size_t n, size_t at)
{
	const struct entry moved = heap[at];
	size_t child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && heap[child + 1].wakes < heap[child].wakes)
			child++;
		if (heap[child].wakes >= moved.wakes)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

static struct entry *make_heap(const struct sleep *s, struct draw *d,
			       size_t items)
{
	struct entry *heap = calloc(items, sizeof(*heap));
	size_t i;

	if (!heap) {
		fputs("synth: no memory for the heap\n", stderr);
		exit(1);
	}
	for (i = 0; i < items; i++)
		heap[i] = (struct entry){ sleep_draw_rest(s, d), (uint32_t)i };
	for (i = items / 2; i-- > 0; )
		sink(heap, items, i);
	return heap;
}

static void heap(uint64_t items, uint64_t uses)
{
	struct hf_error err;
	struct density density;
	struct entry *h;
	struct sleep s;
	struct draw d;
	uint64_t done;
	double start;

	if (density_parse(&density, DENSITY, &err) ||
	    sleep_make(&s, &density, items, &err))
		fail(&err);
	draw_seed(&d, 1, 0);
	h = make_heap(&s, &d, items);
	start = cpu_seconds();
	for (done = 0; done < uses; done++) {
		batch[done % BATCH] = h->item;
		h->wakes += sleep_draw(&s, &d);
		sink(h, items, 0);
		if (done % BATCH == BATCH - 1)
			use_batch();
	}
	printf("%.2f\n", (double)uses / (cpu_seconds() - start) / 1e6);
	free(h);
	sleep_free(&s);
	density_free(&density);
}

static uint64_t most_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (uint64_t)u.ru_maxrss;
}

/* The peak of all profiles, one after the other, is that of the largest. */
static void memory(uint64_t items, uint64_t uses)
{
	const uint64_t before = most_kib();
	const struct profile *p;
	struct hf_error err;
	struct refs *r;
	unsigned int i;

	for (i = 0; (p = profile_at(i)); i++) {
		struct refs_opts opts = {
			.p_inf = { 0, 1 }, .irm = p->irm, .ird = p->ird,
			.items = items, .seed = 1,
		};

		if (parse_share(p->p_irm, &opts.p_irm, &err) ||
		    refs_new(&r, &opts, &err))
			fail(&err);
		run_refs(r, uses);
		refs_free(r);
	}
	printf("%.1f\n", (double)(most_kib() - before) * 1024 / (double)items);
}

int main(int argc, char **argv)
{
	uint64_t items = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t uses = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;

	if (!items || !uses) {
		fputs("usage: synth wheel|heap|memory ITEMS USES\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "wheel"))
		wheel(items, uses);
	else if (!strcmp(argv[1], "heap"))
		heap(items, uses);
	else
		memory(items, uses);
	fprintf(stderr, "synth: sum %" PRIu64 "\n", sum);
	return 0;
}
