/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * hfreplay: the records that cross the character device of a session.
 *
 * The node of a session (/dev/hfreplay/NAME) takes the bytes of an .hft file
 * with write(2) and gives completion records with read(2). Everything here is
 * in the byte order of the host that wrote it; the header carries a mark by
 * which a foreign order is recognised and refused.
 *
 * write(2) takes, in this order and in pieces of any length:
 *
 *   struct hfr_file_hdr, its device table, its provenance text,
 *   struct hfr_trace_rec for each request, sorted by issue time,
 *   struct hfr_file_end.
 *
 * Errors of write(2); the sentence that goes with one is in the session's
 * "error-text" attribute (netlink), with the index of the request:
 *
 *  - EINVAL: a header, record or trailer breaks a rule stated below.
 *  - EBADMSG: the trailer's count or checksum does not fit what came before.
 *  - EFBIG: the trace has more requests than the window has slots, and the
 *    session was not made with the flag "stream".
 *  - EPERM: a record changes the device and the session has no consent to it.
 *  - ERANGE: a record reaches beyond the end of its target.
 *  - EOPNOTSUPP: the module or the target cannot do the operation.
 *  - ENOMEM: no memory for requests as long as the header states.
 *  - EBUSY: the session is in a state that takes no records (open: somebody
 *    else has the node open for writing, or, on a streaming session, for
 *    reading).
 *  - EAGAIN: O_NONBLOCK, and the window is full.
 *  - EFAULT, EINTR: as everywhere.
 *  - EPIPE: the session ended (stopped, failed) before its trace was whole.
 *  - ENODEV: the session is being deleted.
 *
 * After EINVAL to ENOMEM above the session is FAILED; nothing that was loaded
 * after the fault is ever issued. The others change nothing.
 *
 * read(2) gives whole struct hfr_completion_rec, in trace order. A session
 * that holds its whole trace keeps them until it is rewound: every open file
 * reads from the first. A streaming session gives each record once.
 *
 *  - EINVAL: the buffer is shorter than one record.
 *  - EAGAIN: O_NONBLOCK, and the next record in trace order is not complete.
 *  - ENODEV: the session is being deleted.
 *  - 0: the replay has ended (DONE, STOPPED or FAILED) and all was read.
 */
#ifndef _UAPI_LINUX_HFREPLAY_H
#define _UAPI_LINUX_HFREPLAY_H

#include <linux/types.h>

/* The unit in which header, records and trailer are counted on the wire. */
#define HFR_UNIT		64

/* A time or count that is not known. */
#define HFR_UNKNOWN		(~(__u64)0)

/**
 * enum hfr_op - what a request does
 *
 * Our own numbers: those of the kernel move between versions. The values are
 * part of the file format and never change.
 *
 * @HFR_OP_READ: reads @length bytes
 * @HFR_OP_WRITE: writes @length bytes
 * @HFR_OP_FLUSH: empties the write cache; offset and length are 0
 * @HFR_OP_DISCARD: discards @length bytes
 * @HFR_OP_WRITE_ZEROES: makes @length bytes read as zero
 * @HFR_OP_SECURE_ERASE: erases @length bytes, with consent of its own
 * @HFR_OP_ZONE_APPEND: appends @length bytes to the zone at @offset; where they
 *	land the device says
 * @HFR_OP_ZONE_RESET: resets the zone at @offset
 * @HFR_OP_ZONE_RESET_ALL: resets all zones; offset and length are 0
 * @HFR_OP_ZONE_OPEN: opens the zone at @offset
 * @HFR_OP_ZONE_CLOSE: closes the zone at @offset
 * @HFR_OP_ZONE_FINISH: finishes the zone at @offset
 * @HFR_OP_NR: number of operations
 * @HFR_OP_END: not an operation: marks struct hfr_file_end
 */
enum hfr_op {
	HFR_OP_READ		= 0,
	HFR_OP_WRITE		= 1,
	HFR_OP_FLUSH		= 2,
	HFR_OP_DISCARD		= 3,
	HFR_OP_WRITE_ZEROES	= 4,
	HFR_OP_SECURE_ERASE	= 5,
	HFR_OP_ZONE_APPEND	= 6,
	HFR_OP_ZONE_RESET	= 7,
	HFR_OP_ZONE_RESET_ALL	= 8,
	HFR_OP_ZONE_OPEN	= 9,
	HFR_OP_ZONE_CLOSE	= 10,
	HFR_OP_ZONE_FINISH	= 11,
	HFR_OP_NR		= 12,
	HFR_OP_END		= 255,
};

