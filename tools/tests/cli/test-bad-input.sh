# SPDX-License-Identifier: GPL-2.0-only
# Input that is no good: a sentence that says where, and no output.
. "$CLI_DIR/lib.sh"

# bad FILE TEXT... - every command that reads a trace refuses it so
bad()
{
	local file=$1
	shift
	run 1 info "$file"
	said "$file" "$@"
	run 1 convert "$file" out.hft
	said "$file" "$@"
	run 1 replay "$file" --dry-run
	said "$file" "$@"
	[ ! -s stdout ] || fail "replay --dry-run has a plan for $file"
	run 1 load "$file" --dry-run
	said "$file" "$@"
	[ ! -e out.hft ] || fail "$file: an output is left"
}

make_trace good.hft
size=$(stat -c %s good.hft)
first=$(in_record good.hft 0 0)

: >empty
bad empty empty

printf 'Once upon a time\nthere was a text.\n' >text
bad text

head -c 70000 /dev/urandom >noise
bad noise

for cut in $((size - 1)) $((size - 64)) $((size - 65)) $((first + 64)) \
	   $((first + 1)) "$first" 130 64 9; do
	head -c "$cut" good.hft >cut.hft
	bad cut.hft
	grep -q '[0-9]' stderr || fail "no offset for a file cut at $cut"
done

cp good.hft op.hft
poke op.hft "$(in_record op.hft 3 30)" c8
bad op.hft 'request 3' 200

cp good.hft length.hft
poke length.hft "$(in_record length.hft 2 24)" 01 10 00 00
bad length.hft 'request 2' 4097

cp good.hft offset.hft
poke offset.hft "$(in_record offset.hft 1 16)" 07
bad offset.hft 'request 1'

# A bit in a record that no rule forbids is found by the checksum.
cp good.hft flip.hft
poke flip.hft "$(in_record flip.hft 4 18)" 01
bad flip.hft checksum

cp good.hft target.hft
poke target.hft "$(in_record target.hft 0 28)" 05
bad target.hft 'request 0'

cp good.hft unsorted.hft
poke unsorted.hft "$(in_record unsorted.hft 2 0)" 00 00 00 00 00 00 00 00
bad unsorted.hft 'request 2'

cp good.hft version.hft
poke version.hft 12 63
bad version.hft version

cp good.hft order.hft
poke order.hft 8 01 02 03 04
bad order.hft order

cat good.hft good.hft >twice.hft
bad twice.hft

bad absent.hft "No such file"
mkdir folder
bad folder

cp good.hft secret.hft
chmod 0 secret.hft
[ -r secret.hft ] || bad secret.hft denied

make_csv junk.csv
sed -i '3s/.*/this is no request/' junk.csv
bad junk.csv 3
run 0 convert --max-junk 1 junk.csv out.hft

# What is left of a trace that was cut off can be looked at and converted, but
# is not replayed as if it were all.
make_csv whole.csv
head -c 200 whole.csv >cut.csv
run 0 info cut.csv
said "cut.csv line 4" "cut off"
run 1 replay cut.csv --dry-run
said "cut.csv line 4" "cut off" "hfctl convert"
[ ! -s stdout ] || fail "replay --dry-run has a plan for cut.csv"
run 1 load cut.csv --dry-run
said "cut.csv line 4" "cut off"
run 0 convert --json cut.csv cut.hft
printed_json cut_off true
printed '"cut_at": "cut.csv line 4"'
run 0 load cut.hft --reads-only --dry-run

head -c 100 good.hft >r.hfr
run 1 results r.hfr
said r.hfr
run 1 report r.hfr
said r.hfr
run 1 results ./absent.hfr
said absent.hfr
exit 0
