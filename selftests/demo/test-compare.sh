#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests of compare-issue.awk: it sees each kind of difference, and undoes what
# the block layer does to equal requests.

cd "$(dirname "$0")" || exit 1
number=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Lines of ftrace's text from "RWBS SECTOR SECTORS", or "!RWBS..." for a
# request that was put back.
events()
{
	local rwbs sector sectors event

	while read -r rwbs sector sectors; do
		event=issue
		[ "$rwbs" = "${rwbs#!}" ] || event=requeue
		printf '  cp -r a-12   [001] ..... 12.345678: block_rq_%s: 254,0 %s %d () %d + %d [cp]\n' \
			$event "${rwbs#!}" $((sectors * 512)) "$sector" "$sectors"
	done
}

# expect RC TITLE: the two lists are on standard input, "--" between them.
expect()
{
	local text rc

	number=$((number + 1))
	text=$(cat)
	echo "$text" | sed '/^--$/,$d' | events >"$tmp/a"
	echo "$text" | sed '0,/^--$/d' | events >"$tmp/b"
	awk -f compare-issue.awk "$tmp/a" "$tmp/b" >"$tmp/out"
	rc=$?
	if [ $rc -eq "$1" ]; then
		echo "ok $number $2"
	else
		sed 's/^/# /' "$tmp/out"
		echo "not ok $number $2: code $rc"
	fi
}

expect 0 "equal lists" <<'END'
R 0 8
WS 8 8
FF 0 0
WFS 16 8
D 100 50
--
R 0 8
WS 8 8
FF 0 0
WFS 16 8
D 100 50
END
expect 1 "two that changed places" <<'END'
R 0 8
W 8 8
--
W 8 8
R 0 8
END
expect 1 "another sector" <<'END'
R 0 8
--
R 8 8
END
expect 1 "another size" <<'END'
R 0 8
--
R 0 16
END
expect 1 "another operation" <<'END'
R 0 8
--
W 0 8
END
expect 1 "FUA is lost" <<'END'
W 8 8
WFS 0 8
--
W 8 8
WS 0 8
END
expect 0 "a FUA write that was overtaken" <<'END'
W 0 8
WFS 8 8
W 16 8
--
W 0 8
W 16 8
WFS 8 8
END
expect 1 "FUA writes that changed places" <<'END'
W 0 8
WFS 8 8
WFS 16 8
--
W 0 8
WFS 16 8
WFS 8 8
END
expect 1 "one is missing in the middle" <<'END'
R 0 8
R 8 8
R 16 8
--
R 0 8
R 16 8
END
expect 1 "one is missing at the end" <<'END'
R 0 8
R 8 8
--
R 0 8
END
expect 1 "one too many" <<'END'
R 0 8
--
R 0 8
R 8 8
END
expect 1 "a discard is missing" <<'END'
R 0 8
D 100 50
--
R 0 8
END
expect 1 "no flush at all" <<'END'
W 0 8
FF 0 0
--
W 0 8
END
expect 0 "flushes shared one" <<'END'
FF 0 0
FF 0 0
FWS 0 8
--
FF 0 0
WS 0 8
END
expect 0 "a discard among others goes by its own order" <<'END'
D 100 50
R 0 8
--
R 0 8
D 100 50
END
expect 0 "pieces of a split" <<'END'
W 0 24
R 0 8
--
W 0 8
W 8 8
WM 16 8
R 0 8
END
expect 1 "pieces that are too many" <<'END'
W 0 16
--
W 0 8
W 8 8
W 16 8
END
expect 1 "pieces with a hole" <<'END'
W 0 24
--
W 0 8
W 16 8
END
expect 0 "put back and issued again" <<'END'
R 0 8
W 8 8
--
R 0 8
W 8 8
!W 8 8
W 8 8
END
expect 2 "nothing captured" <<'END'
FF 0 0
--
R 0 8
END
echo "1..$number"
