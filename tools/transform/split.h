/* SPDX-License-Identifier: GPL-2.0-only */
/* What --split says: which file a request goes to. */
#ifndef HF_SPLIT_H
#define HF_SPLIT_H

#include <stdint.h>

#include "stage.h"

/**
 * enum split_by - what has a file of its own
 * @SPLIT_NOT: nothing: there is one file
 */
enum split_by {
	SPLIT_NOT,
	SPLIT_TARGET,
	SPLIT_STREAM,
};

/** split_by - of a stage, SPLIT_NOT if it is no --split or NULL */
enum split_by split_by(const struct stage *s);

#endif /* HF_SPLIT_H */
