/* SPDX-License-Identifier: GPL-2.0-only */
/* The version of hfctl, and the day from which its manual dates. */
#ifndef HF_VERSION_H
#define HF_VERSION_H

#define HFCTL_VERSION	"0.1.0"
#define HFCTL_DATE	"November 25, 2026"

#endif /* HF_VERSION_H */
