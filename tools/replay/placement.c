// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "placement.h"
#include "sysfs.h"

static void read_cpus(cpu_set_t *set, const char *root, const char *path)
{
	char text[4096];

	/* nohz_full reads "(null)" where the boot option is not given. */
	if (!sysfs_read(text, sizeof(text), "%s%s", root, path) ||
	    !cpu_list_parse(set, text))
		CPU_ZERO(set);
}

static void read_host(struct placement *p, const char *root)
{
	cpu_set_t no_tick;

	read_cpus(&p->online, root, "/sys/devices/system/cpu/online");
	read_cpus(&p->reserved, root, "/sys/devices/system/cpu/isolated");
	read_cpus(&no_tick, root, "/sys/devices/system/cpu/nohz_full");
	CPU_OR(&p->reserved, &p->reserved, &no_tick);
	CPU_AND(&p->reserved, &p->reserved, &p->online);
}

/* Numbers that name entries of a folder, in order. */
static int read_numbers(const char *dir, unsigned int **numbers, size_t *n)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned int *more;
	int ret = 0;

	*numbers = NULL;
	*n = 0;
	while (d && !ret && (e = readdir(d))) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		more = realloc(*numbers, (*n + 1) * sizeof(*more));
		if (more) {
			*numbers = more;
			more[(*n)++] = (unsigned int)atoi(e->d_name);
		} else {
			ret = -ENOMEM;
		}
	}
	if (d)
		closedir(d);
	return ret;
}

static int by_number(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static void read_queue(struct placement_queue *q, const char *dir,
		       unsigned int nr)
{
	char text[4096];

	q->nr = nr;
	if (sysfs_read(text, sizeof(text), "%s/%u/nr_tags", dir, nr))
		q->tags = (unsigned int)strtoul(text, NULL, 10);
	if (!sysfs_read(text, sizeof(text), "%s/%u/cpu_list", dir, nr) ||
	    !cpu_list_parse(&q->cpus, text))
		CPU_ZERO(&q->cpus);
}

static int read_queues(struct placement *p, const char *disk)
{
	unsigned int *numbers;
	char dir[PATH_MAX];
	size_t i;
	int ret;

	snprintf(dir, sizeof(dir), "%.4000s/mq", disk);
	ret = read_numbers(dir, &numbers, &p->n_queues);
	if (!ret && p->n_queues) {
		qsort(numbers, p->n_queues, sizeof(*numbers), by_number);
		p->queues = calloc(p->n_queues, sizeof(*p->queues));
		ret = p->queues ? 0 : -ENOMEM;
	}
	for (i = 0; !ret && i < p->n_queues; i++)
		read_queue(&p->queues[i], dir, numbers[i]);
	free(numbers);
	return ret;
}

static void read_below(struct placement *p, const char *disk)
{
	char dir[PATH_MAX];
	struct dirent *e;
	size_t at = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "%.4000s/slaves", disk);
	d = opendir(dir);
	while (d && (e = readdir(d)) && at < sizeof(p->below))
		if (e->d_name[0] != '.')
			at += (size_t)snprintf(p->below + at,
					       sizeof(p->below) - at, "%s%s",
					       at ? " " : "", e->d_name);
	if (d)
		closedir(d);
}

/* The last word of the interrupt's line in /proc/interrupts. */
static void read_irq_name(struct placement_irq *irq, const char *root)
{
	char path[PATH_MAX], *line = NULL, *word;
	size_t size = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/proc/interrupts", root);
	in = fopen(path, "re");
	while (in && getline(&line, &size, in) >= 0) {
		word = line + strspn(line, " ");
		if (!isdigit((unsigned char)*word) ||
		    strtoul(word, &word, 10) != irq->nr || *word != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		word = strrchr(line, ' ');
		snprintf(irq->name, sizeof(irq->name), "%.63s",
			 word ? word + 1 : "");
		break;
	}
	free(line);
	if (in)
		fclose(in);
}

/*
 * Kernels with CONFIG_GENERIC_IRQ_DEBUGFS say it; others tell by the mode of
 * smp_affinity, which newer ones make unwritable then.
 */
static enum irq_managed read_managed(const char *root, unsigned int nr)
{
	char path[PATH_MAX], text[4096];
	struct stat st;

	if (sysfs_read(text, sizeof(text), "%s/sys/kernel/debug/irq/irqs/%u",
		       root, nr))
		return strstr(text, "IRQD_AFFINITY_MANAGED") ? IRQ_MANAGED_YES :
			IRQ_MANAGED_NO;
	snprintf(path, sizeof(path), "%s/proc/irq/%u/smp_affinity", root, nr);
	if (!stat(path, &st) && !(st.st_mode & 0222))
		return IRQ_MANAGED_YES;
	return IRQ_MANAGED_UNKNOWN;
}

static void read_irq(struct placement_irq *irq, const char *root,
		     unsigned int nr)
{
	char path[128];

	irq->nr = nr;
	read_irq_name(irq, root);
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", nr);
	read_cpus(&irq->allowed, root, path);
	snprintf(path, sizeof(path), "/proc/irq/%u/effective_affinity_list",
		 nr);
	read_cpus(&irq->cpus, root, path);
	if (!CPU_COUNT(&irq->cpus))
		irq->cpus = irq->allowed;
	irq->managed = read_managed(root, nr);
}

/*
 * Interrupts of a controller that complete no request: virtio's "-config" and
 * the admin queue of NVMe, "nvme0q0"; and those that no driver asked for.
 */
static bool completes_requests(const struct placement_irq *irq, size_t n_irqs)
{
	const char *q = strrchr(irq->name, 'q');

	if (!irq->name[0] || strstr(irq->name, "-config"))
		return false;
	/* With one vector it serves all queues. */
	return n_irqs == 1 || strncmp(irq->name, "nvme", 4) || !q ||
	       strcmp(q, "q0");
}

static int read_irqs_of(struct placement *p, const char *root,
			const unsigned int *numbers, size_t n)
{
	size_t i;

	p->irqs = calloc(n, sizeof(*p->irqs));
	if (!p->irqs)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		struct placement_irq *irq = &p->irqs[p->n_irqs];

		memset(irq, 0, sizeof(*irq));
		read_irq(irq, root, numbers[i]);
		p->n_irqs += completes_requests(irq, n);
	}
	return 0;
}

