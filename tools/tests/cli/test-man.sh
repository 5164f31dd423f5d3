# SPDX-License-Identifier: GPL-2.0-only
# The manual pages say what --help says, and are correct.
. "$CLI_DIR/lib.sh"

mkdir man
run 0 --dump-man man
run 0 --man
cmp -s stdout man/hfctl.1 || fail "--man and --dump-man differ"

for c in $(commands); do
	page=man/hfctl-$c.1
	[ -f "$page" ] || fail "no page for $c"
	grep -q "^\.It Xr hfctl-$c 1$" man/hfctl.1 || fail "hfctl.1 lacks $c"
	run 0 --man "$c"
	cmp -s stdout "$page" || fail "--man $c and --dump-man differ"
	run 0 "$c" --help
	sed -n '/^Options:/,/^$/s/^\(  -., \|      \)--\([a-z-]*\).*/\2/p' stdout |
		sort >in-help
	grep -qx help in-help || fail "$c --help has no options"
	sed -n 's/^\.It.* Fl \\-\([a-z-]*\)\( .*\)\?$/\1/p' "$page" |
		sort >in-man
	diff in-help in-man || fail "$c: options of help and man differ"
	summary=$(sed -n "1s/^hfctl $c - //p" stdout)
	grep -qF ".Nd $summary" "$page" || fail "$c: summaries differ"
	# Every word of --help's details, in the same order, is on the page.
	if command -v mandoc >/dev/null; then
		sed -n '/^Usage/,/^Options:/p' stdout | sed '1d;$d' |
			tr -s ' \n' '\n\n' | sed '/^$/d' >words-help
		mandoc -T ascii "$page" | col -bx |
			sed -n '/^DESCRIPTION/,/^OPTIONS/p' | sed '1d;$d' |
			tr -s ' \n' '\n\n' | sed '/^$/d' >words-man
		diff words-help words-man >delta.txt ||
			fail "$c: details differ: $(head -n 4 delta.txt)"
	fi
done
[ "$(ls man | wc -l)" -eq $(($(commands | wc -l) + 1)) ] || fail "pages too many"

run 1 --dump-man /no/such/folder
said "/no/such/folder"

if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning man/*.1 >lint 2>&1
	grep -v 'referenced manual not found\|outdated mandoc.db' lint |
		grep . && fail "mandoc finds something"
fi
exit 0
