// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>

#include "command.h"
#include "interrupt.h"

static volatile sig_atomic_t came;

static void note(int sig)
{
	came = 1;
	signal(sig, SIG_DFL);
}

void interrupt_setup(void)
{
	/* No SA_RESTART: a blocked call returns and the flag is looked at. */
	struct sigaction sa = { .sa_handler = note };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* A reader that goes away is an error of write(2), not an end. */
	signal(SIGPIPE, SIG_IGN);
	/* So is the end of a limit (ulimit -f): temporary files are removed. */
	signal(SIGXFSZ, SIG_IGN);
}

bool interrupted(void)
{
	return came;
}
