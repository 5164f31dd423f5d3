// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen KIND N: writes a synthetic trace to standard output, the same one each
 * time.
 *
 * blktrace	N events of blktrace, version 7, as one CPU writes them: eight
 *		requests in flight, each with the events Q, G, I, D and C
 * msr		N bytes of CSV of the MSR Cambridge traces, sorted by time
 * msr-unsorted	the same lines with times all over a week
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#define DEPTH	8U

static uint64_t below(uint64_t n)
{
	return random_u64() % n;
}

/* 4 KiB mostly, up to 64 KiB. */
static uint32_t random_length(void)
{
	return below(4) ? 4096 : 4096U << below(5);
}

struct event {
	uint32_t magic, sequence;
	uint64_t time, sector;
	uint32_t bytes, action, pid, device, cpu;
	uint16_t error, pdu_len;
};

_Static_assert(sizeof(struct event) == 48, "layout");

enum { TA_QUEUE = 1, TA_GETRQ = 4, TA_ISSUE = 7, TA_COMPLETE = 8,
	TA_INSERT = 12 };

static void event_write(struct event *ev, uint32_t action)
{
	static uint32_t sequence;

	ev->magic = 0x65617407;
	ev->sequence = ++sequence;
	ev->device = 8U << 20 | 16;
	ev->action = (ev->action & 0xffff0000) | action;
	fwrite(ev, sizeof(*ev), 1, stdout);
}

/* What begins at @now: a random request of 4 processes. */
static void request_begin(struct event *ev, uint64_t now)
{
	static const uint32_t begin[] = { TA_QUEUE, TA_GETRQ, TA_INSERT,
					  TA_ISSUE };
	const uint32_t op = below(10) < 7 ? 1U << 16 : 1U << 17;
	unsigned int i;

	memset(ev, 0, sizeof(*ev));
	ev->action = op | 1U << 19;
	ev->sector = below(1 << 27) * 8;
	ev->bytes = random_length();
	ev->pid = 1000 + (uint32_t)below(4);
	for (i = 0; i < 4; i++) {
		ev->time = now + i * 700;
		event_write(ev, begin[i]);
	}
}

static void blktrace(uint64_t n)
{
	struct event open[DEPTH] = { 0 };
	uint64_t written, now = 1000, i = 0;

	for (written = 0; written + 5 <= n; i++) {
		struct event *ev = &open[i % DEPTH];

		now += 5000 + below(20000);
		if (ev->bytes) {
			ev->time = now;
			event_write(ev, TA_COMPLETE);
			written++;
		}
		request_begin(ev, now + 1000);
		written += 4;
	}
	for (i = 0; i < DEPTH; i++, now += 5000) {
		open[i].time = now + 10000;
		if (open[i].bytes)
			event_write(&open[i], TA_COMPLETE);
	}
}

#define TICKS_OF_WEEK	(UINT64_C(7) * 86400 * 10000000)

static void msr(uint64_t bytes, bool sorted)
{
	uint64_t now = UINT64_C(128166372000000000), time = now, done = 0;

	while (done < bytes) {
		int n;

		now += below(2000);
		time = sorted ? now :
		       UINT64_C(128166372000000000) + below(TICKS_OF_WEEK);
		n = printf("%" PRIu64 ",src1,%d,%s,%" PRIu64 ",%u,%" PRIu64 "\n",
			   time, (int)below(2), below(3) ? "Read" : "Write",
			   below(1 << 28) * 4096, random_length(),
			   400 + below(90000));
		if (n < 0)
			return;
		done += (uint64_t)n;
	}
}

int main(int argc, char **argv)
{
	uint64_t n = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	if (n && !strcmp(argv[1], "blktrace"))
		blktrace(n);
	else if (n && !strcmp(argv[1], "msr"))
		msr(n, true);
	else if (n && !strcmp(argv[1], "msr-unsorted"))
		msr(n, false);
	else
		return fprintf(stderr,
			       "usage: gen blktrace|msr|msr-unsorted N\n"), 2;
	return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
