/* SPDX-License-Identifier: GPL-2.0-only */
/* Who uses a block device: mounts, swap, and devices made of it. */
#ifndef HF_TARGET_USE_H
#define HF_TARGET_USE_H

#include "target.h"

/** target_find_use - fills @t->busy; @t->name, major and minor are set */
void target_find_use(struct target *t);

#endif /* HF_TARGET_USE_H */
