# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the tests of captures, which run as root in a virtual machine (see
# selftests/vm/run), with hfctl's path in HFCTL (build/hfctl).
#
# Every capture begins and ends while the device is idle: emulators without
# hardware support do not survive tracepoints that are switched under load on
# several CPUs.

HFCTL=$(realpath "${HFCTL:-build/hfctl}")
DIR=$(mktemp -d)
cd "$DIR" || exit 1
INSTANCES=/sys/kernel/tracing/instances
count=0 failures=0 pid=''

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
	else
		failures=$((failures + 1))
		echo "not ok $count $2"
		sed 's/^/# /' record.err record.out 2>/dev/null
	fi
}

skip()
{
	count=$((count + 1))
	echo "ok $count $1 # SKIP $2"
}

# Makes /dev/NAME with a service time in ns, a write cache and discard.
make_device()
{
	local dir=/sys/kernel/config/nullb/$1

	mkdir "$dir" || return 1
	echo 256 >"$dir/size"
	echo 1 >"$dir/memory_backed"
	echo 2 >"$dir/irqmode"
	echo "$2" >"$dir/completion_nsec"
	echo 32 >"$dir/cache_size"
	echo 1 >"$dir/discard"
	echo 1 >"$dir/power"
}

# Starts a capture and waits until it says that it is on.
start_record()
{
	"$HFCTL" record "$@" >record.out 2>record.err &
	pid=$!
	for _ in $(seq 300); do
		! grep -q '^recording' record.err || return 0
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

stop_record()
{
	sleep 0.5
	kill -"${1:-INT}" "$pid"
	wait "$pid"
}

left_behind()
{
	[ -n "$(ls -A $INSTANCES)" ]
}

reads()
{
	dd if="/dev/$1" of=/dev/null bs=4k count="$2" iflag=direct 2>/dev/null
}

# plan N: begins.
plan()
{
	planned=$1
	echo "TAP version 13"
	[ -x "$HFCTL" ] || bail "$HFCTL is not there"
	modprobe null_blk nr_devices=0 || bail "no null_blk"
	echo "1..$1"
}

# Takes the devices away; the exit code of the test.
verdict()
{
	local dir

	for dir in /sys/kernel/config/nullb/*/; do
		echo 0 >"$dir/power"
		rmdir "$dir"
	done
	[ $count -eq "$planned" ] && [ $failures -eq 0 ]
}
