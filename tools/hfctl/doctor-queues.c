// SPDX-License-Identifier: GPL-2.0-only
/* hfctl doctor: queues of a device, their CPUs, and its interrupts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "placement.h"
#include "sysfs.h"
#include "target.h"

/* Nobody reads more than these. */
#define MOST_SHOWN	16

/* Adds "WHAT on CPU n" to @text; returns where the next goes. */
static size_t add_cpus(char *text, size_t len, size_t at, const char *what,
		       const cpu_set_t *cpus)
{
	char list[256];

	if (at < len)
		at += (size_t)snprintf(text + at, len - at, "%s%s on CPU %s",
				       at ? ", " : "", what,
				       cpu_list_print(cpus, list, sizeof(list)));
	return at < len ? at : len - 1;
}

static void show_queues(struct findings *f, const char *path,
			const struct placement *p)
{
	char text[768] = "", what[32];
	size_t at = 0, i;

	for (i = 0; i < p->n_queues && i < MOST_SHOWN; i++) {
		snprintf(what, sizeof(what), "queue %u", p->queues[i].nr);
		at = add_cpus(text, sizeof(text), at, what,
			      &p->queues[i].cpus);
	}
	finding(f, FINDING_OK, path, NULL, "%s%s", text,
		p->n_queues > MOST_SHOWN ? ", and more" : "");
	if (p->n_queues > 1)
		finding(f, FINDING_OK, path, NULL,
			"%zu hardware queues: the driver may see another order than the one of submission; one worker stays in one queue",
			p->n_queues);
}

static void show_irqs(struct findings *f, const char *path,
		      const struct placement *p)
{
	static const char *const managed[] = {
		[IRQ_MANAGED_UNKNOWN] = "",
		[IRQ_MANAGED_NO] = "",
		[IRQ_MANAGED_YES] = " (managed)",
	};
	char text[768] = "", what[128];
	size_t at = 0, i;

	for (i = 0; i < p->n_irqs && i < MOST_SHOWN; i++) {
		const struct placement_irq *irq = &p->irqs[i];

		snprintf(what, sizeof(what), "%u %s%s", irq->nr, irq->name,
			 managed[irq->managed]);
		at = add_cpus(text, sizeof(text), at, what, &irq->cpus);
	}
	if (p->n_irqs)
		finding(f, FINDING_OK, path, NULL, "interrupts: %s%s", text,
			p->n_irqs > MOST_SHOWN ? ", and more" : "");
	else
		finding(f, FINDING_OK, path, NULL,
			"no interrupts of its own are known");
}

static void advise_workers(struct findings *f, const char *path,
			   const struct placement *p)
{
	char list[256], advice[320];
	cpu_set_t workers, disturbed;

	placement_workers(p, &workers, &disturbed);
	cpu_list_print(&workers, list, sizeof(list));
	snprintf(advice, sizeof(advice), "--cpus %s", list);
	if (!CPU_COUNT(&workers))
		return;
	if (!CPU_COUNT(&disturbed)) {
		finding(f, FINDING_OK, path, advice,
			"workers go well on CPU %s%s: none of the device's interrupts comes there",
			list, p->n_queues > 1 ? ", one of each queue" : "");
		return;
	}
	cpu_list_print(&disturbed, list, sizeof(list));
	finding(f, FINDING_WARN, path, advice,
		"no CPU of its queue is quieter than CPU %s, where the device's interrupts come: completions delay a worker",
		list);
}

/* An interrupt that comes to a CPU kept for workers, and how to be rid of it. */
static void advise_irq(struct findings *f, const char *path,
		       const struct placement_irq *irq, const cpu_set_t *others)
{
	char list[256], target[256], advice[512];

	cpu_list_print(&irq->cpus, list, sizeof(list));
	cpu_list_print(others, target, sizeof(target));
	if (irq->managed == IRQ_MANAGED_YES)
		snprintf(advice, sizeof(advice),
			 "boot with isolcpus=managed_irq,domain,%s, or let the worker have another CPU: the kernel places this one itself",
			 list);
	else
		snprintf(advice, sizeof(advice),
			 "echo %s > /proc/irq/%u/smp_affinity_list%s",
			 target, irq->nr, irq->managed == IRQ_MANAGED_NO ? "" :
			 "; an error (EIO) says that the kernel places it itself");
	finding(f, FINDING_WARN, path, advice,
		"interrupt %u (%s) comes to CPU %s, which is kept for work like the worker's",
		irq->nr, irq->name, list);
}

static void check_irqs(struct findings *f, const char *path,
		       const struct placement *p)
{
	cpu_set_t others, hit;
	size_t i;

	cpu_list_without(&others, &p->online, &p->reserved);
	if (!CPU_COUNT(&others))
		return;
	for (i = 0; i < p->n_irqs; i++) {
		CPU_AND(&hit, &p->irqs[i].cpus, &p->reserved);
		if (CPU_COUNT(&hit))
			advise_irq(f, path, &p->irqs[i], &others);
	}
}

/* Requests that the block layer admits, against those that the device takes. */
static void check_depth(struct findings *f, const struct target *t,
			const struct placement *p)
{
	int64_t admits = sysfs_block_u64(t->major, t->minor,
					 "queue/nr_requests", 0);
	int64_t takes = sysfs_block_u64(t->major, t->minor,
					"device/queue_depth", 0);
	char advice[128];

	if (!takes && p->n_queues)
		takes = p->queues[0].tags;
	if (!admits || !takes)
		return;
	snprintf(advice, sizeof(advice),
		 "echo %" PRId64 " > queue/nr_requests of the device", takes);
	if (admits < takes)
		finding(f, FINDING_WARN, t->path, advice,
			"the block layer admits %" PRId64 " requests a queue, the device takes %" PRId64 ": deeper traces wait for tags",
			admits, takes);
	else
		finding(f, FINDING_OK, t->path, NULL,
			"%" PRId64 " requests a queue, the device takes %" PRId64 "; a deeper trace waits for tags",
			admits, takes);
}

void doctor_queues(struct findings *f, const struct target *t)
{
	struct placement p;

	if (placement_read(&p, "", t->major, t->minor)) {
		finding(f, FINDING_PROBLEM, t->path, NULL,
			"no memory to read its queues");
		return;
	}
	if (p.below[0])
		finding(f, FINDING_OK, t->path,
			"hfctl doctor on each of those",
			"it is made of %s: their queues and interrupts count",
			p.below);
	if (p.n_queues) {
		doctor_placement(f, t->path, &p);
		check_depth(f, t, &p);
	}
	placement_free(&p);
}

void doctor_placement(struct findings *f, const char *path,
		      const struct placement *p)
{
	show_queues(f, path, p);
	show_irqs(f, path, p);
	advise_workers(f, path, p);
	check_irqs(f, path, p);
}
