// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "device.h"
#include "kst.h"
#include "world.h"

#define NAMES	12

/* One of each kind that the module treats in its own way. */
static const struct {
	const char *name;
	const char *options;
} devices[] = {
	{ "fza", "" },
	{ "fzb", "memory_backed=1 discard=1 cache_size=1" },
	{ "fzc", "irqmode=2 completion_nsec=300000 hw_queue_depth=8" },
	{ "fzd", "irqmode=1 blocksize=4096 hw_queue_depth=1" },
	{ "fze", "memory_backed=1 badblocks=+64-127" },
	{ "fzf", "queue_mode=0" },
	{ "fzg", "zoned=1 zone_size=4 memory_backed=1" },
	/* Held by the fuzzer itself. */
	{ "fzh", "" },
	/* Switched off and on while sessions use it. */
	{ "fzi", "irqmode=2 completion_nsec=1000000" },
};

static const char *const paths[] = {
	"/dev/fza", "/dev/fzb", "/dev/fzc", "/dev/fzd", "/dev/fze", "/dev/fzf",
	"/dev/fzg", "/dev/fzi",
};

static const char *const odd_paths[] = {
	"/dev/fzh", "/dev/loop0", "/dev/mapper/fz", "/dev/none", "/dev/null",
	"/dev/fza/", "/dev/", "/", "//dev//fza", "/dev/../dev/fzb", "", "fza",
	"/etc/passwd", "/tmp/%s%n%p",
};

static const char *const odd_names[] = {
	"", ".", "..", ".x", "a/b", "../x", "a b", "\xff\xfe", "%s%n%p",
	"0123456789012345678901234567890", "01234567890123456789012345678901",
	"s1", "s2", "S", "-", "_", "a.b",
};

void world_devices(void)
{
	char options[256];
	size_t i;

	for (i = 0; i < KST_COUNT(devices); i++) {
		snprintf(options, sizeof(options), "%s", devices[i].options);
		device_null(devices[i].name, options);
	}
	/* Neither is there on every kernel. */
	kst_sh("modprobe -q loop max_loop=1; truncate -s 8M /tmp/loop && losetup -r /dev/loop0 /tmp/loop 2>/dev/null");
	kst_sh("modprobe -q dm_mod; dmsetup create fz --table '0 65536 linear /dev/fzh 0' 2>/dev/null; dmsetup mknodes 2>/dev/null");
}

const char *world_path(struct rng *r)
{
	return rng_one_in(r, 12) ? RNG_PICK(r, odd_paths) : RNG_PICK(r, paths);
}

const char *world_name(struct rng *r, char buf[64])
{
	if (rng_one_in(r, 6))
		return RNG_PICK(r, odd_names);
	snprintf(buf, 64, "fz%u", (unsigned int)rng_below(r, NAMES));
	return buf;
}

/* The table of a command that is not there takes none. */
uint32_t world_flags(struct world *w)
{
	const struct policy_cmd *cmd =
		policy_cmd(w->policy, HFREPLAY_CMD_SESSION_NEW);

	return cmd && cmd->table ?
		rng_next(&w->rng) & cmd->table->attr[A(FLAGS)].mask : 0;
}

void world_close(struct world *w)
{
	if (w->ctl)
		ctl_close(w->ctl);
	if (w->sk >= 0)
		close(w->sk);
}

void world_open(struct world *w)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	/* An answer that was lost to a fault is not waited for. */
	const struct timeval patience = { .tv_sec = 5 };
	int on = 1;

	w->ctl = ctl_open();
	w->sk = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (!w->ctl || w->sk < 0 ||
	    bind(w->sk, (struct sockaddr *)&addr, sizeof(addr))) {
		printf("# no netlink socket\n");
		exit(1);
	}
	setsockopt(nl_socket_get_fd(w->ctl->sk), SOL_SOCKET, SO_RCVTIMEO,
		   &patience, sizeof(patience));
	setsockopt(w->sk, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(w->sk, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
}

void world_look(struct world *w)
{
	int n = ctl_list(w->ctl, w->id, WORLD_SESSIONS);

	w->nids = n < 0 ? 0 : n;
	if (w->nids > WORLD_SESSIONS)
		w->nids = WORLD_SESSIONS;
}

uint32_t world_session(struct world *w)
{
	if (!w->nids || rng_one_in(&w->rng, 20))
		return rng_odd(&w->rng, 4, w->nids ? w->id[0] : 1);
	return w->id[rng_below(&w->rng, w->nids)];
}

void world_finding(struct world *w, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (__atomic_add_fetch(&w->shared->findings, 1, __ATOMIC_RELAXED) > WORLD_FINDINGS)
		return;
	printf("# finding: seed %llu, worker %u, step %llu: %s\n",
	       (unsigned long long)w->seed, w->worker,
	       (unsigned long long)w->step, text);
	fflush(stdout);
}

/*
 * The direct map, vmalloc, the map of pages, and the kernel's text. What lies
 * between are small negative numbers in one half of a pair.
 */
static bool kernel_address(uint64_t v)
{
	return (v >= 0xffff800000000000ULL && v < 0xffffff0000000000ULL) ||
		(v >= 0xffffffff80000000ULL && v < 0xfffffffffffff000ULL);
}

/* What the allocator fills memory with that nobody has written yet. */
static bool poison(uint64_t v)
{
	return v == 0x5a5a5a5a5a5a5a5aULL || v == 0x6b6b6b6b6b6b6b6bULL;
}

void world_scan(struct world *w, const void *mem, size_t size,
		const char *what)
{
	const uint8_t *p = mem;
	uint64_t v;
	size_t i;

	for (i = 0; i + sizeof(v) <= size; i += 4) {
		memcpy(&v, p + i, sizeof(v));
		if (!kernel_address(v) && !poison(v))
			continue;
		world_finding(w, "%s holds %#llx at byte %zu of %zu: %s",
			      what, (unsigned long long)v, i, size,
			      poison(v) ? "memory that nobody has written" :
			      "an address of the kernel?");
		return;
	}
}
