// SPDX-License-Identifier: GPL-2.0-only
/* The module's tracepoints: their formats, and what they say, against the
 * completion records and counters.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deps.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	500
#define EVENTS	"/sys/kernel/tracing/events/hfreplay"
#define OWN	"/sys/kernel/tracing/instances/hfr-own"

static const char *const names[] = {
	"state", "due", "issue", "complete", "late", "underrun",
};

static struct hfr_completion_rec recs[COUNT + 1];

/* ---- recording ---- */

static void trace_start(void)
{
	rmdir(OWN);
	if (mkdir(OWN, 0700))
		kst_skip("tracefs cannot be used");
	ASSERT_EQ(kst_sh("cd " OWN " && echo 8192 >buffer_size_kb && echo 1 >events/hfreplay/enable"), 0);
}

/** struct line - an event as text: its name and "field=value ..." */
struct line {
	char name[16];
	char fields[300];
};

static struct line lines[6 * COUNT];
static size_t nlines;

static void trace_stop(void)
{
	char text[512];
	char *colon;
	FILE *f;

	kst_sh("echo 0 >" OWN "/tracing_on");
	f = fopen(OWN "/trace", "r");
	ASSERT_TRUE(f);
	for (nlines = 0; fgets(text, sizeof(text), f);) {
		colon = strstr(text, ": ");
		if (text[0] == '#' || !colon || nlines == KST_COUNT(lines))
			continue;
		if (sscanf(colon, ": %15[a-z]: %299[^\n]", lines[nlines].name,
			   lines[nlines].fields) == 2)
			nlines++;
	}
	fclose(f);
	rmdir(OWN);
}

/* The text of a field, behind "name=". */
static const char *text_of(const struct line *l, const char *field)
{
	size_t n = strlen(field);
	const char *p = l->fields;

	for (; p; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (!strncmp(p, field, n) && p[n] == '=')
			return p + n + 1;
	}
	kst_failed(__FILE__, __LINE__, true, "%s lacks %s: %s", l->name, field,
		   l->fields);
	return "";
}

static uint64_t field(const struct line *l, const char *name)
{
	return strtoull(text_of(l, name), NULL, 0);
}

static bool says(const struct line *l, const char *name, const char *word)
{
	const char *text = text_of(l, name);
	size_t n = strlen(word);

	return !strncmp(text, word, n) && (text[n] == ' ' || !text[n]);
}

static size_t count(const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < nlines; i++)
		n += !strcmp(lines[i].name, name);
	return n;
}

/* ---- what they say ---- */

static const char *const causes[] = {
	"none", "submit", "queue", "limit", "parent", "feeder", "results",
	"window", "stolen", "engine",
};

static bool right_place(const struct line *l, const struct hfr_trace_rec *rec)
{
	return field(l, "target") == rec->target &&
		says(l, "op", rec->op == HFR_OP_READ ? "read" : "write") &&
		field(l, "length") == rec->length;
}

static bool right_due(const struct line *l, const struct image *im)
{
	const struct hfr_trace_rec *rec = &im->rec[field(l, "index") % COUNT];

	return right_place(l, rec) && field(l, "offset") == rec->offset &&
		field(l, "due") == rec->issue_ns;
}

static bool right_issue(const struct line *l, const struct image *im)
{
	uint64_t i = field(l, "index") % COUNT;
	const struct hfr_completion_rec *c = &recs[i];

	return right_due(l, im) && field(l, "issued") == c->issued_ns &&
		(field(l, "issued") - field(l, "due")) / HFR_COST_UNIT ==
		(uint64_t)c->lateness &&
		field(l, "in_flight") == c->in_flight &&
		says(l, "cause", causes[c->cause]) &&
		field(l, "worker") == c->worker;
}

static bool right_complete(const struct line *l, const struct image *im)
{
	uint64_t i = field(l, "index") % COUNT;
	const struct hfr_completion_rec *c = &recs[i];

	return right_place(l, &im->rec[i]) &&
		field(l, "issued") == c->issued_ns &&
		field(l, "completed") == c->completed_ns &&
		field(l, "latency") == c->completed_ns - c->issued_ns &&
		field(l, "error") == c->error;
}

