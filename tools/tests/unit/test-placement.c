// SPDX-License-Identifier: GPL-2.0-only
/* CPUs of queues and interrupts, read from a made-up /sys and /proc. */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#include "unit-files.h"
#include "doctor.h"
#include "placement.h"

#define CPUS	"/sys/devices/system/cpu"
#define PCI	"/sys/devices/pci0000:00/0000:00:04.0"
#define NVME	PCI "/nvme/nvme0/nvme0n1"

static char root[64];

static void make_dirs(char *path)
{
	char *slash;

	for (slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0755))
			assert_int_equal(errno, EEXIST);
		*slash = '/';
	}
}

static void put(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s%s", root, name);
	make_dirs(path);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static void put_link(const char *name, const char *to)
{
	char path[PATH_MAX], target[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", root, name);
	snprintf(target, sizeof(target), "%s%s", root, to);
	make_dirs(path);
	assert_int_equal(symlink(target, path), 0);
}

static void put_irq(const char *dir, unsigned int nr, const char *cpus,
		    const char *effective)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/msi_irqs/%u", dir, nr);
	put(path, "msix\n");
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", nr);
	put(path, cpus);
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity", nr);
	put(path, "f\n");
	snprintf(path, sizeof(path), "/proc/irq/%u/effective_affinity_list",
		 nr);
	put(path, effective);
}

static void set_mode(unsigned int nr, mode_t mode)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/proc/irq/%u/smp_affinity", root, nr);
	assert_int_equal(chmod(path, mode), 0);
}

/* Four CPUs, two queues of two; the admin queue's interrupt is no queue's. */
static void make_nvme(void)
{
	put(CPUS "/online", "0-3\n");
	put(CPUS "/isolated", "\n");
	put(CPUS "/nohz_full", "  (null)\n");
	put(NVME "/mq/10/cpu_list", "\n");
	put(NVME "/mq/0/cpu_list", "0, 1\n");
	put(NVME "/mq/0/nr_tags", "1023\n");
	put(NVME "/mq/1/cpu_list", "2, 3\n");
	put(NVME "/mq/1/nr_tags", "1023\n");
	put(NVME "/nvme0n1p1/partition", "1\n");
	put(PCI "/irq", "11\n");
	put_irq(PCI, 40, "0-3\n", "0\n");
	put_irq(PCI, 41, "0-1\n", "0\n");
	put_irq(PCI, 42, "2-3\n", "3\n");
	put("/proc/interrupts",
	    "           CPU0       CPU1       CPU2       CPU3\n"
	    "  4:          0          0          0          0 IO-APIC 4-edge ttyS0\n"
	    " 40:          9          0          0          0 PCI-MSIX-0000:00:04.0 0-edge      nvme0q0\n"
	    " 41:          9          0          0          0 PCI-MSIX-0000:00:04.0 1-edge      nvme0q1\n"
	    " 42:          0          0          0          9 PCI-MSIX-0000:00:04.0 2-edge      nvme0q2\n"
	    "NMI:          0          0          0          0   Non-maskable interrupts\n");
	put_link("/sys/dev/block/259:0", NVME);
	put_link("/sys/dev/block/259:1", NVME "/nvme0n1p1");
}

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/hf-sysfs-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void assert_cpus(const cpu_set_t *set, const char *expected)
{
	char text[256];

	assert_string_equal(cpu_list_print(set, text, sizeof(text)), expected);
}

static void assert_workers(const struct placement *p, const char *workers,
			   const char *disturbed)
{
	cpu_set_t set, bad;

	placement_workers(p, &set, &bad);
	assert_cpus(&set, workers);
	assert_cpus(&bad, disturbed);
}

/* What doctor says of @p, with its advice: lines, to be searched. */
static char *said(const struct placement *p)
{
	struct findings f = { .list = json_array() };
	char *text;

	doctor_placement(&f, "DEV", p);
	text = json_dumps(f.list, 0);
	assert_non_null(text);
	json_decref(f.list);
	return text;
}

