/* SPDX-License-Identifier: GPL-2.0-only */
/* Hardware that comes and goes: commands to the machine's own emulator. */
#ifndef QMP_H
#define QMP_H

/**
 * qmp_open - finds the emulator, as vm/run --qmp offers it
 *
 * Ends the test as skipped if it does not.
 */
int qmp_open(void);

/**
 * qmp_do - runs a command
 * @fd: of qmp_open()
 * @text: JSON object
 *
 * Ends the test if it is refused.
 */
void qmp_do(int fd, const char *text);

#endif /* QMP_H */
