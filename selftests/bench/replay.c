// SPDX-License-Identifier: GPL-2.0-only
/* bench-replay: replays a trace and prints what that cost, "NAME NUMBER" a
 * line, times per request in ns.
 */
#include <stdio.h>

#include "session.h"

static void say(const char *name, uint64_t sum, uint64_t count)
{
	printf("%s %.3f\n", name, (double)sum / count);
}

int main(int argc, char **argv)
{
	struct run run;

	if (argc < 3) {
		fputs("usage: bench-replay TARGET TRACE [OPTION=N]...\noptions:",
		      stderr);
		run_options();
		return 2;
	}
	run_new(&run, argv[1], argv[2], argv + 3);
	run_load(&run);
	run_play(&run);
	run_delete(&run);
	say("replay", run.view.v[A(ELAPSED)], run.trace.count);
	say("load", run.load_ns, run.trace.count);
	if (run.recs)
		say("read", run.read_ns, run.trace.count);
	say("memory", run.view.v[A(MEMORY)], 1);
	return 0;
}
