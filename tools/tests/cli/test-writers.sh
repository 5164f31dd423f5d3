# SPDX-License-Identifier: GPL-2.0-only
# Traces are written in the formats of others, whose tools read them.
. "$CLI_DIR/lib.sh"

# One of each: a read, writes with and without flags, a flush, a discard.
cat >in.txt <<'END'
  8,16   0        1     0.000000000    77  Q FWFS 2048 + 16 [(null)]
  8,16   0        2     0.000250000    77  C FWFS 2048 + 16 [0]
  8,16   0        3     0.000250000    77  C FWFS 2048 [0]
  8,16   0        4     0.001000000    78  Q RAM 4096 + 1 [(null)]
  8,16   0        5     0.001000500    79  Q  FW [(null)]
  8,16   0        6     0.001300000    79  C  FW 0 [0]
  8,16   0        7     0.002345678    78  C RAM 4096 + 1 [0]
  8,16   0        8     0.500000000    80  Q   D 8192 + 64 [(null)]
  8,16   0        9     0.600000000    80  C   D 8192 + 64 [0]
  8,16   0       10     1.000000000    81  Q   W 8 + 8 [(null)]
  8,16   0       11     1.000000001    81  C   W 8 + 8 [0]
END
run 0 convert in.txt t.hft

# What cannot be held is an error, or counted.
run 1 convert t.hft t.spc
said "spc cannot hold 2 of 5 requests (1 flush, 1 discard)" "--lossy"
[ ! -e t.spc ] || fail "a refused trace leaves a file"
run 0 convert --lossy t.hft t.spc
printed "written     spc, 3 requests" "1 flush left out" \
	"1 discard left out" "3 completion times not held" \
	"1 flags preflush not held" "bios as queued"
[ "$(wc -l <t.spc)" -eq 3 ] || fail "lines of t.spc"
run 0 convert --json --lossy --to spc t.hft u.spc
cmp -s t.spc u.spc || fail "--to spc and .spc differ"
printed_json flush 1
printed_json discard 1
printed_json completions 3
printed_json format '"spc"'

# Names choose formats, where they say enough.
run 2 convert t.hft t.csv
said "several formats" "--to" "hfplayer" "msr"
run 2 convert --to nothing t.hft t.x
said "nothing" "formats are: hft"
run 0 convert t.hft t.blktrace.0
run 0 convert t.hft t.blkparse
cmp t.blkparse in.txt || fail "the text of blkparse differs"
run 0 convert t.hft t.iolog
head -n 1 t.iolog | grep -qx 'fio version 3 iolog' || fail "t.iolog"
run 0 convert --lossy t.hft t.load
run 0 convert --lossy t.hft t.annot
head -n 1 t.annot | grep -q 'DEP_PARENT_LIST' || fail "t.annot"
printed "3 requests" "1 flush left out"

# All formats, packed and not.
"$HFCTL" convert --formats >formats || fail "--formats"
"$HFCTL" convert --formats --json >formats.json || fail "--formats --json"
sed -n 's/^\([a-z0-9]*\): .*/\1/p' formats >names
[ "$(wc -l <names)" -ge 14 ] || fail "--formats lists too few"
while read -r name; do
	run 0 convert --lossy --to "$name" t.hft plain
	for packer in gzip:gz zstd:zst xz:xz bzip2:bz2; do
		command -v "${packer%:*}" >/dev/null || continue
		run 0 convert --lossy --to "$name" t.hft "out.${packer#*:}"
		"${packer%:*}" -dc <"out.${packer#*:}" >unpacked ||
			fail "$packer: $name"
		if [ "$name" = hft ]; then
			cmp -s unpacked t.hft || fail "$packer: hft"
		else
			cmp -s unpacked plain || fail "$packer: $name"
		fi
	done
done <names
rm -f out.* unpacked plain

# A table with the columns that are asked for, which the same map reads.
map=skip=1,time:us,op:read=R:write=W,offset:sectors,length:bytes
run 1 convert --to-columns $map t.hft table.csv
said "csv cannot hold 2 of 5 requests (1 flush, 1 discard)" "--lossy"
[ ! -e table.csv ] || fail "a refused table is left"
run 0 convert --to-columns $map --lossy t.hft table.csv
printed "written     csv, 3 requests" "3 completion times not held"
[ "$(head -n 2 table.csv | tr '\n' ' ')" = \
	"time,op,offset,length 0.000,W,2048,8192 " ] || fail "bytes of table.csv"
