/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Side files of the data set: test_info.csv, which says what the labels of
 * tests stand for, and .map files, which client used which I/O node.
 */
#ifndef HF_AGIOS_INFO_H
#define HF_AGIOS_INFO_H

#include <jansson.h>

#include "error.h"

/**
 * agios_info_read - reads a test_info.csv
 * @path: the file; its columns stand between commas, semicolons or tabs, the
 *	first is the label. The first line names the columns if it has "label",
 *	"test" or the like in the first
 * @tests: an object that gets, for each label, an object of column and value
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int agios_info_read(const char *path, json_t *tests, struct hf_error *err);

/**
 * agios_map_read - reads a .map file
 * @path: the file
 * @map: gets an array of its lines, each an array of words; to be released
 * @err: on failure, a sentence
 *
 * Of more than 4096 lines the rest is left out.
 *
 * Return: 0 or -errno.
 */
int agios_map_read(const char *path, json_t **map, struct hf_error *err);

/** agios_info_find - the label of @tests that is the most of @name, or NULL */
const char *agios_info_find(const json_t *tests, const char *name);

/**
 * agios_info_pattern - the values of a test as one label: "a/b/c"
 * @test: object of a label
 * @buf: gets it, cut to its size
 * @len: size of @buf
 */
void agios_info_pattern(const json_t *test, char *buf, size_t len);

#endif /* HF_AGIOS_INFO_H */
