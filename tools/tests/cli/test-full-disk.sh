# SPDX-License-Identifier: GPL-2.0-only
# Output that cannot be written is a failure; a reader that leaves is none.
. "$CLI_DIR/lib.sh"

make_trace t.hft
for words in "--help" "load --help" "--man" "--dump-commands" \
	     "--completion bash" "info t.hft" "convert --dump t.hft" \
	     "replay t.hft --dry-run" "replay t.hft --dry-run --json"; do
	# shellcheck disable=SC2086
	"$HFCTL" $words >/dev/full 2>stderr
	[ $? -eq 1 ] || fail "a full disk goes unnoticed: hfctl $words"
	grep -q '^hfctl: .*No space left' stderr || fail "says not why: $words"
done

# So is a limit to the size of files, which leaves no half of one.
make_csv t.csv
(ulimit -f 8; run 1 convert t.csv limit.hft) || exit 1
said "limit.hft" "File too large"
[ "$(echo limit.hft*)" = 'limit.hft*' ] ||
	fail "left behind: $(echo limit.hft*)"

set -o pipefail
for words in "--dump-commands" "convert --dump t.hft" \
	     "info --dump t.hft" "--man load"; do
	# shellcheck disable=SC2086
	("$HFCTL" $words 2>stderr; echo $? >code) | true
	[ ! -s stderr ] || fail "complains about a closed pipe: $words"
done
exit 0