/* Flags of a trace record. FUA and PREFLUSH go with HFR_OP_WRITE only. */
#define HFR_RF_FUA		(1U << 0) /* durable when complete */
#define HFR_RF_PREFLUSH		(1U << 1) /* write cache emptied first */
#define HFR_RF_SYNC		(1U << 2) /* somebody waited for it */
#define HFR_RF_META		(1U << 3) /* file system metadata */
#define HFR_RF_RAHEAD		(1U << 4) /* read ahead */
#define HFR_RF_NOWAIT		(1U << 5) /* fail rather than wait */
#define HFR_RF_NOMERGE		(1U << 6) /* never merged */
#define HFR_RF_ASYNC		(1U << 7) /* a write that may be throttled */
#define HFR_RF_DEP_GLOBAL	(1U << 8) /* dep_lo and dep_hi are ranks among
					   * all records, not of the scope
					   */
#define HFR_RF_ATOMIC		(1U << 9) /* a write that is not torn */
#define HFR_RF_ALL		((1U << 10) - 1)

/**
 * struct hfr_trace_rec - one request of a trace
 * @issue_ns: issue time, ns from the start of the trace, at most
 *	HFR_MAX_TIME; never less than that of the record before
 * @complete_ns: original completion time, ns from the start of the trace,
 *	not less than @issue_ns and at most HFR_MAX_TIME; HFR_UNKNOWN if it is
 *	not known
 * @offset: first byte, a multiple of the target's logical block; for an append
 *	and for what is done to a zone, its first byte
 * @length: bytes, a multiple of the target's logical block; of a read, write or
 *	append at most @max_length of the header; 0 for a flush only, and where
 *	a whole zone is reset, opened, closed or finished, which may also give
 *	the length of the zone
 * @target: index into the header's device table
 * @op: enum hfr_op
 * @reserved0: must be 0
 * @flags: HFR_RF_*
 * @prio: I/O priority, class << 13 | level, class 1 (real time) to 3 (idle),
 *	level 0 to 7; 0 is the default, best effort 4
 * @in_flight: requests of this target in flight in the original when this one
 *	was issued, itself included; saturates; 0 if it is not known
 * @stream: process or stream, 0 if it is not known
 * @rank: position in the order of original completions of its scope, at least
 *	@dep_hi
 * @dep_lo: first rank of the parents; never less than that of the record
 *	before in the scope
 * @dep_hi: rank behind the last of the parents, at most the number of records
 *	before in the scope; never less than that of the record before in it
 * @scope: dependencies are among the records of a scope
 * @global_rank: position in the order of all original completions; the same as
 *	@rank with HFR_DEP_GLOBAL
 *
 * The last five are 0 without HFR_FF_DEPS; with it all completion times are
 * known. The first record of a scope may instead depend on records of all
 * scopes (HFR_RF_DEP_GLOBAL); its window has then no parent in its scope.
 * A record with an empty window (@dep_lo is @dep_hi) has no parents. It is due
 * by the clock of the trace, unless the first record of its scope has parents in
 * other scopes: then by the term that these give the first.
 * Ranks are counted modulo 2^32.
 */
struct hfr_trace_rec {
	__aligned_u64	issue_ns;
	__aligned_u64	complete_ns;
	__aligned_u64	offset;
	__u32		length;
	__u16		target;
	__u8		op;
	__u8		reserved0;
	__u32		flags;
	__u16		prio;
	__u16		in_flight;
	__u32		stream;
	__u32		rank;
	__u32		dep_lo;
	__u32		dep_hi;
	__u32		scope;
	__u32		global_rank;
};

#define HFR_FILE_MAGIC		"\x89HFT\r\n\x1a\n"
#define HFR_FILE_VERSION	1
#define HFR_BYTE_ORDER		0x01020304
#define HFR_MAX_DEVICES		64
#define HFR_MAX_HEADER		(1U << 20)
#define HFR_MAX_LENGTH		(64U << 20) /* longest read or write, bytes */
#define HFR_MAX_TIME		(1ULL << 53) /* latest time, ns: 104 days */
#define HFR_MAX_SCOPES		(1U << 20)

/* Flags of a file header. */
#define HFR_FF_COMPLETIONS	(1U << 0) /* completion times are known */
#define HFR_FF_LEVEL_QUEUE	(1U << 1) /* requests are bios as queued, not
					   * requests as the driver got them
					   */
