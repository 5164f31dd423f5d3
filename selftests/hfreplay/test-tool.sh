#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hfctl that is suspended, killed or interrupted, and disks that are full,
# while it loads and replays: in KTAP, as root in a virtual machine, with the
# module in HFREPLAY_KO and hfctl in HFCTL.

set -u
HFCTL=$(realpath "${HFCTL:-build/hfctl}")
DIR=$(mktemp -d)
cd "$DIR" || exit 1
export TMPDIR=$DIR
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
		tail -n 3 err | sed 's/^/# /'
	fi
}

# Reads 4 KiB every so many ns, on a disk of 64 MiB.
make_trace()
{
	awk -v n="$2" -v step="$3" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "128166372%09d,ka,0,Read,%d,4096,100\n",
				i * step / 100, i * 4096 % 67108864
	}' >trace.csv
	"$HFCTL" convert --from msr trace.csv "$1" >/dev/null || bail "no trace"
}

field()
{
	"$HFCTL" status "$1" --json 2>/dev/null | jq -r ".. | .$2? // empty" |
		head -n 1
}

# within SECONDS COMMAND...: waits until a command is true
within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

no_session()
{
	[ "$("$HFCTL" status --json | jq '.sessions | length')" = 0 ]
}

in_state()
{
	[ "$(field "$1" state)" = "$2" ]
}

more_than()
{
	local n
	n=$(field "$1" completed)
	[ "${n:-0}" -gt "$2" ]
}

records()
{
	"$HFCTL" results "$1" --csv 2>/dev/null | grep -c ",$2\$"
}

any_files()
{
	[ -n "$(find "$@" -type f)" ]
}

insmod "$HFREPLAY_KO" || bail "no module"
modprobe null_blk nr_devices=0
mkdir /sys/kernel/config/nullb/ka
echo 64 >/sys/kernel/config/nullb/ka/size
echo 2 >/sys/kernel/config/nullb/ka/queue_mode
echo 1 >/sys/kernel/config/nullb/ka/power
touch err
make_trace long.hft 4000 1000000
make_trace short.hft 50 1000000

# ---- suspended ----

# A whole trace is in the kernel: whoever sleeps misses nothing.
"$HFCTL" replay long.hft -t /dev/ka -o whole >/dev/null 2>err &
pid=$!
within 10 more_than s1 100
kill -STOP $pid
sleep 1
kill -CONT $pid
wait $pid
code=$?
[ $code -eq 0 ] && [ "$(records whole/result.hfr "done")" = 4000 ] &&
	[ "$(records whole/result.hfr "done")" = "$("$HFCTL" results \
	whole/result.hfr --csv | awk -F, 'NR > 1 && $10 != "feeder"' |
	wc -l)" ]
result $? "a replay whose hfctl is suspended goes on, all records are there"

# A stream is starved meanwhile, and says so.
"$HFCTL" replay long.hft -t /dev/ka --stream --window 64 --results 65536 \
	-o stream >/dev/null 2>err &
pid=$!
within 10 more_than s2 100
kill -STOP $pid
sleep 1
kill -CONT $pid
wait $pid
code=$?
[ $code -eq 0 ] && [ "$(records stream/result.hfr "done")" = 4000 ] &&
	"$HFCTL" results stream/result.hfr --csv | cut -d , -f 9 |
	grep -q feeder
result $? "a stream whose hfctl is suspended starves, loses nothing, and says so"

# ---- killed ----

"$HFCTL" replay long.hft -t /dev/ka --stream --window 64 >/dev/null 2>err &
pid=$!
within 10 more_than s3 100
kill -KILL $pid
wait $pid 2>/dev/null
within 10 no_session
result $? "hfctl replay killed in the middle of a stream leaves no session"

"$HFCTL" load long.hft -t /dev/ka --stream --window 64 --results 65536 \
	--name fed >/dev/null 2>err &
pid=$!
within 10 in_state fed loading && "$HFCTL" start fed >/dev/null 2>err
within 10 more_than fed 100
kill -KILL $pid
wait $pid 2>/dev/null
within 10 in_state fed failed
state=$?
n=$(field fed completed)
[ $state -eq 0 ] && [ "$n" -ge 100 ] && [ "$(records fed "done")" = "$n" ] &&
	"$HFCTL" status fed 2>&1 | grep -q 'cut off'
