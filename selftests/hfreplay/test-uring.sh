#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the engine io_uring makes a device do, as the block layer's tracepoints
# see it. KTAP; runs as root in a virtual machine (see selftests/vm/run), with
# hfctl's path in HFCTL and the module's in HFREPLAY_KO.
#
# Each request of a trace has a place of its own, so that an event of the block
# layer is that of one request.

set -u
HFCTL=$(realpath "${HFCTL:-build/hfctl}")
KO=$(realpath "${HFREPLAY_KO:-hfreplay.ko}")
DIR=$(mktemp -d)
cd "$DIR" || exit 1
export TMPDIR=$DIR
EVENTS=/sys/kernel/tracing/instances/uring
DEV=/dev/ur
REQUESTS=600
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
	sed 's/^/# /' err 2>/dev/null | tail -n 10
	echo "not ok $count $2"
}

# device SERVICE_NS DEPTH - a disk that keeps what is written to it
device()
{
	local dir=/sys/kernel/config/nullb/ur

	if [ -d $dir ]; then
		echo 0 >$dir/power
		rmdir $dir
	fi
	mkdir $dir || return 1
	echo 256 >$dir/size
	echo 2 >$dir/queue_mode
	echo 2 >$dir/irqmode
	echo "$1" >$dir/completion_nsec
	echo "$2" >$dir/hw_queue_depth
	echo 1 >$dir/submit_queues
	echo 1 >$dir/memory_backed
	echo 1 >$dir/discard
	echo 16 >$dir/cache_size
	echo 1 >$dir/power
}

# table STEP_US: number, microsecond of issue, service in us, sector, sectors
# and operation of each request; four of five in a place of their own
table()
{
	awk -v n=$REQUESTS -v step="$1" 'BEGIN {
		srand(7)
		for (i = 0; i < n; i++)
			print i, i * step, 20 + int(rand() * 600),
				i * 77 % n * 256, 8 * (1 + int(rand() * 8)),
				rand() < 0.5 ? "Read" : "Write"
	}'
}

# msr <TABLE >CSV
msr()
{
	awk '{ printf "128166372%09d,ur,0,%s,%d,%d,%d\n", $2 * 10, $6,
		$4 * 512, $5 * 512, $3 * 10 }'
}

# Tracepoints are switched once, while the device is idle: emulators without
# hardware support do not survive code that changes under load.
observe()
{
	if mkdir $EVENTS 2>/dev/null; then
		echo 0 >$EVENTS/tracing_on
		echo 1 >$EVENTS/events/block/block_rq_issue/enable
		echo 1 >$EVENTS/events/block/block_rq_complete/enable
	fi
	echo 8192 >$EVENTS/buffer_size_kb
	echo >$EVENTS/trace
	echo "dev == $(stat -c '%t %T' $DEV | {
		read -r major minor
		echo $((0x$major << 20 | 0x$minor))
	})" >$EVENTS/events/block/filter
	echo 1 >$EVENTS/tracing_on
}

# issue or complete, rwbs, sector, sectors: a line for each event, in order,
# but for what hfctl itself reads to say what is on the device
observed()
{
	echo 0 >$EVENTS/tracing_on
	sed -nE '/block_rq_issue: .*\[hfctl\]$/d
		s/.* block_rq_(issue|complete): [0-9,]+ ([A-Z]+) ([0-9]+ )?\(.*\) ([0-9]+) \+ ([0-9]+) .*/\1 \2 \4 \5/p' \
		$EVENTS/trace
	! grep -q 'CPU:[0-9]* \[LOST' $EVENTS/trace || echo lost
}

# What the trace asks for, in its order, as the events say it.
wanted()
{
	awk '{ print substr($6, 1, 1), $4, $5 }' table
}

# All requests once, no other; their order too.
same_requests()
{
	awk '$1 == "issue" { print substr($2, 1, 1), $3, $4 }' events >issued
	wanted | sort | cmp -s - <(sort issued)
}

untouched()
{
	! grep -q '^issue' events
}

