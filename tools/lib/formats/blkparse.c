// SPDX-License-Identifier: GPL-2.0-only
/* Text of blkparse in its default format. */
#include <errno.h>
#include <string.h>

#include "array.h"
#include "events.h"
#include "lines.h"
#include "scan.h"

/* The columns that all lines have. */
struct columns {
	uint32_t major, minor;
	uint32_t pid;
	uint64_t time;
	char action[4];
	const char *rwbs;
	const char *rest;
};

static bool scan_word(const char **s, char *word, size_t size)
{
	size_t len = strcspn(*s, " ");

	if (!len || len >= size)
		return false;
	memcpy(word, *s, len);
	word[len] = '\0';
	*s += len;
	return true;
}

/* "  8,0    1        3     0.000252703 17852  Q   W " */
static bool scan_columns(const char *s, struct columns *c)
{
	uint64_t ignored;
	size_t len;

	scan_spaces(&s);
	if (!scan_device(&s, &c->major, &c->minor) || *s != ' ')
		return false;
	scan_spaces(&s);
	if (!scan_u64(&s, &ignored) || *s != ' ')
		return false;
	scan_spaces(&s);
	if (!scan_u64(&s, &ignored) || *s != ' ')
		return false;
	scan_spaces(&s);
	if (!scan_seconds(&s, &c->time) || *s != ' ')
		return false;
	scan_spaces(&s);
	if (!scan_u32(&s, &c->pid) || *s != ' ')
		return false;
	scan_spaces(&s);
	if (!scan_word(&s, c->action, sizeof(c->action)))
		return false;
	scan_spaces(&s);
	len = strcspn(s, " ");
	if (!len)
		return false;
	c->rwbs = s;
	s += len;
	scan_spaces(&s);
	c->rest = s;
	return true;
}

static bool event_kind(const char *action, uint8_t *kind)
{
	static const char letters[] = "QXDRCA";
	static const uint8_t kinds[] = { EVENT_QUEUE, EVENT_SPLIT, EVENT_ISSUE,
					 EVENT_REQUEUE, EVENT_COMPLETE,
					 EVENT_REMAP };
	const char *at = strchr(letters, action[0]);

	if (!at || action[1])
		return false;
	*kind = kinds[at - letters];
	return true;
}

/*
 * "SECTOR + SECTORS", "SECTOR / SECTOR", or without sectors "SECTOR [ERROR]"
 * or only "[PROCESS]". A passthrough request has "BYTES (COMMAND)" instead.
 */
static enum rwbs scan_range(const char *s, struct block_event *ev)
{
	uint64_t first, second;

	if (*s == '[')
		return RWBS_OK;
	if (!scan_u64(&s, &first) || *s != ' ')
		return RWBS_NONSENSE;
	scan_spaces(&s);
	if (*s == '(')
		return RWBS_UNSUPPORTED;
	ev->sector = first;
	if (*s == '[')
		return RWBS_OK;
	if (*s != '+' && *s != '/')
		return RWBS_NONSENSE;
	ev->cut = *s++ == '/';
	scan_spaces(&s);
	/* Something always follows: a number at the end may be cut. */
	if (!scan_u64(&s, &second) || *s != ' ')
		return RWBS_NONSENSE;
	if (ev->cut) {
		ev->cut = second;
		second -= first;
	}
	ev->sectors = second;
	return second > UINT32_MAX ? RWBS_NONSENSE : RWBS_OK;
}

static enum rwbs scan_event(const struct columns *c, struct block_event *ev)
{
	enum rwbs what = scan_range(c->rest, ev);

	ev->time = c->time;
	ev->pid = c->pid;
	return what == RWBS_OK ? events_rwbs(ev, c->rwbs) : what;
}

/* Behind the events stands a summary; unknown lines before it are junk. */
static bool summary_begins(const char *line)
{
	static const char * const starts[] = {
		"CPU", "Total (", "Throughput", "Events (", "Input file ",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncmp(line, starts[i], strlen(starts[i])))
			return true;
	return false;
}

struct blkparse_state {
	bool summary;
};

/* A line without the columns: returns 0, or -errno if it is too much. */
static int other_line(struct events *evs, struct input *in, const char *line,
		      struct blkparse_state *st, struct hf_error *err)
{
	if (st->summary || summary_begins(line)) {
		st->summary = true;
		return 0;
	}
	if (!line[strspn(line, " \t\r")])
		return 0;
	return lines_junk(events_importer(evs), in,
			  "not a line of blkparse in its default format (without -f and -F)",
			  err);
}

/* "SECTOR + SECTORS <- (MAJOR,MINOR) SECTOR"; 1 or -errno, 0 if it is not. */
static int take_remap(struct events *evs, const struct columns *c,
		      struct block_event *ev, struct hf_error *err)
{
	const char *s = strchr(c->rest, '<');
	uint32_t major, minor;
	uint64_t sector;
	int ret;

	if (!s || !scan_remap(&s, &major, &minor, &sector))
		return 0;
	ret = events_remap(evs, ev, major, minor, sector, err);
	return ret ? ret : 1;
}

/* Returns 1 if the line holds an event, else 0 or -errno. */
static int take_line(struct events *evs, struct input *in, const char *line,
		     struct blkparse_state *st, struct block_event *ev,
		     struct hf_error *err)
{
	struct columns c;
	enum rwbs what;
	int ret;

	if (!scan_columns(line, &c))
		return other_line(evs, in, line, st, err);
	st->summary = false;
	if (!event_kind(c.action, &ev->kind))
		return 0;
	what = scan_event(&c, ev);
	if (what == RWBS_NONSENSE)
		return other_line(evs, in, line, st, err);
	ret = events_device(evs, c.major, c.minor, err);
	if (ret < 0)
		return ret;
	ev->target = ret;
	if (what == RWBS_OK && ev->kind == EVENT_REMAP)
		return take_remap(evs, &c, ev, err);
	if (what == RWBS_OK)
		return 1;
	events_unsupported(evs, ev);
	return 0;
}

static int blkparse_next(struct events *evs, struct input *in, void *state,
			 struct block_event *ev, struct hf_error *err)
{
	char *line;
	int ret;

	for (;;) {
		ret = lines_next(events_importer(evs), in, &line, err);
		if (ret <= 0)
			return ret;
		memset(ev, 0, sizeof(*ev));
		ret = take_line(evs, in, line, state, ev, err);
		if (ret)
			return ret;
	}
}

static const struct event_reader blkparse_reader = {
	.state_size = sizeof(struct blkparse_state),
	.next = blkparse_next,
};

static int blkparse_read(struct input *const *ins, int nins,
			 struct importer *imp, struct hf_error *err)
{
	return events_read(ins, nins, imp, &blkparse_reader, err);
}

/* The first line has the columns. */
static bool blkparse_sniff(const uint8_t *head, size_t len)
{
	struct columns c;
	char line[256];
	size_t n;

	for (n = 0; n < len && n < sizeof(line) - 1 && head[n] != '\n'; n++)
		line[n] = head[n];
	line[n] = '\0';
	return scan_columns(line, &c);
}

const struct format format_blkparse = {
	.name = "blkparse",
	.about = "text of blkparse, default format",
	.sniff = blkparse_sniff,
	.read = blkparse_read,
};
