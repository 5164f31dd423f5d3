#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Replays on null_blk, observed: in KTAP, as root in a virtual machine (see
# selftests/vm/run), with hfctl's path in HFCTL. On a machine without null_blk
# OBSERVE_DEV names a device that may be overwritten.

set -u
HFCTL=$(realpath "${HFCTL:-build/hfctl}")
DIR=$(mktemp -d)
cd "$DIR" || exit 1
DEV=${OBSERVE_DEV:-/dev/seen}
count=0 failures=0

bail()
{
	echo "Bail out! $1"
	exit 1
}

result()
{
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count $2"
		return
	fi
	failures=$((failures + 1))
	sed 's/^/# /' out err 2>/dev/null | tail -n 20
	echo "not ok $count $2"
}

make_device()
{
	local dir=/sys/kernel/config/nullb/seen

	modprobe null_blk nr_devices=0 && mkdir $dir || return 1
	echo 64 >$dir/size
	echo 2 >$dir/queue_mode
	echo 1 >$dir/power
}

# trace NAME STEP_US COUNT: writes of 4 KiB, each at a place of its own. Reads
# hfctl does itself, to say what is on the device.
trace()
{
	awk -v n="$3" -v step="$2" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "128166372%09d,sd,0,Write,%d,4096,500\n",
				i * step * 10, i * 77 % n * 8192
	}' >trace.csv
	"$HFCTL" convert --from msr trace.csv "$1" >/dev/null 2>&1
}

# observe TRACE ARGUMENT... -- COMMAND...: figures are in out, as JSON
observe()
{
	local trace=$1
	shift
	"$HFCTL" observe "$DEV" --trace "$trace" --json "$@" >out 2>err
}

# holds FILTER: whether it is so of the figures
holds()
{
	jq -e "$1" out >/dev/null
}

echo "KTAP version 1"
[ -n "${OBSERVE_DEV:-}" ] || make_device || bail "no null_blk"
trace t.hft 1000 400 || bail "no trace"
trace half.hft 1000 200 || bail "no trace"

observe t.hft -o seen -- "$HFCTL" replay t.hft -t "$DEV" --allow-writes --engine uring \
	--limit none &&
	holds '.requests | .paired == 400 and .lost == 0 and .changed == 0' &&
	holds '.status == 0 and .order.reordered == 0 and .lost_events == 0' &&
	holds '.distance.execution_error | fabs < 0.1'
result $? "a replay is seen whole and in order"
"$HFCTL" results seen/result.hfr --csv >csv 2>err &&
	[ "$(grep -c ',done$' csv)" = 400 ] &&
	"$HFCTL" report seen/result.hfr --trace t.hft >out 2>err &&
	grep -q "observed engine" out && [ -s seen/report.html ] &&
	"$HFCTL" info seen/seen.hft >out 2>err
result $? "records, report and what was seen are kept"

observe t.hft -- "$HFCTL" replay t.hft -t "$DEV" --allow-writes --engine uring --speed 0.5 \
	--limit none && holds '.verdict != "FAITHFUL"' &&
	holds '.distance.execution_error > 0.8' &&
	holds '.arrival_error.drift_ns > 200000000'
result $? "one at half the speed is late, and says by how much"
observe t.hft --speed 0.5 -- "$HFCTL" replay t.hft -t "$DEV" --allow-writes --engine uring \
	--speed 0.5 --limit none &&
	holds '.distance.execution_error | fabs < 0.1' &&
	holds '.arrival_error.p50_ns < 100000000'
result $? "... unless half the speed was asked for"
observe t.hft -- "$HFCTL" replay half.hft -t "$DEV" --allow-writes --engine uring &&
	holds '.verdict == "INCOMPLETE"' &&
	holds '.requests | .lost > 0 and .paired + .lost + .changed == 400'
result $? "requests that lack are lost"
observe half.hft -- "$HFCTL" replay t.hft -t "$DEV" --allow-writes --engine uring &&
	holds '.requests | .added >= 200'
result $? "those that nobody asked for are added"
observe t.hft -- "$HFCTL" replay t.hft -t "$DEV" --allow-writes --engine null &&
	holds '.requests | .paired == 0 and .lost == 400'
result $? "a tool that issues nothing is found out"

! observe t.hft -- false && holds '.status == 1' &&
	grep -q "false has ended with exit status 1" err
result $? "a command that fails is a failure, after the figures"
! observe t.hft -- ./absent && grep -q "cannot run ./absent" err
result $? "a command that is not there is named"
! ls -d /sys/kernel/tracing/instances/hfctl* >/dev/null 2>&1
result $? "nothing stays behind in the kernel"

[ -n "${OBSERVE_DEV:-}" ] || {
	echo 0 >/sys/kernel/config/nullb/seen/power
	rmdir /sys/kernel/config/nullb/seen
}
cd / && rm -rf "$DIR"
echo "1..$count"
[ $failures -eq 0 ]