#define HFR_FF_DEPS		(1U << 2) /* rank, dep_lo, dep_hi are set */
#define HFR_FF_ALL		((1U << 3) - 1)

/**
 * enum hfr_dep_scope - which requests a request can depend on
 * @HFR_DEP_GLOBAL: on all; scope is 0
 * @HFR_DEP_TARGET: on those of its target; scope is the target
 * @HFR_DEP_STREAM: on those of its stream; scope is the index of the stream in
 *	the order of appearance
 * @HFR_DEP_NR: number of kinds
 */
enum hfr_dep_scope {
	HFR_DEP_GLOBAL		= 0,
	HFR_DEP_TARGET		= 1,
	HFR_DEP_STREAM		= 2,
	HFR_DEP_NR		= 3,
};

/**
 * struct hfr_file_hdr - the header of an .hft file
 * @magic: HFR_FILE_MAGIC without its terminating NUL
 * @byte_order: HFR_BYTE_ORDER as the writer's host stores it
 * @version: HFR_FILE_VERSION
 * @record_size: sizeof(struct hfr_trace_rec)
 * @header_size: bytes to the first record, a multiple of HFR_UNIT, at most
 *	HFR_MAX_HEADER: this struct, the device table, the provenance text
 * @device_count: entries of the device table, 1 to HFR_MAX_DEVICES
 * @provenance_size: bytes of provenance text (JSON) after the device table,
 *	the zero padding to HFR_UNIT not counted
 * @flags: HFR_FF_*
 * @count: records in the file, HFR_UNKNOWN in a pipe (streaming only)
 * @duration_ns: the latest issue or completion time; HFR_UNKNOWN in a pipe
 * @wall_start_ns: CLOCK_REALTIME at time 0, ns; 0 if it is not known
 * @max_in_flight: most requests in flight at once per target, 0 unknown
 * @max_length: length of the longest read, write or append, bytes, at most
 *	HFR_MAX_LENGTH; a record that is longer is refused
 * @span: the window a stream of this trace needs: most records between the
 *	oldest request in flight and the newest, 0 unknown
 * @dep_scope: enum hfr_dep_scope
 * @scopes: number of scopes, 1 to HFR_MAX_SCOPES
 * @dep_nodes: what the replay has to remember at once: the sum, over all
 *	scopes, of the most records of the scope from the first of a record's
 *	window to that record, both included: its index in the scope plus 1
 *	minus dep_lo, 0 for a window of HFR_RF_DEP_GLOBAL
 * @dep_threshold_ns: think times shorter than this were not taken for a
 *	dependency
 * @reserved0: must be 0
 * @reserved: must be 0
 *
 * The fields of dependencies are 0 without HFR_FF_DEPS.
 */
struct hfr_file_hdr {
	__u8		magic[8];
	__u32		byte_order;
	__u16		version;
	__u16		record_size;
	__u32		header_size;
	__u32		device_count;
	__u32		provenance_size;
	__u32		flags;
	__aligned_u64	count;
	__aligned_u64	duration_ns;
	__aligned_u64	wall_start_ns;
	__u32		max_in_flight;
	__u32		max_length;
	__u32		span;
	__u32		dep_scope;
	__u32		scopes;
	__u32		dep_nodes;
	__aligned_u64	dep_threshold_ns;
	__aligned_u64	reserved0;
	__aligned_u64	reserved[4];
};

/**
 * struct hfr_file_dev - a device of the trace
 * @name: as the source calls it, NUL terminated
 * @size: bytes, 0 if it is not known
 * @max_end: highest byte touched by a request, plus 1; HFR_UNKNOWN in a pipe
 * @requests: number of requests; HFR_UNKNOWN in a pipe
 * @logical_block: bytes, 0 if it is not known
 * @major: device number, 0 if it is not known
 * @minor: device number
 * @reserved: must be 0
 */
struct hfr_file_dev {
	__u8		name[64];
	__aligned_u64	size;
	__aligned_u64	max_end;
	__aligned_u64	requests;
	__u32		logical_block;
	__u32		major;
	__u32		minor;
	__u32		reserved0;
	__aligned_u64	reserved[3];
};

#define HFR_END_MAGIC		"HFT-END\n"

/**
 * struct hfr_file_end - the trailer of an .hft file
 * @magic: HFR_END_MAGIC without its terminating NUL
 * @count: number of records before it
 * @checksum: XXH64 (seed 0) of all records
 * @reserved0: must be 0
 * @op: HFR_OP_END; lies where a record has its operation
 * @reserved1: must be 0
 * @reserved: must be 0
 */
