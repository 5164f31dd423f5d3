/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What code that is compiled both into the module and into programs needs of
 * the kernel; here are its counterparts for programs.
 */
#ifndef HFR_PURE_H
#define HFR_PURE_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/cdefs.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define noinline	__attribute_noinline__
#define max(a, b)	((a) > (b) ? (a) : (b))
#define min(a, b)	((a) < (b) ? (a) : (b))
#define max_t(t, a, b)	max((t)(a), (t)(b))

#define SMP_CACHE_BYTES	64
#define ALIGN(x, a)	(((x) + (a) - 1) / (a) * (a))

#define READ_ONCE(x)	__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
/* Barriers are those of C11. */
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
/* likewise */
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
/* likewise */
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define cmpxchg(p, old, new) __sync_val_compare_and_swap(p, old, new)

#define GFP_KERNEL	0
#define __GFP_NOWARN	0
#define kvcalloc(n, size, flags) calloc(n, size)
#define kvfree(p)	free(p)

static inline u64 roundup_pow_of_two(u64 n)
{
	u64 p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

static inline u64 div_u64(u64 a, u32 divisor)
{
	return a / divisor;
}

static inline u64 mul_u64_u32_div(u64 a, u32 mul, u32 divisor)
{
	return (__uint128_t)a * mul / divisor;
}
#endif

#endif /* HFR_PURE_H */
