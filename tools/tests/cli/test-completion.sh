# SPDX-License-Identifier: GPL-2.0-only
# The completion of bash offers commands, options, values and files.
. "$CLI_DIR/lib.sh"

run 0 --completion bash
. ./stdout || fail "bash cannot read it"
complete -p hfctl | grep -q _hfctl || fail "nothing is registered"

# offered WORD... - what is offered for the last word, one a line
offered()
{
	COMP_WORDS=(hfctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_hfctl 2>/dev/null
	printf '%s\n' "${COMPREPLY[@]}"
}

# expect "WORD..." ANSWER... - exactly these are offered
expect()
{
	local line=$1
	local words
	shift
	IFS=' ' read -r -a words <<<"$line"
	[ "${line% }" = "$line" ] || words+=("")
	offered "${words[@]}" | sort >got
	printf '%s\n' "$@" | sort >want
	diff want got || fail "hfctl $line"
}

expect "st" start stats status stop
expect "li" live
expect "load --allow" --allow-writes --allow-erase --allow-merge
expect "start --mo" --mode
expect "start --mode " hf afap load dep
expect "start -m a" afap
expect "load --unsupported s" skip
expect "load --from ms" msr
mkdir folder
touch one.hft two.hft
expect "info o" one.hft
expect "load t" two.hft
expect "replay x --output f" folder

for c in $(commands); do
	offered "$c" --h | grep -qx -- --help || fail "$c --h"
	"$HFCTL" "$c" --help |
		sed -n '/^Options:/,/^$/s/^\(  -., \|      \)\(--[a-z-]*\).*/\2/p' |
		sort >want
	offered "$c" -- | sort >got
	diff want got || fail "options of $c"
done
exit 0
