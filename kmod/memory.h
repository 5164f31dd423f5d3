/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that all sessions may use together. */
#ifndef HFR_MEMORY_H
#define HFR_MEMORY_H

#include <linux/types.h>

/**
 * hfr_memory_charge - reserves memory before it is allocated
 * @bytes: how much
 *
 * Return: 0, or -ENOMEM when the sessions would use more than the module
 * parameter max_memory_mb allows.
 */
int hfr_memory_charge(u64 bytes);
void hfr_memory_uncharge(u64 bytes);

/** hfr_memory_limit - bytes that all sessions may use */
u64 hfr_memory_limit(void);
/** hfr_memory_used - bytes that all sessions use */
u64 hfr_memory_used(void);

#endif /* HFR_MEMORY_H */
