// SPDX-License-Identifier: GPL-2.0-only
#include "big-array.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE	64
#define HUGE_PAGE	(2ULL << 20)

void *big_array(uint64_t n, size_t size)
{
	uint64_t bytes, align;
	void *array;

	if (__builtin_mul_overflow(n ? n : 1, size, &bytes) ||
	    bytes > SIZE_MAX - HUGE_PAGE)
		return NULL;
	align = bytes >= HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;
	bytes = (bytes + align - 1) / align * align;
	array = aligned_alloc(align, bytes);
	if (!array)
		return NULL;
	/* Before the first touch; that it is refused does no harm. */
	if (align == HUGE_PAGE)
		madvise(array, bytes, MADV_HUGEPAGE);
	return memset(array, 0, bytes);
}

void big_array_free(void *array)
{
	free(array);
}
