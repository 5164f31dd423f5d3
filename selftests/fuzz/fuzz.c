// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the commands of the module and the bytes that it is fed with.
 *
 *   hfr-fuzz SECONDS WORKERS [SEED [STEPS]]
 *
 * Makes the devices that it needs; for a virtual machine only. The first part
 * of the time one worker is alone: with the same seed it does the same. Then
 * there are as many as was asked for. Each step of a worker has numbers of its
 * own, which follow from the seed, the worker and the step.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "action.h"
#include "device.h"
#include "fault.h"
#include "kst.h"

/* A worker that takes longer for one step hangs, s. */
#define HANG_S		60
#define MOST_WORKERS	16
/* One step of so many meets a fault of the kernel. */
#define FAULT_EVERY	12

static struct shared *shared;
static struct policy policy;
static bool faults;

static void note_in_log(const char *text)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		perror("/dev/kmsg");
	close(fd);
}

/* ---- a worker ---- */

static const struct action *get_action(unsigned int i)
{
	return i < ctl_actions_count ? &ctl_actions[i] :
		&node_actions[i - ctl_actions_count];
}

static unsigned int pick_action(struct rng *r)
{
	unsigned int n = ctl_actions_count + node_actions_count;
	unsigned int sum = 0, at, i;

	for (i = 0; i < n; i++)
		sum += get_action(i)->weight;
	at = rng_below(r, sum);
	for (i = 0; at >= get_action(i)->weight; i++)
		at -= get_action(i)->weight;
	return i;
}

static void step(struct world *w)
{
	unsigned int action;
	bool fault;

	w->rng.state = w->seed ^ w->step << 8 ^ w->worker;
	rng_next(&w->rng);
	if (!(w->step % 8))
		world_look(w);
	action = pick_action(&w->rng);
	fault = rng_one_in(&w->rng, FAULT_EVERY) && faults &&
		!get_action(action)->calm;
	if (fault)
		fault_arm(1 + rng_small(&w->rng, 100));
	get_action(action)->run(w);
	if (fault && fault_fired()) {
		/* Answers may be missing, or be of the command before. */
		world_close(w);
		world_open(w);
	}
	shared->hits[action]++;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* So that what ended a worker's life in the kernel can be found again. */
static void say_where(const struct world *w)
{
	char text[100];

	snprintf(text, sizeof(text), "fuzz: seed %llu worker %u step %llu",
		 (unsigned long long)w->seed, w->worker,
		 (unsigned long long)w->step);
	note_in_log(text);
}

static int work(void *arg)
{
	struct world *w = arg;
	struct sigaction sa = { .sa_handler = on_alarm };
	uint64_t said = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGALRM, &sa, NULL);
	world_open(w);
	while (!shared->stop) {
		if (kst_now() - said > 10000000000ULL) {
			said = kst_now();
			say_where(w);
		}
		step(w);
		w->step++;
		__atomic_store_n(&shared->steps[w->worker], w->step,
				 __ATOMIC_RELAXED);
	}
	return 0;
}

/* ---- all of them ---- */

struct crew {
	int pid[MOST_WORKERS];
	uint64_t seen[MOST_WORKERS];
	uint64_t since[MOST_WORKERS];
	unsigned int n;
};

static void hire(struct crew *crew, uint64_t seed, unsigned int n)
{
	struct world w = { .seed = seed, .shared = shared, .policy = &policy };

	for (; crew->n < n; crew->n++) {
		w.worker = crew->n;
		crew->pid[crew->n] = kst_fork(work, &w);
		crew->since[crew->n] = kst_now();
	}
}

static bool hangs(struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->n; i++) {
		uint64_t now = shared->steps[i];

		if (now != crew->seen[i]) {
			crew->seen[i] = now;
			crew->since[i] = kst_now();
		}
		if (kst_now() - crew->since[i] < HANG_S * 1000000000ULL)
			continue;
		printf("# worker %u hangs in step %llu\n", i,
		       (unsigned long long)now);
		note_in_log("fuzz: a worker hangs");
		kst_sh("cat /proc/%d/stack; echo w >/proc/sysrq-trigger",
		       crew->pid[i]);
		return true;
	}
	return false;
}

