/* SPDX-License-Identifier: GPL-2.0-only */
/* What sysfs says of a block device, by its number. */
#ifndef HF_SYSDEV_H
#define HF_SYSDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** sysdev_path - path of a file of a device; "" is its folder */
void sysdev_path(char *path, size_t size, dev_t number, const char *file);

/** sysdev_has - whether there is a file */
bool sysdev_has(dev_t number, const char *file);

/**
 * sysdev_line - reads a file of one line
 * @number: the device
 * @file: the file
 * @line: gets the line without its end, cut to @size - 1 bytes
 * @size: of @line
 *
 * Return: false if there is none.
 */
bool sysdev_line(dev_t number, const char *file, char *line, int size);

/** sysdev_number - reads a file that holds MAJOR:MINOR; false if it does not */
bool sysdev_number(dev_t number, const char *file, dev_t *value);

/** sysdev_disk - the disk of a partition; any other device is its own */
dev_t sysdev_disk(dev_t number);

#endif /* HF_SYSDEV_H */
