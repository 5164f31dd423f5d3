/* SPDX-License-Identifier: GPL-2.0-only */
/* The Nth thing of this thread that may fail in the kernel does. */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/** fault_setup - allocations that may sleep fail too, without a report in the
 * log; false where the kernel has no fault injection
 */
bool fault_setup(void);

/** fault_arm - from now on the @nth fails */
void fault_arm(unsigned int nth);

/** fault_fired - ends it; whether something was made to fail */
bool fault_fired(void);

#endif /* FAULT_H */