/* Where a report does not end the machine it ends the run. */
static bool kernel_complains(void)
{
	static bool complained;
	static int fd = -2;
	char text[1024];
	ssize_t n;

	if (fd == -2) {
		fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		lseek(fd, 0, SEEK_END);
	}
	while ((n = read(fd, text, sizeof(text) - 1)) > 0 || errno == EPIPE) {
		text[n > 0 ? n : 0] = '\0';
		if (strstr(text, "BUG: ") || strstr(text, "WARNING: "))
			complained = true;
		errno = 0;
	}
	return complained;
}

static uint64_t all_steps(void)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < MOST_WORKERS; i++)
		sum += shared->steps[i];
	return sum;
}

/* Watches for so long, or until so many steps are done. */
static bool watch(struct crew *crew, uint64_t seconds, uint64_t steps)
{
	uint64_t end = kst_now() + seconds * 1000000000ULL;

	while (kst_now() < end && all_steps() < steps &&
	       shared->findings < WORLD_FINDINGS) {
		if (hangs(crew))
			return false;
		if (kernel_complains())
			return true;
		kst_sleep(100);
	}
	return true;
}

static int dismiss(struct crew *crew)
{
	unsigned int i;
	int died = 0;

	shared->stop = true;
	for (i = 0; i < crew->n; i++) {
		int rc = kst_wait(crew->pid[i]);

		if (rc) {
			printf("# worker %u ended with code %d\n", i, rc);
			died++;
		}
	}
	return died;
}

static int clean_up(void)
{
	struct ctl *c = ctl_open();
	int left = ctl_delete_all(c);

	if (ctl_used_memory(c)) {
		printf("# %llu bytes are in use with no session left\n",
		       (unsigned long long)ctl_used_memory(c));
		left++;
	}
	ctl_close(c);
	kst_sh("dmsetup remove fz 2>/dev/null; losetup -d /dev/loop0 2>/dev/null");
	device_remove_all();
	return left;
}

static void report(void)
{
	unsigned int i, n = ctl_actions_count + node_actions_count;

	for (i = 0; i < n; i++)
		printf("# %7llu %s\n", (unsigned long long)shared->hits[i],
		       get_action(i)->name);
	printf("# %llu steps, %u findings\n", (unsigned long long)all_steps(),
	       shared->findings);
}

static int held_open(void)
{
	return open("/dev/fzh", O_RDONLY | O_EXCL | O_CLOEXEC);
}

static bool prepare(void)
{
	int err = kst_module_load("max_memory_mb=200");

	if (!err)
		err = policy_learn(&policy);
	if (err) {
		printf("# the module cannot be loaded or asked: %s\n",
		       strerror(-err));
		return false;
	}
	printf("# %u commands\n", policy.ncmds);
	faults = fault_setup();
	world_devices();
	return true;
}

int main(int argc, char **argv)
{
	uint64_t seconds = argc > 1 ? strtoull(argv[1], NULL, 0) : 30;
	unsigned int workers = argc > 2 ? atoi(argv[2]) : 3;
	uint64_t seed = argc > 3 && *argv[3] ? strtoull(argv[3], NULL, 0) :
		(uint64_t)time(NULL) << 20 ^ kst_now();
	uint64_t steps = argc > 4 ? strtoull(argv[4], NULL, 0) : UINT64_MAX;
	struct crew crew = {};
	bool good;
	int held, err;

	if (workers < 1 || workers > MOST_WORKERS)
		workers = 3;
	setbuf(stdout, NULL);
	signal(SIGPIPE, SIG_IGN);
	printf("# SEED=%llu\n", (unsigned long long)seed);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || !prepare())
		return 1;
	held = held_open();
	kernel_complains();
	hire(&crew, seed, 1);
	good = watch(&crew, workers > 1 ? seconds / 3 : seconds, steps);
	if (good && workers > 1 && shared->findings < WORLD_FINDINGS) {
		hire(&crew, seed, workers);
		good = watch(&crew, seconds - seconds / 3, steps);
	}
	if (!good)
		return 2;
	good = !dismiss(&crew);
	close(held);
	report();
	good = !clean_up() && good && !shared->findings;
	err = kst_module_unload();
	if (err)
		printf("# the module cannot be removed: %s\n", strerror(-err));
	return good && !err ? 0 : 1;
}
