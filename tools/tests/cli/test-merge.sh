# SPDX-License-Identifier: GPL-2.0-only
# hfctl transform --merge: how the other trace is read, and where it may stand.
. "$CLI_DIR/lib.sh"

make_trace t.hft

# blocks NUMBER... - a file of the format refs
blocks()
{
	local b
	for b; do
		printf '%b\0\0\0\0\0\0\0' "\\x$b"
	done
}

# What says how a trace is read says it of both.
blocks 01 02 03 >a.refs
blocks 07 08 >b.refs
run 0 transform --from refs --block 8k --spacing 1ms a.refs --merge b.refs \
	--filter size=8k o.hft
printed "--filter    size=8k: 5 of 5 requests"
run 0 transform o.hft --filter time=1ms p.hft
printed "--filter    time=1ms: 2 of 5 requests"
cat >a.txt <<'END'
0,W,0,4096
1,W,8,4096
END
cp a.txt b.txt
map=time:s,op,offset:sectors,length:bytes
run 0 transform --columns $map a.txt --merge b.txt --filter op=write o.hft
printed "op=write: 4 of 4 requests"
# An .hft file says itself what it is.
run 0 transform --columns $map a.txt --merge t.hft o.hft
printed "--merge     t.hft: 7 of 2 requests"

# What is merged behind --anonymise would stay as it is.
head -c 16 /dev/urandom >key
run 2 transform t.hft --anonymise key=key --merge t.hft o.hft
said "merge first"
