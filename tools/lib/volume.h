/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of devices of formats that do not name them: those of the files. */
#ifndef HF_VOLUME_H
#define HF_VOLUME_H

#include <stddef.h>

#include "format.h"

#define VOLUME_NAME 64

/**
 * volume_name - what a file of a trace is called without what says its kind
 * @path: "dir/w106.vscsi.gz"
 * @kind: the extension of the format (".vscsi"), or NULL; all from the last
 *	such on goes
 * @buf: gets "w106", cut to its size; never empty
 * @len: its size
 */
void volume_name(const char *path, const char *kind, char *buf, size_t len);

/**
 * volume_device - the device of an input, named after its file; where several
 *	would have one name, the later ones are called by their paths
 * @imp: the importer; import_opts.names goes first
 * @in: the input
 * @which: its number
 * @kind: as for volume_name()
 * @err: on failure, a sentence
 *
 * Return: a target index for importer_request(), or -errno.
 */
int volume_device(struct importer *imp, const struct input *in, int which,
		  const char *kind, struct hf_error *err);

/**
 * volume_part_device - the same, for formats that have a file for each CPU:
 *	files that differ in what stands behind @kind are of one device
 */
int volume_part_device(struct importer *imp, const struct input *in, int which,
		       const char *kind, struct hf_error *err);

/**
 * volume_folder_device - the same, named after the folder of the file
 *
 * A path without a folder gives the name of the file.
 */
int volume_folder_device(struct importer *imp, const struct input *in,
			 int which, struct hf_error *err);

#endif /* HF_VOLUME_H */
