// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel itself needs for a request: reads of 4 KiB in a loop, with
 * nothing recorded, paced or checked. The engine is measured against this.
 *
 * The measurement runs while the module is loaded by insmod; its result is in
 * the parameter elapsed_ns of the loaded module, which holds nothing else.
 */
#include <linux/bio.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/llist.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/vmalloc.h>

#include "compat.h"

#define BLOCK		4096
#define MAX_DEPTH	256U

static char *path = "/dev/nullb0";
module_param(path, charp, 0444);
MODULE_PARM_DESC(path, "block device to read");
static unsigned int count = 200000;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "requests");
static unsigned int depth = 32;
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "requests in flight");
static unsigned int plug_size;
module_param_named(plug, plug_size, uint, 0444);
MODULE_PARM_DESC(plug, "requests of a plug; 0: none");
static unsigned long elapsed_ns;
module_param(elapsed_ns, ulong, 0444);
MODULE_PARM_DESC(elapsed_ns, "result: from the first request to the last completion");

/**
 * struct bare_slot - a request in flight
 * @node: on @done from its completion on, else on @free
 * @bio: the bio
 * @vec: its only page
 */
struct bare_slot {
	struct llist_node node;
	struct bio bio;
	struct bio_vec vec;
};

/* @free belongs to the loop; completions push to @done. */
static struct bare_slot *slots;
static struct llist_node *free;
static LLIST_HEAD(done);
static bool sleeping;

static struct block_device *bdev;
static struct page *page;
static u64 *sectors;
static struct task_struct *task;
static DECLARE_COMPLETION(finished);

static void slot_end_io(struct bio *bio)
{
	struct bare_slot *slot = container_of(bio, struct bare_slot, bio);

	llist_add(&slot->node, &done);
	if (READ_ONCE(sleeping))
		wake_up_process(task);
}

static struct bare_slot *slot_take(void)
{
	struct llist_node *node;

	if (!free)
		free = llist_del_all(&done);
	node = free;
	if (!node)
		return NULL;
	free = node->next;
	return llist_entry(node, struct bare_slot, node);
}

static void slot_wait(void)
{
	WRITE_ONCE(sleeping, true);
	set_current_state(TASK_IDLE);
	if (llist_empty(&done))
		schedule();
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(sleeping, false);
}

static void slot_submit(struct bare_slot *slot, u64 sector)
{
	struct bio *bio = &slot->bio;

	bio_reset(bio, bdev, REQ_OP_READ | REQ_NOMERGE);
	bio->bi_iter.bi_sector = sector;
	bio->bi_end_io = slot_end_io;
	__bio_add_page(bio, page, BLOCK, 0);
	submit_bio(bio);
}

/* Submits requests from @i on until @most are or no slot is free. */
static unsigned int submit_some(unsigned int i, unsigned int most)
{
	struct bare_slot *slot;
	unsigned int n;

	for (n = 0; n < most; n++) {
		slot = slot_take();
		if (!slot)
			break;
		slot_submit(slot, sectors[i + n]);
	}
	return n;
}

static unsigned int submit_plugged(unsigned int i, unsigned int most)
{
	struct blk_plug plug;
	unsigned int n;

	blk_start_plug(&plug);
	plug.nr_ios = most;
	n = submit_some(i, most);
	blk_finish_plug(&plug);
	return n;
}

static void drain(void)
{
	unsigned int n = 0;

	while (n < depth) {
		if (slot_take())
			n++;
		else
			slot_wait();
	}
}

static int loop(void *arg)
{
	unsigned int i = 0, n, looks = 0;
	u64 start = ktime_get_ns();

	while (i < count) {
		if (plug_size)
			n = submit_plugged(i, min(plug_size, count - i));
		else
			n = submit_some(i, 1);
		i += n;
		if (!n)
			slot_wait();
		else if (!(++looks % 64))
			cond_resched();
	}
	drain();
	elapsed_ns = ktime_get_ns() - start;
	complete(&finished);
	return 0;
}

static void release(void)
{
	unsigned int i;

	for (i = 0; slots && i < depth; i++)
		bio_uninit(&slots[i].bio);
	vfree(sectors);
	if (page)
		__free_page(page);
	kvfree(slots);
}

static int prepare(void)
{
	u64 blocks = bdev_nr_sectors(bdev) / (BLOCK / SECTOR_SIZE);
	struct rnd_state rnd;
	unsigned int i;

	slots = kvcalloc(depth, sizeof(*slots), GFP_KERNEL);
	page = alloc_page(GFP_KERNEL);
	sectors = vmalloc(array_size(count, sizeof(*sectors)));
	if (!slots || !page || !sectors)
		return -ENOMEM;
	for (i = 0; i < depth; i++) {
		bio_init(&slots[i].bio, NULL, &slots[i].vec, 1, 0);
		slots[i].node.next = free;
		free = &slots[i].node;
	}
	prandom_seed_state(&rnd, 1);
	for (i = 0; i < count; i++)
		sectors[i] = mul_u64_u32_shr(blocks, prandom_u32_state(&rnd), 32) *
			(BLOCK / SECTOR_SIZE);
	return 0;
}

static int run(void)
{
	struct task_struct *made = kthread_create(loop, NULL, "bare");

	if (IS_ERR(made))
		return PTR_ERR(made);
	task = made;
	kthread_bind(made, 0);
	wake_up_process(made);
	wait_for_completion(&finished);
	return 0;
}

static int __init bare_init(void)
{
	struct hfr_bdev held;
	int err;

	if (!count || !depth || depth > MAX_DEPTH || plug_size > 32)
		return -EINVAL;
	bdev = hfr_bdev_open(&held, path, false, &held);
	if (IS_ERR(bdev))
		return PTR_ERR(bdev);
	err = prepare();
	if (!err)
		err = run();
	release();
	hfr_bdev_close(&held);
	return err;
}

/* Nothing is left to undo: the thread has ended, and all is freed. */
static void __exit bare_exit(void)
{
}

module_init(bare_init);
module_exit(bare_exit);
MODULE_DESCRIPTION("The least that a loop of block requests costs");
MODULE_LICENSE("GPL");
