/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock of a replay from user space: CLOCK_MONOTONIC in ns. */
#ifndef HF_MOMENT_H
#define HF_MOMENT_H

#include <stdint.h>
#include <time.h>

/* A time that never comes: 146 years. */
#define MOMENT_NEVER	(1ULL << 62)

static inline uint64_t moment_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static inline uint64_t moment_now(void)
{
	return moment_of(CLOCK_MONOTONIC);
}

static inline struct timespec moment_spec(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};
}

/* Between two looks at the clock: leaves the core to its other thread. */
static inline void moment_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield" ::: "memory");
#endif
}

#endif /* HF_MOMENT_H */
