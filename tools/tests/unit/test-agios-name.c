// SPDX-License-Identifier: GPL-2.0-only
/* What the names of trace files say. */
#include "unit-files.h"

#include "agios-name.h"

static void portions_are_words(void **state)
{
	static const struct {
		const char *name;
		enum agios_portion portion;
		const char *server;
	} cases[] = {
		{ "reads.trace", AGIOS_READS, "" },
		{ "server1_read.log", AGIOS_READS, "server1" },
		{ "server1-WRITE2.log", AGIOS_WRITES, "server1-2" },
		{ "thread-3.log", AGIOS_UNSAID, "thread-3" },
		{ "thread1_write.log", AGIOS_WRITES, "thread1" },
		{ "spreads_reads", AGIOS_READS, "spreads" },
		{ "overwrites.txt", AGIOS_UNSAID, "overwrites" },
		{ "readahead", AGIOS_UNSAID, "readahead" },
	};
	char server[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(agios_file(cases[i].name, server,
					    sizeof(server)), cases[i].portion);
		assert_string_equal(server, cases[i].server);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(portions_are_words),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