struct hfr_file_end {
	__u8		magic[8];
	__aligned_u64	count;
	__aligned_u64	checksum;
	__u8		reserved0[6];
	__u8		op;
	__u8		reserved1;
	__aligned_u64	reserved[4];
};

/**
 * enum hfr_cause - why a request was issued later than the tolerance
 * @HFR_CAUSE_NONE: it was not
 * @HFR_CAUSE_SUBMIT: the submit of the request before was still running
 * @HFR_CAUSE_QUEUE: ... and slept for a tag or at the queue's door
 * @HFR_CAUSE_LIMIT: the limit of requests in flight
 * @HFR_CAUSE_PARENT: a parent was not complete (mode dep)
 * @HFR_CAUSE_FEEDER: the record had not been written yet
 * @HFR_CAUSE_RESULTS: the ring of completion records was full: not read
 * @HFR_CAUSE_WINDOW: the ring was full behind a request still in flight
 * @HFR_CAUSE_STOLEN: interrupt, preemption or a late timer took the CPU
 * @HFR_CAUSE_ENGINE: none of these: the engine itself
 * @HFR_CAUSE_NR: number of causes
 *
 * While a worker is behind its schedule, every late request has the cause that
 * held it longest since it fell behind: a request that is late because the one
 * before was late too has the cause of that one.
 */
enum hfr_cause {
	HFR_CAUSE_NONE		= 0,
	HFR_CAUSE_SUBMIT	= 1,
	HFR_CAUSE_QUEUE		= 2,
	HFR_CAUSE_LIMIT		= 3,
	HFR_CAUSE_PARENT	= 4,
	HFR_CAUSE_FEEDER	= 5,
	HFR_CAUSE_RESULTS	= 6,
	HFR_CAUSE_WINDOW	= 7,
	HFR_CAUSE_STOLEN	= 8,
	HFR_CAUSE_ENGINE	= 9,
	HFR_CAUSE_NR		= 10,
};

/* Flags of a completion record. */
#define HFR_CF_LIMITED		(1U << 0) /* waited for the in-flight limit */
#define HFR_CF_BUNDLED		(1U << 1) /* went with the one before */
#define HFR_CF_TAG_WAIT		(1U << 2) /* waited for a tag of the queue,
					   * before submit_bio or in it
					   */
#define HFR_CF_STARVED		(1U << 3) /* waited for the feeder */
#define HFR_CF_SATURATED	(1U << 4) /* lateness or cost did not fit */
#define HFR_CF_VERIFY		(1U << 5) /* verification failed */
#define HFR_CF_SHORT		(1U << 6) /* less transferred than asked */

/**
 * enum hfr_rec_state - what became of a request
 * @HFR_REC_EMPTY: never seen by user space
 * @HFR_REC_DONE: issued and completed, with or without error
 * @HFR_REC_SKIPPED: not issued: the target cannot do it and the session skips
 *	what is unsupported
 * @HFR_REC_NOT_ISSUED: not issued: the replay was stopped before
 */
enum hfr_rec_state {
	HFR_REC_EMPTY		= 0,
	HFR_REC_DONE		= 1,
	HFR_REC_SKIPPED		= 2,
	HFR_REC_NOT_ISSUED	= 3,
};

/* Unit of lateness and submit cost, ns. */
#define HFR_COST_UNIT		16

/**
 * struct hfr_completion_rec - what became of one request
 * @issued_ns: when submit_bio was called, ns from the start of the replay
 * @completed_ns: when the bio ended, ns from the start of the replay
 * @lateness: issue minus due time, in HFR_COST_UNIT
 * @submit_cost: time in submit_bio, in HFR_COST_UNIT
 * @in_flight: requests of this worker in flight, itself included
 * @flags: HFR_CF_*
 * @error: errno, positive; 0 is success
 * @worker: index of the worker that issued it
 * @cause: enum hfr_cause
 * @state: enum hfr_rec_state; unless it is HFR_REC_DONE all else is 0
 */
struct hfr_completion_rec {
	__aligned_u64	issued_ns;
	__aligned_u64	completed_ns;
	__s32		lateness;
	__u32		submit_cost;
	__u16		in_flight;
	__u16		flags;
	__u8		error;
	__u8		worker;
	__u8		cause;
	__u8		state;
};

#endif /* _UAPI_LINUX_HFREPLAY_H */
