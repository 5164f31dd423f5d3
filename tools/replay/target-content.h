/* SPDX-License-Identifier: GPL-2.0-only */
/* What is on a block device, by its signatures. */
#ifndef HF_TARGET_CONTENT_H
#define HF_TARGET_CONTENT_H

#include "target.h"

/** target_find_content - fills @t->content, or sets @t->unread */
void target_find_content(struct target *t);

#endif /* HF_TARGET_CONTENT_H */
