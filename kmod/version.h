/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HFR_VERSION_H
#define HFR_VERSION_H

#define HFR_VERSION	"0.1.0"

#endif /* HFR_VERSION_H */
