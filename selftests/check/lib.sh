# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the suites in this folder have in common. A suite prints one line for
# each result, in the form of KTAP and without nesting:
#   ok - NAME    not ok - NAME    ok - NAME # SKIP REASON
# and whatever explains it in front, on lines that begin with "# ".

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=../vm/common.sh
. selftests/vm/common.sh
# A make in a suite is a build of its own.
unset MAKEFLAGS MAKELEVEL MFLAGS
export LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip()
{
	echo "ok - $1 # SKIP $2"
}

# passes NAME COMMAND...: the result is the command's, its output the reason.
passes()
{
	local name=$1

	shift
	if "$@" >"$work/passes" 2>&1; then
		echo "ok - $name"
	else
		sed 's/^/# /' "$work/passes"
		echo "not ok - $name"
	fi
}

# silent NAME COMMAND...: as above, and any output is a failure too.
silent()
{
	local name=$1

	shift
	if "$@" >"$work/silent" 2>&1 && [ ! -s "$work/silent" ]; then
		echo "ok - $name"
	else
		sed 's/^/# /' "$work/silent"
		echo "not ok - $name"
	fi
}

# adopt NAME COMMAND...: print the results of a program that speaks KTAP, or
# that of the program itself when it dies or leaves its plan unfinished.
adopt()
{
	local name=$1 rc

	shift
	"$@" >"$work/ktap" 2>&1
	rc=$?
	awk -v name="$name" -v rc=$rc -f selftests/check/flatten.awk "$work/ktap"
}
