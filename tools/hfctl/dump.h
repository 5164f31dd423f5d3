/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of commands for programs. */
#ifndef HFCTL_DUMP_H
#define HFCTL_DUMP_H

#include <stdio.h>

#include "command.h"

/** dump_commands - prints commands and options as JSON */
enum exit_code dump_commands(FILE *out);

#endif /* HFCTL_DUMP_H */
