#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What hfctl doctor says of a device whose queues, depth and merging are known,
# in KTAP. Runs as root in a virtual machine with two CPUs, with hfctl's path in
# HFCTL (build/hfctl).

set -u
HFCTL=$(realpath "${HFCTL:-build/hfctl}")
said=$(mktemp)
dev=/sys/kernel/config/nullb/doctor
count=0 failures=0

result()
{
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count $2"
	else
		failures=$((failures + 1))
		sed 's/^/# /' "$said"
		echo "not ok $count $2"
	fi
}

ask()
{
	"$HFCTL" doctor /dev/doctor >"$said" 2>&1
}

# says NAME TEXT...: whether doctor says all of it.
says()
{
	local name=$1 text rc=0

	shift
	for text in "$@"; do
		grep -qF -- "$text" "$said" || rc=1
	done
	result $rc "$name"
}

echo "KTAP version 1"
modprobe null_blk nr_devices=0 && mkdir "$dev" &&
	echo 2 >"$dev/submit_queues" && echo 64 >"$dev/hw_queue_depth" &&
	echo 0 >"$dev/poll_queues" && echo 1 >"$dev/power" || {
	echo "Bail out! null_blk cannot make a device"
	exit 1
}
queue=/sys/block/doctor/queue
echo 0 >$queue/nomerges

ask
# Which queue a CPU has is up to the kernel.
mq=/sys/block/doctor/mq
says "each queue with its CPU" \
	"queue 0 on CPU $(<$mq/0/cpu_list), queue 1 on CPU $(<$mq/1/cpu_list)" \
	"2 hardware queues"
says "no interrupts" "no interrupts of its own are known"
says "a worker of each queue" "-> --cpus 0-1"
says "all tags" "64 requests a queue, the device takes 64"
says "merging is warned of" "may be merged (nomerges 0)" "echo 2 > queue/nomerges"

echo 2 >$queue/nomerges
echo 16 >$queue/nr_requests
ask
says "merging is off" "requests are not merged"
says "fewer tags than the device takes" \
	"the block layer admits 16 requests a queue, the device takes 64" \
	"echo 64 > queue/nr_requests"

echo mq-deadline >$queue/scheduler 2>/dev/null
if grep -q '\[mq-deadline\]' $queue/scheduler; then
	ask
	says "a scheduler is warned of" "scheduler mq-deadline may reorder"
else
	count=$((count + 1))
	echo "ok $count a scheduler is warned of # SKIP no mq-deadline"
fi

echo 0 >"$dev/power"
rmdir "$dev"
rm -f "$said"
echo "1..$count"
[ $failures -eq 0 ]