static bool right_late(const struct line *l, const struct image *im)
{
	uint64_t i = field(l, "index") % COUNT;
	const struct hfr_completion_rec *c = &recs[i];

	return field(l, "target") == im->rec[i].target && c->cause &&
		says(l, "cause", causes[c->cause]) &&
		field(l, "lateness") / HFR_COST_UNIT == (uint64_t)c->lateness;
}

static void all_right(const char *name, const struct image *im,
		      bool (*right)(const struct line *l, const struct image *im))
{
	size_t i, wrong = 0;

	for (i = 0; i < nlines; i++) {
		if (strcmp(lines[i].name, name) || right(&lines[i], im))
			continue;
		if (!wrong++)
			kst_note("wrong: %s %s", name, lines[i].fields);
	}
	EXPECT_EQ(wrong, 0);
}

/* The states in the order in which they were entered. */
static void states_are(const char *const *to)
{
	size_t i, n = 0;

	for (i = 0; i < nlines; i++) {
		if (strcmp(lines[i].name, "state"))
			continue;
		if (!to[n] || !says(&lines[i], "to", to[n]))
			kst_failed(__FILE__, __LINE__, true,
				   "state %zu: %s", n, lines[i].fields);
		if (n)
			EXPECT_TRUE(says(&lines[i], "from", to[n - 1]));
		n++;
	}
	EXPECT_TRUE(!to[n]);
}

/* Some bad places, and bursts that a limit holds up. */
static struct image *bursts(void)
{
	struct image *im = image_new(1, COUNT);
	size_t i;

	for (i = 0; i < COUNT; i++)
		image_add(im, i % 5 ? HFR_OP_READ : HFR_OP_WRITE,
			  i / 50 * 5000000, (i * 37 % 200) * 4096,
			  4096 * (1 + i % 3));
	image_end(im);
	return im;
}

TEST(fields, "hf: events are those of the completion records")
{
	struct image *im = bursts();
	struct replay r;
	struct view v;

	device_null("ka", "memory_backed=1 badblocks=+800-1311 irqmode=2 completion_nsec=50000");
	r = replay_simple("/dev/ka", FL(ALLOW_WRITES));
	trace_start();
	replay_load(&r, im);
	replay_run(&r, (struct setting[]){ { A(LIMIT), HFREPLAY_LIMIT_FIXED },
		   { A(LIMIT_VALUE), 4 }, { 0 } }, &v);
	trace_stop();
	ASSERT_EQ(replay_records(&r, recs, COUNT), COUNT);
	EXPECT_EQ(count("due"), COUNT);
	EXPECT_EQ(count("issue"), COUNT);
	EXPECT_EQ(count("complete"), COUNT);
	EXPECT_EQ(count("late"), v.v[A(LATE)]);
	EXPECT_GT(v.v[A(LATE)], COUNT / 2);
	EXPECT_GT(v.v[A(ERRORS)], 0);
	EXPECT_EQ(count("underrun"), 0);
	all_right("due", im, right_due);
	all_right("issue", im, right_issue);
	all_right("complete", im, right_complete);
	all_right("late", im, right_late);
	states_are((const char *const[]){ "loading", "ready", "running",
		   "draining", "done", NULL });
}

static int64_t dues[COUNT];

/* At the time that follows from the completions of its parents. */
static bool right_dependent(const struct line *l, const struct image *im)
{
	uint64_t i = field(l, "index");
	int64_t off = (int64_t)field(l, "due") - dues[i];

	return right_place(l, &im->rec[i]) &&
		field(l, "offset") == im->rec[i].offset && off >= -2 && off <= 2;
}

static void each_once(const char *name)
{
	unsigned int seen[COUNT] = { 0 };
	size_t i, wrong = 0;

	for (i = 0; i < nlines; i++)
		if (!strcmp(lines[i].name, name))
			seen[field(&lines[i], "index") % COUNT]++;
	for (i = 0; i < COUNT; i++)
		wrong += seen[i] != 1;
	EXPECT_EQ(wrong, 0);
}

