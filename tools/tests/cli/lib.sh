# SPDX-License-Identifier: GPL-2.0-only
# What the tests of the command line share.

set -u

fail()
{
	echo "FAILED: $*"
	[ ! -s stdout ] || sed 's/^/  stdout: /' stdout | head -n 20
	[ ! -s stderr ] || sed 's/^/  stderr: /' stderr | head -n 20
	exit 1
}

skip()
{
	echo "$*"
	exit 4
}

# run CODE ARGUMENT... - runs hfctl and checks its exit code; the output is
# left in the files stdout and stderr. What fails must say why.
run()
{
	local want=$1 got
	shift
	"$HFCTL" "$@" >stdout 2>stderr
	got=$?
	[ $got -eq "$want" ] || fail "exit code $got, not $want: hfctl $*"
	if [ "$want" -ne 0 ] && ! grep -q '^hfctl: ' stderr; then
		fail "no sentence says what is wrong: hfctl $*"
	fi
	if grep -q 'AddressSanitizer\|runtime error' stderr; then
		fail "a sanitizer found something: hfctl $*"
	fi
}

# said TEXT... - standard error holds each of the texts
said()
{
	local text
	for text; do
		grep -qF -- "$text" stderr || fail "does not say: $text"
	done
}

# printed TEXT... - standard output holds each of the texts
printed()
{
	local text
	for text; do
		grep -qF -- "$text" stdout || fail "does not print: $text"
	done
}

# printed_json KEY VALUE - standard output is JSON with this member somewhere
printed_json()
{
	grep -qE "\"$1\": $2(,|\$)" stdout || fail "no member $1: $2"
}

commands()
{
	"$HFCTL" --dump-commands |
		sed -n 's/^      "name": "\([a-z-]*\)",$/\1/p'
}

# A small trace: 3 reads, 2 writes on one disk, by MSR CSV.
make_csv()
{
	cat >"$1" <<'END'
128166372003061629,usr,0,Read,7014609920,24576,41286
128166372016382155,usr,0,Write,1317441536,8192,1963
128166372026382245,usr,0,Read,2436440064,4096,1835
128166372031110000,usr,0,Write,3561627648,65536,30000
128166372041110000,usr,0,Read,0,512,1000
END
}

make_trace()
{
	make_csv make_trace.csv
	"$HFCTL" convert make_trace.csv "$1" >/dev/null 2>stderr ||
		fail "cannot make a trace"
	rm make_trace.csv
}

# u32_at FILE OFFSET
u32_at()
{
	od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# poke FILE OFFSET HEX... - overwrites bytes
poke()
{
	local file=$1 at=$2 b
	shift 2
	for b; do
		printf '%b' "\\x$b"
	done | dd of="$file" bs=1 seek="$at" conv=notrunc status=none
}

# Offset in the file of byte $3 of record $2.
in_record()
{
	echo $(($(u32_at "$1" 16) + $2 * 64 + $3))
}
