# SPDX-License-Identifier: GPL-2.0-only
# hfctl deps: figures, files, lists; and --range.
. "$CLI_DIR/lib.sh"

# Two streams would need a format that has them: two disks do as well.
# Times are in 100 ns; request 2 waits for 0, request 3 for 1 and 2.
cat >t.csv <<'END'
128166372000000000,usr,0,Read,0,4096,1000
128166372000000500,usr,1,Read,0,4096,2000
128166372000002000,usr,0,Read,4096,4096,1000
128166372000010000,usr,1,Read,4096,4096,1000
128166372020000000,usr,0,Read,8192,4096,1000
END
"$HFCTL" convert t.csv t.hft >/dev/null 2>&1 || fail "cannot convert"
before=$(sha256sum t.hft)

run 0 deps t.hft
printed "requests    5 over" "scopes      1 (global), threshold 10.0 us" \
	"roots       2 requests" "chain 4 requests"
run 0 deps t.hft --json
printed_json format 1
printed_json scope '"global"'
printed_json edges 4
printed_json roots 2
printed_json depth 4
printed_json threshold_ns 10000
printed_json width 2
printed_json fast_ns 1999700000
run 0 deps t.hft --dump edges
[ "$(tr '\n' ' ' <stdout)" = "parent,child 0,2 1,3 2,3 3,4 " ] ||
	fail "other edges"
run 0 deps t.hft --dump parents
printed "index,lo,hi,parents,think_ns" "0,0,0,," "2,0,1,0,100000" \
	"3,1,3,1 2,700000"
run 0 deps t.csv --dump windows
printed "index,scope,rank,global_rank,dep_lo,dep_hi,among" "0,0,0,0,0,0,scope"

# A threshold longer than all think times leaves roots only.
run 0 deps t.hft --threshold 10s --dump edges
[ "$(cat stdout)" = "parent,child" ] || fail "there are edges"
run 0 deps t.hft --threshold 10s
said "1 requests later than 1 s depend on nothing"

# By disk: nothing waits for the other one.
run 0 deps t.hft --scope target --dump edges
[ "$(tr '\n' ' ' <stdout)" = "parent,child 0,2 1,3 2,4 " ] ||
	fail "other edges by target"

# A disk that appears late waits for the other once, unless it is kept apart.
cat >late.csv <<'END'
128166372000000000,usr,0,Read,0,4096,1000
128166372000010000,usr,1,Read,0,4096,1000
128166372000020000,usr,1,Read,4096,4096,1000
END
run 0 deps late.csv --scope target --dump windows
printed "1,1,0,1,0,1,all" "2,1,1,2,0,1,scope"
run 0 deps late.csv --scope target --json
printed_json joined 1
printed_json roots 1
run 0 deps late.csv --scope target --apart --dump windows
printed "1,1,0,1,0,0,scope"

# A file with dependencies; also in the place of the one without.
[ "$before" = "$(sha256sum t.hft)" ] || fail "the trace was changed"
run 0 deps t.hft -o d.hft
run 0 info d.hft
run 0 deps t.hft -o t.hft
cmp -s d.hft t.hft || [ "$(od -j 16384 d.hft)" = "$(od -j 16384 t.hft)" ] ||
	fail "the files differ"
[ "$(u32_at d.hft 68)" -eq 0 ] || fail "the scopes are not global"
run 0 deps d.hft --scope target -o e.hft
[ "$(u32_at e.hft 68)" -eq 1 ] || fail "the scopes are not by target"
run 1 deps t.csv -o t.csv
said "t.csv is the input"
head -n 1 t.csv | grep -q '^128166372' || fail "the input is gone"
run 1 deps t.hft -o /nowhere/d.hft
said "/nowhere/d.hft"

# No completions, no dependencies.
run 0 convert t.csv u.hft
printf 'fio version 2 iolog\n/dev/x add\n/dev/x open\n/dev/x read 0 4096\n/dev/x close\n' >x.log
run 1 deps x.log
said "lacks completion times"

# Unless they are guessed, which everything says then.
awk 'BEGIN { print "fio version 3 iolog"; print "0 /dev/x add"
	print "0 /dev/x open"
	for (i = 0; i < 200; i++)
		printf "%d /dev/x read %d 4096\n", i * 2 + (i > 100) * 700,
			i * 1048576
	print "2000 /dev/x close" }' >y.log
run 0 deps y.log --infer-service --json -o y.hft
said "are inferred"
printed_json completions_inferred true
run 0 convert y.log --infer-service z.hft
run 0 convert --dump z.hft
cp stdout dump
run 0 convert --dump y.hft
cmp -s stdout dump || fail "convert --infer-service is another guess than that of deps"
run 0 convert --dump --infer-service y.log
cmp -s stdout dump || fail "--dump --infer-service"
run 0 convert --infer-service --to msr y.log y.msr.csv
[ "$(wc -l <y.msr.csv)" -eq 200 ] || fail "--infer-service to another format"
run 1 convert --infer-service z.hft no.hft
said "nothing to infer"
[ ! -e no.hft ] || fail "a trace is left where nothing was inferred"
run 0 info z.hft
printed "inferred from"
run 0 info y.hft
printed "inferred from the times between issues"
run 0 info y.hft --json
printed_json completions_inferred true
printed_json inferred true
run 0 stats y.hft
printed "completions inferred, not recorded"
run 1 deps y.hft --infer-service
said "nothing to infer"
run 0 info t.hft --json
printed_json completions_inferred false

# A range of time: records, not slots.
run 0 deps t.csv --range 0:1ms --json
printed_json requests 3
run 0 deps t.csv --range 0.0001:1 --json
printed_json requests 2
run 0 deps t.hft --range :1 --json
printed_json requests 4
run 1 deps t.hft --range 10:
said "has no request in this range"

run 2 deps t.hft --range 5
said "is not FROM:TO"
run 2 deps t.hft --range 2:1
run 2 deps t.hft --range x:1
run 2 deps t.hft --scope disk
said "global, target or stream"
run 2 deps t.hft --threshold 99999h
said "longer than any trace"
run 2 deps t.hft --threshold much
run 2 deps t.hft --dump everything
run 2 deps t.hft --dump edges --json
run 1 deps absent.hft
exit 0
