/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the kernel as the engine's files need to be compiled and run in
 * user space, by one thread: each <linux/...> header that they name stands for
 * this one. What the hot path touches has the kernel's size and does what the
 * kernel does; what is only named is only declared.
 */
#ifndef USER_KERNEL_H
#define USER_KERNEL_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef u32 gfp_t, fmode_t, blk_opf_t;
typedef u8 blk_status_t;
typedef u64 sector_t;
typedef s64 ktime_t;

/* ---- the compiler ---- */

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define __aligned(n)	__attribute__((aligned(n)))
#define ____cacheline_aligned	__aligned(64)
#define __user
#define __must_check
#define noinline	__attribute__((noinline))
#define __cold		__attribute__((cold))
#define SMP_CACHE_BYTES	64
#define fallthrough	__attribute__((fallthrough))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define BUILD_BUG_ON(x)	_Static_assert(!(x), #x)
#define static_assert	_Static_assert
#define WARN_ON_ONCE(x)	({ bool _bad = (x); if (_bad) abort(); _bad; })

/* ---- numbers ---- */

#define U16_MAX		UINT16_MAX
#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX
#define S32_MIN		INT32_MIN
#define S32_MAX		INT32_MAX
#define S64_MAX		INT64_MAX
#define S64_MIN		INT64_MIN
#define KTIME_MAX	INT64_MAX
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L
#define PAGE_SIZE	4096UL
#define SECTOR_SHIFT	9
#define SECTOR_SIZE	512
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define min(a, b)	({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _a < _b ? _a : _b; })
#define max(a, b)	({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _a > _b ? _a : _b; })
#define min_t(t, a, b)	min((t)(a), (t)(b))
#define max3(a, b, c)	max(max(a, b), c)
#define max_t(t, a, b)	max((t)(a), (t)(b))
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)
#define clamp(v, lo, hi)	clamp_t(__typeof__(v), v, lo, hi)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(n, m)		roundup(n, m)
#define roundup(n, m)		((((n) + (m) - 1) / (m)) * (m))
#define round_down(n, m)	((n) & ~((__typeof__(n))(m) - 1))
#define ilog2(n)	(63 - __builtin_clzll(n))
#define BITS_PER_LONG	64
#define __fls(n)	(63UL - __builtin_clzll(n))
#define array_size(n, size)	((size_t)(n) * (size))

static inline u64 roundup_pow_of_two(u64 n)
{
	return n < 2 ? 1 : 1ULL << (64 - __builtin_clzll(n - 1));
}

static inline u64 mul_u64_u32_div(u64 a, u32 mul, u32 div)
{
	return (__uint128_t)a * mul / div;
}

static inline u64 mul_u64_u64_shr(u64 a, u64 mul, unsigned int shift)
{
	return (__uint128_t)a * mul >> shift;
}

static inline u64 div64_u64_rem(u64 a, u64 b, u64 *rem)
{
	*rem = a % b;
	return a / b;
}

#define div_u64(a, b)	((u64)(a) / (u32)(b))
#define div64_u64(a, b)	((u64)(a) / (u64)(b))

static inline u32 hash_32(u32 v, unsigned int bits)
{
	return v * 0x61C88647U >> (32 - bits);
}

static inline u32 hash_64(u64 v, unsigned int bits)
{
	return v * 0x61C8864680B583EBULL >> (64 - bits);
}

static inline int get_order(size_t size)
{
	return size <= PAGE_SIZE ? 0 : ilog2((size - 1) / PAGE_SIZE) + 1;
}

/* ---- order of memory: as the processor needs it ---- */

#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
/* pairs with what the engine says */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
/* the same */
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
/* the same */
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

#define cmpxchg(p, old, new)	__sync_val_compare_and_swap(p, old, new)

typedef struct { int counter; } atomic_t;
#define atomic_set(a, v)	WRITE_ONCE((a)->counter, v)
#define atomic_read(a)		READ_ONCE((a)->counter)
#define atomic_inc_return(a)	__atomic_add_fetch(&(a)->counter, 1, __ATOMIC_SEQ_CST)
#define atomic_dec_and_test(a)	(!__atomic_sub_fetch(&(a)->counter, 1, __ATOMIC_SEQ_CST))

struct llist_node { struct llist_node *next; };
struct llist_head { struct llist_node *first; };

#define llist_entry	container_of
#define llist_for_each_entry_safe(pos, n, first, member)		\
	for (pos = llist_entry(first, __typeof__(*pos), member);	\
	     &pos->member &&						\
	     (n = llist_entry(pos->member.next, __typeof__(*n), member), true); \
	     pos = n)

static inline void init_llist_head(struct llist_head *h)
{
	h->first = NULL;
}

static inline bool llist_empty(const struct llist_head *h)
{
	return !READ_ONCE(h->first);
}

