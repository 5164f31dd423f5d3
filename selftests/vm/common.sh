# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Paths and small functions shared by the scripts in this directory.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
BUILD=$(realpath -m "${BUILD:-$TOP/build}")
# Downloaded packages are kept apart from BUILD: every build folder uses them.
CACHE=$(realpath -m "${HFR_CACHE:-$TOP/build/cache}")
export TOP BUILD CACHE

die()
{
	echo "${0##*/}: $*" >&2
	exit 125
}

# need PROGRAM PACKAGE: stop with a sentence when PROGRAM is not installed.
need()
{
	command -v "$1" >/dev/null ||
		die "$1 is not installed; run 'make deps' or install $2"
}