same_order()
{
	wanted | cmp -s - issued
}

# By definition: who had completed 10 us before the issue of another has
# completed before it here.
parents_first()
{
	awk 'FILENAME == "table" {
			issue[$4] = $2
			end[$4] = $2 + $3
			next
		}
		$1 == "issue" { issued[$3] = NR }
		$1 == "complete" { completed[$3] = NR }
		END {
			for (b in issue)
				for (a in issue) {
					if (end[a] + 10 >= issue[b])
						continue
					pairs++
					if (completed[a] > issued[b])
						wrong++
				}
			print pairs + 0, wrong + 0
			exit wrong || pairs < 1000
		}' table events >pairs
}

# replay ARGUMENT...: of t.hft, observed
replay()
{
	local rc

	observe
	"$HFCTL" replay t.hft -t $DEV --allow-writes -o r "$@" >out 2>err
	rc=$?
	observed >events
	return $rc
}

# records WORD: completion records that end so
records()
{
	"$HFCTL" results r/result.hfr --csv | grep -c ",$1\$"
}

number()
{
	"$HFCTL" report r/result.hfr --json |
		jq ".provenance.replay.counters.$1"
}

echo "KTAP version 1"
rmmod hfreplay 2>/dev/null
modprobe null_blk nr_devices=0 || bail "no null_blk"
device 200000 64 || bail "no device"
table 100 >table
msr <table >t.csv
"$HFCTL" convert --from msr t.csv t.hft >/dev/null 2>err || bail "no trace"

# ---- which engine ----

replay && grep -q '^engine    uring' err && [ "$(records "done")" = $REQUESTS ]
result $? "without the module the engine is io_uring"
same_requests
result $? "the device gets each request of the trace once, and no other"

# ---- order ----

replay --engine uring --limit none && same_requests && same_order
result $? "hf: requests reach the driver in the order of the trace"
replay --engine uring --mode afap && same_requests && same_order
result $? "afap: so they do with as many in flight as there are tags"
replay --engine uring --mode load && same_requests && same_order
result $? "load: so they do with as many in flight as the original had"
replay --engine uring --limit none --bundle 1ms --bundle-max 16 &&
	same_requests && same_order
result $? "bundles: so they do when they are handed over together"
replay --engine uring --mode dep && same_requests && parents_first
result $? "dep: nothing is issued before what it depends on has completed"
echo "# $(cat pairs) pairs, and those in the wrong order"
replay --engine uring --mode dep --think-scale 0 --workers 2 \
	--dep-scope stream && same_requests
result $? "dep: two workers, by streams, issue all"
replay --engine uring --sqpoll && same_requests
result $? "sqpoll: the thread of the kernel issues all"

replay --engine null && untouched && [ "$(records "done")" = $REQUESTS ]
result $? "null: the device sees nothing"

# ---- data ----

replay --engine uring --mode afap --payload verify &&
	[ "$(number verify_errors)" = 0 ] &&
	"$HFCTL" verify r/result.hfr >out 2>err
result $? "stamps are there when they are read, and afterwards"

# ---- other operations ----

awk 'BEGIN {
	for (i = 0; i < 40; i++) {
		t = i * 0.001
		split("WFS FN W FWS", ops)
		op = ops[1 + i % 4]
		at = op == "FN" ? "" : sprintf("%d + 8 ", i * 8)
		printf "8,0 0 %d %.9f 1 D %s %s[a]\n", 2 * i, t, op, at
		printf "8,0 0 %d %.9f 1 C %s %s[0]\n", 2 * i + 1, t + 1e-4,
			op, at
	}
}' >ops.txt
"$HFCTL" convert --from blkparse ops.txt t.hft >out 2>err ||
	bail "no trace of operations"
replay --engine uring && [ "$(records "done")" = 40 ] &&
	[ "$(awk '$1 == "issue" && $2 ~ /^F*WF/' events | wc -l)" = 10 ] &&
	[ "$(awk '$1 == "issue" && $2 ~ /^FF/' events | wc -l)" -ge 10 ]
