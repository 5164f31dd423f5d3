/* SPDX-License-Identifier: GPL-2.0-only */
/* Large arrays of zeros that are read and written in no order. */
#ifndef HF_BIG_ARRAY_H
#define HF_BIG_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/**
 * big_array - makes an array of zeros
 * @n: elements; 0 is taken for 1
 * @size: bytes of each
 *
 * Starts at a cache line; in huge pages where it is large and the system has
 * them, since an access to each page of a random pattern else costs a walk of
 * the page table as well.
 *
 * Return: the array, or NULL; big_array_free() frees it.
 */
void *big_array(uint64_t n, size_t size);
void big_array_free(void *array);

#endif /* HF_BIG_ARRAY_H */
