# SPDX-License-Identifier: GPL-2.0-only
# Patterns of a data set: their lengths, what is matched, what is predicted.
. "$CLI_DIR/lib.sh"
. "$CLI_DIR/make-agios-set.sh"

make_agios_set set
run 0 import agios set/IOnode_traces -o out

# Six windows at each node, of 21 and of 22 requests.
run 0 patterns --csv out/T1_1.hft
head -n 1 stdout |
	grep -qx 'experiment,label,server,operation,windows,requests,mean,deviation' ||
	fail "header of --csv"
grep -qx '"T1_1","contig/32","",read,12,258,21.500000,0.500000' stdout ||
	fail "lengths of reads"
run 0 patterns --csv --servers out/T1_1.hft
grep -qx '"T1_1","contig/32","ion-2",write,6,132,22.000000,0.000000' stdout ||
	fail "lengths at a node"
run 0 patterns --csv --window 3s --together out/T1_1.hft
grep -qx '"T1_1","contig/32","",all,8,516,64.500000,1.500000' stdout ||
	fail "lengths of longer windows"

# The first repetitions are learned, the second ones recognised.
run 0 patterns --base base --json out/T1_1.hft out/T2_1.hft
printed_json patterns_before 0
printed_json patterns 4
printed_json windows 48
cp base before
run 0 patterns --base base --frozen --json out/T1_2.hft out/T2_2.hft
cmp -s base before || fail "a frozen base changes"
printed_json patterns 4
printed_json matched 48
printed_json judged 48
printed_json right 48
printed_json precision 1.0
printed_json recall 1.0
printed_json prediction 1.0
run 0 patterns --base base --frozen --json --label strided/256 out/T1_2.hft
printed_json precision 0.0
run 0 patterns --base base out/T1_2.hft
printed "patterns: 4 known before, 4 now" "precision   100.0 %"
run 0 patterns --dtw fast --scale largest out/T1_1.hft out/T2_1.hft
printed "patterns: 0 known before"

run 0 patterns --dump out/T1_1.hft
[ "$(wc -l <stdout)" -eq 25 ] || fail "lines of --dump"
grep -q '^"T1_1","ion-1",read,[0-9]*,21,688128,1,0,1,,$' stdout ||
	fail "the first window of --dump"
grep -q ',21,688128,1,0,0,100.000,0$' stdout ||
	fail "a window that was predicted"

# From the original files the same.
run 0 patterns --csv --invert-rw set/IOnode_traces/T1_1/ion-1/reads.trace
grep -q '"",read,6,126,21.000000,0.000000$' stdout || fail "from the original"
run 0 patterns --csv --invert-rw out/T1_1.hft
run 0 patterns --csv --device ion-1 out/T1_1.hft
run 2 patterns --from nonsense out/T1_1.hft
said "unknown trace format nonsense"

# What changes addresses makes files unknown, which is said.
run 0 transform --head 100 out/T1_1.hft moved.hft
run 0 patterns --csv moved.hft
said "moved was made of a trace of files"

run 1 patterns --base base --window 2s out/T1_1.hft
said "windows of 1.0 s" "another base"
run 1 patterns --base none --frozen out/T1_1.hft
said "none is not there"
echo '{' >bad
run 1 patterns --base bad out/T1_1.hft
said "bad line "
run 2 patterns --csv --dump out/T1_1.hft
run 2 patterns --threshold 101 out/T1_1.hft
run 2 patterns --dtw slow out/T1_1.hft
run 2 patterns --window 0 out/T1_1.hft
exit 0
