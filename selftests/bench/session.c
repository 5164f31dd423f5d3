// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kst.h"
#include "session.h"

/* Bytes of a write(2) and of a read(2), as hfctl has them. */
#define PIECE	(1U << 20)
/* Something is heard of a replay at least so often. */
#define WAIT_MS	60000

static const struct option {
	const char *name;
	uint16_t attr;
	uint32_t flag;
} options[] = {
	{ "mode", A(MODE) },
	{ "limit", A(LIMIT_VALUE) },
	{ "spin", A(SPIN) },
	{ "tolerance", A(TOLERANCE) },
	{ "think-scale", A(THINK_SCALE) },
	{ "bundle", A(BUNDLE) },
	{ "plug", A(PLUG) },
	{ "no-records", A(FLAGS), FL(NO_RECORDS) },
};

void run_options(void)
{
	size_t i;

	for (i = 0; i < KST_COUNT(options); i++)
		fprintf(stderr, " %s=N", options[i].name);
	fputs("\n", stderr);
}

static const struct option *find_option(const char *text, const char **value)
{
	size_t i, n = strcspn(text, "=");

	for (i = 0; text[n] && i < KST_COUNT(options); i++) {
		if (strlen(options[i].name) == n &&
		    !strncmp(options[i].name, text, n)) {
			*value = text + n + 1;
			return &options[i];
		}
	}
	fprintf(stderr, "no option %s\n", text);
	exit(2);
}

static void add_setting(struct spec *spec, uint16_t attr, uint32_t value)
{
	struct setting *set = spec->set;

	while (set->attr && set->attr != attr)
		set++;
	set->attr = attr;
	set->value |= value;
}

static void take_option(struct spec *spec, const char *text)
{
	const char *value;
	const struct option *o = find_option(text, &value);
	uint32_t number = strtoul(value, NULL, 10);

	if (o->flag)
		number = number ? o->flag : 0;
	add_setting(spec, o->attr, number);
	if (o->attr == A(LIMIT_VALUE))
		add_setting(spec, A(LIMIT), HFREPLAY_LIMIT_FIXED);
}

static uint32_t window_of(uint64_t count)
{
	uint32_t slots = 64;

	while (slots < count)
		slots *= 2;
	return slots;
}

/* How a module refuses what only a newer one knows. */
static bool lacks(int err)
{
	return err == -EINVAL || err == -ERANGE || err == -EOPNOTSUPP;
}

void run_new(struct run *run, const char *target, const char *path,
	     char **opts)
{
	struct spec spec = { .target = { target } };
	struct hf_error error = { 0 };
	struct view made;
	int err;

	memset(run, 0, sizeof(*run));
	if (hft_open(&run->trace, path, &error))
		kst_failed(__FILE__, __LINE__, true, "%s", error.text);
	for (; *opts; opts++)
		take_option(&spec, *opts);
	add_setting(&spec, A(WINDOW), window_of(run->trace.count));
	run->r.c = ctl_open();
	ASSERT_TRUE(run->r.c);
	err = ctl_new(run->r.c, &spec, &made);
	if (err) {
		fprintf(stderr, "session-new: %s: %s\n", strerror(-err),
			run->r.c->text);
		exit(lacks(err) ? EXIT_LACKING : 1);
	}
	run->r.id = made.v[A(ID)];
	snprintf(run->r.node, sizeof(run->r.node), "%s", made.node);
}

/* The header, then the records: these alone are measured; then the trailer. */
void run_load(struct run *run)
{
	const uint8_t *head = run->trace.map, *recs = (void *)run->trace.recs;
	size_t size = run->trace.count * sizeof(*run->trace.recs), n, done;
	int fd = replay_open(&run->r, O_WRONLY);
	uint64_t before;

	ASSERT_GE(fd, 0);
	ASSERT_EQ(write_all(fd, head, recs - head), 0);
	before = kst_now();
	for (done = 0; done < size; done += n) {
		n = size - done < PIECE ? size - done : PIECE;
		ASSERT_EQ(write_all(fd, recs + done, n), 0);
	}
	run->load_ns = kst_now() - before;
	ASSERT_EQ(write_all(fd, recs + size, head + run->trace.size -
			    (recs + size)), 0);
	close(fd);
}

static void read_records(struct run *run)
{
	size_t count = run->trace.count, done = 0, n;
	size_t most = PIECE / sizeof(*run->recs);
	int fd = replay_open(&run->r, O_RDONLY);
	uint64_t before;

	ASSERT_GE(fd, 0);
	/* Touched here: the page faults are not the read's. */
	run->recs = malloc(count * sizeof(*run->recs));
	memset(run->recs, 0xff, count * sizeof(*run->recs));
	before = kst_now();
	while (done < count) {
		n = read_some(fd, run->recs + done,
			      count - done < most ? count - done : most);
		ASSERT_GT((ssize_t)n, 0);
		done += n;
	}
	run->read_ns = kst_now() - before;
	close(fd);
}

/* Sleeps until the end: to look now and then would take the replay its CPU. */
static void wait_done(struct run *run, struct ctl *events)
{
	struct view event;

	do {
		ASSERT_TRUE(ctl_event(events, WAIT_MS, &event));
	} while (event.v[A(ID)] != run->r.id ||
		 event.v[A(STATE)] < ST(DONE));
	run->view = replay_get(&run->r);
	if (run->view.v[A(STATE)] != ST(DONE))
		kst_failed(__FILE__, __LINE__, true, "the replay: %s",
			   run->view.error);
}

void run_play(struct run *run)
{
	struct ctl *events = ctl_open();

	ASSERT_TRUE(events);
	ASSERT_EQ(ctl_listen(events), 0);
	replay_start(&run->r, NULL);
	wait_done(run, events);
	ctl_close(events);
	ASSERT_EQ(run->view.v[A(COMPLETED)], run->trace.count);
	ASSERT_EQ(run->view.v[A(ERRORS)], 0);
	if (!(run->view.v[A(FLAGS)] & FL(NO_RECORDS)))
		read_records(run);
}

void run_delete(struct run *run)
{
	ASSERT_EQ(ctl_del(run->r.c, run->r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(run->r.c, run->r.id, 10000));
	ASSERT_TRUE(ctl_wait_unused(run->r.c));
	ctl_close(run->r.c);
}