TEST(dep, "dep: requests are due when their parents say, each once, before the issue")
{
	struct deps *d = deps_windows(deps_random(COUNT, 2, 5, 100000),
				      HFR_DEP_STREAM, 0, false);
	const struct spec spec = { .target = { "/dev/ka", "/dev/kb" } };
	struct replay r;
	size_t i, late = 0;

	device_null("ka", "irqmode=2 completion_nsec=300000");
	device_null("kb", "irqmode=2 completion_nsec=500000");
	r = replay_new(&spec);
	replay_load(&r, d->im);
	trace_start();
	replay_run(&r, (struct setting[]){ { A(MODE), HFREPLAY_MODE_DEP },
		   { A(THINK_SCALE), 2000 }, { 0 } }, NULL);
	trace_stop();
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	deps_due(d, recs, 1, 2000, 1000, dues);
	each_once("due");
	each_once("issue");
	each_once("complete");
	all_right("due", d->im, right_dependent);
	all_right("complete", d->im, right_complete);
	/* Completions shape it: it is not the clock of the trace. */
	for (i = 0; i < COUNT; i++)
		late += dues[i] > 2 * (int64_t)d->im->rec[i].issue_ns;
	EXPECT_GT(late, COUNT / 10);
	deps_free(d);
}

TEST(afap, "afap: nothing is due, nothing is late")
{
	struct image *im = bursts();
	struct replay r;

	device_null("ka", "irqmode=2 completion_nsec=50000");
	r = replay_simple("/dev/ka", FL(ALLOW_WRITES));
	replay_load(&r, im);
	trace_start();
	replay_run(&r, (struct setting[]){ { A(MODE), HFREPLAY_MODE_AFAP },
		   { 0 } }, NULL);
	trace_stop();
	ASSERT_EQ(replay_records(&r, recs, COUNT), COUNT);
	EXPECT_EQ(count("due"), 0);
	EXPECT_EQ(count("late"), 0);
	EXPECT_EQ(count("issue"), COUNT);
	EXPECT_EQ(count("complete"), COUNT);
	all_right("complete", im, right_complete);
}

TEST(underrun, "each wait for the feeder is an event of its length")
{
	struct image *im = image_reads(COUNT, 100000, DEVICE_BYTES);
	uint64_t ns = 0, waits = 0;
	struct replay r;
	struct view v;
	size_t i;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", FL(STREAM));
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	trace_start();
	ASSERT_EQ(write_all(fd, im->bytes, (uint8_t *)&im->rec[100] - im->bytes), 0);
	replay_start(&r, NULL);
	kst_sleep(300);
	ASSERT_EQ(write_all(fd, &im->rec[100], im->bytes + im->size -
			    (uint8_t *)&im->rec[100]), 0);
	close(fd);
	replay_wait(&r, ST(DONE), &v);
	trace_stop();
	for (i = 0; i < nlines; i++) {
		if (strcmp(lines[i].name, "underrun") ||
		    !says(&lines[i], "cause", "feeder"))
			continue;
		waits++;
		ns += field(&lines[i], "ns");
		EXPECT_GE(field(&lines[i], "index"), 100);
	}
	EXPECT_GE(waits, 1);
	EXPECT_EQ(waits, v.v[A(UNDERRUNS)]);
	EXPECT_EQ(ns, v.v[A(UNDERRUN_TIME)]);
}

/* ---- formats ---- */

/* Fields lie one behind the other, and the text is made of them. */
static void check_format(const char *name)
{
	char path[128], text[1024], decl[200], *print = NULL;
	unsigned int offset, size, end = 0, sign, fields = 0;
	static char known[1024];
	FILE *f;

	snprintf(path, sizeof(path), EVENTS "/%s/format", name);
	f = fopen(path, "r");
	ASSERT_TRUE(f);
	known[0] = '\0';
	while (fgets(text, sizeof(text), f)) {
		if (!strncmp(text, "print fmt: ", 11))
			print = strdup(text);
		if (sscanf(text, " field:%199[^;]; offset:%u; size:%u; signed:%u;",
			   decl, &offset, &size, &sign) != 4)
			continue;
		EXPECT_GE(offset, end);
		EXPECT_LE(offset, end + 7);
		end = offset + size;
		if (strncmp(strrchr(decl, ' ') + 1, "common_", 7)) {
			fields++;
			snprintf(known + strlen(known),
				 sizeof(known) - strlen(known), "REC->%s|",
				 strrchr(decl, ' ') + 1);
		}
	}
	fclose(f);
	ASSERT_TRUE(print);
	EXPECT_GE(fields, 3);
	/* Numbers, not enumerators that only the module knows. */
	EXPECT_TRUE(!strstr(print, "HFR_"));
	EXPECT_TRUE(!strstr(print, "HFREPLAY_"));
	for (char *p = strtok(known, "|"); p; p = strtok(NULL, "|"))
		EXPECT_TEXT(print, p);
	free(print);
}

