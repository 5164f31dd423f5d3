/* SPDX-License-Identifier: GPL-2.0-only */
/* SIGINT and SIGTERM: the first asks for a clean end, the second kills. */
#ifndef HFCTL_INTERRUPT_H
#define HFCTL_INTERRUPT_H

/** interrupt_setup - from now on signals are noted; see interrupted() */
void interrupt_setup(void);

#endif /* HFCTL_INTERRUPT_H */
