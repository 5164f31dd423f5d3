# SPDX-License-Identifier: GPL-2.0-only
# hfctl stats: figures of a trace as text, JSON, and a page with pictures.
. "$CLI_DIR/lib.sh"

# Times are in 100 ns. Block 0 of disk 0: written, read, written, read; block 1
# is touched once; disk 1 has one block, read twice.
cat >t.csv <<'END'
128166372000000000,usr,0,Write,0,4096,1000
128166372000010000,usr,0,Read,0,8192,2000
128166372000020000,usr,0,Write,0,4096,1000
128166372000050000,usr,1,Read,1048576,512,100
128166372000090000,usr,0,Read,0,4096,1000
128166372010000000,usr,1,Read,1048576,512,1000
END
"$HFCTL" convert t.csv t.hft >/dev/null 2>&1 || fail "cannot convert"

run 0 stats t.hft
printed "Statistics: t.hft, 6 requests" "Share of reads" "66.7 %" \
	"Time between issues" "By target" "Working set" "Read after write"

# figure PATH VALUE - a figure of the JSON
figure()
{
	jq -e "($1) == $2" stdout >/dev/null ||
		fail "$1 is $(jq -c "$1" stdout), not $2"
}

command -v jq >/dev/null || skip "jq is not installed"
run 0 stats t.hft --json
figure .format 1
figure .all.mix.requests 6
figure .all.mix.write_bytes 8192
figure '.targets | length' 2
figure '[.targets[].mix.requests]' '[4,2]'
figure .all.blocks.blocks 3
figure .targets[0].blocks.once 0.5
figure .all.blocks.update_coverage 0.3333333333333333
figure .all.reuse.block_reads 5
figure .all.reuse.raw_ns.count 2
figure .all.reuse.raw_ns.min 1000000
figure .all.reuse.war_ns.max 1000000
figure .all.reuse.update_interval_ns.mean 2000000.0
figure .targets[0].reuse.update_interval_ns.count 1
figure .targets[1].reuse.rar_ns.max 995000000
figure .targets[1].place.sequential 0.0
figure .all.reuse.waw_ns null
figure .targets[0].place.judged 3
figure .targets[0].place.randomness 0.0
figure .sample.one_in 1
figure '.streams' '[]'
figure '.all.mix.read_size.buckets' null

# In blocks of 512 bytes the second request touches 16.
run 0 stats t.hft --block 512 --json --buckets
figure .all.blocks.blocks 17
figure '.all.mix.write_size.buckets' '[[4096,4223,2]]'

run 0 stats t.csv --range 0:0.1 --json
figure .all.mix.requests 5

run 0 stats t.hft --each target
printed "0: Reuse of blocks" "1: Reuse of blocks"
run 0 stats t.hft --html page
for f in stats.html stats.json stats.txt heat.csv requests.csv bytes.csv \
	size.csv gap.csv latency.csv reuse.csv; do
	[ -s "page/$f" ] || fail "no $f"
done
[ "$(head -n 1 page/heat.csv)" = "time_ns,address,requests" ] || fail heat.csv
[ "$(awk -F, 'NR > 1 { n += $3 } END { print n }' page/heat.csv)" = 6 ] ||
	fail "the heat map lacks requests"
[ "$(awk -F, 'NR > 1 { n += $4 } END { print n }' page/requests.csv)" = 2 ] ||
	fail "requests.csv lacks writes"
if command -v gnuplot >/dev/null; then
	[ "$(grep -c '<svg' page/stats.html)" -eq 7 ] || fail "pictures are missing"
fi
grep -q 'id="reuse"' page/stats.html || fail "no section on reuse"

# A sample says so.
awk 'BEGIN { for (i = 0; i < 60000; i++)
	printf "1281663720000%05d,usr,0,Read,%d,4096,1\n", i,
		i % 50000 * 4096 }' >many.csv
run 0 stats many.csv --max-memory 1m
printed "a sample of one in 2" "standard error"
run 0 stats many.csv
grep -q "a sample" stdout && fail "no sample was asked for"

run 0 stats --list
grep -q "^reuse.raw_ns	ns, distribution	" stdout || fail "no raw in the list"
run 2 stats
said "name a trace"
run 2 stats t.hft --block 1000
said "not a power of two"
# That of the trace is another.
run 2 stats t.hft --trace-block 1000
said "--trace-block 1000 is not a multiple of 512"
printf '1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0' >t.refs
run 0 stats t.refs --from refs --block 512 --trace-block 8k
printed "8.0 KiB"
run 0 info t.refs --from refs --block 8k
run 2 info t.refs --from refs --trace-block 8k
run 2 stats --list --json
said "--list prints text only"
run 2 stats t.hft --buckets
said "--buckets are printed with --json only"
run 2 stats t.hft --max-memory 10k
said "less than 1m"
run 2 stats t.hft --each disk
run 1 stats absent.hft
run 1 stats t.hft --html /nowhere/page
said "/nowhere/page"
exit 0
