// SPDX-License-Identifier: GPL-2.0-only
/* Statistics over netlink: what they count, against completion records, and
 * that they can be read at any time.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"
#include "stats.h"

#define COUNT	4000
#define S(name)	HFREPLAY_A_STATS_##name

static struct hfr_completion_rec recs[3 * COUNT + 1];
static struct stats st, before;

/* Requests of all kinds on two devices, some beyond a bad place. */
static struct image *mixed(unsigned int devices, size_t count, uint64_t step)
{
	static const uint8_t ops[] = {
		HFR_OP_READ, HFR_OP_WRITE, HFR_OP_READ, HFR_OP_FLUSH,
		HFR_OP_READ, HFR_OP_WRITE, HFR_OP_DISCARD,
	};
	struct image *im = image_new(devices, count);
	struct hfr_trace_rec *rec;
	size_t i;

	srand(5);
	for (i = 0; i < count; i++) {
		uint8_t op = ops[rand() % KST_COUNT(ops)];

		if (op == HFR_OP_FLUSH)
			rec = image_add(im, op, i * step, 0, 0);
		else
			rec = image_add(im, op, i * step,
					(uint64_t)(rand() % 8000) * 4096,
					4096 * (1 + rand() % 8));
		rec->target = rand() % devices;
		rec->stream = rand() % 7;
	}
	image_end(im);
	return im;
}

static struct replay two_targets(uint32_t workers)
{
	const struct spec spec = {
		.target = { "/dev/ka", "/dev/kb" },
		.set = { { A(FLAGS), FL(ALLOW_WRITES) },
			 { A(WORKERS), workers },
			 { A(SPREAD), HFREPLAY_SPREAD_REQUEST } },
	};

	device_null("ka", "memory_backed=1 discard=1 badblocks=+800-1311");
	device_null("kb", "memory_backed=1 discard=1 irqmode=2 completion_nsec=60000");
	return replay_new(&spec);
}

static void run_and_match(const struct replay *r, const struct image *im,
			  const struct setting *set, size_t loops)
{
	replay_run(r, set, NULL);
	ASSERT_EQ(replay_records(r, recs, KST_COUNT(recs)), loops * im->count);
	ASSERT_EQ(stats_get(r->c, r->id, &st), 0);
	stats_match(&st, im, recs, loops * im->count);
}

TEST(exact, "hf: each bucket holds what the completion records say")
{
	struct image *im = mixed(2, COUNT, 20000);
	struct replay r = two_targets(1);

	replay_load(&r, im);
	run_and_match(&r, im, NULL, 1);
	EXPECT_GT(st.op[0][HFR_OP_READ].errors, 0);
	EXPECT_GT(st.op[0][HFR_OP_READ].bytes, 0);
	EXPECT_GT(st.op[1][HFR_OP_WRITE].completed, 0);
	EXPECT_TRUE(st.op[1][HFR_OP_DISCARD].there);
	EXPECT_GT(st.op[0][HFR_OP_READ].hist[HFREPLAY_HISTOGRAM_LATENESS].sum, 0);
}

TEST(workers, "afap, three workers for each target: they are summed up")
{
	struct image *im = mixed(2, COUNT, 0);
	struct replay r = two_targets(3);

	replay_load(&r, im);
	run_and_match(&r, im, (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_AFAP }, { 0 } }, 1);
	EXPECT_EQ(st.op[1][HFR_OP_READ].hist[HFREPLAY_HISTOGRAM_LATENESS].sum, 0);
	EXPECT_EQ(st.op[1][HFR_OP_READ].hist[HFREPLAY_HISTOGRAM_LATENESS].n, 1);
}

TEST(loops, "loops are counted together; another run begins anew")
{
	struct image *im = mixed(2, COUNT / 2, 0);
	struct replay r = two_targets(1);
	const struct setting afap[] = {
		{ A(MODE), HFREPLAY_MODE_AFAP }, { A(LOOPS), 1 }, { 0 },
	};
	int fd;

	replay_load(&r, im);
	/* The ring has as many places as the trace has requests: read on. */
	fd = fork();
	if (!fd) {
		replay_records(&r, recs, KST_COUNT(recs));
		_exit(0);
	}
	replay_run(&r, (struct setting[]){ { A(MODE), HFREPLAY_MODE_AFAP },
		   { A(LOOPS), 3 }, { 0 } }, NULL);
	waitpid(fd, NULL, 0);
	ASSERT_EQ(stats_get(r.c, r.id, &before), 0);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
	EXPECT_EQ(st.op[0][HFR_OP_READ].issued, 0);
	EXPECT_EQ(st.op[0][HFR_OP_READ].hist[0].n, 0);
	run_and_match(&r, im, afap, 1);
	EXPECT_EQ(before.op[0][HFR_OP_READ].completed,
		  3 * st.op[0][HFR_OP_READ].completed);
	EXPECT_EQ(before.op[1][HFR_OP_WRITE].bytes,
		  3 * st.op[1][HFR_OP_WRITE].bytes);
}

