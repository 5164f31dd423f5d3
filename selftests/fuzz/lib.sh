# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Fuzzing in the virtual machine, for whoever has sourced check/lib.sh.

fuzz_out=$BUILD/fuzz
# shellcheck disable=SC2034
fuzz_programs=$BUILD/selftests/fuzz
# Memory that nobody has written yet is told from other memory; looking for
# lost memory takes the longer the more there is of it.
fuzz_words='slub_debug=P,kmalloc-*'
fuzz_memory=1280

# fuzz_build: the programs, and the module so that it counts its lines.
fuzz_build()
{
	fuzz_kdir=$(selftests/vm/kernel-headers debug) &&
		make -s -C selftests/fuzz "BUILD=$(realpath -m "$BUILD")" &&
		selftests/fuzz/build-copy -c "$fuzz_kdir" "$fuzz_out/counted"
}

# fuzz_in_vm NAME MODULE SECONDS COMMAND...: see fuzz/guest; for SECONDS and
# what it takes to start and to look for lost memory. Output: $fuzz_out/NAME.
fuzz_in_vm()
{
	local out=$fuzz_out/$1 ko=$2 seconds=$3

	shift 3
	rm -rf "$out"
	mkdir -p "$out"
	selftests/vm/run --kernel debug --memory "$fuzz_memory" \
		--append "$fuzz_words" --timeout $((3 * seconds + 900)) \
		--out "$out" -- env "HFREPLAY_KO=$ko" \
		selftests/fuzz/guest "$@" >"$out/output" 2>"$out/stderr"
}

# fuzz_why NAME: what that run has found.
fuzz_why()
{
	local out=$fuzz_out/$1

	grep -aE '^# (SEED=|finding|worker|memory was lost|.*backtrace|.*bytes are in use|the module)|^# +\[' \
		"$out/output" | head -n 20
	selftests/vm/check-log "$out/kernel.log" | head -n 5 | sed 's/^/# /'
	grep -a 'fuzz: seed' "$out/kernel.log" | tail -n 3 | sed 's/^/# /'
	head -n 5 "$out/stderr" | sed 's/^/# /'
}
