// SPDX-License-Identifier: GPL-2.0-only
/*
 * What GCC's counters of lines (-fprofile-arcs) need at run time, for kernels
 * without CONFIG_GCOV_KERNEL. When the module that counts is removed its
 * counters are kept, and are read from debugfs, hfr-counters/NAME.gcda. If it
 * is loaded again the counts are added up.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "hfr-counters.h"

#if __GNUC__ < 12 || __GNUC__ > 13
#error "this is the layout of GCC 12 and 13"
#endif

/* Files of a module. */
#define MAX_FILES	128
/* Kinds of counters, of which -fprofile-arcs uses the first. */
#define KINDS		8

#define MAGIC		0x67636461	/* "gcda" */
#define TAG_FUNCTION	0x01000000
#define TAG_ARCS	0x01a10000

/* What GCC lays out; each field by its use in what it writes. */
struct gcov_counters {
	unsigned int count;
	s64 *values;
};

struct gcov_function {
	const void *key;
	unsigned int ident;
	unsigned int lines_checksum;
	unsigned int graph_checksum;
	struct gcov_counters counters[];
};

struct gcov_info {
	unsigned int version;
	struct gcov_info *next;
	unsigned int stamp;
	unsigned int checksum;
	const char *filename;
	const void *merge[KINDS];
	unsigned int nfunctions;
	struct gcov_function **functions;
};

/**
 * struct counted - a source file
 * @info: where its counters are; NULL while the module is not loaded
 * @kept: of the last time that it was, as .gcda
 */
struct counted {
	struct gcov_info *info;
	struct debugfs_blob_wrapper kept;
	char name[64];
};

static struct counted files[MAX_FILES];
static unsigned int nfiles;
static DEFINE_MUTEX(files_lock);
static struct dentry *dir;

/* Called by what GCC makes, or only their addresses are of use. */
void __gcov_merge_add(s64 *counters, unsigned int count)
{
}
EXPORT_SYMBOL_GPL(__gcov_merge_add);

void __gcov_exit(void)
{
}
EXPORT_SYMBOL_GPL(__gcov_exit);

static struct counted *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < nfiles; i++)
		if (!strcmp(files[i].name, name))
			return &files[i];
	if (WARN_ON(nfiles == MAX_FILES))
		return NULL;
	strscpy(files[nfiles].name, name, sizeof(files[nfiles].name));
	return &files[nfiles++];
}

/* A constructor of each file calls this when the module is loaded. */
void __gcov_init(struct gcov_info *info)
{
	struct counted *c;

	mutex_lock(&files_lock);
	c = find(kbasename(info->filename));
	if (c)
		c->info = info;
	mutex_unlock(&files_lock);
}
EXPORT_SYMBOL_GPL(__gcov_init);

/* ---- the file ---- */

static u32 *put_function(u32 *at, const struct gcov_function *fn)
{
	*at++ = TAG_FUNCTION;
	*at++ = fn ? 12 : 0;
	if (!fn)
		return at;
	*at++ = fn->ident;
	*at++ = fn->lines_checksum;
	*at++ = fn->graph_checksum;
	return at;
}

/* @old: the same place in what was kept before, or NULL. */
static u32 *put_arcs(u32 *at, const u32 *old, const struct gcov_counters *c)
{
	unsigned int i;
	u64 v;

	*at++ = TAG_ARCS;
	*at++ = c->count * 8;
	for (i = 0; i < c->count; i++) {
		v = c->values[i];
		if (old)
			v += old[2 + 2 * i] | (u64)old[3 + 2 * i] << 32;
		*at++ = lower_32_bits(v);
		*at++ = upper_32_bits(v);
	}
	return at;
}

static size_t words_of(const struct gcov_info *info)
{
	size_t words = 5;
	unsigned int i;

	for (i = 0; i < info->nfunctions; i++)
		words += 5 + 2 + 2 * info->functions[i]->counters[0].count;
	return words;
}

static void keep(struct counted *c)
{
	const struct gcov_info *info = c->info;
	size_t bytes = words_of(info) * sizeof(u32);
	const u32 *old = c->kept.size == bytes ? c->kept.data : NULL;
	u32 *data = vzalloc(bytes), *at = data;
	unsigned int i;

	if (!data)
		return;
	*at++ = MAGIC;
	*at++ = info->version;
	*at++ = info->stamp;
	*at++ = info->checksum;
	for (i = 0; i < info->nfunctions; i++) {
		const struct gcov_function *fn = info->functions[i];

		at = put_function(at, fn);
		if (info->merge[0])
			at = put_arcs(at, old ? old + (at - data) : NULL,
				      &fn->counters[0]);
	}
	vfree(c->kept.data);
	if (!c->kept.data)
		debugfs_create_blob(c->name, 0400, dir, &c->kept);
	c->kept.data = data;
	c->kept.size = bytes;
	c->info = NULL;
}

static int module_changed(struct notifier_block *nb, unsigned long state,
			  void *data)
{
	unsigned int i;

	if (state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&files_lock);
	for (i = 0; i < nfiles; i++)
		if (files[i].info && within_module((unsigned long)files[i].info,
						   data))
			keep(&files[i]);
	mutex_unlock(&files_lock);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = module_changed };

static int __init counters_init(void)
{
	dir = debugfs_create_dir("hfr-counters", NULL);
	return register_module_notifier(&notifier);
}

static void __exit counters_exit(void)
{
	unsigned int i;

	unregister_module_notifier(&notifier);
	debugfs_remove(dir);
	for (i = 0; i < nfiles; i++)
		vfree(files[i].kept.data);
}

module_init(counters_init);
module_exit(counters_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Counters of the lines of another module");
