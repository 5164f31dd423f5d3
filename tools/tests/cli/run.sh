#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the tests of the command line: run.sh [HFCTL [TEST...]]
#
# Each test-*.sh is a program: 0 passes, 4 skips with the reason as its last
# line, all else fails. It runs in an empty folder of its own with HFCTL set.
# Output is KTAP.

CLI_DIR=$(cd "$(dirname "$0")" && pwd) || exit 1
HFCTL=$(realpath "${1:-$CLI_DIR/../../../build/hfctl}")
export CLI_DIR HFCTL LC_ALL=C
[ $# -eq 0 ] || shift
cd "$CLI_DIR" || exit 1
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(test-*.sh)

if [ ! -x "$HFCTL" ]; then
	echo "Bail out! $HFCTL is not there: make tools"
	exit 1
fi

scratch=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
chmod 755 "$scratch"

echo "KTAP version 1"
echo "1..${#tests[@]}"
n=0 failed=0 skipped=0
for t in "${tests[@]}"; do
	n=$((n + 1))
	name=$(basename "$t" .sh)
	mkdir "$scratch/$name"
	(cd "$scratch/$name" && timeout 120 bash "$CLI_DIR/$name.sh") \
		>"$scratch/log" 2>&1 </dev/null
	case $? in
	0)	echo "ok $n - $name" ;;
	4)	echo "ok $n - $name # SKIP $(tail -n 1 "$scratch/log")"
		skipped=$((skipped + 1)) ;;
	*)	sed 's/^/# /' "$scratch/log"
		echo "not ok $n - $name"
		failed=$((failed + 1)) ;;
	esac
done
echo "# totals: pass:$((n - failed - skipped)) fail:$failed skip:$skipped"
[ $failed -eq 0 ]
