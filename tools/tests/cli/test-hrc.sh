# SPDX-License-Identifier: GPL-2.0-only
# hfctl hrc: hit ratios of caches as text, CSV, JSON, and a page with pictures.
. "$CLI_DIR/lib.sh"

# Blocks 0 1 2 0 1 2 3, one reference each: LRU needs three blocks to hit.
refs()
{
	local block

	for block; do
		# shellcheck disable=SC2059
		printf "\\x$(printf %02x "$block")\0\0\0\0\0\0\0"
	done
}
refs 0 1 2 0 1 2 3 >t.refs
from="--from refs"
# shellcheck disable=SC2086
lines() { run 0 hrc t.refs $from --csv "$@" && sed 1d stdout; }

[ "$(lines --size 1,2,3,4)" = "lru,1,4096,0,0,0
lru,2,8192,0,0,0
lru,3,12288,0.428571429,0.428571429,0.428571429
lru,4,16384,0.428571429,0.428571429,0.428571429" ] || fail "the curve is wrong"
[ "$(lines --size 50%,12k | cut -d, -f 2,4)" = "2,0
3,0.428571429" ] || fail "sizes in percent and bytes are wrong"
[ "$(lines --size 8k --block 8k --trace-block 8k | cut -d, -f 2,3)" = "1,8192" ] ||
	fail "the size of a block is wrong"

# Requests of several blocks, and of parts of them.
cat >t.csv <<'END'
128166372000000000,usr,0,Write,0,8192,1000
128166372000010000,usr,0,Read,4096,8192,2000
128166372000020000,usr,0,Read,512,1024,1000
END
run 0 hrc t.csv --size 1,3 --csv
[ "$(sed 1d stdout)" = "lru,1,4096,0.2,0.235294118,0
lru,3,12288,0.4,0.294117647,0.333333333" ] || fail "weights are wrong"
run 0 hrc t.csv --size 3
printed "Hit ratios: t.csv, 5 references to 3 blocks of 4.0 KiB" "Byte hit ratio" \
	"Request hit ratio" "100 %"
run 0 hrc t.csv --size 3 --op read --csv
[ "$(sed 1d stdout)" = "lru,3,12288,0,0,0" ] || fail "writes were counted"

if command -v jq >/dev/null; then
	run 0 hrc t.csv --size 3 --json
	jq -e '.format == 1 and .references == 5 and .footprint_blocks == 3 and
		.sizes[0].bytes == 12288 and .sizes[0].footprint_share == 1 and
		.curves[0].policy == "lru" and .curves[0].hit_ratio == [0.4]' \
		stdout >/dev/null || fail "JSON is wrong"
	# shellcheck disable=SC2086
	run 0 hrc t.refs $from --size 3 --json --buckets
	jq -e '.ird.first_references == 4 and .ird.count == 3 and
		.ird.max == 3 and .ird.buckets == [[3, 3, 3]]' \
		stdout >/dev/null || fail "inter-reference distances are wrong"
fi

run 0 hrc t.csv --html page
for f in hrc.html hrc.json hrc.txt curves.csv ird.csv; do
	[ -s "page/$f" ] || fail "no $f"
done
[ "$(head -n 1 page/curves.csv)" = "policy,cache_blocks,cache_bytes,hit_ratio,byte_hit_ratio,request_hit_ratio" ] ||
	fail curves.csv
if command -v gnuplot >/dev/null; then
	[ "$(grep -c '<svg' page/hrc.html)" -eq 5 ] || fail "pictures are missing"
fi

# A sample says so, and one that is too small is refused.
awk 'BEGIN { for (i = 0; i < 60000; i++)
	printf "1281663720000%05d,usr,0,Read,%d,4096,1\n", i,
		i % 30000 * 4096 }' >many.csv
run 0 hrc many.csv --sample 0.5 --size 100%
printed "estimates from a sample of 50 %" "0.5000"
run 0 hrc many.csv --sample-blocks 5000 --size 100%
printed "5,000 blocks with 10,000 references"
run 1 hrc many.csv --sample 0.01
said "less than the 4096"

[ "$(lines --policy aet --size 1,3)" = "aet,1,4096,0,,
aet,3,12288,0.428571429,," ] || fail "the model of LRU is wrong"

# Every policy, on two threads.
run 0 hrc many.csv --policy all --size 10,50%,100% --threads 2 --csv
[ "$(sed 1d stdout | cut -d, -f 1 | uniq | wc -l)" = \
	"$("$HFCTL" hrc --list | grep -vc '^[^	]*:')" ] || fail "a policy is missing"
[ "$(grep '^min,15000,' stdout)" = "min,15000,61440000,0.25,0.25,0.25" ] ||
	fail "MIN keeps half of a loop"
# shellcheck disable=SC2086
run 0 hrc t.refs $from --policy clock:k=2,random --seed 3 --size 1,2
printed "clock:k=2" "random"
run 0 hrc t.refs $from --policy s3fifo,lru --size 1 --csv
[ "$(sed 1d stdout)" = "s3fifo,1,4096,,,
lru,1,4096,0,0,0" ] || fail "what is not defined has no figure"
run 2 hrc t.csv --policy clock:k=0
said "not a whole number from 1"

run 0 hrc --list
grep -q "^lru	least recently used" stdout || fail "no LRU in the list"
run 2 hrc
said "name a trace"
run 2 hrc --list --csv
said "--list prints text only"
run 2 hrc t.csv --buckets
said "--buckets are printed with --json only"
run 2 hrc t.csv --json --csv
said "give one"
run 2 hrc t.csv --sample 0.1 --sample-blocks 5000
said "give one"
run 2 hrc t.csv --sample 0
said "not a share"
run 2 hrc t.csv --sample-blocks 5
said "not from 4096"
run 2 hrc t.csv --policy lru,nonsense
said "no policy nonsense"
run 2 hrc t.csv --size 5x
said "5x is no cache size"
run 2 hrc t.csv --block 1000
said "not a power of two"
run 2 hrc t.csv --op flush
said "not all, read or write"
run 2 hrc t.csv --threads 0
run 1 hrc absent.hft
run 1 hrc t.csv --html /nowhere/page
said "/nowhere/page"
cat >flush.csv <<'END'
128166372000000000,usr,0,Write,0,4096,1000
END
run 1 hrc flush.csv --op read
said "has no reads"
exit 0
