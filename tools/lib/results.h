/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The .hfr file: what one replay gave. Header, a JSON text that says what ran
 * where, one completion record for each record of the trace, in trace order
 * (fewer if the replay was cut off), and a trailer with a checksum.
 */
#ifndef HF_RESULTS_H
#define HF_RESULTS_H

#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <linux/hfreplay.h>

#include "error.h"

#define HFR_RESULTS_MAGIC	"\x89HFR\r\n\x1a\n"
#define HFR_RESULTS_VERSION	1
#define HFR_RESULTS_END		"HFR-END\n"

/**
 * struct results_hdr - first 64 bytes of an .hfr file
 * @magic: HFR_RESULTS_MAGIC
 * @byte_order: HFR_BYTE_ORDER
 * @version: HFR_RESULTS_VERSION
 * @record_size: sizeof(struct hfr_completion_rec)
 * @header_size: bytes to the first record, a multiple of 64
 * @meta_size: bytes of JSON after this struct, padding not counted
 * @count: completion records
 * @reserved: 0
 */
struct results_hdr {
	uint8_t magic[8];
	uint32_t byte_order;
	uint16_t version;
	uint16_t record_size;
	uint32_t header_size;
	uint32_t meta_size;
	uint64_t count;
	uint64_t reserved[4];
};

/**
 * struct results_end - last 32 bytes of an .hfr file
 * @magic: HFR_RESULTS_END
 * @count: completion records
 * @checksum: XXH64 of the records, seed 0
 * @reserved: 0
 */
struct results_end {
	uint8_t magic[8];
	uint64_t count;
	uint64_t checksum;
	uint64_t reserved;
};

/**
 * struct results - the outcome of a replay in memory
 * @recs: completion records, in trace order; owned
 * @count: number of them
 * @meta: JSON object; owned reference. Keys (those that apply):
 *	"engine" ("kernel"), "mode" ("hf", "afap"), "speed" (1.0),
 *	"limit" ("none", "trace", "fixed"), "limit_value",
 *	"tolerance_ns", "spin_ns", "payload", "seed" (text: 0x, hex digits),
 *	"flags" (array of names),
 *	"state" ("done", "stopped", "failed"), "error", "error_index",
 *	"elapsed_ns", "wall_start_ns", "level" ("driver" or "queue"),
 *	"session": {"id", "name"},
 *	"trace": {"path", "checksum" (16 hex digits), "requests",
 *		"duration_ns"},
 *	"counters": {"loaded", "issued", "completed", "skipped", "errors",
 *		"late", "read_bytes", "write_bytes", "verified",
 *		"verify_errors", "underruns", "underrun_ns",
 *		"results_stalls", "results_ns", "window_stalls",
 *		"window_ns"},
 *	"targets": [{"path", "name", "major", "minor", "size",
 *		"logical_block", "queue_depth", "slots", "cpu",
 *		"write_cache", "model", "firmware", "scheduler",
 *		"nr_requests", "nomerges", "wbt_lat_us", "rotational"}],
 *	"host": {"kernel", "machine", "cpus", "mitigations", "clocksource"},
 *	"module": {"version", "srcversion"}, "tool": {"version"},
 *	"command" (as typed)
 */
struct results {
	struct hfr_completion_rec *recs;
	uint64_t count;
	json_t *meta;
};

/**
 * results_write - writes an .hfr file under a temporary name, then renames
 * @res: what to write
 * @path: final name
 * @err: on failure, a sentence; no file is left
 *
 * Return: 0 or -errno.
 */
int results_write(const struct results *res, const char *path,
		  struct hf_error *err);

/**
 * results_read - reads and checks an .hfr file
 * @res: filled; free with results_free()
 * @path: the file
 * @err: on failure, a sentence with path and byte offset
 *
 * Return: 0 or -errno with nothing to free.
 */
int results_read(struct results *res, const char *path, struct hf_error *err);
void results_free(struct results *res);

/** hfr_cause_name - name of an enum hfr_cause ("tag or queue wait"), or NULL */
const char *hfr_cause_name(uint8_t cause);

#endif /* HF_RESULTS_H */
