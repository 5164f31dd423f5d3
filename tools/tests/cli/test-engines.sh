# SPDX-License-Identifier: GPL-2.0-only
# The engines in user space, on plain files.
. "$CLI_DIR/lib.sh"

SIZE=$((1 << 20))

# trace NAME STEP_NS COUNT [WORD] - reads and writes (WORD) of 4 KiB in the
# first MiB
trace()
{
	awk -v step="$2" -v n="$3" -v word="${4:-Write}" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "128166372%09d,sd,0,%s,%d,4096,300\n",
				i * step / 100, i % 3 ? "Read" : word,
				i * 7 % 200 * 4096
	}' >trace.csv
	"$HFCTL" convert --from msr trace.csv "$1" >/dev/null 2>stderr ||
		fail "no trace"
	rm trace.csv
}

new_image()
{
	head -c $SIZE /dev/zero | tr '\0' '\252' >image
}

counter()
{
	sed -n "s/^ *\"counters.$1\": \([0-9]*\),*\$/\1/p; s/^ *\"$1\": \([0-9]*\),*\$/\1/p" stdout |
		head -n 1
}

trace t.hft 50000 1000
new_image
before=$(sha256sum image)

# ---- null: a floor that touches nothing ----

run 0 replay t.hft --target image --engine null --allow-writes --json
[ "$before" = "$(sha256sum image)" ] || fail "null has written"
run 1 replay t.hft --target image --engine null --payload verify
said "which null does not"

# ---- io_uring ----

"$HFCTL" replay t.hft --target image --engine uring >stdout 2>stderr
[ $? -eq 0 ] || {
	! grep -q "io_uring is not available" stderr ||
		skip "$(sed -n 's/^hfctl: //p' stderr)"
	fail "no replay on a file"
}
said "engine    uring" "334 of the 1000 requests change the device"
printed "uring engine"
[ "$before" = "$(sha256sum image)" ] || fail "written without consent"
run 0 replay t.hft --target image
said "engine    uring"

# What is written is what the trace says, and nothing else.
run 0 replay t.hft --target image --allow-writes --payload zero
i=0
while [ $i -lt 1000 ]; do
	[ $((i % 3)) -ne 0 ] || echo $((i * 7 % 200))
	i=$((i + 1))
done | sort -nu >blocks
head -c $SIZE /dev/zero | tr '\0' '\252' >want
while read -r block; do
	dd if=/dev/zero of=want bs=4096 seek="$block" count=1 conv=notrunc \
		status=none
done <blocks
cmp image want || fail "the file does not hold what the trace writes"

# Stamps: checked while it runs, and afterwards; all modes and ways to issue.
for how in "--mode hf" "--mode afap --plug 8" "--mode load" \
	   "--mode dep --think-scale 0.5" "--sqpoll --speed 2" \
	   "--workers 2 --spread request" "--loops 2 --bundle 200us"; do
	new_image
	# shellcheck disable=SC2086
	run 0 replay t.hft --target image --allow-writes --payload verify \
		-o result $how
	run 0 report result/result.hfr --json
	[ "$(counter verify_errors)" = 0 ] || fail "verification failed: $how"
	[ "$(counter errors)" = 0 ] || fail "errors: $how"
	run 0 results result/result.hfr --csv
	want=1000
	[ "$how" = "${how#*loops 2}" ] || want=2000
	[ "$(grep -c ',done$' stdout)" = $want ] || fail "not all done: $how"
	run 0 verify result/result.hfr
	printed "OK"
	printf x | dd of=image bs=1 seek=100 conv=notrunc status=none
	"$HFCTL" verify result/result.hfr >stdout 2>stderr
	[ $? -eq 4 ] || fail "damage goes unnoticed"
done
[ "$(stat -c %s image)" = $SIZE ] || fail "the file was made longer"

# ---- refusals ----

truncate -s 8192 short
before=$(sha256sum short)
run 1 replay t.hft --target short --allow-writes
said "beyond the 8192 bytes of short" "nothing was issued"
[ "$before" = "$(sha256sum short)" ] || fail "written all the same"
: >empty
run 1 replay t.hft --target empty
said "has a size of 0 bytes" "truncate"
run 1 replay t.hft --target image --engine kernel
said "image is not a block device"
run 1 replay t.hft --target image --allow-writes --limit 1 --workers 2
said "cannot share a limit of 1"
run 1 replay t.hft --target . --engine uring
said "is not a block device"
if [ "$(id -u)" -ne 0 ]; then
	chmod 400 image
	run 1 replay t.hft --target image --allow-writes
	said "read-only"
	chmod 600 image
fi
[ ! -e result2 ] || fail "a refused replay has left its folder"
run 1 replay t.hft --target short -o result2
[ ! -e result2 ] || fail "a refused replay has left its folder"

# ---- other operations, by the text of blkparse ----

cat >ops.txt <<'END'
  8,0    0        1     0.000000000   100  D   W 0 + 64 [a]
  8,0    0        2     0.000100000   100  C   W 0 + 64 [0]
  8,0    0        3     0.001000000   100  D   D 0 + 32 [a]
  8,0    0        4     0.001100000   100  C   D 0 + 32 [0]
  8,0    0        5     0.002000000   100  D  FN [a]
  8,0    0        6     0.002100000   100  C  FN [0]
  8,0    0        7     0.003000000   100  D WFS 64 + 8 [a]
  8,0    0        8     0.003100000   100  C WFS 64 + 8 [0]
END
"$HFCTL" convert --from blkparse ops.txt ops.hft >/dev/null 2>stderr ||
	fail "no trace of operations"
new_image
run 0 replay ops.hft --target image --allow-writes -o ops
run 0 results ops/result.hfr --csv
[ "$(grep -c ',done$' stdout)" = "$(($(wc -l <stdout) - 1))" ] ||
	fail "not all operations are done"
head -c 16384 image | cmp -n 16384 - /dev/zero ||
	fail "a discard has left data"
head -c 32768 image | tail -c 16384 | cmp -s -n 16384 - /dev/zero &&
	fail "a discard has reached too far"

# ---- two at once, Ctrl-C ----

trace long.hft 5000000 1000
"$HFCTL" replay long.hft --target image -o long >out 2>err &
pid=$!
sleep 1
run 1 replay t.hft --target image
said "held by something else" "nothing was issued"
kill -s INT $pid
wait $pid
code=$?
[ $code -eq 130 ] || fail "exit code $code after Ctrl-C"
run 0 results long/result.hfr --csv
ended=$(grep -c ',done$' stdout)
[ "$ended" -gt 10 ] && [ "$ended" -lt 600 ] ||
	fail "$ended requests of the second that it ran are kept"
run 0 replay t.hft --target image

# ---- no room for the results ----

trace reads.hft 50000 1000 Read
(ulimit -f 8; TMPDIR=$PWD run 1 replay reads.hft --target image -o full) ||
	exit 1
said "full/result.hfr" "File too large"
exit 0
