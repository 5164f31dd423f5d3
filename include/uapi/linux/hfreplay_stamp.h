/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * hfreplay: what the payload "verify" writes.
 *
 * Each sector of 512 bytes begins with a stamp that says which request wrote
 * it and where it belongs; the rest of the sector follows from the hash of the
 * stamp. A sector therefore proves by itself that it is whole, in its place
 * and of this run, whatever the logical block of the device is. Everything is
 * in the byte order of the host that wrote it.
 */
#ifndef _UAPI_LINUX_HFREPLAY_STAMP_H
#define _UAPI_LINUX_HFREPLAY_STAMP_H

#include <linux/types.h>

#define HFR_STAMP_MAGIC		0x706d617473726668ULL /* "hfrstamp" */
#define HFR_STAMP_SHIFT		9
#define HFR_STAMP_SECTOR	(1U << HFR_STAMP_SHIFT)

/**
 * struct hfr_stamp - the beginning of a sector
 * @magic: HFR_STAMP_MAGIC
 * @seed: seed of the session
 * @run: attribute wall-start of the run: each start has its own
 * @index: the writing request: number of its completion record
 * @sector: where it belongs, in units of HFR_STAMP_SECTOR on the target
 * @target: index of the target
 * @reserved: 0
 * @hash: of all before
 */
struct hfr_stamp {
	__aligned_u64	magic;
	__aligned_u64	seed;
	__aligned_u64	run;
	__aligned_u64	index;
	__aligned_u64	sector;
	__u32		target;
	__u32		reserved;
	__aligned_u64	hash;
};

/**
 * enum hfr_stamp_state - what a sector looks like
 * @HFR_STAMP_NONE: it has no stamp
 * @HFR_STAMP_DAMAGED: it begins as a stamp does, which is not whole
 * @HFR_STAMP_TORN: its stamp is whole, what follows belongs to another
 * @HFR_STAMP_GOOD: it is as it was written
 */
enum hfr_stamp_state {
	HFR_STAMP_NONE		= 0,
	HFR_STAMP_DAMAGED	= 1,
	HFR_STAMP_TORN		= 2,
	HFR_STAMP_GOOD		= 3,
};

#define HFR_STAMP_WORDS		(HFR_STAMP_SECTOR / 8)
#define HFR_STAMP_HEAD		(sizeof(struct hfr_stamp) / 8)

static __inline__ __u64 hfr_stamp_mix(__u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static __inline__ __u64 hfr_stamp_hash(const struct hfr_stamp *s)
{
	__u64 x = hfr_stamp_mix(s->magic ^ s->seed);

	x = hfr_stamp_mix(x ^ s->run);
	x = hfr_stamp_mix(x ^ s->index);
	x = hfr_stamp_mix(x ^ s->sector);
	return hfr_stamp_mix(x ^ ((__u64)s->reserved << 32 | s->target));
}

/* Word @i of a sector, behind its stamp. */
static __inline__ __u64 hfr_stamp_word(__u64 hash, unsigned int i)
{
	__u64 x = hash + i * 0x9e3779b97f4a7c15ULL;

	return (x ^ (x >> 32)) * 0xd6e8feb86659fd93ULL;
}

/**
 * hfr_stamp_write - fills a sector
 * @sector: HFR_STAMP_SECTOR bytes, aligned to 8
 * @s: its stamp; magic, reserved and hash are set here
 */
static __inline__ void hfr_stamp_write(void *sector, struct hfr_stamp *s)
{
	__u64 *word = (__u64 *)sector;
	unsigned int i;

	s->magic = HFR_STAMP_MAGIC;
	s->reserved = 0;
	s->hash = hfr_stamp_hash(s);
	*(struct hfr_stamp *)sector = *s;
	for (i = HFR_STAMP_HEAD; i < HFR_STAMP_WORDS; i++)
		word[i] = hfr_stamp_word(s->hash, i);
}

/**
 * hfr_stamp_read - looks at a sector
 * @sector: HFR_STAMP_SECTOR bytes, aligned to 8
 *
 * Its stamp, at @sector, means something if it is torn or good.
 *
 * Return: enum hfr_stamp_state.
 */
static __inline__ enum hfr_stamp_state hfr_stamp_read(const void *sector)
{
	const struct hfr_stamp *s = (const struct hfr_stamp *)sector;
	const __u64 *word = (const __u64 *)sector;
	unsigned int i;

	if (s->magic != HFR_STAMP_MAGIC)
		return HFR_STAMP_NONE;
	if (s->reserved || s->hash != hfr_stamp_hash(s))
		return HFR_STAMP_DAMAGED;
	for (i = HFR_STAMP_HEAD; i < HFR_STAMP_WORDS; i++)
		if (word[i] != hfr_stamp_word(s->hash, i))
			return HFR_STAMP_TORN;
	return HFR_STAMP_GOOD;
}

#endif /* _UAPI_LINUX_HFREPLAY_STAMP_H */
