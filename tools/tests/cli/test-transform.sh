# SPDX-License-Identifier: GPL-2.0-only
# hfctl transform: steps, what they refuse, and what is left when it fails.
. "$CLI_DIR/lib.sh"

make_trace t.hft

run 0 transform t.hft --filter op=read --speed 2 o.hft
printed "--filter    op=read: 3 of 5 requests" "--speed     2: 3 of 3" \
	"o.hft: 3 requests"
run 0 info o.hft
# The order of the command line is that of the steps.
run 0 transform t.hft --head 2 --filter op=read o.hft
printed "op=read: 1 of 2 requests"
run 0 transform t.hft --filter op=read --head 2 o.hft
printed "--head      2: 2 of 3 requests"
run 0 transform --json t.hft o.hft --loop 4
printed_json requests_in 5
printed_json requests_out 20
printed_json step '"loop"'
# Any format, and several files of one trace.
make_csv t.csv
run 0 transform t.csv --tail 1 o.hft
printed "1 of 5 requests"
gzip <t.csv | "$HFCTL" transform - o.hft --tail 1 >stdout 2>stderr ||
	fail "does not read a pipe"

# The provenance says what was done, to what.
run 0 transform t.hft --filter "op=read,size<=4k" --head 9 o.hft
for text in '"step":"filter","argument":"op=read,size<=4k","in":5,"out":2' \
	    '"inputs":\["t.hft"\]' '"command":"hfctl transform' '"source":{'; do
	head -c 16384 o.hft | grep -aqE "$text" || fail "no $text in the meta"
done

# Dependencies that would be wrong are gone, and that is said.
run 0 deps t.hft -o d.hft
run 0 transform d.hft --filter op=read o.hft
said "the dependencies of the trace end with --filter"
[ "$(u32_at o.hft 28)" -eq 1 ] || fail "flags $(u32_at o.hft 28)"
run 0 transform d.hft --shift 1s o.hft
[ ! -s stderr ] || fail "warns without need"
[ "$(u32_at o.hft 28)" -eq 5 ] || fail "the dependencies are gone"
run 0 deps o.hft --dump edges
run 0 transform t.hft --filter op=read o.hft
[ ! -s stderr ] || fail "warns of dependencies that there were not"

# Files of a split.
run 0 transform t.hft --split target o.hft
printed "o-usr_0.hft: 5 requests"
run 0 info o-usr_0.hft
mkdir dotted.name
run 0 transform t.hft --split stream dotted.name/o
[ -s dotted.name/o-0 ] || fail "another name: $(ls dotted.name)"
rm -r dotted.name

# Anonymised: the key and the names are nowhere.
head -c 16 /dev/urandom >secretkey
run 0 transform t.hft --anonymise key=secretkey --filter target=dev0 o.hft
! grep -aqE 'secretkey|usr|t\.hft|hfctl transform' o.hft ||
	fail "the output tells where it is from"
run 0 info o.hft
[ "$(od -An -tu8 -j 48 -N 8 o.hft | tr -d ' ')" = 0 ] || fail "has a clock"

# Fits a device, or a file that stands for one.
truncate -s 4G disk
run 0 transform t.hft --remap fit=./disk o.hft
run 1 transform t.hft --remap fit=1M o.hft
said "do not fit" "a smaller granule may do"
run 1 transform t.hft --remap fit=./absent o.hft
said "./absent" "No such file"

# No request left is a failure that says where they went.
rm o.hft
run 1 transform t.hft --filter op=read --window 1h.. o.hft
said "--window 1h.. lets none of 3 requests through"
[ ! -e o.hft ] || fail "an empty trace was written"

# Wrong steps are errors of usage that name step and word.
while IFS='|' read -r step argument text; do
	run 2 transform t.hft "--$step" "$argument" o.hft
	said "--$step $argument: " "$text"