static inline bool llist_add(struct llist_node *new, struct llist_head *h)
{
	new->next = h->first;
	while (!__atomic_compare_exchange_n(&h->first, &new->next, new, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	return !new->next;
}

static inline struct llist_node *llist_del_all(struct llist_head *h)
{
	return __atomic_exchange_n(&h->first, NULL, __ATOMIC_SEQ_CST);
}

struct list_head { struct list_head *next, *prev; };

/* ---- memory ---- */

#define GFP_KERNEL	0
#define __GFP_ZERO	0
#define __GFP_COMP	0
#define __GFP_NOWARN	0

struct page;

#define __vmalloc(size, gfp)	calloc(1, size)
#define vmalloc(n)	malloc(n)
#define vzalloc(n)	calloc(1, n)
#define kcalloc(n, size, gfp)	calloc(n, size)
#define kzalloc(size, gfp)	calloc(1, size)
#define kvcalloc(n, size, gfp)	calloc(n, roundup(size, 64))
#define kvmalloc(n, gfp)	malloc(n)
#define kvmalloc_array(n, size, gfp)	calloc(n, size)
#define vfree(p)	free(p)
#define kfree(p)	free(p)
#define kvzalloc(size, gfp) calloc(1, size)
#define kvfree(p)	free(p)
#define alloc_pages(gfp, order)	((struct page *)aligned_alloc(PAGE_SIZE, PAGE_SIZE << (order)))
#define __free_pages(p, order)	free(p)
#define page_address(p)	((void *)(p))

struct rnd_state { u32 s1; };
#define prandom_seed_state(r, seed)	((r)->s1 = (seed))
#define prandom_bytes_state(r, p, n)	memset(p, (r)->s1, n)

/* ---- threads ---- */

struct task_struct {
	unsigned long nvcsw, nivcsw;
};

extern struct task_struct user_task;
#define current	(&user_task)

#define TASK_IDLE	1
#define TASK_RUNNING	0
#define MIN_NICE	(-20)
#define HRTIMER_MODE_ABS	0
#define set_current_state(state)	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __set_current_state(state)	do { } while (0)
#define need_resched()	false
#define cond_resched()	do { } while (0)
#define cpu_relax()	do { } while (0)
#define kthread_should_stop()	true
#define kthread_stop(t)	do { } while (0)
#define kthread_bind(t, cpu)	do { } while (0)
#define kthread_create_on_node(fn, data, ...)	((void)(fn), &user_task)
#define cpu_to_node(cpu)	0
#define set_user_nice(t, nice)	do { } while (0)
#define get_task_struct(t)	do { } while (0)
#define put_task_struct(t)	do { } while (0)
#define wake_up_process(t)	do { } while (0)
#define IS_ERR(p)	((unsigned long)(p) >= (unsigned long)-4095)
#define PTR_ERR(p)	((long)(p))
#define ERR_PTR(e)	((void *)(long)(e))
#define ns_to_ktime(ns)	((ktime_t)(ns))
#define rcu_read_lock()	do { } while (0)
#define rcu_read_unlock()	do { } while (0)
#define rcu_read_lock_sched()	do { } while (0)
#define rcu_read_unlock_sched()	do { } while (0)

/* Sleeping lets the device of the program complete a request. */
void schedule(void);
int schedule_hrtimeout_range(ktime_t *expires, u64 delta, int mode);

extern u64 user_clock;

/* Moves on by each look at it, and when somebody sleeps. */
static inline u64 ktime_get_ns(void)
{
	return user_clock += 100;
}

/* The counter of cycles is the clock. */
#define get_cycles()	ktime_get_ns()
#define preempt_disable()	do { } while (0)
#define preempt_enable()	do { } while (0)
#undef abs
#define abs(n)		({ __typeof__(n) _n = (n); _n < 0 ? -_n : _n; })

#define BLK_STS_IOERR	((blk_status_t)10)

struct system_time_snapshot { u64 cycles; };

static inline void ktime_get_snapshot(struct system_time_snapshot *snap)
{
	snap->cycles = ktime_get_ns();
}

struct wait_queue_head { int unused; };
#define wait_queue_head_t struct wait_queue_head
#define wq_has_sleeper(wq)	false
#define wake_up_interruptible(wq)	do { } while (0)

struct spinlock { int unused; };
#define spinlock_t struct spinlock
#define spin_lock(l)	((void)(l))
#define spin_unlock(l)	((void)(l))
#define lockdep_assert_held(l)	((void)(l))

struct kref { int unused; };
struct mutex { int unused; };
struct miscdevice { int unused; };
struct work_struct { int unused; };
struct delayed_work { int unused; };
struct file;
struct xxh64_state { u64 v[10]; };

/* ---- readers and writers of the node: not of the hot path ---- */

struct iov_iter;
size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *to);
void iov_iter_revert(struct iov_iter *to, size_t bytes);
size_t iov_iter_count(const struct iov_iter *to);

/* ---- the block layer: the layout is that of Debian's 6.1 ---- */

enum {
	REQ_OP_READ		= 0,
	REQ_OP_WRITE		= 1,
	REQ_OP_DISCARD		= 3,
	REQ_OP_SECURE_ERASE	= 5,
	REQ_OP_WRITE_ZEROES	= 9,
	REQ_OP_ZONE_OPEN	= 10,
	REQ_OP_ZONE_CLOSE	= 11,
	REQ_OP_ZONE_FINISH	= 12,
	REQ_OP_ZONE_APPEND	= 13,
	REQ_OP_ZONE_RESET	= 15,
	REQ_OP_ZONE_RESET_ALL	= 17,
	REQ_SYNC		= 1 << 11,
	REQ_META		= 1 << 12,
	REQ_PRIO		= 1 << 13,
	REQ_NOMERGE		= 1 << 14,
	REQ_IDLE		= 1 << 15,
	REQ_INTEGRITY		= 1 << 16,
	REQ_FUA			= 1 << 17,
	REQ_PREFLUSH		= 1 << 18,
	REQ_RAHEAD		= 1 << 19,
	REQ_NOWAIT		= 1 << 21,
	REQ_POLLED		= 1 << 22,
};

#define BLK_STS_AGAIN	12
#define BIO_MAX_VECS	256U
#define IOPRIO_CLASS_BE	2
#define IOPRIO_PRIO_VALUE(class, level)	((class) << 13 | (level))
#define CONFIG_BLK_CGROUP	1
#define FMODE_READ	1
#define FMODE_WRITE	2
#define FMODE_EXCL	128

struct block_device;
struct blkcg_gq;
struct bio;

struct bvec_iter {
	sector_t bi_sector;
	u32 bi_size, bi_idx, bi_bvec_done;
} __attribute__((packed, aligned(4)));

struct bio_vec {
	struct page *bv_page;
	u32 bv_len, bv_offset;
};

struct bio {
	struct bio *bi_next;
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	u16 bi_flags, bi_ioprio;
	blk_status_t bi_status;
	atomic_t __bi_remaining;
	struct bvec_iter bi_iter;
	u32 bi_cookie;
	void (*bi_end_io)(struct bio *bio);
	void *bi_private;
	struct blkcg_gq *bi_blkg;
	u64 bi_issue, bi_iocost_cost;
	void *bi_integrity;
	u16 bi_vcnt, bi_max_vecs;
	atomic_t __bi_cnt;
	struct bio_vec *bi_io_vec;
	void *bi_pool;
};

#define BIO_RESET_BYTES	offsetof(struct bio, bi_max_vecs)

struct request_queue {
	unsigned long queue_flags;
};

#define QUEUE_FLAG_POLL	16
#define test_bit(n, word)	(*(word) >> (n) & 1)

struct request {
	struct request *rq_next;
};

struct blk_plug {
	struct request *mq_list, *cached_rq;
	u16 nr_ios, rq_count;
	bool multiple_queues, has_elevator;
	struct list_head cb_list;
};

#define BLK_POLL_ONESHOT	1
#define BLK_QC_T_NONE	(~0U)
#define bio_poll(bio, batch, flags)	abort()

#define op_is_write(op)	((op) & 1)
#define blk_status_to_errno(status)	((status) ? -EIO : 0)
#define bio_uninit(bio)	do { } while (0)
#define blk_start_plug(plug)	memset(plug, 0, sizeof(*(plug)))
#define blk_finish_plug(plug)	((void)(plug))

struct block_device *blkdev_get_by_path(const char *path, fmode_t mode,
					void *holder);
void blkdev_put(struct block_device *bdev, fmode_t mode);

/* The device of the program. */
void submit_bio(struct bio *bio);

/* Of the block group only its being there matters. */
#define blkcg_root_css	((struct blkcg_gq *)&user_task)
#define bio_associate_blkg_from_css(bio, css)	((bio)->bi_blkg = (css))

static inline void bio_reset(struct bio *bio, struct block_device *bdev,
			     blk_opf_t opf)
{
	memset(bio, 0, BIO_RESET_BYTES);
	atomic_set(&bio->__bi_remaining, 1);
	bio->bi_bdev = bdev;
	bio->bi_opf = opf;
	bio_associate_blkg_from_css(bio, blkcg_root_css);
}

static inline void bio_init(struct bio *bio, struct block_device *bdev,
			    struct bio_vec *vecs, u16 max, blk_opf_t opf)
{
	memset(bio, 0, sizeof(*bio));
	bio->bi_io_vec = vecs;
	bio->bi_max_vecs = max;
}

static inline void __bio_add_page(struct bio *bio, struct page *page, u32 len,
				  u32 offset)
{
	struct bio_vec *v = &bio->bi_io_vec[bio->bi_vcnt++];

	v->bv_page = page;
	v->bv_len = len;
	v->bv_offset = offset;
	bio->bi_iter.bi_size += len;
}

/* ---- tracepoints: off, which is a test of a static branch ---- */

#define TP_PROTO(...)	__VA_ARGS__
#define TP_ARGS(...)
#define TP_STRUCT__entry(...)
#define TP_fast_assign(...)
#define TP_printk(...)
#define TRACE_EVENT(name, proto, ...) \
	static inline void trace_##name(proto) { } \
	static inline bool trace_##name##_enabled(void) { return false; }

#endif /* USER_KERNEL_H */
