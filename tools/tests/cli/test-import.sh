# SPDX-License-Identifier: GPL-2.0-only
# A data set is imported experiment by experiment, with what its names say.
. "$CLI_DIR/lib.sh"
. "$CLI_DIR/make-agios-set.sh"

make_agios_set set

run 0 import agios set --list
printed "T1_1" "contig/32" "I/O nodes" "data servers"
[ "$(wc -l <stdout)" -eq 8 ] || fail "lines of --list"
run 0 import agios set -o out
[ "$(ls out | wc -l)" -eq 7 ] || fail "seven traces: $(ls out)"
run 0 import agios set/IOnode_traces/T2_1 -o one
[ "$(ls one)" = T2_1.hft ] || fail "one experiment: $(ls one)"

# A device for each node, the two portions together, R and W put right: the
# writes of all nodes begin at 200 s, the reads at 210 s.
run 0 info --json out/T1_1.hft
printed_json requests 516
printed_json reads 258
printed_json writes 258
printed '"ion-1"' '"ion-2"'
printed_json label '"contig/32"'
printed_json test '"T1"'
printed '"client-2"'
run 0 convert --dump out/T1_1.hft
sed -n 2p stdout | grep -q '^0,,write,0,32768,' || fail "the first is a write"
tail -n 1 stdout | grep -q ',read,' || fail "the last is a read"

# Server traces: over midnight, and what the folder is called.
two=NOOP_app1_contig_128_32KB_8_4_nto1_app2_noncontig_64_256KB_16_8_nton_2_pvfstrace
run 0 info --json "out/$two.hft"
printed_json requests 200
printed_json duration_ns 64009000000
printed '"server1"' '"server2"'
printed_json spatiality '"noncontig"'
printed_json requests '"64_256KB"'
printed_json processes 16
printed_json machines 8
printed_json repetition 2
printed_json label '"NOOP_app1_contig_128_32KB_8_4_nto1_app2_noncontig_64_256KB_16_8_nton"'

# Names of files decide on R and W; where they contradict, the user has to.
run 0 import agios set/IOnode_traces/T1_1 -o straight --invert-rw no
run 0 convert --dump straight/T1_1.hft
sed -n 2p stdout | grep -q ',read,' || fail "--invert-rw no"
mv set/IOnode_traces/T1_1/ion-2/reads.trace set/IOnode_traces/T1_1/ion-2/x
mv set/IOnode_traces/T1_1/ion-2/writes.trace set/IOnode_traces/T1_1/ion-2/reads.trace
mv set/IOnode_traces/T1_1/ion-2/x set/IOnode_traces/T1_1/ion-2/writes.trace
run 1 import agios set/IOnode_traces/T1_1 -o bad
said "T1_1" "--invert-rw yes or no"
[ -z "$(ls bad)" ] || fail "a trace is left"

run 1 import agios absent -o bad
said "absent"
mkdir empty
run 1 import agios empty -o bad
said "no trace of I/O nodes"
run 2 import agios set
said "--output" "--list"
run 2 import other set --list
said "there is: agios"
run 1 import agios set -o set/IOnode_traces/output/commands
said "cannot make the folder"
printf 'x\n\n' >>set/IOnode_traces/T2_2/ion-1/reads.trace
run 1 import agios set/IOnode_traces/T2_2 -o bad
said "reads.trace line 127" "not a line of an AGIOS trace"
run 0 import agios set/IOnode_traces/T2_2 -o bad --max-junk 1
exit 0