TEST(no_records, "a session without completion records has them too")
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", FL(NO_RECORDS));
	replay_load(&r, image_reads(COUNT, 1000, DEVICE_BYTES));
	replay_run(&r, NULL, NULL);
	ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
	EXPECT_EQ(st.op[0][HFR_OP_READ].issued, COUNT);
	EXPECT_EQ(st.op[0][HFR_OP_READ].completed, COUNT);
	EXPECT_EQ(st.op[0][HFR_OP_READ].bytes, COUNT * 4096);
	EXPECT_EQ(stats_count(&st.op[0][HFR_OP_READ].hist[0]), COUNT);
	EXPECT_EQ(stats_count(&st.op[0][HFR_OP_READ].hist[1]), COUNT);
	EXPECT_EQ(st.odd, 0);
}

/* ---- while it runs ---- */

static void not_less(const struct stats_op *now, const struct stats_op *then)
{
	EXPECT_GE(now->issued, then->issued);
	EXPECT_GE(now->completed, then->completed);
	EXPECT_GE(now->bytes, then->bytes);
	EXPECT_GE(now->issued, now->completed);
	EXPECT_EQ(stats_count(&now->hist[HFREPLAY_HISTOGRAM_LATENCY]),
		  now->completed);
	EXPECT_EQ(stats_count(&now->hist[HFREPLAY_HISTOGRAM_LATENESS]),
		  now->completed);
}

TEST(while_running, "they are read while it runs, and never go back")
{
	struct image *im = mixed(2, COUNT, 500000);
	struct replay r = two_targets(2);
	unsigned int looks = 0, different = 0;

	replay_load(&r, im);
	replay_start(&r, NULL);
	memset(&before, 0, sizeof(before));
	while (replay_get(&r).v[A(STATE)] == ST(RUNNING)) {
		ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
		EXPECT_EQ(st.odd, 0);
		not_less(&st.op[0][HFR_OP_READ], &before.op[0][HFR_OP_READ]);
		not_less(&st.op[1][HFR_OP_WRITE], &before.op[1][HFR_OP_WRITE]);
		different += st.op[0][HFR_OP_READ].completed !=
			before.op[0][HFR_OP_READ].completed;
		before = st;
		looks++;
		kst_sleep(1);
	}
	kst_note("%u looks, %u different", looks, different);
	EXPECT_GE(looks, 3);
	EXPECT_GE(different, 3);
	replay_wait(&r, ST(DONE), NULL);
	ASSERT_EQ(replay_records(&r, recs, COUNT), COUNT);
	ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
	stats_match(&st, im, recs, COUNT);
}

TEST(stream, "a stream has statistics of what it was fed so far")
{
	struct image *im = image_new(1, 200);
	struct replay r;
	size_t i;
	int fd;

	device_null("ka", "");
	for (i = 0; i < 200; i++)
		image_add(im, i < 100 ? HFR_OP_READ : HFR_OP_WRITE, i * 1000,
			  i * 4096, 4096);
	image_end(im);
	r = replay_simple("/dev/ka", FL(STREAM) | FL(ALLOW_WRITES));
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(write_all(fd, im->bytes, (uint8_t *)&im->rec[100] - im->bytes), 0);
	replay_start(&r, NULL);
	do {
		kst_sleep(1);
		ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
	} while (st.op[0][HFR_OP_READ].completed < 100);
	EXPECT_TRUE(!st.op[0][HFR_OP_WRITE].there);
	ASSERT_EQ(write_all(fd, &im->rec[100], im->bytes + im->size -
			    (uint8_t *)&im->rec[100]), 0);
	close(fd);
	replay_wait(&r, ST(DONE), NULL);
	ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
	EXPECT_EQ(st.op[0][HFR_OP_READ].completed, 100);
	EXPECT_EQ(st.op[0][HFR_OP_WRITE].completed, 100);
	ASSERT_EQ(replay_records(&r, recs, COUNT), 200);
	stats_match(&st, im, recs, 200);
}