TEST(formats, "there are six events, with formats that tools can read")
{
	struct dirent *e;
	DIR *d = opendir(EVENTS);
	size_t i, n = 0;

	if (!d)
		kst_skip("tracefs cannot be used");
	while ((e = readdir(d)))
		n += e->d_type == DT_DIR && e->d_name[0] != '.';
	closedir(d);
	EXPECT_EQ(n, KST_COUNT(names));
	for (i = 0; i < KST_COUNT(names); i++)
		check_format(names[i]);
}

/* ---- tools ---- */

static void have_tool(const char *tool)
{
	if (kst_sh("command -v %s >/dev/null", tool))
		kst_skip("%s is not installed", tool);
}

#define PERF	"/tmp/hfr-perf"

/* perf record needs a minute in a virtual machine without an accelerator. */
static const char *const perf_start =
	"rm -rf " PERF "; mkdir " PERF "; cd " PERF "; { perf stat -a -x, -e 'hfreplay:*' -o counts sh -c 'touch started; until [ -e stop ]; do sleep 0.1; done' >err 2>&1; touch ended; } & for i in $(seq 100); do [ -e " PERF "/started ] && exit 0; sleep 0.2; done; cat " PERF "/err; exit 1";

static const char *const perf_stop =
	"cd " PERF "; touch stop; for i in $(seq 100); do [ -e ended ] && exit 0; sleep 0.2; done; cat err; exit 1";

static void perf_counted(const char *event, unsigned int n)
{
	EXPECT_EQ(kst_sh("grep -q '^%u,.*hfreplay:%s,' " PERF "/counts || { cat " PERF "/counts; false; }",
			 n, event), 0);
}

TEST(perf, "perf knows them and counts each")
{
	struct replay r;

	have_tool("perf");
	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(COUNT, 0, DEVICE_BYTES));
	ASSERT_EQ(kst_sh("%s", perf_start), 0);
	replay_run(&r, NULL, NULL);
	ASSERT_EQ(kst_sh("%s", perf_stop), 0);
	/* running, draining, done */
	perf_counted("state", 3);
	perf_counted("due", COUNT);
	perf_counted("issue", COUNT);
	perf_counted("complete", COUNT);
	perf_counted("late", replay_get(&r).v[A(LATE)]);
	perf_counted("underrun", 0);
}

#define BPF	"/tmp/hfr-bpf"

static const char *const bpf_start =
	"rm -rf " BPF "; mkdir " BPF "; cd " BPF "; { bpftrace -e 'BEGIN { printf(\"ready\\n\"); } tracepoint:hfreplay:complete { @n[args->op, args->length] = count(); } tracepoint:hfreplay:state /args->to == 5/ { exit(); }' >out 2>err; } & for i in $(seq 140); do grep -q ready " BPF "/out && exit 0; sleep 0.5; done; cat " BPF "/out " BPF "/err; exit 1";

TEST(bpftrace, "bpftrace counts them by their fields")
{
	struct replay r;

	have_tool("bpftrace");
	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(COUNT, 0, DEVICE_BYTES));
	ASSERT_EQ(kst_sh("%s", bpf_start), 0);
	replay_run(&r, NULL, NULL);
	EXPECT_EQ(kst_sh("cd " BPF " && for i in $(seq 40); do grep -qF '@n[0, 4096]: %d' out && exit 0; sleep 0.5; done; cat err out; exit 1", COUNT), 0);
}
