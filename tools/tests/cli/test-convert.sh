# SPDX-License-Identifier: GPL-2.0-only
# A trace is converted, described and printed.
. "$CLI_DIR/lib.sh"

make_csv t.csv
run 0 convert t.csv t.hft
[ "$(head -c 4 t.hft | tail -c 3)" = HFT ] || fail "t.hft is no .hft file"
run 0 info t.hft
run 0 info --json t.hft
printed_json requests 5
printed_json reads 3
printed_json writes 2
printed_json flushes 0
printed_json discards 0
printed_json read_bytes 29184
printed_json write_bytes 73728
printed_json max_in_flight '[0-9]+'
printed_json has_completions true
printed_json duration_ns '[0-9]+'
printed '"targets"'

run 0 convert --dump t.hft
cp stdout dump
head -n 1 dump | grep -qx 'issue_ns,complete_ns,op,offset,length,target,flags' ||
	fail "header of --dump"
[ "$(wc -l <dump)" -eq 6 ] || fail "lines of --dump"
sed -n 2p dump | grep -q '^0,4128600,read,7014609920,24576,0,' ||
	fail "first request of --dump: $(sed -n 2p dump)"
sed -n 3p dump | grep -q '^1332052600,1332248900,write,1317441536,8192,0,' ||
	fail "second request of --dump: $(sed -n 3p dump)"

run 0 convert --dump t.csv
cmp -s stdout dump || fail "--dump of the source differs"
run 0 convert --from msr t.csv u.hft
gzip -k t.csv
run 0 convert --dump t.csv.gz
cmp -s stdout dump || fail "--dump of a compressed source differs"
run 0 convert t.hft copy.hft
run 0 convert --dump copy.hft
cmp -s stdout dump || fail "a copy differs"

# Reads become writes, also on the way to another format.
run 0 convert --dump --invert-rw t.hft
sed -n 2p stdout | grep -q '^0,4128600,write,7014609920,' ||
	fail "--invert-rw of an .hft file"
run 0 convert --invert-rw --to spc t.hft t.spc
sed -n 1p t.spc | grep -q ',W,' || fail "--invert-rw to another format"
run 1 convert --spread --to spc t.hft t.spc
said "--spread is for formats"
rm t.spc
for option in "--to spc" "--to-columns time:s" --lossy --json; do
	# shellcheck disable=SC2086
	run 2 convert --dump $option t.hft
	said "${option%% *} does not go with it"
done
run 2 info --dump --json t.hft
said "of --brief, --dump and --json only one"
run 0 info --brief t.hft
[ "$(cat stdout)" = "t.hft: hft, 5 requests in 3.8 s, 3 reads (28.5 KiB), 2 writes (72.0 KiB), 1 device" ] ||
	fail "the line of --brief"
run 1 info --keys t.hft
said "--keys is for traces"

run 1 convert --from fio t.csv v.hft
run 1 convert t.csv /no/such/folder/t.hft
said "/no/such/folder"
run 1 convert absent.csv v.hft
said "absent.csv"
[ ! -e v.hft ] || fail "a failed conversion leaves a file"

# Outputs that are none.
run 1 convert t.csv -
said "standard output"
ln -s nowhere/new.hft link
run 1 convert t.csv link
said "link" "leads to nothing"
[ -L link ] || fail "a link is replaced"
rm link

# Inputs that are one.
ln -s t.csv link
run 1 convert t.csv link v.hft
said "same file"
run 1 convert - - v.hft
said "same file"
rm link

# Names need not be UTF-8, JSON must be.
odd=$(printf 'odd\377')
printf '128166372003061629,us\377r,0,Read,0,4096,5\n' >"$odd"
run 0 convert --json "$odd" "$odd.hft"
printed_json output '"odd\?.hft"'
run 0 info --json "$odd.hft"
printed_json name '"us\?r_0"'
rm "$odd" "$odd.hft"

rm t.csv t.csv.gz t.hft u.hft copy.hft dump stdout stderr
left=$(find . -mindepth 1)
[ -z "$left" ] || fail "files are left behind: $left"
