/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU submits to which hardware queue of a device, and which one its
 * interrupts disturb.
 */
#ifndef HF_PLACEMENT_H
#define HF_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu-list.h"

/**
 * struct placement_queue - a hardware queue
 * @nr: number, the name of its folder
 * @tags: requests that the driver takes in it
 * @cpus: the CPUs whose requests go there
 */
struct placement_queue {
	unsigned int nr;
	unsigned int tags;
	cpu_set_t cpus;
};

/**
 * enum irq_managed - who places an interrupt
 * @IRQ_MANAGED_UNKNOWN: the kernel does not say
 * @IRQ_MANAGED_NO: whoever writes to /proc/irq
 * @IRQ_MANAGED_YES: the kernel alone, with the queue's CPUs
 */
enum irq_managed {
	IRQ_MANAGED_UNKNOWN,
	IRQ_MANAGED_NO,
	IRQ_MANAGED_YES,
};

/**
 * struct placement_irq - an interrupt of the device that completes requests
 * @nr: number
 * @name: in /proc/interrupts ("nvme0q1")
 * @cpus: where it comes
 * @allowed: where it may come
 * @managed: who places it
 */
struct placement_irq {
	unsigned int nr;
	char name[64];
	cpu_set_t cpus;
	cpu_set_t allowed;
	enum irq_managed managed;
};

/**
 * struct placement - of a device
 * @online: CPUs that run
 * @reserved: CPUs kept free for something like a replay (isolcpus=,
 *	nohz_full=)
 * @queues: hardware queues by number; owned
 * @n_queues: their number; 0 for a device made of others
 * @irqs: interrupts by number; owned
 * @n_irqs: their number; 0 for a device without hardware
 * @below: names of the devices it is made of, with blanks in between
 */
struct placement {
	cpu_set_t online;
	cpu_set_t reserved;
	struct placement_queue *queues;
	size_t n_queues;
	struct placement_irq *irqs;
	size_t n_irqs;
	char below[256];
};

/**
 * placement_read - reads it from /sys and /proc
 * @p: filled; the caller owns it until placement_free()
 * @root: in front of /sys and /proc; "" for this machine's own
 * @major: device number; a partition stands for its disk
 * @minor: device number
 *
 * Return: 0 or -ENOMEM.
 */
int placement_read(struct placement *p, const char *root, uint32_t major,
		   uint32_t minor);

/** placement_free - frees what @p holds */
void placement_free(struct placement *p);

/** placement_irq_cpus - @set gets the CPUs where interrupts of @p come */
void placement_irq_cpus(const struct placement *p, cpu_set_t *set);

/**
 * placement_workers - CPUs that suit a worker: one of each queue, reserved
 *	ones first, without interrupts of the device where there is a choice
 * @p: placement
 * @set: gets them
 * @disturbed: gets those among them where the device's interrupts come
 */
void placement_workers(const struct placement *p, cpu_set_t *set,
		       cpu_set_t *disturbed);

#endif /* HF_PLACEMENT_H */