/* The number of a line interrupt, 0 without one. */
static unsigned int read_line(const char *dir)
{
	char text[64];

	if (!sysfs_read(text, sizeof(text), "%.400s/irq", dir))
		return 0;
	return (unsigned int)strtoul(text, NULL, 10);
}

/*
 * The message-signalled interrupts of the first device above the disk that
 * has any, else the line of the first that has one: the PCI device of its
 * controller. @dir is cut in the search.
 */
static int read_irqs(struct placement *p, const char *root, char *dir)
{
	size_t n = 0, stop = strlen(root) + strlen("/sys/devices");
	unsigned int *numbers = NULL, line;
	char path[PATH_MAX], *end;
	int ret = 0;

	while (!ret && !n && (end = strrchr(dir, '/')) &&
	       (size_t)(end - dir) > stop) {
		free(numbers);
		numbers = NULL;
		snprintf(path, sizeof(path), "%.4000s/msi_irqs", dir);
		ret = read_numbers(path, &numbers, &n);
		line = ret || n ? 0 : read_line(dir);
		if (line) {
			ret = read_irqs_of(p, root, &line, 1);
			break;
		}
		*end = '\0';
	}
	if (!ret && n) {
		qsort(numbers, n, sizeof(*numbers), by_number);
		ret = read_irqs_of(p, root, numbers, n);
	}
	free(numbers);
	return ret;
}

/* The folder of the disk in sysfs, for a partition the one above. */
static bool find_disk(char *disk, const char *root, uint32_t major,
		      uint32_t minor)
{
	char path[PATH_MAX], text[16];

	snprintf(path, sizeof(path), "%.4000s/sys/dev/block/%u:%u", root,
		 major, minor);
	if (!realpath(path, disk))
		return false;
	if (sysfs_read(text, sizeof(text), "%.400s/partition", disk) &&
	    strrchr(disk, '/'))
		*strrchr(disk, '/') = '\0';
	return true;
}

int placement_read(struct placement *p, const char *root, uint32_t major,
		   uint32_t minor)
{
	char disk[PATH_MAX];
	int ret;

	memset(p, 0, sizeof(*p));
	read_host(p, root);
	if (!find_disk(disk, root, major, minor))
		return 0;
	read_below(p, disk);
	ret = read_queues(p, disk);
	if (!ret)
		ret = read_irqs(p, root, disk);
	if (ret)
		placement_free(p);
	return ret;
}

void placement_free(struct placement *p)
{
	free(p->queues);
	free(p->irqs);
	memset(p, 0, sizeof(*p));
}

void placement_irq_cpus(const struct placement *p, cpu_set_t *set)
{
	size_t i;

	CPU_ZERO(set);
	for (i = 0; i < p->n_irqs; i++)
		CPU_OR(set, set, &p->irqs[i].cpus);
}

/* The best CPU of @cpus: reserved and quiet, quiet, reserved, any. */
static int pick(const struct placement *p, const cpu_set_t *cpus,
		const cpu_set_t *busy)
{
	cpu_set_t quiet, reserved, best;

	cpu_list_without(&quiet, cpus, busy);
	CPU_AND(&reserved, cpus, &p->reserved);
	CPU_AND(&best, &quiet, &reserved);
	if (CPU_COUNT(&best))
		return cpu_list_first(&best);
	if (CPU_COUNT(&quiet))
		return cpu_list_first(&quiet);
	return cpu_list_first(CPU_COUNT(&reserved) ? &reserved : cpus);
}

void placement_workers(const struct placement *p, cpu_set_t *set,
		       cpu_set_t *disturbed)
{
	cpu_set_t busy, cpus;
	size_t i;
	int cpu;

	CPU_ZERO(set);
	placement_irq_cpus(p, &busy);
	for (i = 0; i < p->n_queues; i++) {
		CPU_AND(&cpus, &p->queues[i].cpus, &p->online);
		cpu = pick(p, &cpus, &busy);
		if (cpu >= 0)
			CPU_SET(cpu, set);
	}
	CPU_AND(disturbed, set, &busy);
}
