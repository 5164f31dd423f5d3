# SPDX-License-Identifier: GPL-2.0-only
# A trace that does not fit into memory unsorted: its temporary files.
. "$CLI_DIR/lib.sh"

# More requests than are sorted in memory, the earliest last.
awk 'BEGIN { for (i = 600000; i > 0; i--)
	printf "128166372%09d,usr,0,Read,%d,512,7\n", i, i * 512 }' >down.csv
mkdir tmp
export TMPDIR=$PWD/tmp

run 0 convert down.csv down.hft
printed "requests    600000 from" "599999 not in order, sorted"
[ -z "$(ls tmp)" ] || fail "left behind: $(ls tmp)"
"$HFCTL" convert --dump down.hft | awk -F, '
	NR == 1 { next }
	$1 < last || $4 != 512 * (NR - 1) { exit 1 }
	{ last = $1 }' || fail "not in order"

# The place for them is missing, or ends.
rm down.hft
TMPDIR=$PWD/none run 1 convert down.csv down.hft
said "cannot make a temporary file in" "set TMPDIR"
left=$(echo down.hft*)
[ "$left" = 'down.hft*' ] || fail "left behind: $left"
if mount -t tmpfs -o size=8m none tmp 2>/dev/null; then
	run 1 convert down.csv down.hft
	mine=$(ls tmp)
	umount tmp
	said "cannot write the temporary file at byte" "No space left" \
		"set TMPDIR to a larger folder"
	[ -z "$mine" ] || fail "left behind: $mine"
	left=$(echo down.hft*)
	[ "$left" = 'down.hft*' ] || fail "left behind: $left"
fi

# Interrupted while there is a temporary file, and its input does not go on.
mkfifo pipe
"$HFCTL" convert - down.hft <pipe >stdout 2>stderr &
pid=$!
exec 3>pipe
cat down.csv down.csv >&3
for ((i = 0; i < 300; i++)); do
	[[ $(readlink "/proc/$pid/fd/"* 2>/dev/null) == *"$TMPDIR"* ]] && break
	sleep 0.1
done
kill -s INT $pid
wait $pid
code=$?
exec 3>&-
[ $i -lt 300 ] || fail "there was no temporary file"
[ $code -eq 130 ] || fail "exit code $code after SIGINT"
said interrupted
[ -z "$(ls tmp)" ] || fail "left behind: $(ls tmp)"
left=$(echo down.hft*)
[ "$left" = 'down.hft*' ] || fail "left behind: $left"
exit 0
