# SPDX-License-Identifier: GPL-2.0-only
# verify: what it is given, and what it says of an image.
. "$CLI_DIR/lib.sh"

# record ISSUED COMPLETED STATE - a completion record, little endian; times
# below 256
record()
{
	local b
	for b in "$1" 0 0 0 0 0 0 0 "$2" 0 0 0 0 0 0 0 \
		0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 "$3"; do
		printf '%b' "\\x$(printf %x "$b")"
	done
}

cat >t.csv <<'END'
128166372003061629,usr,0,Write,8192,4096,10
128166372016382155,usr,0,Write,65536,8192,10
128166372026382245,usr,0,Read,8192,4096,10
128166372036382245,usr,0,Write,8192,512,10
END
"$HFCTL" convert t.csv t.hft >/dev/null 2>stderr || fail "cannot make a trace"
truncate -s 1M disk

run 2 verify t.hft disk
said "give the seed" "--seed"
run 2 verify t.hft --seed 1
said "name the device"
run 2 verify t.hft --seed 1 disk disk
said "the trace has 1 devices, 2 are given"
run 2 verify t.hft --seed 1 --run soon disk

# Nothing is known to have completed, so nothing has to be there.
run 0 verify t.hft --seed 1 disk
printed "OK" "0 writes must be there"

# Two writes have completed; of the last request nothing is known.
{ record 1 10 1; record 20 30 1; record 40 50 1; printf cut; } >t.rec
"$HFCTL" verify t.hft --seed 1 --records t.rec disk >stdout 2>stderr
[ $? -eq 4 ] || fail "lost writes: exit code is not 4"
printed "lost" "offset 8192, 4096 bytes" "request 0 wrote" \
	"offset 65536, 8192 bytes" "request 1 wrote" "2 writes must be there" \
	"24 blocks" "MISMATCH"
# No flush came: after a crash they need not be there.
run 0 verify t.hft --seed 1 --records t.rec --crash disk
printed "0 writes must be there"
"$HFCTL" verify t.hft --seed 1 --records t.rec --json disk >stdout 2>stderr
[ $? -eq 4 ] || fail "with --json: exit code is not 4"
printed_json ok false
printed_json blocks_at_fault 24
if command -v jq >/dev/null; then
	jq -e '.targets[0].mismatches | map([.fault, .offset, .length, .must, .found]) ==
		[["lost", 8192, 4096, 0, null], ["lost", 65536, 8192, 1, null]]' \
		stdout >/dev/null || fail "not the mismatches"
fi

truncate -s 64K small
run 1 verify t.hft --seed 1 small
said "small has 65536 bytes" "73728" "it is not the device"
{ cat t.rec; cat t.rec; } >long.rec
run 2 verify t.hft --seed 1 --records long.rec disk
said "6 completion records of 4 requests" "--loops"
run 0 verify t.hft --seed 1 --records long.rec --loops 2 --crash disk
run 1 verify t.hft --seed 1 --records nothing.rec disk
said "nothing.rec"
run 1 verify t.hft --seed 1 nothing
said "nothing"

root=$(findmnt -n -o SOURCE / 2>/dev/null)
if [ -b "$root" ]; then
	run 1 verify t.hft --seed 1 "$root"
	said "cannot be verified while it is in use: it is mounted on /"
fi