result $? "FUA reaches the driver as FUA, flushes as flushes"

awk 'BEGIN {
	for (i = 0; i < 20; i++) {
		printf "8,0 0 %d %.9f 1 D D %d + 64 [a]\n", 2 * i, i / 1000,
			i * 64
		printf "8,0 0 %d %.9f 1 C D %d + 64 [0]\n", 2 * i + 1,
			i / 1000 + 1e-4, i * 64
	}
}' >ops.txt
"$HFCTL" convert --from blkparse ops.txt t.hft >out 2>err || bail "no trace"
if replay --engine uring; then
	[ "$(records "done")" = 20 ] &&
		[ "$(awk '$1 == "issue" && $2 ~ /^D/' events | wc -l)" = 20 ]
	result $? "discards, where the kernel's io_uring has them, reach the driver"
else
	grep -q "the engine uring cannot do on $DEV; --unsupported skip" err &&
		untouched
	result $? "discards, where the kernel's io_uring has none, are refused"
	replay --engine uring --unsupported skip &&
		[ "$(records skipped)" = 20 ] && untouched
	result $? "... or left out"
fi

# ---- safety and errors ----

mkfs.ext4 -q $DEV && mkdir mnt && mount $DEV mnt || bail "no file system"
"$HFCTL" convert --from msr t.csv t.hft >/dev/null 2>err
! replay --engine uring && grep -q "is mounted on $DIR/mnt" err
result $? "a mounted device is refused"
umount mnt
before=$(sha256sum $DEV)
"$HFCTL" replay t.hft -t $DEV --engine uring >out 2>err &&
	[ "$before" = "$(sha256sum $DEV)" ]
result $? "without consent nothing is written"
blockdev --setro $DEV
! replay --engine uring && grep -q "is read-only" err
result $? "a read-only device is refused"
blockdev --setrw $DEV

"$HFCTL" replay t.hft -t $DEV --engine uring --speed 0.002 >out 2>&1 &
pid=$!
sleep 1
! replay --engine uring && grep -q "held by something else" err
result $? "two replays do not share a device"
kill -s INT $pid
wait $pid
[ $? -eq 130 ]
result $? "Ctrl-C ends it with 130"

# An entry holds 512 sectors at most.
echo "+0-511" >/sys/kernel/config/nullb/ur/badblocks
echo "+512-1023" >/sys/kernel/config/nullb/ur/badblocks
replay --engine uring
bad=$(awk '$4 <= 1023' table | wc -l)
[ "$(number errors)" = "$bad" ] && [ "$bad" -gt 0 ] &&
	[ "$("$HFCTL" results r/result.hfr --csv | awk -F, '$7 == 5' | wc -l)" = "$bad" ]
rc=$?
echo "# $(number errors) errors, $bad requests reach bad blocks"
[ $rc -eq 0 ]
result $? "each failed request has its error"
! replay --engine uring --on-error 2 && grep -q "so many end the replay" err
result $? "two failures end it when so many do"

"$HFCTL" replay t.hft -t $DEV --engine uring --speed 0.002 -o gone >out 2>err &
pid=$!
sleep 1
echo 0 >/sys/kernel/config/nullb/ur/power
wait $pid
[ $? -eq 1 ] && grep -q "target 0 ($DEV) was removed" err &&
	[ -s gone/result.hfr ]
result $? "a device that is removed ends it, and the records are kept"

# ---- with the module ----

device 200000 64 || bail "no device"
insmod "$KO" || bail "no module"
replay && grep -q '^engine    kernel' err
result $? "with the module the engine is the module"
replay --engine uring && grep -q '^engine    uring' err && same_requests
result $? "... and io_uring when it is asked for"
rmmod hfreplay

rmdir $EVENTS
echo 0 >/sys/kernel/config/nullb/ur/power
rmdir /sys/kernel/config/nullb/ur
cd / && rm -rf "$DIR"
echo "1..$count"
[ $failures -eq 0 ]
