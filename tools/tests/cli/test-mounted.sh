# SPDX-License-Identifier: GPL-2.0-only
# A device that is mounted is refused by its mount point.
. "$CLI_DIR/lib.sh"

root=$(findmnt -n -o SOURCE / 2>/dev/null)
[ -b "$root" ] || skip "the root file system is not on a block device that can be seen"
make_trace t.hft
run 1 replay t.hft --dry-run --target "$root"
printed "target    $root" "in use: it is mounted on /"
said "$root" "is mounted on /" "nothing was issued"
run 1 replay t.hft --target "$root" --dry-run --json
printed_json busy '"it is mounted on [^"]*"'
"$HFCTL" doctor "$root" >stdout 2>stderr
printed "problem  $root: it is mounted on"

[ "$(id -u)" -eq 0 ] || exit 0
if [ -e /sys/module/hfreplay ]; then
	run 1 load t.hft --target "$root" --reads-only
	said "is mounted on /"
fi
exit 0
