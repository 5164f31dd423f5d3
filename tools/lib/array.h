/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HF_ARRAY_H
#define HF_ARRAY_H

/* Number of elements of an array (not of what a pointer points to). */
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif /* HF_ARRAY_H */
