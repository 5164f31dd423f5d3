#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dep-cost.sh [THINK]: cache misses and instructions of a request of mode dep,
# by cachegrind: those of a replay less those of making the trace. The program's
# simulated device and the arrays of records are among the misses. THINK is in thousandths (1000).

set -eu
cd "$(dirname "$0")/../../.."
think=${1:-1000}
requests=1048576
dir=${BUILD:-build}/perf

mkdir -p "$dir"
${CC:-gcc} -std=gnu11 -O2 -g -Wall -Wextra -Iinclude/uapi -o "$dir/dep-cost" \
	tools/tests/perf/dep-cost.c

# The caches of a small server: 32 KiB, and 8 MiB in the last level.
count()
{
	valgrind --tool=cachegrind --cache-sim=yes --D1=32768,8,64 \
		--I1=32768,8,64 --LL=8388608,16,64 \
		--cachegrind-out-file="$dir/$1.out" \
		"$dir/dep-cost" "$1" "$think" 2>"$dir/$1.log" >"$dir/parents"
	awk '$1 == "summary:" { $1 = ""; print }' "$dir/$1.out"
}

# Instructions of lines of the module.
of_module()
{
	awk '/^fl=/ { ours = /\/kmod\// } ours && /^[0-9]/ { n += $2 }
		END { printf "%d\n", n }' "$dir/$1.out"
}

# Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw
none=$(count 0)
all=$(count $requests)
echo "$none $all" | awk -v n=$requests -v parents="$(cat "$dir/parents")" \
	-v ours="$(of_module $requests)" -v before="$(of_module 0)" '{
	printf "parents a request           %6.1f\n", parents
	printf "instructions a request      %6.1f (all with the device %.1f)\n",
		(ours - before) / n, ($10 - $1) / n
	printf "last-level misses a request %6.2f (reads %.2f, writes %.2f)\n",
		($15 + $18 - $6 - $9) / n, ($15 - $6) / n, ($18 - $9) / n
}'
