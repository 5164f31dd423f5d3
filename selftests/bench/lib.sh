# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the scripts in rows/, which run in the guest. What a row finds it prints
# with figure, variant, command and note, one line each, fields apart by tabs.
# Measurements that several rows need are taken once in a boot: a function that
# measures leaves its number in $result.

set -euo pipefail

# Given by guest and run.
work=${work:?} programs=${programs:?}

count=200000 depth=32
dev=hfbench
configfs=/sys/kernel/config/nullb
result=''

. "$(dirname "${BASH_SOURCE[0]}")/found.sh"

least() { printf "%s\n" "$@" | sort -g | head -n 1; }
most() { printf "%s\n" "$@" | sort -g | tail -n 1; }

device_remove()
{
	[ ! -d $configfs/$dev ] || rmdir $configfs/$dev
}

# device_make ATTRIBUTE=VALUE...: /dev/$dev, whose requests end in submit_bio.
device_make()
{
	local pair

	modprobe null_blk nr_devices=0
	device_remove
	mkdir $configfs/$dev
	for pair in queue_mode=2 irqmode=0 submit_queues=1 hw_queue_depth=256 "$@"; do
		echo "${pair#*=}" >"$configfs/$dev/${pair%%=*}"
	done
	echo 1 >$configfs/$dev/power
	echo none >/sys/block/$dev/queue/scheduler
}

device_bytes() { echo $(($(cat /sys/block/$dev/size) * 512)); }

# trace NAME KIND RATE COUNT [SERVICE]: the file $work/NAME.hft; NAME.txt is
# what is said of it.
trace()
{
	[ -e "$work/$1.hft" ] || "$programs/bench-gen" "$2" "$3" "$4" \
		"$(device_bytes)" "$work/$1.hft" "${@:5}" >"$work/$1.txt"
}

# The traces that are played as fast as they can be: without completions, and
# with dependencies, about $depth in flight.
fast_trace()
{
	case $1 in
	afap) trace afap constant 1000000 $count ;;
	dep) trace dep constant 1000000 $count $((depth * 1000)) ;;
	esac
}

# once NAME COMMAND...: $work/NAME holds the output of the command, which is
# run at the first call in a boot.
once()
{
	[ -e "$work/$1" ] || "${@:2}" >"$work/$1"
}

with_bare()
{
	insmod "$BARE_KO" "path=/dev/$dev" "count=$count" "depth=$depth" "plug=$1"
	awk -v n=$count '{ printf "%.3f\n", $1 / n }' \
		/sys/module/bare/parameters/elapsed_ns
	rmmod bare
}

# bare IRQMODE PLUG: ns a request of the bare loop.
bare()
{
	if [ ! -e "$work/bare-$1-$2" ]; then
		device_make "irqmode=$1"
		once "bare-$1-$2" with_bare "$2"
	fi
	result=$(cat "$work/bare-$1-$2")
	variant "bare loop, irqmode $1, plug $2" "$result" ns
	command_line "insmod bare.ko path=/dev/$dev count=$count depth=$depth plug=$2"
}

# engine IRQMODE TRACE OPTION=N...: ns a request of a replay; $replay holds
# all that was measured. $result is empty where the module lacks an option.
engine()
{
	local irqmode=$1 name=$2 rc=0

	shift 2
	replay=$work/replay-$irqmode-$name-$(echo "$*" | tr -c 'a-z0-9=\n' -)
	if [ ! -e "$replay" ]; then
		device_make "irqmode=$irqmode"
		fast_trace "$name"
		"$programs/bench-replay" "/dev/$dev" "$work/$name.hft" "$@" \
			>"$replay" 2>"$replay.err" || rc=$?
		if [ $rc = 3 ]; then
			sed 's/^/lacking /' "$replay.err" >"$replay"
		elif [ $rc != 0 ]; then
			cat "$replay.err" >&2
			rm "$replay"
			return 1
		fi
	fi
	command_line "bench-replay /dev/$dev $name.hft $*"
	result=$(sed -n 's/^replay //p' "$replay")
	if [ -n "$result" ]; then
		variant "replay of $name, irqmode $irqmode, $*" "$result" ns
	else
		note "replay of $name, $*: $(sed -n 's/^lacking //p' "$replay")"
	fi
}

# against_bare KEY IRQMODE: the least ratio of the plug sizes.
against_bare()
{
	local ratios=() plug limit choice

	for plug in 0 8 31; do
		bare "$2" $plug
		limit=$result
		choice=(mode=1 "limit=$depth" "plug=$plug")
		[ $plug != 0 ] || unset 'choice[2]'
		engine "$2" afap "${choice[@]}"
		[ -n "$result" ] || continue
		ratios+=("$(calc "$limit / $result")")
		variant "ratio, irqmode $2, plug $plug" "${ratios[-1]}" ratio
	done
	figure "$1" "$(least "${ratios[@]}")"
}

# value NAME FILE: a number out of "NAME NUMBER" lines.
value() { awk -v name="$1" '$1 == name { print $2 }' "$2"; }

# timed NAME KIND RATE COUNT [ATTRIBUTE=VALUE]...: a replay on schedule, as the
# tracer saw it; $timed holds all that was found.
timed()
{
	local name=$1 kind=$2 rate=$3 requests=$4 of

	shift 4
	timed=$work/timing-$name
	if [ ! -e "$timed" ]; then
		device_make "$@"
		trace "$name" "$kind" "$rate" "$requests"
		"$programs/bench-timing" --switches "/dev/$dev" \
			"$work/$name.hft" mode=0 >"$timed.new"
		mv "$timed.new" "$timed"
	fi
	command_line "bench-gen $kind $rate $requests $(device_bytes) $name.hft"
	command_line "bench-timing --switches /dev/$dev $name.hft mode=0" \
		"${*:+(null_blk $*)}"
	while read -r of number; do
		case $of in
		worst-*) ;;
		*) variant "$name: $of" "$number" ns ;;
		esac
	done <"$timed"
	note_worst "$name"
}

causes=(none submit queue limit parent feeder results window stolen engine)

# note_worst NAME: the largest error and what can be said of its cause.
note_worst()
{
	local taker

	taker=$(value worst-taker "$timed")
	note "$1: the largest error, $(value error-max "$timed") ns, is that of" \
		"request $(value worst-index "$timed"): cause in its record" \
		"${causes[$(value worst-cause "$timed")]};" \
		"$(value worst-behind-stamp "$timed") ns of it behind the stamp;" \
		"the CPU went to ${taker:-no other task: an interrupt}"
}

# timing_figures KEY NAME...: figures KEY.NAME of the run at hand.
timing_figures()
{
	local name

	for name in "${@:2}"; do
		figure "$1.$name" "$(value "$name" "$timed")"
	done
}

# waiting_figures KEY: those of a run whose requests wait for each other.
waiting_figures()
{
	timing_figures "$1" excess-p50 excess-p99
	figure "$1.floor" "$(calc "$(value error-p99 "$timed") / $(value floor-p99 "$timed")")"
}
