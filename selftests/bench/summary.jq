# SPDX-License-Identifier: GPL-2.0-only
#
# Joins what the rows of all boots printed, lines of "boot TAB row TAB kind TAB
# name TAB value TAB unit", with the table of figures ($table, its text).

def median: sort | .[((length - 1) / 2 | floor)];
def worst($relation): if $relation == ">=" then min else max end;
def met($relation; $bar):
	if $relation == ">=" then . >= $bar
	elif $relation == "<=" then . <= $bar
	else . == $bar end;

def figures:
	$table | split("\n") | map(select(test("^[^#]")) | split("|") |
		{ key: .[0], figure: .[1], relation: .[2], bar: (.[3] | tonumber),
		  unit: .[4], row: .[5] });

# Groups in the order in which each first comes.
def in_order(f):
	to_entries | group_by(.value | f) | sort_by(.[0].key) |
	map(map(.value));
def first_of_each: in_order(.) | map(.[0]);

# One figure out of the lines of its row.
def judge($lines):
	. as $f |
	[$lines[] | select(.kind == "figure" and .name == $f.key)] as $got |
	[$got[].value | tonumber] as $values |
	[$lines[] | select(.kind == "lacking" and (.name == $f.key or .name == "*")).value] as $why |
	. + if $why != [] or $values == [] then
		{ result: "not available", value: null, worst: null, spread: null,
		  why: ($why[0] // "the row ended before it was measured") }
	else
		($values | worst($f.relation)) as $worst |
		{ result: (if $worst | met($f.relation; $f.bar) then "pass"
			   else "miss" end),
		  value: ($values | median), worst: $worst,
		  spread: ((($values | max) - ($values | min)) * 1e6 | round / 1e6) }
	end +
	{ values: [$got[] | { boot, value: (.value | tonumber) }],
	  variants: [$lines[] | select(.kind == "variant")] |
		in_order(.name) | map({ name: .[0].name, unit: .[0].unit,
			values: (map(.value | tonumber) | unique | sort),
			median: (map(.value | tonumber) | median) }),
	  commands: [$lines[] | select(.kind == "command").name] | first_of_each,
	  notes: [$lines[] | select(.kind == "note").name] | first_of_each };

[inputs | split("\t") | { boot: .[0], row: .[1], kind: .[2], name: .[3],
			  value: .[4], unit: .[5] }] as $lines |
($lines | map(.row) | unique) as $ran |
{ time: "virtual: one instruction is 1 ns", boots: ($lines | map(.boot) | unique),
  figures: [figures[] | select(.row as $r | $ran | index($r)) |
	judge([.row as $r | $lines[] | select(.row == $r)])] }
