// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <linux/hfreplay_stamp.h>

#include "json-text.h"
#include "units.h"
#include "verify-show.h"

static uint64_t bytes(uint64_t sectors)
{
	return sectors << HFR_STAMP_SHIFT;
}

/* ---- text ---- */

static const char *must_text(const struct fault *f, char *buf, size_t len)
{
	if (f->kind == FAULT_ATOMIC)
		snprintf(buf, len, "request %" PRIu64 ", an atomic write, is newer and has reached others of its blocks",
			 f->must);
	else if (f->must == EXPECT_NONE)
		snprintf(buf, len, "nothing is certain to be there");
	else
		snprintf(buf, len, "what request %" PRIu64 " wrote, or newer, must be there",
			 f->must);
	return buf;
}

static const char *found_text(const struct fault *f, char *buf, size_t len)
{
	bool known = f->found != EXPECT_NONE;

	switch (f->kind) {
	case FAULT_OLD:
	case FAULT_ATOMIC:
		if (!known)
			return "nothing that this run wrote";
		snprintf(buf, len, "request %" PRIu64 " wrote it", f->found);
		break;
	case FAULT_LOST:
		snprintf(buf, len, "nothing that this run wrote");
		break;
	case FAULT_TORN:
		snprintf(buf, len, "parts of several versions, one by request %" PRIu64,
			 f->found);
		break;
	case FAULT_MISPLACED:
		snprintf(buf, len, "request %" PRIu64 " wrote it for offset %" PRIu64 " of target %u",
			 f->found, bytes(f->place), f->target);
		break;
	case FAULT_STRAY:
		snprintf(buf, len, "it says request %" PRIu64 ", which was not issued or wrote elsewhere",
			 f->found);
		break;
	default:
		snprintf(buf, len, "it cannot be read");
	}
	return known || f->kind == FAULT_LOST || f->kind == FAULT_UNREADABLE ?
		buf : "it is damaged";
}

static void fault_text(const struct fault *f)
{
	char must[128], found[160];

	printf("  %-13s  offset %" PRIu64 ", %" PRIu64 " bytes: %s; %s\n",
	       fault_name(f->kind), bytes(f->start), bytes(f->end - f->start),
	       found_text(f, found, sizeof(found)),
	       must_text(f, must, sizeof(must)));
}

static void sum_text(const struct medium *m)
{
	char a[32], b[32], c[32];

	printf("  %s checked, %s hold what this run wrote; of %s nothing is known\n",
	       hf_format_size(a, sizeof(a), bytes(m->checked)),
	       hf_format_size(b, sizeof(b), bytes(m->found)),
	       hf_format_size(c, sizeof(c), bytes(m->undefined)));
	printf("  %" PRIu64 " writes must be there, if nothing newer is; %" PRIu64 " blocks are not as they may be\n",
	       m->expect->certain, medium_faults(m));
}

/* ---- JSON ---- */

static void number(const char *key, uint64_t value)
{
	if (value == EXPECT_NONE)
		printf("\"%s\": null", key);
	else
		printf("\"%s\": %" PRIu64, key, value);
}

static void fault_json(const struct fault *f, bool first)
{
	printf("%s\n    {\"fault\": \"%s\", \"offset\": %" PRIu64 ", \"length\": %" PRIu64 ", ",
	       first ? "" : ",", fault_name(f->kind), bytes(f->start),
	       bytes(f->end - f->start));
	number("must", f->must);
	printf(", ");
	number("found", f->found);
	if (f->kind == FAULT_MISPLACED)
		printf(", \"found_offset\": %" PRIu64 ", \"found_target\": %u",
		       bytes(f->place), f->target);
	printf("}");
}

static void sum_json(const struct medium *m)
{
	int i;

	printf("],\n   \"checked_bytes\": %" PRIu64 ", \"found_bytes\": %" PRIu64 ", \"undefined_bytes\": %" PRIu64 ",\n",
	       bytes(m->checked), bytes(m->found), bytes(m->undefined));
	printf("   \"certain_writes\": %" PRIu64 ", \"faults\": {",
	       m->expect->certain);
	for (i = 0; i < FAULT_NR; i++)
		printf("%s\"%s\": %" PRIu64, i ? ", " : "", fault_name(i),
		       m->faults[i]);
	printf("}}");
}

static void target_json(const char *path, bool first)
{
	json_t *text = json_text(path);

	printf("%s\n  {\"path\": ", first ? "" : ",");
	json_dumpf(text, stdout, JSON_ENCODE_ANY);
	json_decref(text);
	printf(", \"mismatches\": [");
}

/* ---- either ---- */

void verify_show_begin(struct verify_show *show)
{
	if (show->json)
		printf("{\n\"format\": 1,\n\"crash\": %s,\n\"targets\": [",
		       show->crash ? "true" : "false");
}

void verify_show_target(struct verify_show *show, const char *path)
{
	if (show->json)
		target_json(path, !show->targets);
	else
		printf("%s\n", path);
	show->targets++;
	show->listed = 0;
}

void verify_show_fault(void *ctx, const struct fault *f)
{
	struct verify_show *show = ctx;

	if (show->json)
		fault_json(f, !show->listed);
	else
		fault_text(f);
	show->listed++;
}

void verify_show_sum(struct verify_show *show, const struct medium *m)
{
	if (show->json)
		sum_json(m);
	else
		sum_text(m);
}

void verify_show_end(struct verify_show *show, uint64_t faults, bool whole)
{
	if (show->json)
		printf("\n],\n\"blocks_at_fault\": %" PRIu64 ",\n\"complete\": %s,\n\"ok\": %s\n}\n",
		       faults, whole ? "true" : "false",
		       faults || !whole ? "false" : "true");
	else
		printf("%s\n", faults ? "MISMATCH" : whole ? "OK" : "INTERRUPTED");
}
