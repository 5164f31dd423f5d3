# SPDX-License-Identifier: GPL-2.0-only
#
# Compares two ftrace texts of block_rq_issue, of a capture and of its replay:
#   awk -f compare-issue.awk CAPTURED REPLAYED
#
# Reads and writes are compared in one order, discards and write-zeroes in an
# order of their own; each by operation, sector and size. Undone before that:
# - an issue that block_rq_requeue took back;
# - the split of a captured request into pieces that follow each other;
# - flush sequencing. Flushes are counted only, because those that wait at the
#   same time share one. Writes with FUA are queued by the flush code and
#   issued by a kernel worker, so that requests made later may overtake them:
#   they have an order of their own, and those that are at another place among
#   the reads and writes than in the capture are counted.
# Exits 0 when all agree, 1 when not, 2 when there is nothing to compare.

BEGIN {
	name["R"] = "reads"
	name["W"] = "writes"
	name["D"] = "discards"
	name["F"] = "flushes"
	name["N"] = "others"
	name["U"] = "FUA writes"
}

# "FWFSM" is PREFLUSH, write, FUA, sync, meta; "FF" is a flush.
function parse_op(rwbs)
{
	if (rwbs ~ /^F[RWDFN]/)
		rwbs = substr(rwbs, 2)
	op = substr(rwbs, 1, 1)
	fua = op == "W" && substr(rwbs, 2) ~ /F/
}

FNR == 1 {
	file++
}

/ block_rq_(issue|requeue): / {
	requeued = / block_rq_requeue: /
	sub(/.* block_rq_(issue|requeue): /, "")
	# DEVICE RWBS [BYTES] (COMMAND) SECTOR + SECTORS ...
	parse_op($2)
	match($0, /[0-9]+ \+ [0-9]+/)
	split(substr($0, RSTART, RLENGTH), part, / \+ /)
	list = fua ? "FUA" : op == "R" || op == "W" ? "order" : \
		op == "F" ? "flush" : "other"
	key = file SUBSEP list
	if (requeued) {
		take_back(key, op, part[1])
		next
	}
	i = ++n[key]
	ops[key, i] = op
	behind[key, i] = n[file, "order"]
	start[key, i] = part[1] + 0
	len[key, i] = part[2] + 0
}

function take_back(key, op, sector,   i, j)
{
	for (i = n[key]; i > 0; i--)
		if (ops[key, i] == op && start[key, i] == sector)
			break
	if (!i)
		return
	for (j = i; j < n[key]; j++) {
		ops[key, j] = ops[key, j + 1]
		behind[key, j] = behind[key, j + 1]
		start[key, j] = start[key, j + 1]
		len[key, j] = len[key, j + 1]
	}
	n[key]--
}

function show(key, i)
{
	if (i > n[key])
		return "nothing"
	return ops[key, i] " " start[key, i] " + " len[key, i]
}

# Length of the replay's request at j, with the pieces behind it that make it
# up to the length wanted; sets last to the index of the last piece.
function joined(key, j, want,   total)
{
	total = len[key, j]
	last = j
	while (total < want && last < n[key] &&
	       ops[key, last + 1] == ops[key, j] &&
	       start[key, last + 1] == start[key, j] + total) {
		last++
		total += len[key, last]
	}
	return total
}

function compare(list,   a, b, i, j)
{
	a = 1 SUBSEP list
	b = 2 SUBSEP list
	j = 1
	for (i = 1; i <= n[a]; i++) {
		if (j > n[b] || ops[a, i] != ops[b, j] ||
		    start[a, i] != start[b, j] ||
		    joined(b, j, len[a, i]) != len[a, i]) {
			printf "differ at %d of %d (%s): captured %s, replayed %s\n",
				i, n[a], list, show(a, i), show(b, j)
			return 0
		}
		splits += last - j
		count[list == "FUA" ? "U" : ops[a, i]]++
		if (list == "FUA" && behind[a, i] != behind[b, j])
			moved++
		j = last + 1
	}
	if (j <= n[b]) {
		printf "%d more in the replay than captured (%s), first %s\n",
			n[b] - j + 1, list, show(b, j)
		return 0
	}
	return 1
}

END {
	if (!n[1, "order"] || !n[2, "order"]) {
		print "no reads and writes to compare"
		exit 2
	}
	same = compare("order")
	same = compare("FUA") && same
	same = compare("other") && same
	rows = split("R W U D N", row, " ")
	for (i = 1; i <= rows; i++)
		if (count[row[i]] || row[i] != "N")
			printf "%-11s %7d  the same in the same order\n",
				name[row[i]], count[row[i]]
	if (moved)
		printf "%d FUA writes are at another place among the reads and writes\n",
			moved
	printf "%-11s %7d  captured, %d replayed: not compared in order\n",
		name["F"], n[1, "flush"], n[2, "flush"]
	if (splits)
		printf "%d pieces of split requests were joined\n", splits
	if (n[1, "flush"] && !n[2, "flush"]) {
		print "the replay flushed nothing"
		same = 0
	}
	print same ? "capture and replay agree" : "capture and replay DIFFER"
	exit !same
}
