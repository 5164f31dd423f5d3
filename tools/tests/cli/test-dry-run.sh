# SPDX-License-Identifier: GPL-2.0-only
# --dry-run says what a replay would do, and touches nothing.
. "$CLI_DIR/lib.sh"

make_trace t.hft
touch stdout stderr
before=$(sha256sum t.hft; ls -A)
run 0 replay t.hft --dry-run --engine kernel
printed "requests  3 over" "3 read" "2 of the 5 requests" "window    64 requests"
printed "engine    kernel: the module"
run 0 replay t.hft --dry-run --allow-writes
printed "requests  5 over" "2 write"
run 0 replay t.hft --dry-run --json --engine kernel
printed_json engine '"kernel"'
printed_json format 1
printed_json requests 3
printed_json left_out 2
printed_json window 64
printed_json source_format '"hft"'
run 0 replay t.hft --dry-run --stream --window 128
printed "window    128 requests" "streamed"

# load refuses writes without consent, after it has told its plan.
run 1 load t.hft --dry-run
printed "2 write" "3 read"
said "2 of the 5 requests" "--allow-writes" "--reads-only"
run 0 load t.hft --dry-run --reads-only
printed "3 read"
run 0 load t.hft --dry-run --allow-writes

# Dependencies: inferred in mode dep, from what is replayed.
run 0 replay t.hft --dry-run --mode dep
printed "depends   by 1 scopes (global), threshold 10.0 us, inferred"
run 0 replay t.hft --dry-run --mode dep --json --allow-writes
printed_json inferred true
printed_json requests 5
run 0 replay t.hft --dry-run --deps --dep-scope target --dep-threshold 5ms
printed "(target), threshold 5.0 ms, inferred"
run 0 replay t.hft --dry-run --json
printed_json dependencies null
"$HFCTL" deps t.hft -o ../d.hft --threshold 7us >/dev/null || fail "no deps"
run 0 load ../d.hft --dry-run --allow-writes --mode dep
printed "threshold 7.0 us"
! grep -q inferred stdout || fail "what is there is inferred"
run 0 replay ../d.hft --dry-run --mode dep
printed "threshold 10.0 us, inferred"
rm ../d.hft

# A part of the trace.
run 0 replay t.hft --dry-run --range 2:
printed "requests  2 over" "left out  1 of the 3"
run 1 replay t.hft --dry-run --range 1h:
said "has no request in this range"

# Sources are converted without a trace of it.
make_csv t.csv
run 0 replay t.csv --dry-run -o result
printed "read as msr"
rm t.csv
[ "$before" = "$(sha256sum t.hft; ls -A)" ] || fail "files were made: $(ls -A)"

# Targets that are none.
run 1 replay t.hft --dry-run --target t.hft --engine kernel
said "t.hft is not a block device" "--engine uring"
run 1 replay t.hft --dry-run --target /dev/null
said "/dev/null is not a block device"
run 1 replay t.hft --dry-run --target /dev/absent
said "/dev/absent" "No such file"

# Only writes: nothing would be left.
grep -v Read >w.csv <<'END'
128166372003061629,usr,0,Write,0,4096,41286
128166372016382155,usr,0,Write,4096,4096,1963
END
run 1 replay w.csv --dry-run
said "--allow-writes"

# Two disks need two targets.
cat >two.csv <<'END'
128166372003061629,usr,0,Read,0,4096,41286
128166372016382155,usr,1,Read,4096,4096,1963
END
root=$(findmnt -n -o SOURCE / 2>/dev/null)
[ -b "$root" ] || exit 0
run 1 replay two.csv --dry-run --target "$root"
said "2 devices" "--device"
exit 0