done <<'END'
window|5|is not A..B
window|2s..1s|the end of "2s..1s" is not behind its start
window|1x..|"1x" is not a duration
head|0|empty
head|ten|neither a number of requests nor a time
tail|-1|neither a number of requests nor a time
sample|2|more than everything
sample|half|is not a factor
sample|10%,by=disk|is not request, stream or address
sample|10%,granule=1m|granule goes with by=address
sample|10%,by=address,granule=1k|is not a multiple of 512 from 4096 on
sample|by=stream|the share is missing
filter|op=raed|no operation; there are: read, write
filter|size|is no test
filter|size>=64q|"64q" is not a size
filter|colour=red|"colour" cannot be tested
filter|op>read|has no order
filter|range>5|has no order
filter|op=read,,size=4k|empty word
filter|op=read/|empty word
filter|flag=odd|no flag; there are: fua, preflush, sync, meta, rahead, nowait, nomerge, async, atomic
filter|flag=dep-global|no flag
drop|stream=x|"x" is not a number
speed|0|is not a factor above 0
speed|-2|is not a factor
speed|2,latency=none|is not keep or scale
shift|soon|is not a duration
remap|wrap|unknown word "wrap"
remap|wrap=1000|is not a multiple of 512
remap|wrap=512|less than 4k
remap|wrap=1g,offset=1g|are two steps
remap|offset=1g,size=5g|go with tile
remap|tile=0|is not from 1 to
remap|tile=2,by=disk|is not stream, request or copy
remap|fit=1g,granule=4100|is not a multiple of 4096
remap|wrap=1g,wrap=2g|is there twice
remap|on=sda|one of offset, scale, align, wrap, tile and fit is needed
anonymise|secret|unknown word "secret"
anonymise|granule=1m|key=FILE is missing
anonymise|key=f,granule=1000|is not a multiple of 4096
merge|t.hft,later|not "later"
loop|0|0 times is nothing
loop|2,gap=soon|is not a duration
represent|interval=1s|count=N are needed
represent|interval=0,count=2|an interval of 0
represent|interval=1s,count=0|is not from 1 to
split|op|is not target or stream
END
run 2 transform t.hft o.hft
said "there is no step"
run 2 transform t.hft --split target --head 1 o.hft
said "--split is the last step, --head comes behind it"
run 2 transform t.hft
run 2 transform t.hft --speed 2 --from nothing o.hft

# What only the trace tells is a failure.
run 1 transform t.hft --filter target=sdx o.hft
said "has no device sdx; there are: 0 ("
run 1 transform t.hft --remap wrap=1g,on=7 o.hft
run 1 transform t.hft --shift=-1s o.hft
said "request 0 is issued at 0 ns and would be before time 0"
run 1 transform t.hft --remap offset=-1g o.hft
said "would be moved before byte 0"
run 1 transform t.hft --speed 0.0000001 o.hft
said "later than 104 days"
run 1 transform t.hft --loop 100000000 o.hft
said "longer than 104 days"
run 1 transform t.hft --represent interval=1us,count=4 o.hft
said "choose longer ones"
run 1 transform t.hft --remap tile=2,size=4k o.hft
said "beyond the tile of 4096"
run 1 transform t.hft --remap scale=100000000 --remap scale=1000 o.hft
said "beyond 2^63"
run 1 transform t.hft --anonymise key=absent o.hft
said "cannot read the key absent"
run 1 transform t.hft --anonymise key=t.csv o.hft
said "t.csv is no key"
run 1 transform t.hft --merge absent.hft o.hft
said "absent.hft"
run 1 transform absent.hft --head 1 o.hft
run 1 transform t.hft --head 1 -
run 1 transform t.hft --head 1 .

# An input is not overwritten.
before=$(sha256sum t.hft t.csv)
run 1 transform t.hft --head 1 t.hft
said "t.hft is the input"
run 1 transform t.hft --merge t.csv t.csv
said "t.csv is the input"
cp t.hft x-usr_0.hft
run 1 transform x-usr_0.hft --split target x.hft
said "x-usr_0.hft is the input"
[ "$before" = "$(sha256sum t.hft t.csv)" ] || fail "an input was changed"

# A limit of size, as a full disk, leaves nothing, nor does a signal.
run 0 transform t.hft --loop 20000 big.hft
rm -f o.hft
(ulimit -f 512; run 1 transform big.hft --drop time=1000h.. o.hft) || exit 1
said "o.hft" "File too large"
if [ -w /dev/full ]; then
	run 0 transform big.hft --head 1 --json o.hft
	"$HFCTL" transform big.hft --head 1 o.hft >/dev/full 2>stderr
	[ $? -eq 1 ] || fail "a full disk goes unnoticed"
	rm o.hft
fi
"$HFCTL" transform big.hft --speed 10000 --loop 100000 o.hft >stdout 2>stderr &
pid=$!
sleep 0.7
kill -s INT $pid
wait $pid
code=$?
[ $code -eq 130 ] || fail "exit code $code after SIGINT"
said "interrupted: nothing is written"
[ "$(echo o.hft*)" = 'o.hft*' ] || fail "left behind: $(echo o.hft*)"
exit 0
