# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What a row of a benchmark finds, one line each, fields apart by tabs.

figure() { printf 'figure\t%s\t%s\n' "$1" "$2"; }
variant() { printf 'variant\t%s\t%s\t%s\n' "$1" "$2" "$3"; }
command_line() { printf 'command\t%s\n' "$*"; }
note() { printf 'note\t%s\n' "$*"; }

# lacking KEY WHY: the figure cannot be had here.
lacking() { printf 'lacking\t%s\t%s\n' "$1" "$2"; }

# calc EXPRESSION: by awk, 4 digits behind the point.
calc() { awk "BEGIN { printf \"%.4f\", $1 }"; }
