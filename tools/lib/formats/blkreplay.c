// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads of blkreplay and what it prints when it replays them: any text, and
 * among it lines
 * SECONDS.NANOSECONDS ; SECTOR ; SECTORS ; R|W ; DELAY ; DURATION
 *
 * blkreplay takes what stands behind the first point for a number of
 * nanoseconds, so that it must have nine digits. DELAY (how late it was
 * issued) and DURATION are 0.0 in a load; in the output of a replay they say
 * when the request was really issued and when it was complete.
 */
#include <string.h>

#include "events.h"
#include "lines.h"
#include "scan.h"
#include "volume.h"

#define COLUMNS		6
#define SECTOR		512

struct load_line {
	uint64_t start, sector, sectors;
	int64_t delay;
	uint64_t duration;
	uint32_t flags;
	uint8_t op;
};

/* "0.0", "12.345678901"; seconds below 0 are printed modulo 2^64. */
static bool scan_delay(const char *col, int64_t *ns)
{
	uint64_t sec, frac;
	size_t digits = strspn(col, "0123456789");
	char whole[24];

	if (!digits || digits >= sizeof(whole))
		return false;
	memcpy(whole, col, digits);
	whole[digits] = '\0';
	if (!column_u64(whole, &sec))
		return false;
	/* The last digit and what follows it, less the digit. */
	if (!column_scaled(col + digits - 1, 9, &frac))
		return false;
	frac -= (uint64_t)(col[digits - 1] - '0') * 1000000000;
	return !__builtin_mul_overflow((int64_t)sec, (int64_t)1000000000, ns) &&
	       !__builtin_add_overflow(*ns, (int64_t)frac, ns);
}

/* R or W; what comes from blktrace may have more of its letters ("RA"). */
static bool scan_op(const char *col, struct load_line *l)
{
	struct block_event ev = { .sectors = 1 };

	if ((*col != 'R' && *col != 'W') ||
	    events_rwbs(&ev, col) != RWBS_OK || ev.op > HFR_OP_WRITE)
		return false;
	l->op = ev.op;
	l->flags = ev.flags;
	return true;
}

/* Whether a line is one of a request, well formed or not. */
static bool is_request(const char *line)
{
	uint64_t ignored;

	scan_spaces(&line);
	if (!scan_u64(&line, &ignored) || !scan_char(&line, '.'))
		return false;
	line += strspn(line, "0123456789");
	scan_spaces(&line);
	return *line == ';';
}

static bool nine_digits(const char *time)
{
	const char *point = strchr(time, '.');

	return point && strspn(point + 1, "0123456789") == 9 && !point[10];
}

/* Returns NULL, or what is wrong. */
static const char *parse(char *line, struct load_line *l)
{
	char *col[COLUMNS];
	const char *time;

	if (lines_split(line, ';', col, COLUMNS) != COLUMNS)
		return "not a line of a blkreplay load: it has not six columns";
	time = col[0];
	if (!nine_digits(time))
		return "the time does not have nine digits behind its point, which blkreplay takes for nanoseconds";
	if (!scan_seconds(&time, &l->start) || *time ||
	    !column_u64(col[1], &l->sector) || !column_u64(col[2], &l->sectors) ||
	    !scan_op(col[3], l) || !scan_delay(col[4], &l->delay) ||
	    !column_scaled(col[5], 9, &l->duration) ||
	    l->sector > UINT64_MAX / SECTOR || l->sectors > UINT32_MAX / SECTOR)
		return "not a line of a blkreplay load";
	return NULL;
}

/* The first line with a time and a semicolon is that of a request. */
static bool blkreplay_sniff(const uint8_t *head, size_t len)
{
	const uint8_t *end;
	struct load_line l;
	char line[256];

	while (lines_first(head, len, line, sizeof(line))) {
		if (is_request(line))
			return !parse(line, &l);
		end = memchr(head, '\n', len);
		if (!end)
			return false;
		len -= (size_t)(end + 1 - head);
		head = end + 1;
	}
	return false;
}

static bool set_times(const struct load_line *l, struct hfr_trace_rec *rec)
{
	int64_t start = (int64_t)l->start;

	if (l->start > INT64_MAX || l->duration > INT64_MAX ||
	    __builtin_add_overflow(start, l->delay, &start) || start < 0)
		return false;
	rec->issue_ns = (uint64_t)start;
	rec->complete_ns = HFR_UNKNOWN;
	if (l->duration)
		rec->complete_ns = rec->issue_ns + l->duration;
	return true;
}

static int blkreplay_line(struct importer *imp, struct input *in, void *state,
			  char *line, struct hf_error *err)
{
	struct hfr_trace_rec rec = { 0 };
	struct load_line l;
	const char *wrong;

	if (!is_request(line))
		return 0;
	wrong = parse(line, &l);
	if (!wrong && !set_times(&l, &rec))
		wrong = "the times of the request do not fit";
	if (wrong)
		return lines_junk(imp, in, wrong, err);
	rec.offset = l.sector * SECTOR;
	rec.length = (uint32_t)l.sectors * SECTOR;
	rec.target = *(const uint16_t *)state;
	rec.op = l.op;
	rec.flags = l.flags;
	if (rec.complete_ns != HFR_UNKNOWN)
		importer_completions(imp);
	return importer_request(imp, &rec, in, err);
}

/* A load is of one device without a name; of several each has its file's. */
static int read_one(struct input *const *ins, int nins, int which,
		    struct importer *imp, struct hf_error *err)
{
	static const struct line_reader reader = { .line = blkreplay_line };
	uint16_t number;
	int target;

	if (nins == 1)
		target = importer_device(imp, "0", 0, 0, err);
	else
		target = volume_device(imp, ins[which], which, ".load", err);
	if (target < 0)
		return target;
	number = (uint16_t)target;
	return lines_read_one(ins, nins, which, imp, &reader, &number, err);
}

static int blkreplay_read(struct input *const *ins, int nins,
			  struct importer *imp, struct hf_error *err)
{
	int i, rc = 0;

	for (i = 0; i < nins && !rc; i++)
		rc = read_one(ins, nins, i, imp, err);
	return rc;
}

const struct format format_blkreplay = {
	.name = "blkreplay",
	.about = "load or output of blkreplay",
	.sniff = blkreplay_sniff,
	.read = blkreplay_read,
};
