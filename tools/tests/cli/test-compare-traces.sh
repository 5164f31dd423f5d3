# SPDX-License-Identifier: GPL-2.0-only
# hfctl compare-traces: how like two traces are.
. "$CLI_DIR/lib.sh"

# trace BLOCKS EVERY: reads, each EVERY-th request a write, a millisecond apart.
trace()
{
	awk -v blocks="$1" -v every="$2" 'BEGIN { for (i = 0; i < 3000; i++)
		printf "12816637200%07d,usr,0,%s,%d,4096,1\n", i * 1000,
			i % every ? "Read" : "Write", i * 7 % blocks * 4096 }'
}
trace 300 3 >a.csv
trace 300 2 >b.csv
trace 600 3 >c.csv
"$HFCTL" convert a.csv a.hft >/dev/null 2>&1 || fail "cannot convert"

run 0 compare-traces a.hft a.csv
printed "Share of reads, difference            0.0000" "a.csv" "s3fifo"
run 0 compare-traces a.csv c.csv --policy lru,arc --size 50%,100%
printed "Jump to the next request, KS"
grep -q "^  lru  *0.45" stdout || fail "half of LRU's hits are lost"

command -v jq >/dev/null || skip "jq is not installed"
# figure EXPRESSION - it is true of the JSON
figure()
{
	jq -e "$1" stdout >/dev/null || fail "not so: $1"
}
run 0 compare-traces a.hft b.csv --json
figure '.format == 1 and .original.reads == 2000 and .other.reads == 1500'
figure '.read_share > 0.166 and .read_share < 0.167'
figure '.size_ks == 0 and .gap_ks == 0 and .jump_ks == 0'
figure '[.hit_ratios[].policy] == ["lru", "fifo", "clock", "lfu", "arc", "2q", "s3fifo", "sieve"]'
figure '[.hit_ratios[].mean] | add == 0'
figure '.mmd < 0.01 and .mmd_same < 0.01 and .mmd_random > 0.01'
run 0 compare-traces a.csv c.csv --policy lru --size 100% --json
# 2700 of 3000 hit; none does where the loop is twice as long.
figure '.hit_ratios[0].mean == 0.9'
figure '.hit_ratios[0].scaled_mean | . > 0.099 and . < 0.101'

run 2 compare-traces a.hft
said "argument is missing"
run 2 compare-traces a.hft b.csv c.csv
said "an argument too many"
run 2 compare-traces a.hft b.csv --policy nonsense
said "no policy nonsense"
run 2 compare-traces a.hft b.csv --size x
said "no cache size"
run 2 compare-traces a.hft b.csv --block 1000
said "not a power of two"
run 2 compare-traces a.hft b.csv --samples 5
said "not from 100 to 20000"
run 2 compare-traces a.hft b.csv --threads 0
run 1 compare-traces a.hft absent.hft
run 1 compare-traces absent.hft a.hft
exit 0