result $? "hfctl load killed in the middle of a stream: failed, all can be read"
"$HFCTL" unload fed >/dev/null 2>err

"$HFCTL" replay long.hft -t /dev/ka -o cut >/dev/null 2>err &
pid=$!
within 10 more_than s5 100
kill -INT $pid
wait $pid
code=$?
n=$(records cut/result.hfr "done")
[ $code -eq 130 ] && [ "$n" -ge 100 ] && [ "$n" -lt 4000 ] && within 10 no_session
result $? "Ctrl-C ends a replay, what was completed is written, exit code 130"

# ---- full ----

mkdir full
mount -t tmpfs -o size=64k full full
"$HFCTL" replay long.hft -t /dev/ka -s 20 -o full >/dev/null 2>err
code=$?
kept=$(grep -o "$DIR/hfreplay-[0-9a-f]*.hfr" err)
[ $code -eq 1 ] && grep -q 'No space left' err && ! any_files full &&
	[ -n "$kept" ] && [ "$(records "$kept" "done")" = 4000 ] &&
	within 10 no_session
result $? "a full disk of the result: said, no half of a file, records kept elsewhere"
rm -f "$kept"

TMPDIR=$DIR/full "$HFCTL" replay long.hft -t /dev/ka -s 20 -o full \
	>/dev/null 2>err
code=$?
[ $code -eq 1 ] && grep -q 'No space left' err && ! any_files full &&
	within 10 no_session
result $? "... and of every other place too: said, nothing is left behind"

"$HFCTL" load long.hft -t /dev/ka -s 20 --name kept >/dev/null 2>err &&
	"$HFCTL" start kept --wait >/dev/null 2>err
! "$HFCTL" results kept -o full/r.hfr 2>err && grep -q 'No space left' err &&
	! any_files full && [ "$(records kept "done")" = 4000 ]
result $? "a full disk of hfctl results: said, the session keeps its records"
umount full

# ---- events that come too fast ----

"$HFCTL" unload kept >/dev/null 2>err
"$HFCTL" load short.hft -t /dev/ka --name many >/dev/null 2>err
"$HFCTL" watch many --json >watched 2>err &
pid=$!
within 10 test -s watched
kill -STOP $pid
for _ in $(seq 20); do
	"$HFCTL" start many --wait >/dev/null 2>&1
	"$HFCTL" rewind many >/dev/null 2>&1
done
kill -CONT $pid
within 10 test "$(grep -c '"event": *"state"' watched)" -ge 1
"$HFCTL" unload many >/dev/null 2>err
wait $pid
code=$?
[ $code -eq 0 ] && [ "$(grep -c '"event": *"state"' watched)" -ge 2 ]
result $? "hfctl watch that slept too long reads the sessions anew, and ends"

# ---- conversions that are interrupted ----

# A signal before it reads would find it without its handler.
reads_on()
{
	[ -n "$(find "/proc/$1/fd" -lname '*/endless' 2>/dev/null)" ]
}

mkfifo endless
for command in "replay -o made" "load"; do
	awk 'BEGIN { for (;;)
		print "128166372003061629,ka,0,Read,4096,4096,41286" }' \
		>endless 2>/dev/null &
	rm -f hfreplay-* hfctl-*
	touch before
	# shellcheck disable=SC2086
	"$HFCTL" $command --from msr endless -t /dev/ka >/dev/null 2>err &
	pid=$!
	within 20 reads_on $pid
	sleep 0.5
	kill -INT $pid
	wait $pid
	code=$?
	[ $code -eq 130 ] && grep -q interrupted err && [ ! -e made ] &&
		! any_files . -name 'hf*' -newer before && no_session
	result $? "Ctrl-C in the conversion of hfctl ${command%% *}: 130, nothing is left"
	wait
done

echo 0 >/sys/kernel/config/nullb/ka/power
rmdir /sys/kernel/config/nullb/ka
rmmod hfreplay
result $? "the module can be unloaded when all is done"
cd / && rm -rf "$DIR"
echo "1..$count"
exit $((failures > 0))
