#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hfctl drives the module: dependencies, modes, what can be chosen and changed.
# KTAP; runs as root in a virtual machine (see selftests/vm/run), with hfctl's
# path in HFCTL and the module's in HFREPLAY_KO.
#
# The trace is a chain: each request is issued 100 us after the completion of
# the one before, which took 100 us. The devices take 2 ms.

set -u
HFCTL=$(realpath "${HFCTL:-build/hfctl}")
KO=$(realpath "${HFREPLAY_KO:-hfreplay.ko}")
DIR=$(mktemp -d)
cd "$DIR" || exit 1
REQUESTS=100
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

skip()
{
	count=$((count + 1))
	echo "ok $count $1 # SKIP $2"
}

make_device()
{
	local dir=/sys/kernel/config/nullb/$1

	mkdir "$dir" || return 1
	echo 64 >"$dir/size"
	echo 2 >"$dir/irqmode"
	echo 2000000 >"$dir/completion_nsec"
	echo 1 >"$dir/power"
}

# hf ARGUMENT... - runs hfctl; its output is in the files out and err
hf()
{
	"$HFCTL" "$@" >out 2>err
}

# value KEY - a number or word of the JSON in out
value()
{
	sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" out |
		head -n 1
}

# load ARGUMENT... - makes session t of chain.hft on one device
load()
{
	hf load chain.hft --target /dev/one --name t "$@"
}

unload()
{
	"$HFCTL" unload t >/dev/null 2>&1
	for _ in $(seq 50); do
		"$HFCTL" status t >/dev/null 2>&1 || return 0
		sleep 0.1
	done
}

# replay_chain START-ARGUMENT... - a session from beginning to end
replay_chain()
{
	load --deps && hf start t --wait --json "$@" &&
		[ "$(value state)" = "done" ]
}

# Most in flight at once, by the times of the completion records.
most_in_flight()
{
	"$HFCTL" results t --csv 2>/dev/null | awk -F, '
		NR == 1 {
			for (i = 1; i <= NF; i++)
				if ($i == "in_flight")
					column = i
		}
		NR > 1 && column && $column > most { most = $column }
		END { print most + 0 }'
}

elapsed_ms()
{
	echo $(($(value elapsed_ns) / 1000000))
}

# ---- what any mode takes ----

# Windows of each scope pass the checks of the kernel.
test_files()
{
	local scope

	for scope in global target; do
		hf deps two.csv --scope $scope -o two.hft &&
			hf load two.hft --target /dev/one,/dev/two --name t &&
			hf status t --json && [ "$(value state)" = ready ] &&
			hf start t --wait --json &&
			[ "$(value issued)" -eq 40 ]
		result $? "a trace with dependencies by $scope is taken"
		unload
	done
	hf deps two.csv --scope target -o two.hft
	hf load two.hft --target /dev/one,/dev/two --name t --stream &
	for _ in $(seq 100); do
		"$HFCTL" status t >/dev/null 2>&1 && break
		sleep 0.1
	done
	"$HFCTL" start t --wait --json >started 2>&1
	wait
	cp started out
	[ "$(value issued)" -eq 40 ]
	result $? "a stream goes without windows among all scopes"
	unload
}

test_range()
{
	hf load chain.hft --target /dev/one --name t --range 10ms:20ms &&
		hf start t --wait --json && [ "$(value issued)" -eq 50 ]
	result $? "a range of the trace is replayed, and no more"
	unload
}

# ---- mode dep ----

test_refusal()
{
	load && ! hf start t --mode dep && grep -q "^hfctl: cannot start" err
	result $? "mode dep is refused for a trace without dependencies"
	unload
}

test_chain()
{
	replay_chain --mode hf --limit none && [ "$(most_in_flight)" -gt 1 ]
	result $? "by its clock the chain overlaps on a slower device"
	unload
	replay_chain --mode dep && [ "$(most_in_flight)" -eq 1 ] &&
		[ "$(elapsed_ms)" -ge $((REQUESTS * 21 / 10 - 2)) ]
	result $? "by its dependencies the chain stays one, with think times"
	unload
	replay_chain --mode dep --think-scale 10 &&
		[ "$(elapsed_ms)" -ge $((REQUESTS * 3 - 4)) ]
	result $? "ten times the think time"
	unload
}

test_load()
{
	replay_chain --mode load && [ "$(most_in_flight)" -eq 1 ] &&
		[ "$(elapsed_ms)" -ge $((REQUESTS * 2 - 2)) ]
	result $? "mode load keeps as many in flight as the original had"
	unload
}

# ---- how long, when, by whom ----

test_lengths()
{
	load --mode dep --loops 2 && hf start t --wait --json &&
		[ "$(value issued)" -eq $((2 * REQUESTS)) ] &&
		[ "$("$HFCTL" results t --csv | wc -l)" -eq $((2 * REQUESTS + 1)) ]
	result $? "two loops issue twice as many, and all records are kept"
	unload
	load --deps && ! hf start t --mode dep --loops 3 --wait &&
		grep -q "3 loops make 300 completion records" err
	result $? "loops whose records do not fit are not waited for"
	hf start t --mode dep --loops 3 && hf results t -o loops.hfr &&
		hf status t --json && [ "$(value state)" = "done" ] &&
		[ "$("$HFCTL" results loops.hfr --csv | wc -l)" -eq $((3 * REQUESTS + 1)) ]
	result $? "they are read while it runs"
	unload
	hf replay chain.hft --target /dev/one --mode dep --loops 3 -o three &&
		[ "$("$HFCTL" results three/result.hfr --csv | wc -l)" -eq $((3 * REQUESTS + 1)) ]
	result $? "replay collects the records of three loops"
	load --deps && hf start t --mode dep --duration 100ms --wait --json
	[ "$(value issued)" -lt $REQUESTS ] && [ "$(value issued)" -gt 5 ]
	result $? "a limit of duration ends it early"
	unload
}

