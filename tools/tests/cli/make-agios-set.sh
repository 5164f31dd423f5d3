# SPDX-License-Identifier: GPL-2.0-only
# A small look-alike of the data set "Server-side I/O request arrival traces":
# its folders, names and formats, with requests that are made up.
#
# make_agios_set FOLDER - two tests of two repetitions at two I/O nodes, which
# differ in their steps; two experiments at two data servers, over midnight
make_agios_set()
{
	local set=$1 test rep node

	mkdir -p "$set/IOnode_traces/output" "$set/server_traces" \
		"$set/extra_server_traces"
	printf 'label,spatiality,size\nT1,contig,32\nT2,strided,256\n' \
		>"$set/IOnode_traces/output/test_info.csv"
	echo './mpi-io-test -b T1' >"$set/IOnode_traces/output/commands"
	for test in T1 T2; do
		for rep in 1 2; do
			printf 'client-1 ion-1\nclient-2 ion-2\n' \
				>"$set/IOnode_traces/output/${test}_$rep.map"
			for node in 1 2; do
				make_agios_node "$set/IOnode_traces/${test}_$rep/ion-$node" \
					"$test" "$node"
			done
		done
	done
	for rep in 1 2; do
		make_pvfs_folder "$set/server_traces/NOOP_app1_contig_128_32KB_8_4_nto1_app2_noncontig_64_256KB_16_8_nton_${rep}_pvfstrace" \
			$((32768 * rep))
	done
	make_pvfs_folder "$set/extra_server_traces/NOOP_app1_contig_128_32KB_8_4_nto1_1_pvfstrace" \
		32768
}

# make_agios_node FOLDER TEST NODE - R and W are exchanged, as in the original
make_agios_node()
{
	mkdir -p "$1"
	awk -v step="$([ "$2" = T1 ] && echo 32768 || echo 262144)" \
		-v node="$3" -v folder="$1" 'BEGIN {
		for (second = 0; second < 6; second++)
			for (i = 0; i < 20 + node; i++)
				for (op = 0; op < 2; op++)
					printf "%.0f\t%064x\t%s\t%d\t%d\n",
						(200 + second + op * 10) * 1e9 + i * 1e6,
						16 * node, op ? "W" : "R",
						i * step, 32768 \
						>(folder (op ? "/reads.trace" : "/writes.trace"))
	}'
}

# make_pvfs_folder FOLDER STEP - two servers, writes before and reads after
# midnight
make_pvfs_folder()
{
	mkdir -p "$1"
	awk -v folder="$1" -v step="$2" 'BEGIN {
		line = "[D %02d:%02d:%02d.%06d] REQ SCHED SCHEDULING, handle: %d, queue_element: 0x%x, type: %d, offset: %d, len: 32768\n"
		for (server = 1; server <= 2; server++)
			for (i = 0; i < 50; i++)
				for (op = 0; op < 2; op++)
					printf line, op ? 23 : 0, op ? 59 : 0, 50 + int(i / 10),
						i % 10 * 1000, 576460752 + server, 4096 + i, op,
						i * step \
						>(folder "/server" server (op ? "_write" : "_read") ".log")
	}'
}
