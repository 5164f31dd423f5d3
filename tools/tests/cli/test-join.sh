# SPDX-License-Identifier: GPL-2.0-only
# Records of a trace with what became of them, as text and for numpy.
. "$CLI_DIR/lib.sh"

awk 'BEGIN {
	for (i = 0; i < 300; i++)
		printf "128166372%09d,sd,0,%s,%d,%d,300\n", i * 500,
			i % 3 ? "Read" : "Write", i * 7 % 200 * 4096,
			4096 * (1 + i % 2)
}' >t.csv
"$HFCTL" convert --from msr t.csv t.hft >/dev/null 2>stderr || fail "no trace"
truncate -s 1M image
run 0 replay t.hft --target image --engine null --allow-writes --loops 2 -o r

# As text: both halves are what each alone says, line by line.
run 0 results r/result.hfr --join
[ "$(wc -l <stdout)" -eq 601 ] || fail "not a line for each record"
tail -n +2 stdout >joined
run 0 results r/result.hfr --csv
tail -n +2 stdout | cut -d, -f2- >outcome
cut -d, -f13- joined | cmp - outcome || fail "the outcome is another"
awk -F, '{ printf "%d,%d,%s,%d,%d,%d,%s\n", $1, $2, $3, $4 - $3, $5, $6, $8 }' \
	joined >got
awk 'BEGIN {
	for (i = 0; i < 600; i++) {
		k = i % 300
		printf "%d,%d,%d,%d,%d,%d,%s\n", i, (i >= 300), k * 50000, 30000,
			k * 7 % 200 * 4096, 4096 * (1 + k % 2),
			k % 3 ? "read" : "write"
	}
}' | cmp - got || fail "the trace is another"
run 0 results r/result.hfr --join -o joined.csv
[ "$(wc -l <joined.csv)" -eq 601 ] || fail "the file is not the same"

# For numpy: a head that says what follows, then 96 bytes for each.
run 0 results r/result.hfr --join --npy -o a.npy
head -c 8 a.npy | cmp - <(printf '\223NUMPY\001\000') || fail "no head"
start=$((10 + $(od -An -tu2 -j 8 -N 2 a.npy)))
[ $((start % 64)) -eq 0 ] || fail "records begin at byte $start"
head -c $start a.npy | grep -aq "'shape': (600,), }" || fail "no shape"
[ "$(stat -c %s a.npy)" -eq $((start + 600 * 96)) ] || fail "another length"
tail -c +$((start + 1)) a.npy | od -An -v -w96 -tu8 |
	awk '{ print $1 "," $2 - $1 "," $3 }' >got
awk 'BEGIN {
	for (i = 0; i < 600; i++)
		print i % 300 * 50000 ",30000," i % 300 * 7 % 200 * 4096
}' | cmp - got || fail "the array holds another trace"
tail -c +$((start + 1)) a.npy | od -An -v -w96 -tu8 | awk '{ print $9 "," $10 }' |
	cmp - <(cut -d, -f1,2 outcome) || fail "the array has another outcome"

# A trace that has moved, one that is another, and what makes no sense.
mv t.hft moved.hft
run 1 results r/result.hfr --join
run 0 results r/result.hfr --join --trace moved.hft
make_trace other.hft
run 1 results r/result.hfr --join --trace other.hft
said "is not the trace"
run 2 results r/result.hfr --npy -o b.npy
said "--npy goes with --join"
run 2 results r/result.hfr --join --json
[ ! -e b.npy ] || fail "a file is left"
"$HFCTL" results r/result.hfr --join --trace moved.hft >/dev/full 2>stderr
[ $? -eq 1 ] || fail "a full disk goes unnoticed"
exit 0
