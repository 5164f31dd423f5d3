# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the scripts in rows/. What a row finds it prints with figure, variant,
# command_line, note and lacking, one line each, fields apart by tabs.

set -euo pipefail

# Given by run: the tool, the programs of this folder, a folder on a disk and
# one in memory that are removed afterwards, how often a command is timed.
hfctl=${hfctl:?} programs=${programs:?} disk=${disk:?} tmpfs=${tmpfs:?}
TIMES=${TIMES:-5}

. "$(dirname "${BASH_SOURCE[0]}")/../bench/found.sh"

gen() { "$programs/gen" "$@"; }

# measured NAME COMMAND...: once; elapsed and CPU seconds and memory go to
# $tmpfs/NAME.times, what it prints is not kept.
measured()
{
	"$programs/measure" "$tmpfs/$1.times" "${@:2}" \
		>"$tmpfs/$1.out" 2>&1 || {
		echo "${*:2} failed: $(tail -n 1 "$tmpfs/$1.out")" >&2
		return 1
	}
}

# column NAME N: the least of the Nth column of what was measured.
column()
{
	sort -g -k "$2,$2" "$tmpfs/$1.times" | awk -v n="$2" 'NR == 1 { print $n }'
}
elapsed() { column "$1" 1; }
cpu() { column "$1" 2; }
memory_kib() { column "$1" 3; }

# compare KEY: times the functions ours and theirs, which each run one command
# through measured, $TIMES times in turn; the figure is the ratio of their
# shortest times. Other work of the machine then disturbs both alike.
compare()
{
	local i

	rm -f "$tmpfs/ours.times" "$tmpfs/theirs.times"
	for ((i = 0; i < TIMES; i++)); do
		theirs
		ours
	done
	variant "theirs: elapsed" "$(elapsed theirs)" s
	variant "ours: elapsed" "$(elapsed ours)" s
	variant "theirs: CPU" "$(cpu theirs)" s
	variant "ours: CPU" "$(cpu ours)" s
	figure "$1" "$(calc "$(elapsed ours) / $(elapsed theirs)")"
}
