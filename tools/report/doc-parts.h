/* SPDX-License-Identifier: GPL-2.0-only */
/* The sections of the document, each made from the JSON report. */
#ifndef HF_DOC_PARTS_H
#define HF_DOC_PARTS_H

#include "doc.h"

/* doc-replay.c: how the replay went */
void doc_lateness(struct doc *doc, const json_t *report);
void doc_issue_error(struct doc *doc, const json_t *report);
void doc_requests(struct doc *doc, const json_t *report);
void doc_order(struct doc *doc, const json_t *report);
/* doc-device.c: how the device behaved */
void doc_latency(struct doc *doc, const json_t *report);
void doc_load(struct doc *doc, const json_t *report);
void doc_places(struct doc *doc, const json_t *report);
void doc_operations(struct doc *doc, const json_t *report);
void doc_targets(struct doc *doc, const json_t *report);
void doc_workers(struct doc *doc, const json_t *report);
/* doc-origin.c: notes, and what ran where */
void doc_notes(struct doc *doc, const json_t *report);
void doc_origin(struct doc *doc, const json_t *report);

#endif /* HF_DOC_PARTS_H */
