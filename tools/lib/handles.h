/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of a trace of file servers: each handle becomes a stream, and its
 * extents get places on the device of its server (extent-map.h). What lies
 * where is noted in the provenance of the .hft file, from which a place can be
 * turned back into a file and an offset.
 */
#ifndef HF_HANDLES_H
#define HF_HANDLES_H

#include <stdint.h>

#include "format.h"

struct handles;

/** handles_new - no files yet; returns 0 or -errno with a sentence */
int handles_new(struct handles **out, struct hf_error *err);
void handles_free(struct handles *h);

/**
 * handles_request - gives the importer a request to a file of a server
 * @h: the files
 * @imp: the importer
 * @name: the handle, as the trace writes it
 * @rec: as for importer_request(), but offset is in the file; stream is set
 * @in: where it stands, for messages
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int handles_request(struct handles *h, struct importer *imp, const char *name,
		    const struct hfr_trace_rec *rec, const struct input *in,
		    struct hf_error *err);

/**
 * handles_note - notes in the provenance what lies where
 * @h: the files
 * @imp: the importer
 *
 * What a header has no room for is left out: names of more than a few thousand
 * files, places of more than 32768 extents.
 */
void handles_note(const struct handles *h, struct importer *imp);

#endif /* HF_HANDLES_H */
