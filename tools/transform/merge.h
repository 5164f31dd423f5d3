/* SPDX-License-Identifier: GPL-2.0-only */
/* What --merge reads. */
#ifndef HF_MERGE_H
#define HF_MERGE_H

#include "stage.h"

/** merge_path - file that a stage merges with, NULL if it is no --merge */
const char *merge_path(const struct stage *s);

#endif /* HF_MERGE_H */