static void assert_said(const struct placement *p, const char *part, bool is)
{
	char *text = said(p);

	if (!strstr(text, part) == is)
		print_message("%s\n", text);
	assert_true(!strstr(text, part) != is);
	free(text);
}

static void test_lists(void **state)
{
	static const char *const bad[] = { "a", "1-", "-1", "3-1", "1,,2", "1 2",
		"(null)", NULL };
	cpu_set_t set;
	int i;

	(void)state;
	assert_true(cpu_list_parse(&set, "0-2, 7,9-10"));
	assert_cpus(&set, "0-2,7,9-10");
	assert_true(cpu_list_parse(&set, ""));
	assert_cpus(&set, "none");
	assert_int_equal(cpu_list_first(&set), -1);
	assert_true(cpu_list_parse(&set, "5-1000000000"));
	assert_cpus(&set, "5-1023");
	for (i = 0; bad[i]; i++)
		assert_false(cpu_list_parse(&set, bad[i]));
}

static void test_queues_and_interrupts(void **state)
{
	struct placement p;

	(void)state;
	make_nvme();
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_cpus(&p.online, "0-3");
	assert_cpus(&p.reserved, "none");
	assert_int_equal(p.n_queues, 3);
	assert_int_equal(p.queues[1].nr, 1);
	assert_int_equal(p.queues[1].tags, 1023);
	assert_cpus(&p.queues[1].cpus, "2-3");
	assert_int_equal(p.queues[2].nr, 10);
	assert_int_equal(p.n_irqs, 2);
	assert_int_equal(p.irqs[0].nr, 41);
	assert_string_equal(p.irqs[1].name, "nvme0q2");
	assert_cpus(&p.irqs[1].cpus, "3");
	assert_cpus(&p.irqs[1].allowed, "2-3");
	assert_workers(&p, "1-2", "none");
	assert_said(&p, "workers go well on CPU 1-2, one of each queue", true);
	assert_said(&p, "--cpus 1-2", true);
	assert_said(&p, "kept for work", false);
	placement_free(&p);
}

static void test_a_partition_is_its_disk(void **state)
{
	struct placement p;

	(void)state;
	make_nvme();
	assert_int_equal(placement_read(&p, root, 259, 1), 0);
	assert_int_equal(p.n_queues, 3);
	assert_int_equal(p.n_irqs, 2);
	placement_free(&p);
}

static void test_reserved_cpus(void **state)
{
	struct placement p;

	(void)state;
	make_nvme();
	put(CPUS "/isolated", "3\n");
	put(CPUS "/nohz_full", "1,77\n");
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_cpus(&p.reserved, "1,3");
	/* Quiet counts more than reserved. */
	assert_workers(&p, "1-2", "none");
	assert_said(&p, "interrupt 42 (nvme0q2) comes to CPU 3", true);
	assert_said(&p, "echo 0,2 > /proc/irq/42/smp_affinity_list", true);
	assert_said(&p, "interrupt 41", false);
	placement_free(&p);
}

static void test_managed(void **state)
{
	struct placement p;

	(void)state;
	make_nvme();
	put(CPUS "/isolated", "0,3\n");
	put("/sys/kernel/debug/irq/irqs/41",
	    "dstate:   0x1400200\n            IRQD_ACTIVATED\n");
	set_mode(42, 0444);
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_int_equal(p.irqs[0].managed, IRQ_MANAGED_NO);
	assert_int_equal(p.irqs[1].managed, IRQ_MANAGED_YES);
	assert_said(&p, "echo 1-2 > /proc/irq/41/smp_affinity_list", true);
	assert_said(&p, "isolcpus=managed_irq,domain,3", true);
	assert_said(&p, "/proc/irq/42", false);
	placement_free(&p);
	put("/sys/kernel/debug/irq/irqs/41",
	    "            IRQD_AFFINITY_MANAGED\n");
	set_mode(42, 0644);
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_int_equal(p.irqs[0].managed, IRQ_MANAGED_YES);
	assert_int_equal(p.irqs[1].managed, IRQ_MANAGED_UNKNOWN);
	placement_free(&p);
}