run 0 convert --columns $map table.csv back.hft
run 0 convert --to-columns $map back.hft again.csv
cmp -s table.csv again.csv || fail "a table does not come back"
run 2 convert --to-columns $map --to spc --lossy t.hft t.x
said "--to-columns does not go with it"
run 2 convert --to-columns $map --to hft t.hft t.x
said "--to-columns does not go with it"
run 2 convert --to-columns time=0,op,offset:bytes,length:bytes t.hft t.x
said "--to-columns: time=0" "has times"
# Before anything is read.
run 2 convert --to-columns time=0,op,offset:bytes,length:bytes absent.hft t.x
said "--to-columns: time=0"

# Text may go to a pipe, the summary then elsewhere.
run 0 convert --to blkparse t.hft -
cmp -s stdout in.txt || fail "standard output is not the trace alone"
said "written     blkparse"
run 1 convert --to blktrace t.hft -
said "standard output"
"$HFCTL" convert --to blkparse t.hft - 2>stderr >/dev/full
[ $? -eq 1 ] || fail "a full disk goes unnoticed"
said "No space left"

# A device without number, names that a format has no room for.
make_csv m.csv
run 0 convert --to blkparse m.csv -
said "device usr_0 is written as 240,0"
run 0 convert --to msr m.csv same.csv
cmp -s m.csv same.csv || fail "MSR CSV does not come back"

# Nothing is left of what fails half way, or is interrupted.
awk 'BEGIN { for (i = 0; i < 200000; i++)
	printf "128166372%09d,usr,0,Read,%d,4096,100\n", i * 977, \
	       i * 4096 }' >big.csv
run 0 convert big.csv big.hft
{
	"$HFCTL" convert --to blkparse big.hft - 2>stderr
	echo $? >code
} | head -n 1 >stdout
[ "$(cat code)" -eq 141 ] || fail "code $(cat code) without a reader"
[ ! -s stderr ] || fail "a reader that goes away is complained of"
mkdir full
for to in blktrace oraclegeneral spc msr; do
	for end in "" .gz; do
		(ulimit -f 8; run 1 convert --to $to big.hft "full/x$end") ||
			exit 1
		said "full/x$end" "File too large"
	done
done
"$HFCTL" convert --to blkparse big.hft full/slow.xz >stdout 2>stderr &
pid=$!
sleep 0.3
kill -s INT $pid
wait $pid
code=$?
[ $code -eq 130 ] || fail "exit code $code after SIGINT"
said interrupted
[ -z "$(ls full)" ] || fail "left behind: $(ls full)"
rm -r big.csv big.hft full

# blkparse prints the same events from the binary as we do.
if command -v blkparse >/dev/null; then
	blkparse -i t 2>/dev/null | grep '^ ' | grep -v ' m ' |
		grep '\[' >theirs
	cmp -s theirs in.txt || fail "blkparse: $(diff theirs in.txt)"
	sed 's/  Q /  D /' in.txt >driver.txt
	run 0 convert driver.txt driver.hft
	run 0 convert driver.hft driver.blktrace.0
	run 0 convert driver.hft driver.blkparse
	blkparse -i driver 2>/dev/null | grep '^  8,16' >theirs
	grep -q ' m   N hfctl: Q stands beside each D' theirs ||
		fail "no message to blkparse"
	# The message takes a number.
	grep -v ' m ' theirs | sed 's/^\(.\{11\}\).\{9\}/\1/' >a
	sed 's/^\(.\{11\}\).\{9\}/\1/' driver.blkparse >b
	cmp -s a b || fail "blkparse, driver level: $(diff a b)"
fi

# fio replays what it read: as many of each, and as many bytes, in its time
# (that of version 2 begins before the first request). It needs a device for
# discards, and takes a write with PREFLUSH in a blktrace for a flush.
if command -v fio jq >/dev/null; then
	truncate -s 16M disk
	grep -v '  D ' in.txt >fio.txt
	for to in fio fio2 blktrace; do
		run 0 convert --to $to fio.txt log
		fio --name=x --read_iolog=log --replay_redirect="$PWD/disk" \
			--ioengine=null --output-format=json \
			--output=fio.json >fio.log 2>&1 ||
			fail "fio does not replay $to: $(cat fio.log)"
		jq -r '.jobs[0] | "\(.error) \(.read.total_ios) \(
			.read.io_bytes) \(.write.total_ios) \(
			.write.io_bytes) \(.job_runtime >= 700 and
			.job_runtime < 3000)"' <fio.json >got
		writes="2 12288"
		[ $to != blktrace ] || writes="1 4096"
		[ "$(cat got)" = "0 1 512 $writes true" ] ||
			fail "fio replays of $to: $(cat got)"
	done
fi
exit 0
