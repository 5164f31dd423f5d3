# SPDX-License-Identifier: GPL-2.0-only
#
# Turns the KTAP of one program into results without nesting:
#   awk -v name=PROGRAM -v rc=EXIT-CODE -f flatten.awk FILE
# A result that has subtests is the sum of them and is not counted again,
# unless it failed and none of them did. A plan that was not kept, "Bail out!"
# and an exit code without a failed result are failures of their own.

function put(ok, title, skip)
{
	if (!ok)
		failed++
	results++
	printf "%s - %s%s\n", ok ? "ok" : "not ok", title, \
		skip == "" ? "" : " # SKIP " skip
}

# What is still open in deeper levels than this one belongs to the result.
function close_levels(depth,   d)
{
	nested = nested_bad = 0
	for (d = deepest; d > depth; d--) {
		nested += seen[d]
		nested_bad += bad[d]
		if (planned[d] && seen[d] != planned[d]) {
			put(0, name ": " seen[d] " of " planned[d] \
				" tests have a result")
			nested_bad++
		}
		seen[d] = bad[d] = planned[d] = 0
	}
	deepest = depth
}

{
	match($0, /^ */)
	depth = int(RLENGTH / 2)
	line = substr($0, RLENGTH + 1)
}

line ~ /^1\.\.[0-9]+/ {
	if (depth > deepest)
		deepest = depth
	planned[depth] = substr(line, 4) + 0
	if (planned[depth] == 0 && line ~ /# *SKIP/) {
		why = line
		sub(/.*# *SKIP */, "", why)
		put(1, name, why == "" ? "no reason given" : why)
	}
	next
}

line ~ /^(not )?ok( |$)/ {
	if (depth < deepest)
		close_levels(depth)
	else {
		nested = nested_bad = 0
		deepest = depth
	}
	# cmocka says "not ok N # SKIP NAME" of a test that skipped itself.
	ok = line !~ /^not / || line ~ /^not ok *[0-9]* *# SKIP/
	seen[depth]++
	bad[depth] += !ok || nested_bad
	title = line
	sub(/^(not )?ok *[0-9]* *(- )?/, "", title)
	why = ""
	if (match(title, /# *(SKIP|skip)/)) {
		why = substr(title, RSTART + RLENGTH)
		title = substr(title, 1, RSTART - 1)
		sub(/^[: ]+/, "", why)
		sub(/ +$/, "", title)
		if (title == "") {
			title = why
			why = ""
		}
		if (why == "")
			why = said == "" ? "no reason given" : said
	}
	said = ""
	if (nested && (ok || nested_bad))
		next
	put(ok, name ": " title, why)
	next
}

line ~ /^Bail out!/ {
	put(0, name ": " line)
	next
}

# The harness gives the reason for a skip on a line of its own, in front.
line ~ /^(# )?skipped: / {
	said = line
	sub(/^(# )?skipped: /, "", said)
}

{
	print "# " line
}

END {
	close_levels(-1)
	if (rc && !failed)
		put(0, name ": exit code " rc)
	else if (!results)
		put(0, name ": no results")
}
