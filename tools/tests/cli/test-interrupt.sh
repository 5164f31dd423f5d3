# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C ends a conversion, and leaves nothing behind.
. "$CLI_DIR/lib.sh"

# A trace without an end.
endless()
{
	awk 'BEGIN { for (;;)
		print "128166372003061629,usr,0,Read,7014609920,24576,41286" }'
}

for signal in INT TERM; do
	"$HFCTL" convert --from msr <(endless) out.hft >stdout 2>stderr &
	pid=$!
	sleep 0.5
	kill -s $signal $pid
	wait $pid
	code=$?
	[ $code -eq 130 ] || fail "exit code $code after SIG$signal"
	said interrupted
done

# The same when it is converted on the way to a device.
"$HFCTL" replay --dry-run --from msr <(endless) >stdout 2>stderr &
pid=$!
sleep 0.5
kill -s INT $pid
wait $pid
code=$?
[ $code -eq 130 ] || fail "exit code $code of a replay"
said interrupted
rm stdout stderr
left=$(find . -mindepth 1)
[ -z "$left" ] || fail "files are left behind: $left"
