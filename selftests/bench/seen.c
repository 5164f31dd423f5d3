// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kst.h"
#include "ringbuf.h"
#include "seen.h"

/* Most bytes of an event in the buffer. */
#define EVENT_BYTES	128
#define PAGE_BYTES	65536
/* Most switches of tasks for a request: to sleep and back, and others. */
#define SWITCHES	4

static void check(int err, const struct hf_error *error)
{
	if (err)
		kst_failed(__FILE__, __LINE__, true, "%s", error->text);
}

static void event_start(struct seen_event *e, const struct seen *s,
			const char *event, const char *field)
{
	char file[128], format[8192];
	struct hf_error err;

	snprintf(file, sizeof(file), "events/%s/format", event);
	check(tracefs_read(&s->t, file, format, sizeof(format), &err), &err);
	e->id = tracefs_number(format, "ID");
	e->field = tracefs_field(format, field);
	ASSERT_TRUE(e->id && e->field.size);
	snprintf(file, sizeof(file), "events/%s/enable", event);
	check(tracefs_write(&s->t, file, "1", &err), &err);
}

void seen_start(struct seen *s, const char *event, size_t room)
{
	char path[64];
	struct hf_error err;

	memset(s, 0, sizeof(*s));
	s->room = room;
	s->time = calloc(room, sizeof(*s->time));
	s->sector = calloc(room, sizeof(*s->sector));
	s->turned = calloc(room, sizeof(*s->turned));
	s->switches = calloc(SWITCHES * room, sizeof(*s->switches));
	check(tracefs_create(&s->t, "hfbench", true, (1 + SWITCHES) * room * EVENT_BYTES,
			     &err), &err);
	snprintf(path, sizeof(path), "block/%s", event);
	event_start(&s->request, s, path, "sector");
	ASSERT_EQ(s->request.field.size, sizeof(*s->sector));
	check(tracefs_write(&s->t, "tracing_on", "1", &err), &err);
}

void seen_switches_too(struct seen *s)
{
	event_start(&s->to, s, "sched/sched_switch", "next_comm");
	ASSERT_EQ(s->to.field.size, sizeof(s->switches->comm));
}

static int too_many(const struct seen *s, struct hf_error *err)
{
	return hf_fail(err, EFBIG, "more was seen of %zu requests than there is room for", s->room);
}

static int take_switch(struct seen *s, uint64_t time, const uint8_t *data,
		       struct hf_error *err)
{
	struct seen_switch *to = &s->switches[s->switch_count];

	if (s->switch_count++ == SWITCHES * s->room)
		return too_many(s, err);
	to->time = time;
	memcpy(to->comm, data + s->to.field.offset, sizeof(to->comm));
	to->comm[sizeof(to->comm) - 1] = '\0';
	return 0;
}

static int take_event(void *ctx, uint64_t time, const uint8_t *data, size_t len,
		      struct hf_error *err)
{
	struct seen *s = ctx;
	uint16_t id;

	memcpy(&id, data, sizeof(id));
	if (id == s->to.id)
		return take_switch(s, time, data, err);
	if (id != s->request.id)
		return 0;
	if (s->count == s->room)
		return too_many(s, err);
	s->time[s->count] = time;
	memcpy(&s->sector[s->count++], data + s->request.field.offset,
	       sizeof(*s->sector));
	return 0;
}

static void read_pages(struct seen *s)
{
	static uint8_t page[PAGE_BYTES];
	struct hf_error err;
	uint64_t lost = 0;
	ssize_t n;
	int fd = tracefs_open(&s->t, "per_cpu/cpu0/trace_pipe_raw", &err);

	check(fd < 0 ? fd : 0, &err);
	/* A page is read at a time, however large the buffer is. */
	while ((n = read(fd, page, sizeof(page))) > 0) {
		if (s->count < s->room)
			s->turned[s->count] = true;
		check(ringbuf_page(page, n, take_event, s, &lost, &err), &err);
	}
	ASSERT_TRUE(!n || errno == EAGAIN);
	ASSERT_EQ(lost, 0);
	close(fd);
}

void seen_finish(struct seen *s)
{
	struct hf_error err;

	check(tracefs_write(&s->t, "tracing_on", "0", &err), &err);
	read_pages(s);
	tracefs_remove(&s->t);
}
