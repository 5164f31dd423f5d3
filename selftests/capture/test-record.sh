#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Captures of one device, in KTAP.

. "$(dirname "$0")/lib.sh"

workload()
{
	mkfs.ext4 -q -F /dev/slow || return 1
	mkdir -p mnt
	mount /dev/slow mnt || return 1
	dd if=/dev/urandom of=mnt/a bs=64k count=40 2>/dev/null
	dd if=/dev/zero of=mnt/b bs=4k count=20 oflag=dsync 2>/dev/null
	sync mnt/a
	rm mnt/a
	fstrim mnt
	umount mnt
	reads slow 100
}

operations()
{
	"$HFCTL" convert --dump "$@" | cut -d, -f3-7
}

# Linux 7.2 hands no write with FUA to a blktrace of the old interface: then
# only the rest can be compared.
without_fua_from_7()
{
	local major

	major=$(uname -r)
	[ "${major%%.*}" -ge 7 ] && ! grep -q fua bt.csv || return 0
	echo "# blktrace has no write with FUA, only the others are compared"
	sed -i '/fua/d' cap.csv
}

test_against_blktrace()
{
	local title="the same requests as blktrace, in the same order"
	local tracer rc

	if ! command -v blktrace >/dev/null; then
		skip "$title" "blktrace is not installed"
		return
	fi
	blktrace -d /dev/slow -o bt >/dev/null 2>&1 &
	tracer=$!
	start_record /dev/slow -o cap.hft
	sleep 1
	workload
	sleep 0.5
	kill -INT $tracer
	wait $tracer
	stop_record
	rc=$?
	operations cap.hft >cap.csv
	operations bt.blktrace.* >bt.csv
	grep -q fua cap.csv && without_fua_from_7 && [ $rc -eq 0 ] &&
		[ "$(wc -l <cap.csv)" -gt 100 ] && cmp cap.csv bt.csv &&
		grep -q ^flush cap.csv && grep -q ^discard cap.csv
	result $? "$title"
	! left_behind && ! ls ./*.part.* >/dev/null 2>&1
	result $? "nothing is left behind"
}

test_latency()
{
	start_record /dev/slow -o lat.hft --count 50
	reads slow 50
	sleep 0.2
	wait "$pid"
	"$HFCTL" convert --dump lat.hft |
		awk -F, 'NR > 1 && ($2 == "" || $2 - $1 < 1000000) { exit 1 }
			 END { exit NR != 51 }'
	result $? "--count stops it, and no latency is below the service time"
}

test_queue()
{
	start_record /dev/slow -o queue.hft --event queue
	dd if=/dev/zero of=/dev/slow bs=4k count=3 oflag=direct,dsync \
		2>/dev/null
	stop_record TERM
	result $? "SIGTERM ends a capture of bios"
	"$HFCTL" convert --dump queue.hft |
		awk -F, '$3 == "write" && $7 ~ /fua/ && $2 > $1 { n++ }
			 END { exit n != 3 }'
	result $? "bios have their flags and completions"
}

test_losses()
{
	start_record /dev/fast -o lost.hft --buffer 4k --json
	kill -STOP "$pid"
	reads fast 2000
	kill -CONT "$pid"
	stop_record
	result $? "a capture with losses is kept"
	grep -q 'warning.*lost' record.err &&
		grep -q '"lost": [1-9]' record.out
	result $? "losses are counted and said"
}

# Losses are told while the capture goes on: one that is killed has them too.
test_killed_with_losses()
{
	start_record /dev/fast -o cut.hft --buffer 4k
	kill -STOP "$pid"
	reads fast 2000
	kill -CONT "$pid"
	sleep 2.5
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	rmdir $INSTANCES/*
	"$HFCTL" convert cut.hft.part.* cut.hft >record.out 2>record.err
	grep -q 'warning.*lost' record.err
	result $? "a killed capture says what it lost"
}

test_killed()
{
	start_record /dev/slow -o killed.hft
	reads slow 100
	sleep 1.5
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	! "$HFCTL" record /dev/slow -o again.hft -t 1 2>err &&
		grep -q -- --force err
	result $? "what a killed capture left is refused with a way out"
	# Else what the killed one left passes for the new one.
	echo 0 | tee $INSTANCES/*/events/enable >/dev/null
	start_record /dev/slow -o again.hft --force
	! "$HFCTL" record /dev/slow -o third.hft --force 2>err &&
		grep -q 'in use' err
	result $? "--force does not take a capture from another"
	reads slow 10
	stop_record && "$HFCTL" convert --dump again.hft >again.csv &&
		[ "$(wc -l <again.csv)" -eq 11 ]
	result $? "--force removes what nobody uses"
	"$HFCTL" convert killed.hft.part.* killed.hft >/dev/null &&
		[ "$("$HFCTL" convert --dump killed.hft | wc -l)" -eq 101 ]
	result $? "the events of a killed capture can be converted"
	! left_behind
	result $? "nothing is left behind after all"
}

test_refusals()
{
	mkfs.ext4 -q -F /dev/slow
	mount /dev/slow mnt
	! "$HFCTL" record /dev/slow -o mnt/x.hft -t 1 2>err &&
		grep -q 'to the disk of slow, and recorded too' err
	result $? "an output on the captured disk is refused"
	umount mnt
	! "$HFCTL" record /dev/null -o x.hft -t 1 2>err &&
		grep -q 'not a block device' err
	result $? "what is no block device is refused"
	! "$HFCTL" record /dev/slow -o idle.hft -t 0.2 2>err &&
		[ ! -e idle.hft ] && grep -q 'no requests' err
	result $? "an idle device leaves no file"
	echo events >old.hft.part.1
	! timeout 10 "$HFCTL" record /dev/slow -o old.hft 2>err &&
		grep -q 'an earlier capture' err &&
		[ "$(cat old.hft.part.1)" = events ]
	result $? "events of an earlier capture are refused at once, and kept"
	rm old.hft.part.1
	mkdir fixed
	mount -t tmpfs -o ro none fixed
	! timeout 10 "$HFCTL" record /dev/slow -o fixed/x.hft 2>err &&
		grep -q 'cannot write to the folder' err
	result $? "a folder that cannot be written is refused at once"
	umount fixed
	mkdir full
	mount -t tmpfs -o size=16k none full
	start_record /dev/fast -o full/x.hft
	reads fast 1000
	wait "$pid"
	[ $? -eq 1 ] && grep -q 'No space left' record.err && ! left_behind
	result $? "a full disk ends it cleanly"
	umount full
}

plan 19
make_device slow 1000000 || bail "no null_blk device"
make_device fast 10000 || bail "no null_blk device"
test_against_blktrace
test_latency
test_queue
test_losses
test_killed_with_losses
test_killed
test_refusals
verdict