/* ---- memory and messages ---- */

TEST(sparse, "memory is taken for what the trace has, and given back")
{
	struct replay r;
	struct image *im = image_reads(10, 0, DEVICE_BYTES);
	uint64_t one, two;

	device_null("ka", "");
	r = replay_simple("/dev/ka", FL(ALLOW_WRITES));
	replay_load(&r, im);
	one = replay_get(&r).v[A(MEMORY)];
	ASSERT_EQ(stats_get(r.c, r.id, &st), 0);
	EXPECT_TRUE(st.op[0][HFR_OP_READ].there);
	EXPECT_TRUE(!st.op[0][HFR_OP_WRITE].there);
	/* One message for each histogram, empty as it is. */
	EXPECT_EQ(st.messages, 2);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));

	im->rec[5].op = HFR_OP_WRITE;
	image_end(im);
	r = replay_simple("/dev/ka", FL(ALLOW_WRITES));
	replay_load(&r, im);
	two = replay_get(&r).v[A(MEMORY)];
	EXPECT_GT(two, one + 2 * 1153 * 8);
	EXPECT_LT(two, one + 2 * 1153 * 8 + 256);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_TRUE(ctl_wait_unused(r.c));
}

/* Latencies all over the place: reads wait behind each other. */
TEST(messages, "messages are bounded, a long histogram takes several")
{
	struct image *im = image_reads(COUNT, 0, DEVICE_BYTES);
	struct replay r;
	size_t i;

	device_null("ka", "irqmode=2 completion_nsec=20000 hw_queue_depth=2");
	/* Bursts, of which each request is later than the one before. */
	for (i = 0; i < COUNT; i++)
		im->rec[i].issue_ns = i / 400 * 10000000;
	image_end(im);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	run_and_match(&r, im, NULL, 1);
	kst_note("%u messages, the longest of %zu bytes", st.messages,
		 st.longest);
	EXPECT_GE(st.split, 1);
	EXPECT_LE(st.longest, 2048);
}

/* ---- refusals ---- */

static int ask(struct ctl *c, uint32_t id, const char *name)
{
	struct nl_msg *msg = ctl_msg(c, HFREPLAY_CMD_STATS_GET, NLM_F_DUMP);

	if (id)
		nla_put_u32(msg, S(ID), id);
	if (name)
		nla_put_string(msg, S(NAME), name);
	return ctl_send(c, msg, NULL, NULL);
}

TEST(refused, "without a session that is there it is refused")
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(ask(r.c, 0, NULL), -EINVAL);
	EXPECT_TEXT(r.c->text, "either id or name");
	EXPECT_EQ(ask(r.c, r.id, "x"), -EINVAL);
	EXPECT_EQ(ask(r.c, r.id + 1, NULL), -ENOENT);
	EXPECT_TEXT(r.c->text, "there is no session");
	EXPECT_EQ(ask(r.c, 0, "nobody"), -ENOENT);
	EXPECT_TEXT(r.c->text, "nobody");
	EXPECT_EQ(ask(r.c, r.id, NULL), 0);
}

static int ask_as_nobody(void *arg)
{
	struct replay *r = arg;
	struct ctl *c;

	if (setresuid(65534, 65534, 65534))
		return 1;
	c = ctl_open();
	return !c || ask(c, r->id, NULL) != -EPERM;
}

TEST(nobody, "an ordinary user is refused")
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(kst_wait(kst_fork(ask_as_nobody, &r)), 0);
}

TEST(left_alone, "a dump that nobody reads to its end holds no session")
{
	struct image *im = mixed(2, COUNT, 0);
	struct replay r = two_targets(1);
	struct ctl *c = ctl_open();
	struct nl_msg *msg;

	replay_load(&r, im);
	replay_run(&r, NULL, NULL);
	msg = ctl_msg(c, HFREPLAY_CMD_STATS_GET, NLM_F_DUMP);
	nla_put_u32(msg, S(ID), r.id);
	nl_complete_msg(c->sk, msg);
	ASSERT_GT(nl_send(c->sk, msg), 0);
	nlmsg_free(msg);
	/* Gone while it is being told of. */
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	ctl_close(c);
	EXPECT_TRUE(ctl_wait_unused(r.c));
}
