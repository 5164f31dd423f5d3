#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests of vm/check-log: what it takes for a complaint of the kernel.

cd "$(dirname "$0")" || exit 1
number=0

# bad LINE / good LINE: what check-log says of a log with this line.
bad()
{
	number=$((number + 1))
	if echo "[    1.5] $1" | ../vm/check-log /dev/stdin >/dev/null; then
		echo "not ok $number taken for harmless: $1"
	else
		echo "ok $number bad: $1"
	fi
}

good()
{
	number=$((number + 1))
	if echo "[    1.5] $1" | ../vm/check-log /dev/stdin; then
		echo "ok $number harmless: $1"
	else
		echo "not ok $number taken for bad: $1"
	fi
}

bad "WARNING: CPU: 0 PID: 1 at block/bio.c:12 bio_put+0x1/0x2"
bad "kernel BUG at mm/slub.c:400!"
bad "BUG: KASAN: use-after-free in hfr_x"
bad "BUG: sleeping function called from invalid context"
bad "BUG: kernel NULL pointer dereference, address: 0"
bad "Oops: 0002 [#1] PREEMPT SMP"
bad "general protection fault, probably for non-canonical address"
bad "Kernel panic - not syncing: Fatal exception"
bad "WARNING: possible circular locking dependency detected"
bad "INFO: task kworker:12 blocked for more than 120 seconds."
bad "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks"
bad "watchdog: BUG: soft lockup - CPU#0 stuck for 22s!"
bad "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)"
bad "UBSAN: shift-out-of-bounds in kmod/x.c:1:2"
bad "ODEBUG: free active (active state 0) object type: hrtimer"
bad "refcount_t: underflow; use-after-free."
bad "DEBUG_LOCKS_WARN_ON(lock->magic != lock)"
bad "list_del corruption, 00 is LIST_POISON1"
good "Command line: panic_on_warn=1 oops=panic"
good "Kernel command line: softlockup_panic=1"
good "Unknown kernel command line parameters \"softlockup_panic=1\", will be passed to user space."
good "kfence: initialized - using 2097152 bytes for 255 objects"
good "hfreplay: session 1 (s1): ready"
good "NMI watchdog: Perf NMI watchdog permanently disabled"
good "Lockdown: modprobe: unsigned module loading is restricted"
good "hfreplay: loading out-of-tree module taints kernel."
echo "1..$number"
