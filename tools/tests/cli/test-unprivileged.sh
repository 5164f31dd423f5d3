# SPDX-License-Identifier: GPL-2.0-only
# What needs no rights works without them.
. "$CLI_DIR/lib.sh"

if [ "$(id -u)" -eq 0 ]; then
	command -v setpriv >/dev/null || skip "root without setpriv"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$HFCTL" --version >/dev/null 2>&1 ||
		skip "$HFCTL is in a folder that others may not enter"
	make_csv t.csv
	chmod 777 .
	wrap=(setpriv --reuid 65534 --regid 65534 --clear-groups)
else
	make_csv t.csv
	wrap=()
fi

# as_nobody CODE ARGUMENT...
as_nobody()
{
	local want=$1 got
	shift
	"${wrap[@]}" "$HFCTL" "$@" >stdout 2>stderr
	got=$?
	[ $got -eq "$want" ] || fail "exit code $got, not $want: hfctl $*"
}

as_nobody 0 convert t.csv t.hft
as_nobody 0 info t.hft
as_nobody 0 convert --dump t.hft
as_nobody 0 replay t.hft --dry-run
printed "3 read"
as_nobody 0 --man load
as_nobody 0 load --help
"${wrap[@]}" "$HFCTL" doctor >stdout 2>stderr
printed "problem  rights"
if [ -e /sys/module/hfreplay ]; then
	as_nobody 1 status
	said "CAP_SYS_ADMIN"
fi
exit 0
