#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Captures of several devices, partitions and stacked devices, in KTAP.

. "$(dirname "$0")/lib.sh"

# rows FILE TARGET: operation, offset and length of a target's requests.
rows()
{
	"$HFCTL" convert --dump "$1" | awk -F, -v t="$2" \
		'NR > 1 && $6 == t { print $3 "," $4 "," $5 }'
}

# Reads of 4 KiB at a device: FROM-th to the TO-th, from 0.
read_blocks()
{
	dd if="/dev/$1" of=/dev/null bs=4k skip="$2" count="$3" iflag=direct \
		2>/dev/null
}

# What read_blocks leaves in a trace.
want_blocks()
{
	local i

	for ((i = $1; i < $1 + $2; i++)); do
		echo "read,$((i * 4096)),4096"
	done
}

targets()
{
	"$HFCTL" info --json "$1" | jq -r '[.targets[].name] | join(" ")'
}

test_two()
{
	start_record /dev/b /dev/a -o two.hft --json
	read_blocks a 5 10
	read_blocks b 100 20
	read_blocks a 50 10
	stop_record
	result $? "two devices are recorded at once"
	[ "$(targets two.hft)" = "b a" ]
	result $? "each is a target, in the order of the command line"
	{ want_blocks 5 10; want_blocks 50 10; } | cmp - <(rows two.hft 1) &&
		want_blocks 100 20 | cmp - <(rows two.hft 0)
	result $? "each has its own requests, all of them"
	"$HFCTL" convert --dump two.hft | cut -d, -f6 | uniq -c |
		awk '{ print $1, $2 }' | tail -n +2 | paste -sd, |
		grep -qx '10 1,20 0,10 1'
	result $? "the order between the devices is that of time"
	jq -e '.devices | map(.name, .requests, .lost) ==
		["b", 20, 0, "a", 20, 0]' record.out >/dev/null
	result $? "requests and losses are given for each device"
	! left_behind && ! ls ./*.part.* >/dev/null 2>&1
	result $? "nothing is left behind"
}

test_count()
{
	start_record /dev/a /dev/b -o count.hft --count 40
	read_blocks a 0 20
	read_blocks b 0 20
	wait "$pid"
	[ $? -eq 0 ] && [ "$(rows count.hft 0 | wc -l)" -eq 20 ] &&
		[ "$(rows count.hft 1 | wc -l)" -eq 20 ]
	result $? "--count counts the requests of all devices"
}

test_idle()
{
	start_record /dev/a /dev/b -o idle.hft
	read_blocks b 0 5
	stop_record && [ "$(targets idle.hft)" = "a b" ] &&
		[ "$(rows idle.hft 1 | wc -l)" -eq 5 ] &&
		grep -q 'warning: a had no requests' record.err
	result $? "an idle device is a target without requests, and said to be"
}

test_losses()
{
	start_record /dev/a /dev/fast -o lost.hft --buffer 4k --json
	kill -STOP "$pid"
	read_blocks a 0 3
	read_blocks fast 0 2000
	kill -CONT "$pid"
	stop_record
	jq -e '.devices | .[0].lost == 0 and .[0].requests == 3 and
		.[1].lost > 0' record.out >/dev/null &&
		grep -q 'warning: fast: .* larger --buffer' record.err &&
		! grep -q 'warning: a:' record.err
	result $? "losses are those of the device that had them"
}

test_killed()
{
	start_record /dev/b /dev/a -o killed.hft
	read_blocks a 0 10
	read_blocks b 0 10
	sleep 1.5
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	"$HFCTL" convert killed.hft.part.* killed.hft >record.out 2>record.err &&
		[ "$(targets killed.hft)" = "b a" ] &&
		want_blocks 0 10 | cmp - <(rows killed.hft 0) &&
		want_blocks 0 10 | cmp - <(rows killed.hft 1)
	result $? "what a killed capture left is the trace of all devices"
	! "$HFCTL" record /dev/fast -o killed.hft -t 1 2>err &&
		grep -q 'an earlier capture' err
	result $? "its files are not mixed with those of another device"
	rm killed.hft.part.*
	start_record /dev/a /dev/b -o again.hft --force
	read_blocks a 0 5
	stop_record && [ "$(rows again.hft 0 | wc -l)" -eq 5 ]
	result $? "--force takes what it left in the kernel away"
}

# Partitions of 16 MiB at 1 MiB and 32 MiB.
test_partitions()
{
	addpart /dev/a 1 2048 32768 && addpart /dev/a 2 65536 32768 ||
		bail "no partitions"
	start_record /dev/a2 /dev/a1 -o parts.hft
	read_blocks a1 0 5
	read_blocks a2 7 5
	read_blocks a1 4091 5
	read_blocks a 30000 5
	stop_record && [ "$(targets parts.hft)" = "a2 a1" ] &&
		want_blocks 7 5 | cmp - <(rows parts.hft 0) &&
		{ want_blocks 0 5; want_blocks 4091 5; } |
		cmp - <(rows parts.hft 1)
	result $? "two partitions of a disk, each from its start, nothing else"
	start_record /dev/a1 /dev/a2 -o flush.hft
	dd if=/dev/zero of=/dev/a2 bs=4k count=3 seek=4093 \
		oflag=direct,dsync 2>/dev/null
	stop_record && [ "$(rows flush.hft 1 | grep -c ^write)" -eq 3 ] &&
		[ "$(rows flush.hft 1 | grep -c ^flush)" -eq 0 ]
	result $? "no flush is recorded twice"
	start_record /dev/a2 /dev/b -o queue.hft --event queue
	dd if=/dev/zero of=/dev/a2 bs=4k count=3 seek=4093 \
		oflag=direct,dsync 2>/dev/null
	stop_record && "$HFCTL" convert --dump queue.hft | awk -F, '
		NR > 1 && $3 == "write" && $6 == 0 && $2 > $1 { n++ }
		END { exit n != 3 }'
	result $? "bios of a partition have their completions"
}

# A linear device over a partition and a disk.
make_stack()
{
	modprobe dm_mod && dmsetup create up --table "0 8192 linear /dev/a1 0
8192 8192 linear /dev/b 4096" && udev_node up
}

# There is no udev: dmsetup makes the node itself, or it is made here.
udev_node()
{
	local number

	[ -b "/dev/mapper/$1" ] && return
	number=$(dmsetup info -c --noheadings -o major,minor "$1") || return
	mkdir -p /dev/mapper
	mknod "/dev/mapper/$1" b "${number%:*}" "${number#*:}"
}

use_stack()
{
	read_blocks mapper/up 0 4
	read_blocks mapper/up 1024 4
	read_blocks mapper/up 1022 4
	# One that is for both, and one past the stack.
	dd if=/dev/mapper/up of=/dev/null bs=16k skip=255 count=2 \
		iflag=direct 2>/dev/null
	read_blocks b 5000 1
}

test_stack()
{
	if ! make_stack; then
		for _ in 1 2 3 4 5; do
			skip "stacked devices" "no device mapper"
		done
		return
	fi
	start_record /dev/mapper/up -o up.hft
	use_stack
	stop_record && [ "$(rows up.hft 0 | wc -l)" -eq 14 ]
	result $? "a stacked device is recorded by its bios"
	! "$HFCTL" record /dev/mapper/up /dev/b -o x.hft -t 1 2>err &&
		grep -q -- '--event queue' err
	result $? "a stacked device and others need one level"
	start_record /dev/mapper/up /dev/a1 /dev/b -o all.hft --event queue
	use_stack
	stop_record && grep -q 'warning: 14 of .* there twice' record.err &&
		[ "$(rows all.hft 0 | wc -l)" -eq 14 ]
	result $? "requests that were seen at two devices are counted"
	start_record /dev/mapper/up /dev/a1 /dev/b -o one.hft --event queue \
		--dedup
	use_stack
	stop_record && [ "$(targets one.hft)" = "a1 b" ] &&
		cmp <(rows one.hft 0) <(rows all.hft 1) &&
		cmp <(rows one.hft 1) <(rows all.hft 2) &&
		rows one.hft 1 | grep -qx "read,$((5000 * 4096)),4096"
	result $? "--dedup leaves the lower ones, and what came past the stack"
	start_record /dev/mapper/up /dev/fast -o fast.hft --event queue --dedup
	use_stack
	read_blocks fast 0 2
	stop_record && [ "$(rows fast.hft 0 | wc -l)" -eq 14 ]
	result $? "--dedup leaves a device whose lower ones are not recorded"
	dmsetup remove up
}

# refused CODE SENTENCE ARGUMENT...: hfctl record says so at once.
refused()
{
	local code=$1 says=$2 got

	shift 2
	timeout 20 "$HFCTL" record "$@" -t 1 >record.out 2>record.err
	got=$?
	[ $got -eq "$code" ] && grep -q -- "$says" record.err && ! left_behind
	result $? "refused: $says"
}

test_refusals()
{
	local many

	ln -sf /dev/a link
	refused 2 'a is named twice' /dev/a link -o x.hft
	refused 2 'a1 is a partition of a, ' /dev/a /dev/a1 -o x.hft
	refused 2 'a1 is a partition of a, ' /dev/a1 /dev/b /dev/a -o x.hft
	refused 1 '/dev/missing: No such file' /dev/a /dev/missing -o x.hft
	refused 1 'null is not a block device' /dev/a /dev/null -o x.hft
	many=$(yes /dev/a | head -n 65)
	# shellcheck disable=SC2086
	refused 2 '65 devices are named: a trace has 64 at most' $many -o x.hft
	refused 1 'nowhere/: No such file' /dev/a -o x.hft --spool nowhere
	refused 1 'a, b had no requests' /dev/a /dev/b -o x.hft
}

# Bytes of the writes to the first target.
written()
{
	rows "$1" 0 | awk -F, '$1 == "write" { n += $3 } END { print n + 0 }'
}

# Captures the disk that the trace is written to, some 200 kB of events.
record_on_own()
{
	start_record /dev/c -o mnt/own.hft "$@"
	read_blocks c 100 1500
	sleep 1.5
	sync
	stop_record && ! ls mnt/*.part.* >/dev/null 2>&1 &&
		[ "$(want_blocks 100 1500 | grep -cFxf - <(rows mnt/own.hft 0))" -ge 1500 ]
}

# A file system on the captured device holds the output.
test_own_output()
{
	mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 /dev/c &&
		mkdir -p mnt && mount /dev/c mnt ||
		bail "no file system"
	sync
	refused 1 'to the disk of c, ' /dev/b /dev/c -o mnt/x.hft
	record_on_own --force && [ "$(written mnt/own.hft)" -gt 100000 ]
	result $? "what is put on the captured disk is recorded, if it must be"
	record_on_own --spool "$DIR" && [ "$(written mnt/own.hft)" -lt 50000 ]
	result $? "with --spool the trace on the captured disk is not in itself"
	dd if=/dev/zero of=mnt/image bs=1M count=8 2>/dev/null
	modprobe loop && mkdir -p inner && mkfs.ext4 -q -F mnt/image &&
		mount -o loop mnt/image inner || bail "no loop device"
	refused 1 'to the disk of c, ' /dev/c -o inner/x.hft
	umount inner
	mkdir -p mnt/upper mnt/work inner
	if modprobe overlay && mount -t overlay -o \
		"lowerdir=/etc,upperdir=$DIR/mnt/upper,workdir=$DIR/mnt/work" \
		none inner; then
		refused 1 'to the disk of c, ' /dev/c -o inner/x.hft
		umount inner
	else
		skip "an output on an overlay" "no overlay file system"
	fi
	umount mnt
}

plan 33
for name in a b c; do
	make_device $name 200000 || bail "no null_blk device"
done
make_device fast 10000 || bail "no null_blk device"
test_two
test_count
test_idle
test_losses
test_killed
test_partitions
test_stack
test_refusals
test_own_output
verdict
