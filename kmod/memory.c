// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "memory.h"

static unsigned int max_memory_mb;
module_param(max_memory_mb, uint, 0644);
MODULE_PARM_DESC(max_memory_mb,
		 "MiB all sessions may use; 0 is a quarter of the memory");

static atomic64_t used;

u64 hfr_memory_limit(void)
{
	unsigned int mb = READ_ONCE(max_memory_mb);

	return mb ? (u64)mb << 20 : (u64)totalram_pages() << PAGE_SHIFT >> 2;
}

u64 hfr_memory_used(void)
{
	return atomic64_read(&used);
}

int hfr_memory_charge(u64 bytes)
{
	u64 limit = hfr_memory_limit();

	if (bytes > limit ||
	    atomic64_add_return(bytes, &used) > limit) {
		if (bytes <= limit)
			atomic64_sub(bytes, &used);
		return -ENOMEM;
	}
	return 0;
}

void hfr_memory_uncharge(u64 bytes)
{
	atomic64_sub(bytes, &used);
}