test_start_at()
{
	local from

	load && from=$(date +%s%N) &&
		hf start t --start-at +3s --wait --json &&
		[ $(($(date +%s%N) - from)) -ge 3000000000 ] &&
		hf status t --json &&
		[ "$(value wall_start_ns)" -ge $((from + 3000000000)) ]
	result $? "it starts at the time that was given"
	unload
	# The trace takes longer to come than is left until the start.
	from=$(date +%s%N)
	{ sleep 3; cat chain.csv; } |
		hf replay - --target /dev/one --start-at +2s -o piped &&
		hf results piped/result.hfr --json &&
		[ "$(value wall_start_ns)" -ge $((from + 5000000000)) ]
	result $? "a relative time counts from the start, not from the command"
}

test_set()
{
	# It would take 20 s at this speed.
	load && hf start t --speed 0.001 && sleep 0.5 && hf set t --speed 10
	for _ in $(seq 100); do
		hf status t --json
		[ "$(value state)" != running ] && [ "$(value state)" != draining ] &&
			break
		sleep 0.1
	done
	[ "$(value state)" = "done" ] && [ "$(value issued)" -eq $REQUESTS ] &&
		[ "$(value speed)" = 10.0 ] && [ "$(elapsed_ms)" -lt 15000 ]
	result $? "the speed of a replay is changed while it runs"
	unload
	! hf set nobody --speed 2 && grep -q "^hfctl: cannot change session" err
	result $? "what is not there is not changed"
}

# sum_of KEY - the sum of a number over all targets and operations in out
sum_of()
{
	tr ',{}' '[\n*]' <out | tr -d ' ' | awk -F: -v key="\"$1\"" '
		$1 == key { sum += $2 }
		END { print sum + 0 }'
}

test_live()
{
	local most first=0

	# 5 s of trace; what is counted while it runs is no more than in the end.
	load --mode hf && hf start t --speed 0.004 && sleep 0.5 &&
		hf live t --json && first=$(sum_of issued) &&
		[ "$first" -gt 0 ] && [ "$first" -le $REQUESTS ]
	result $? "live statistics are read while it runs"
	hf live t --json --interval 100ms &&
		[ "$(sum_of issued)" -eq $REQUESTS ] &&
		[ "$(grep -c '"state"' out)" -ge 2 ]
	result $? "what each interval adds makes up all of it"
	hf live t --json && [ "$(sum_of completed)" -eq $REQUESTS ] &&
		[ "$(sum_of bytes)" -eq $((REQUESTS * 4096)) ] &&
		[ "$(sum_of errors)" -eq 0 ] && cp out live
	result $? "after the end all requests are counted"
	# The longest latency is that of the completion records.
	most=$("$HFCTL" results t --csv | awk -F, '
		NR > 1 && $3 - $2 > most { most = $3 - $2 }
		END { printf "%d", most }')
	tr -d ' \n' <live | grep -q "\"max_ns\":${most}[,}]" &&
		hf live t && grep -q "t.*done" out && grep -q read out
	result $? "its latencies are those of the completion records"
	unload
	! hf live nobody && grep -q "^hfctl: " err
	result $? "statistics of what is not there are refused"
}

test_workers()
{
	load --workers 2 --cpus 1,0 --spread request && hf status t --json &&
		[ "$(tr -d ' \n' <out | sed 's/.*"cpus":\[\([0-9,]*\)\].*/\1/')" = 1,0 ] &&
		[ "$(value workers)" -eq 2 ] && [ "$(value spread)" = request ] &&
		hf start t --wait --json && [ "$(value issued)" -eq $REQUESTS ]
	result $? "two workers on the CPUs that were given"
	unload
}

test_bundle()
{
	load --bundle 1ms --bundle-max 4 && hf start t --wait --json &&
		[ "$(value bundle_max)" -eq 4 ] &&
		[ "$("$HFCTL" results t --csv | grep -c bundled)" -ge $((REQUESTS / 2)) ]
	result $? "requests that follow each other closely go together"
	unload
}

modprobe -q configfs
modprobe null_blk nr_devices=0 || bail "null_blk cannot be loaded"
grep -q ^hfreplay /proc/modules || insmod "$KO" || bail "no module"
if ! make_device one || ! make_device two; then
	bail "no device"
fi
awk -v n=$REQUESTS 'BEGIN {
	for (i = 0; i < n; i++)
		printf "12816637200%07d,usr,0,Read,%d,4096,1000\n",
			i * 2000, i * 4096
}' >chain.csv
awk 'BEGIN {
	for (i = 0; i < 40; i++)
		printf "12816637200%07d,usr,%d,Read,%d,4096,1000\n",
			i * 2000, (i > 4 && i % 2), i * 4096
}' >two.csv
hf convert chain.csv chain.hft || bail "no trace"

echo "KTAP version 1"
test_files
test_range
load --mode dep --dry-run
if [ $? -eq 3 ]; then
	skip "modes, loops, workers" "the module lacks mode dep"
else
	test_refusal
	test_chain
	test_load
	test_lengths
	test_start_at
	test_set
	test_live
	test_workers
	test_bundle
fi
echo "1..$count"

echo 0 >/sys/kernel/config/nullb/one/power
echo 0 >/sys/kernel/config/nullb/two/power
rmdir /sys/kernel/config/nullb/one /sys/kernel/config/nullb/two
rmmod hfreplay
cd / && rm -rf "$DIR"
[ $failures -eq 0 ]