static void test_no_quiet_cpu(void **state)
{
	struct placement p;

	(void)state;
	make_nvme();
	put("/proc/irq/41/effective_affinity_list", "0-1\n");
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_workers(&p, "0,2", "0");
	assert_said(&p, "no CPU of its queue is quieter than CPU 0", true);
	placement_free(&p);
	put(CPUS "/isolated", "1\n");
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_workers(&p, "1-2", "1");
	placement_free(&p);
	/* The only other CPU of the queue does not run. */
	put(CPUS "/isolated", "\n");
	put(CPUS "/online", "0-1,3\n");
	assert_int_equal(placement_read(&p, root, 259, 0), 0);
	assert_workers(&p, "0,3", "0,3");
	placement_free(&p);
}

/* One queue; its interrupt's device is two folders above the disk's. */
static void test_virtio(void **state)
{
	struct placement p;

	(void)state;
	put(CPUS "/online", "0-1\n");
	put(PCI "/virtio1/block/vda/mq/0/cpu_list", "0, 1\n");
	put_irq(PCI, 35, "0-1\n", "0\n");
	put_irq(PCI, 36, "0-1\n", "1\n");
	put_irq(PCI, 37, "0-1\n", "1\n");
	put("/proc/interrupts", "  CPU0 CPU1\n 35: 0 1 PCI virtio1-config\n"
	    " 36: 0 1 PCI 1-edge virtio1-req.0\n");
	put_link("/sys/dev/block/254:0", PCI "/virtio1/block/vda");
	assert_int_equal(placement_read(&p, root, 254, 0), 0);
	assert_int_equal(p.n_irqs, 1);
	assert_int_equal(p.irqs[0].nr, 36);
	assert_workers(&p, "0", "none");
	placement_free(&p);
}

/* One line interrupt, no list of effective CPUs. */
static void test_line_interrupt(void **state)
{
	struct placement p;

	(void)state;
	put(CPUS "/online", "0-1\n");
	put(PCI "/irq", "11\n");
	put(PCI "/host0/block/sda/mq/0/cpu_list", "0, 1\n");
	put("/proc/irq/11/smp_affinity_list", "1\n");
	put("/proc/interrupts", " CPU0 CPU1\n 11: 0 1 IO-APIC ahci\n");
	put_link("/sys/dev/block/8:0", PCI "/host0/block/sda");
	assert_int_equal(placement_read(&p, root, 8, 0), 0);
	assert_int_equal(p.n_irqs, 1);
	assert_cpus(&p.irqs[0].cpus, "1");
	placement_free(&p);
}

static void test_without_hardware(void **state)
{
	struct placement p;

	(void)state;
	put(CPUS "/online", "0-1\n");
	put("/sys/devices/virtual/block/dm-0/slaves/sda/size", "1\n");
	put_link("/sys/dev/block/253:0", "/sys/devices/virtual/block/dm-0");
	assert_int_equal(placement_read(&p, root, 253, 0), 0);
	assert_int_equal(p.n_queues, 0);
	assert_int_equal(p.n_irqs, 0);
	assert_string_equal(p.below, "sda");
	placement_free(&p);
	assert_int_equal(placement_read(&p, root, 1, 2), 0);
	assert_int_equal(p.n_queues, 0);
	assert_workers(&p, "none", "none");
	placement_free(&p);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lists),
		TEST(test_queues_and_interrupts),
		TEST(test_a_partition_is_its_disk),
		TEST(test_reserved_cpus),
		TEST(test_managed),
		TEST(test_no_quiet_cpu),
		TEST(test_virtio),
		TEST(test_line_interrupt),
		TEST(test_without_hardware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
