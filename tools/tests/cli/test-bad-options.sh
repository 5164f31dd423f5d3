# SPDX-License-Identifier: GPL-2.0-only
# What the command line does not allow: exit code 2 and where to look.
. "$CLI_DIR/lib.sh"

for c in $(commands); do
	run 2 "$c" --no-such-option
	said "unknown option --no-such-option" "see hfctl $c --help"
	[ ! -s stdout ] || fail "$c prints something"
	run 2 "$c" -Q
	said "-Q" "see hfctl $c --help"
	run 2 "$c" --help=yes
done
# No option means two things.
"$HFCTL" --dump-commands | jq -r '.commands[] | .name as $c | .options |
	(map(.name) + (map(.letter) - [null])) | group_by(.)[] |
	select(length > 1) | "\($c) \(.[0])"' >twice
[ ! -s twice ] || fail "options that are there twice: $(tr '\n' ';' <twice)"
run 2 nonsense
said "unknown command nonsense" "see hfctl --help"
run 2 strat
said "did you mean start?"
run 2 help nonsense
run 2 --nonsense
run 2 --completion zsh
run 2 --man nonsense
run 2 start 1 --moed afap
said "did you mean --mode?"

for c in convert info deps load replay start set stop rewind results report; do
	run 2 "$c"
	said "argument is missing" "hfctl $c"
done
run 2 start 1 2
said "an argument too many: 2"
run 2 unload
run 2 unload --all 1

run 2 start 1 --mode slow
said "--mode slow is not hf, afap, load or dep"
run 2 start 1 --think-scale -1
run 2 start 1 --loops 0
run 2 start 1 --plug 32
said "is not from 0 to 31"
run 2 start 1 --bundle-max 300
run 2 start 1 --start-at noon
said "is not a time"
run 2 start 1 --start-at 2001-01-01T00:00:00Z
said "has passed"
run 2 start 1 --start-clock tai
said "needs --start-at"
run 2 start 1 --workers 2
said "unknown option --workers"
run 2 set 1
said "nothing is to be changed"
run 2 set 1 --mode afap
run 2 set 1 --speed fast
run 2 start 1 --speed 0
run 2 start 1 --speed -1
run 2 start 1 --limit 0
run 2 start 1 --spin 1h
run 2 start 1 --tolerance 10bananas
said "--tolerance 10bananas is not a duration"
run 2 start 1 --mode
said "--mode needs a value"
run 2 results x.hfr --json --csv
make_trace t.hft
run 2 load t.hft
said "--target is missing"
run 2 load t.hft --target /dev/null --name 12345678901234567890123456789012
run 2 load t.hft --target /dev/null --reads-only --allow-writes
run 2 load t.hft --target /dev/null --allow-erase
run 2 load t.hft --target ,
run 2 load t.hft --target /dev/null --from nonsense
said "blktrace" "msr"
run 2 load t.hft --target /dev/null --event sometimes
run 2 replay t.hft --target /dev/null --engine steam
said "kernel, uring and null"
run 2 replay t.hft --target /dev/null --engine null --sqpoll
said "--sqpoll is for the engine uring"
run 2 replay t.hft --target /dev/null --engine uring --stream
said "--stream is for the kernel engine"
run 2 replay t.hft --target /dev/null --engine null --window 128
said "--window is for the kernel engine"
run 2 replay t.hft --target /dev/null --on-error maybe
run 2 replay t.hft --target /dev/null --window 0
run 2 replay t.hft --target /dev/null --max-junk some
run 2 replay t.hft --target /dev/null --cpus 1,2,
said "is not a list of CPUs"
run 2 replay t.hft --target /dev/null --cpus 1,2,3 --workers 2
run 2 replay t.hft --target /dev/null --dep-scope disk
run 2 replay t.hft --target /dev/null --range 1
run 2 load t.hft --target /dev/null --payload verified
said "random, zero or verify"
exit 0
