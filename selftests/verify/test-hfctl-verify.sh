#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hfctl verify as it is used, in KTAP: from a session, from an .hfr file, from
# records that were read from the node. Runs as root in a virtual machine (see
# selftests/vm/run), with hfctl's path in HFCTL and the module's in HFREPLAY_KO.

set -u
HFCTL=$(realpath "${HFCTL:-build/hfctl}")
DIR=$(mktemp -d)
NULLB=/sys/kernel/config/nullb/vd
cd "$DIR" || exit 1
count=0 failures=0

bail()
{
	echo "Bail out! $1"
	exit 1
}

# check TITLE COMMAND...: the result is the command's.
check()
{
	local title=$1

	shift
	count=$((count + 1))
	if "$@" >out 2>err; then
		echo "ok $count $title"
		return
	fi
	failures=$((failures + 1))
	sed 's/^/# /' out err | head -n 20
	echo "not ok $count $title"
}

# code N COMMAND...: the command ends with this exit code.
code()
{
	local want=$1 got

	shift
	"$@"
	got=$?
	[ $got -eq "$want" ] || echo "exit code $got, not $want"
	[ $got -eq "$want" ]
}

says()
{
	grep -qF -- "$1" verify.out || { cat verify.out; return 1; }
}

# found N TEXT ARGUMENT...: hfctl verify ends with code N and says TEXT.
found()
{
	local want=$1 text=$2

	shift 2
	code "$want" "$HFCTL" verify "$@" >verify.out 2>&1
	says "$text"
}

# 200 requests, 50 us apart: writes of 4 KiB to 16 KiB, and reads of them.
make_trace()
{
	awk 'BEGIN {
		srand(1)
		for (i = 0; i < 200; i++)
			printf "%.0f,vm,0,%s,%d,%d,1000\n",
				128166372000000000 + i * 500,
				i % 4 == 3 ? "Read" : "Write",
				int(rand() * 500) * 4096,
				4096 * (1 + int(rand() * 4))
	}' >trace.csv
	"$HFCTL" convert trace.csv trace.hft >/dev/null
}

# The block that the last write wrote, as the number of that request, offset.
last_write()
{
	"$HFCTL" info --dump trace.hft | awk -F, '
		$3 == "write" { index_of = NR - 2; offset = $4 }
		END { print index_of, offset }'
}

session()
{
	"$HFCTL" load trace.hft --name v --target /dev/vd --allow-writes \
		--payload verify --seed 99 &&
	"$HFCTL" start v --wait
}

number()
{
	"$HFCTL" status v --json | sed -n "s/^ *\"$1\": *\([0-9]*\),*$/\1/p" |
		head -n 1
}

spoil()
{
	dd if=/dev/urandom of=/dev/vd bs=512 seek=$(($1 / 512)) count=1 \
		conv=notrunc,fsync status=none
}

mounted()
{
	mkfs.ext4 -q -F /dev/vd && mkdir mnt && mount /dev/vd mnt || return 1
	found 1 "cannot be verified while it is in use: it is mounted" run/result.hfr
	local rc=$?
	umount mnt
	return $rc
}

modprobe configfs
modprobe null_blk nr_devices=0 || bail "no null_blk"
mkdir $NULLB || bail "no null_blk device"
echo 8 >$NULLB/size
echo 1 >$NULLB/memory_backed
echo 1 >$NULLB/power
[ -b /dev/vd ] || bail "no /dev/vd"
[ -e /sys/module/hfreplay ] || insmod "$HFREPLAY_KO" || bail "no module"
make_trace || bail "no trace"
read -r index offset < <(last_write)

echo "TAP version 13"
check "a session writes and reads what can be verified" session
check "status tells that reads were checked" \
	test "$(number verified)" -gt 0 -a "$(number verify_errors)" = 0
check "the session's device is as it must be" found 0 OK v
cat /dev/hfreplay/v >v.rec
run=$(number wall_start_ns)
check "the same from records of the node" found 0 OK trace.hft \
	--records v.rec --seed 99 --run "$run" /dev/vd
head -c 1000 v.rec >cut.rec
check "and from those that came before a crash" found 0 OK trace.hft \
	--records cut.rec --seed 99 --crash /dev/vd
check "another seed is another session's" found 4 MISMATCH trace.hft \
	--records v.rec --seed 98 /dev/vd
check "another run is not this one" found 4 MISMATCH trace.hft \
	--records v.rec --seed 99 --run 1 /dev/vd
spoil "$offset"
check "a spoilt block is found, with the request that it lacks" \
	found 4 "offset $offset, 512 bytes: nothing that this run wrote; what request $index wrote" v
"$HFCTL" unload v

check "replay in one go" "$HFCTL" replay trace.hft --target /dev/vd \
	--allow-writes --payload verify -o run
check "what it has left is as it must be" found 0 OK run/result.hfr
check "it is verified on the device that is named" found 0 OK \
	run/result.hfr /dev/vd
check "a run with another payload is refused" \
	"$HFCTL" replay trace.hft --target /dev/vd --allow-writes -o other
check "... with the reason" found 1 "--payload verify can be verified" \
	other/result.hfr
check "a mounted device is refused" mounted

rmmod hfreplay
rmdir $NULLB
cd /
rm -rf "$DIR"
echo "1..$count"
[ $failures -eq 0 ]
