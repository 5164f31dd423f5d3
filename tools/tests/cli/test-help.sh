# SPDX-License-Identifier: GPL-2.0-only
# Every command explains itself; so does hfctl.
. "$CLI_DIR/lib.sh"

run 0 --help
printed "Usage: hfctl COMMAND" "130  interrupted"
cp stdout overview
run 0 --version
grep -qE '^hfctl [0-9]+\.[0-9]+\.[0-9]+$' stdout || fail "odd version"

[ "$(commands | wc -l)" -ge 14 ] || fail "commands are missing"
for c in $(commands); do
	grep -q "^  $c " overview || fail "$c is not in hfctl --help"
	run 0 "$c" --help
	printed "hfctl $c - " "Usage: hfctl $c" "--help" "Exit status:"
	[ ! -s stderr ] || fail "$c --help prints to standard error"
	if awk 'length > 79' stdout | grep -v '^  hfctl' | grep -q .; then
		fail "$c --help is wider than 79 columns"
	fi
	cp stdout long
	run 0 "$c" -h
	cmp -s stdout long || fail "$c -h differs from --help"
	run 0 help "$c"
	cmp -s stdout long || fail "help $c differs from $c --help"
	# Whatever else is on the line.
	run 0 "$c" a b c d e --help
done

"$HFCTL" >stdout 2>stderr && fail "no command is no error"
cmp -s stderr overview || fail "no command prints other help"
