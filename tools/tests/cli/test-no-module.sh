# SPDX-License-Identifier: GPL-2.0-only
# Without the kernel module: exit code 3, and how to load it.
. "$CLI_DIR/lib.sh"

[ ! -e /sys/module/hfreplay ] || skip "the module is loaded"

absent()
{
	run 3 "$@"
	said "the kernel module is not loaded" "insmod hfreplay.ko"
	[ ! -s stdout ] || fail "prints something: hfctl $*"
}

absent status
absent status 1
absent status --json
absent start 1
absent start 1 --wait
absent stop 1
absent rewind 1
absent watch
absent results 1
absent report 1
absent unload 1
absent unload --all

"$HFCTL" doctor >stdout 2>stderr
[ $? -eq 3 ] || fail "exit code of doctor"
printed "problem  module: not loaded" "insmod hfreplay.ko"
"$HFCTL" doctor --json >stdout 2>stderr
[ $? -eq 3 ] || fail "exit code of doctor --json"
printed_json format 1
printed_json worst '"problem"'
exit 0
