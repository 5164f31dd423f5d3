/* SPDX-License-Identifier: GPL-2.0-only */
/* FILETIME, the clock of Windows: units of 100 ns since 1601-01-01. */
#ifndef HF_FILETIME_H
#define HF_FILETIME_H

#include <stdint.h>

/* Its unit, ns. */
#define FILETIME_NS	UINT64_C(100)
/* What it was on 1970-01-01. */
#define FILETIME_UNIX	UINT64_C(116444736000000000)

#endif /* HF_FILETIME_H */
