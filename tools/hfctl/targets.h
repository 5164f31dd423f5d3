/* SPDX-License-Identifier: GPL-2.0-only */
/* --target: which device stands for which device of the trace. */
#ifndef HFCTL_TARGETS_H
#define HFCTL_TARGETS_H

#include "args.h"
#include "hft.h"
#include "target.h"

#define OPTION_TARGET							\
	{ "target", 't', "DEV",						\
	  "Block device to replay on; several, in the order of the trace's devices, separated by commas or given one by one, or as SRC=DEV with the name that the trace has for it.", \
	  true }

/**
 * struct target_choice - one --target
 * @source: name in the trace, empty if none was given
 * @path: device
 */
struct target_choice {
	char source[64];
	char path[256];
};

/**
 * struct target_choices - all of them
 * @all: in the order given
 * @n: number
 */
struct target_choices {
	struct target_choice all[HFR_MAX_DEVICES];
	unsigned int n;
};

/**
 * targets_parse - reads one value of --target
 * @c: appended to
 * @text: "DEV", "SRC=DEV", or several with commas between them; a SRC may be
 *	"MAJOR,MINOR"
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int targets_parse(struct target_choices *c, const char *text,
		  struct hf_error *err);

/** targets_from_args - reads all --target; returns 0 or -EINVAL */
int targets_from_args(struct target_choices *c, const struct args *args,
		      struct hf_error *err);

/**
 * targets_assign - puts the devices into the order of a trace
 * @c: what was given
 * @trace: has the device table
 * @order: gets for each entry of the table the index into @c->all
 * @err: on failure, a sentence that lists the devices of the trace
 *
 * Return: 0 or -EINVAL.
 */
int targets_assign(const struct target_choices *c,
		   const struct hft_file *trace, unsigned int *order,
		   struct hf_error *err);

#endif /* HFCTL_TARGETS_H */
