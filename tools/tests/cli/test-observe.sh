# SPDX-License-Identifier: GPL-2.0-only
# What hfctl observe refuses before it runs anything.
. "$CLI_DIR/lib.sh"

make_trace t.hft
ran()
{
	[ ! -e ran ] || fail "the command has run all the same"
}

run 2 observe /dev/null -- touch ran
said "--trace is missing"
run 2 observe /dev/null --trace t.hft
run 2 observe /dev/null --trace t.hft --speed 0 -- touch ran
run 2 observe /dev/null --trace t.hft --buffer much -- touch ran
ran
run 1 observe /dev/null --trace absent.hft -- touch ran
said "absent.hft"
run 1 observe /dev/null --trace t.hft -- touch ran
said "/dev/null is not a block device"
cat >two.csv <<'END'
128166372003061629,usr,0,Read,0,4096,41286
128166372016382155,usr,1,Read,4096,4096,1963
END
"$HFCTL" convert two.csv two.hft >/dev/null 2>&1
run 1 observe /dev/null --trace two.hft -- touch ran
said "has 2 devices" "--device"
ran
exit 0
