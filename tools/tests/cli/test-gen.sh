# SPDX-License-Identifier: GPL-2.0-only
# hfctl gen: profiles, streams, formats, pipes, and what it refuses.
. "$CLI_DIR/lib.sh"

# Every profile that is listed can be used, and what is printed says it anew.
run 0 gen --profiles
sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1/p' stdout >names
[ "$(wc -l <names)" -eq 15 ] || fail "profiles: $(tr '\n' ' ' <names)"
run 0 gen --profiles --json
jq -r '.profiles[].name' stdout | cmp -s - names || fail "profiles in JSON"
while read -r name; do
	run 0 gen --profile "$name" --items 200 --requests 2k p.hft
	printed "200 items" "2000 requests"
done <names
run 0 gen --profile w24 a.hft
printed "p_irm 0.45" "variant=python" "100 items" "10000 requests" \
	"longest distance 8.069 times"
run 0 gen --profile w24,variant=paper a.hft
printed "variant=paper"
# Later options take the place of those of a profile.
run 0 gen --profile w24 --p-irm 0 --ird d a.hft
printed "p_irm 0," "ird d,"
run 0 info a.hft
printed "10,000 requests"

# The same command, the same bytes; another seed, others.
run 0 gen --profile theta-c --items 1k --requests 5k --sizes 4k=2,64k a.csv \
	--to csv
cp a.csv b.csv
run 0 gen --profile theta-c --items 1k --requests 5k --sizes 4k=2,64k a.csv \
	--to csv
cmp -s a.csv b.csv || fail "the same command gives another trace"
run 0 gen --profile theta-c --items 1k --requests 5k --sizes 4k=2,64k a.csv \
	--to csv --seed 2
! cmp -s a.csv b.csv || fail "another seed gives the same trace"
# These bytes are the same on every machine.
run 0 gen --irm normal --ird c --p-irm 1/3 --p-inf 5% --items 1k \
	--requests 3k --arrival poisson,rate=20k --reads 70%,run=9 \
	--sizes 4k,12k --to-columns time:ns,op,offset:bytes,length:bytes -
cksum=$(cksum <stdout | cut -d' ' -f1)
[ "$cksum" = 3439087529 ] || fail "the checksum is $cksum"

# A pipe has the same requests as a file.
gen="gen --profile theta-b --items 500 --requests 4k --reads 60%"
# shellcheck disable=SC2086
run 0 $gen f.hft
# shellcheck disable=SC2086
"$HFCTL" $gen - 2>stderr | "$HFCTL" convert - p.hft >stdout ||
	fail "the pipe cannot be read"
said "4000 requests"
"$HFCTL" convert --dump f.hft >f.txt
"$HFCTL" convert --dump p.hft | cmp -s - f.txt ||
	fail "pipe and file differ"
# shellcheck disable=SC2086
"$HFCTL" $gen - 2>/dev/null | head -c 5000 | "$HFCTL" info - \
	>stdout 2>stderr && fail "half a pipe is a trace"
# Other formats, packed, and text to standard output.
run 0 gen --profile theta-b --requests 1k --items 100 t.iolog.gz
printed "written     fio"
gunzip -c t.iolog.gz | head -n 1 | grep -q 'fio version 3' || fail "iolog"
run 0 gen --profile theta-b --requests 1k --items 100 --to spc -
[ "$(wc -l <stdout)" -eq 1000 ] || fail "lines of SPC"
said "1000 requests"
run 0 gen --profile theta-b --requests 1k --items 100 --json j.hft
printed_json requests 1000
printed_json footprint_bytes 409600
printed_json output '"j.hft"'
head -c 16384 j.hft | grep -aq '"generated":\[{"name":"gen"' ||
	fail "nothing in the meta"

# Streams, phases, targets.
run 0 gen --requests 1k --items 100 \
	--stream db --profile w24 --reads 0.5 --phase --ird d \
	--stream log --irm sequential --reads 0 --target sdb --at 1G \
	--duration 500ms m.hft
printed "stream db on gen" "stream log on sdb, from byte 1073741824" \
	"499 requests, 1.9 MiB, 0.0 % reads"
run 0 info m.hft
printed "2,499 requests" "sdb"
run 0 gen --footprint 1M --requests 10 --profile theta-b m.hft
printed "256 items, 1.0 MiB"

# What makes no sense, before anything is written.
rm -f x.hft
refuse()
{
	local text=$1
	shift
	run 2 gen "$@" x.hft
	said "$text"
	[ ! -e x.hft ] || fail "a refused trace is there: $*"
}
refuse "--profile, --irm or --ird is missing" --items 5 --requests 5
refuse "--items or --footprint is missing" --ird b --requests 5
refuse "--requests or --duration is missing" --ird b --items 5
refuse "--p-irm is missing" --ird b --irm zipf --items 50 --requests 5
refuse "there is no profile \"w99\"" --profile w99
refuse "unknown word" --profile w24,x=1
refuse "paper, python or cli" --profile w24,variant=x
refuse "--p-irm 2: \"2\" is more than everything" --profile w24 --p-irm 2
refuse "is not a number above 0" --profile w24 --items 0
refuse "is not a size" --profile w24 --footprint x
refuse "footprint of 0" --profile w24 --footprint 0
refuse "duration of 0" --profile w24 --duration 0
refuse "not one item fits" --profile w24 --footprint 512
refuse "equilibrium or paper" --profile w24 --start now
refuse "1 to 63 bytes" --profile w24 --target ''
refuse "multiple of 512" --profile w24 --at 100
refuse "--seed x: \"x\" is not a number" --profile w24 --seed x
refuse "in front of the first --stream" --profile w24 --phase --stream a
refuse "30 classes are more than the 5 items" --profile w24 --items 5
refuse "used only once" --profile w44 --p-inf 1
refuse "stream b: distances are" --profile w44 --stream a --stream b --ird g
many=()
for i in $(seq 65); do
	many+=(--stream "s$i")
done
refuse "more than 64 streams" --profile theta-b "${many[@]}"
many=()
for i in $(seq 64); do
	many+=(--phase)
done
refuse "more than 64 phases" --profile theta-b "${many[@]}"
refuse "the columns of hft are given" --profile w24 --to hft --to-columns op
run 2 gen
said "an argument is missing"
run 2 gen --to nothing --profile w24 x
said "formats are: hft"
run 1 gen --profile w24 --to blktrace -
said "cannot be written to standard output"
run 1 gen --profile w24 /dev/null
said "not a regular file"
run 1 gen --profile w24 --duration 1ns x.hft
said "no request in that time"
run 1 gen --profile w24 --arrival constant,rate=0.0000011 --requests 1k x.hft
said "later than 104 days"
[ ! -e x.hft ] || fail "a failed trace is there"
run 1 gen --profile w24 --arrival trace,file=absent x.hft
run 1 gen --profile w24 absent/x.hft
