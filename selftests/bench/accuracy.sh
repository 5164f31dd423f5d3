#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest: replay a constant-rate trace on a null_blk device whose
# requests complete inside submit_bio, and compare the times at which the
# kernel's tracer sees each bio (block_bio_queue, read as binary, ns) with the
# trace. Prints KTAP.
#
#   accuracy.sh RATE COUNT P99-BAR-NS DRIFT-BAR-NS
#
# The error of a request is its distance from the first one, less what the
# trace says. Drift is the median error of the last 100 requests. The tracer's
# stamp comes a constant time after ours; it cancels out.

set -euo pipefail

rate=$1 count=$2 p99_bar=$3 drift_bar=$4
ko=${HFREPLAY_KO:-./hfreplay.ko}
hfctl=${HFCTL:-build/hfctl}
out=$(mktemp -d)
dev=/sys/kernel/config/nullb/hfbench

cleanup()
{
	rmmod hfreplay 2>/dev/null || true
	rmdir "$dev" 2>/dev/null || true
}
trap cleanup EXIT

# An hfplayer trace without completions: any reader of the tool would do.
make_trace()
{
	awk -v rate="$rate" -v count="$count" 'BEGIN {
		print "#DUMP_OFFSET.I,ELAPSED_USECS.D,INFLIGHT_IOS.I," \
			"LUN_SSID.I,OP.I,LBA.I,NBLKS.I"
		for (i = 0; i < count; i++)
			printf "%d,%.3f,1,0,0,%d,8\n", i, i * 1e6 / rate,
				i * 7919 % 100000 * 8
	}' >"$out/trace.csv"
	"$hfctl" convert --from hfplayer "$out/trace.csv" "$out/trace.hft" \
		>/dev/null
}

make_device()
{
	modprobe null_blk nr_devices=0
	mkdir "$dev"
	echo 0 >"$dev/irqmode"
	echo 2 >"$dev/queue_mode"
	echo 1 >"$dev/power"
	echo none >/sys/block/hfbench/queue/scheduler
}

replay_observed()
{
	local recorder

	"$hfctl" record /dev/hfbench --event queue --buffer 16M \
		-o "$out/seen.hft" >"$out/record.log" 2>&1 &
	recorder=$!
	for _ in $(seq 50); do
		compgen -G '/sys/kernel/tracing/instances/*' >/dev/null && break
		sleep 0.1
	done
	sleep 0.5
	# The tracer's buffer holds it all. With one CPU a reader of it would
	# take that from the replay.
	kill -STOP "$recorder"
	"$hfctl" replay "$out/trace.hft" --target /dev/hfbench -o "$out/report" \
		>"$out/replay.log" 2>&1 || { cat "$out/replay.log"; return 1; }
	kill -CONT "$recorder"
	sleep 2
	kill -INT "$recorder"
	wait "$recorder" || [ $? -eq 130 ] || { cat "$out/record.log"; return 1; }
}

# Errors in ns, one a line, in trace order. The first bios are those with which
# hfctl looks for a file system on the device.
errors()
{
	paste -d, <("$hfctl" convert --dump "$out/trace.hft" | sed 1d) \
		<("$hfctl" convert --dump "$out/seen.hft" | tail -n "$count") |
	awk -F, '
		NR == 1 { start = $8 - $1 }
		$3 != $10 || $4 != $11 || $5 != $12 {
			print "request " NR - 1 " differs" >"/dev/stderr"
			exit 1
		}
		{ print $8 - $1 - start }'
}

make_trace
make_device
insmod "$ko"
replay_observed
errors >"$out/errors"
[ "$(wc -l <"$out/errors")" -eq "$count" ] || {
	echo "Bail out! $(wc -l <"$out/errors") of $count requests were seen"
	exit 1
}
sort -n "$out/errors" >"$out/sorted"
at() { sed -n "$((count * $1 / 10000 + 1))p" "$out/sorted"; }
p50=$(at 5000) p99=$(at 9900) least=$(head -n 1 "$out/sorted")
most=$(tail -n 1 "$out/sorted")
drift=$(tail -n 100 "$out/errors" | sort -n | sed -n 50p)

echo "# $rate/s, $count requests: p50 $p50 p99 $p99 min $least max $most" \
	"drift $drift ns"
echo "1..2"
ok=0
if [ "$p99" -le "$p99_bar" ] && [ "$least" -ge "-$p99_bar" ]; then
	echo "ok 1 issue-time error p99 is at most $p99_bar ns"
else
	echo "not ok 1 issue-time error p99 is at most $p99_bar ns"
	ok=1
fi
if [ "${drift#-}" -le "$drift_bar" ]; then
	echo "ok 2 drift is at most $drift_bar ns"
else
	echo "not ok 2 drift is at most $drift_bar ns"
	ok=1
fi
exit $ok
