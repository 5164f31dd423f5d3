#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests of flatten.awk: no result of a program is lost or counted twice.

cd "$(dirname "$0")" || exit 1
number=0

# expect TITLE EXIT-CODE: the program's output and, behind a line "--", the
# results that must come out of it, on standard input.
expect()
{
	local text

	number=$((number + 1))
	text=$(cat)
	if diff <(echo "$text" | sed '0,/^--$/d') \
		<(echo "$text" | sed '/^--$/,$d' |
			awk -v name=p -v rc="$2" -f flatten.awk |
			grep -E '^(not )?ok') >&2; then
		echo "ok $number $1"
	else
		echo "not ok $number $1"
	fi
}

expect "good, bad and skipped results" 1 <<'END'
TAP version 13
1..3
ok 1 - one
not ok 2 two
ok 3 three # SKIP no disk
--
ok - p: one
not ok - p: two
ok - p: three # SKIP no disk
END
expect "a result with subtests is not counted again" 0 <<'END'
KTAP version 1
1..1
  1..2
  ok 1 a
  ok 2 b
ok 1 outer
--
ok - p: a
ok - p: b
END
expect "a bad result with good subtests is counted" 1 <<'END'
1..1
  ok 1 a
not ok 1 outer
--
ok - p: a
not ok - p: outer
END
expect "a result behind one with subtests stands for itself" 0 <<'END'
  ok 1 a
ok 1 outer
ok 2 alone
--
ok - p: a
ok - p: alone
END
expect "a program that died within its plan" 139 <<'END'
1..2
ok 1 a
--
ok - p: a
not ok - p: 1 of 2 tests have a result
END
expect "a subtest that died within its plan" 0 <<'END'
  1..2
  ok 1 a
ok 1 outer
--
ok - p: a
not ok - p: 1 of 2 tests have a result
END
expect "an exit code without a bad result" 3 <<'END'
ok 1 a
--
ok - p: a
not ok - p: exit code 3
END
expect "bail out" 1 <<'END'
1..2
ok 1 a
Bail out! no module
--
ok - p: a
not ok - p: Bail out! no module
not ok - p: 1 of 2 tests have a result
END
expect "nothing at all" 0 <<'END'
--
not ok - p: no results
END
expect "a skipped program" 0 <<'END'
1..0 # SKIP not root
--
ok - p # SKIP not root
END
expect "a skip as cmocka puts it" 0 <<'END'
# skipped: there is no file
not ok 1 # SKIP test_a
--
ok - p: test_a # SKIP there is no file
END
expect "the reason of a skip on its own line" 0 <<'END'
# skipped: no such device
ok 1 a # SKIP
--
ok - p: a # SKIP no such device
END
echo "1..$number"
