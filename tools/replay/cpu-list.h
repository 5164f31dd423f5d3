/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of CPUs as sysfs and /proc write them: "0-3,8". */
#ifndef HF_CPU_LIST_H
#define HF_CPU_LIST_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * cpu_list_parse - reads a list
 * @set: gets the CPUs; those above CPU_SETSIZE are left out
 * @text: "0-3,8" or "0, 1"; an empty list is a list
 *
 * Return: whether it is one.
 */
bool cpu_list_parse(cpu_set_t *set, const char *text);

/** cpu_list_print - "0-3,8", or "none"; returns @buf */
const char *cpu_list_print(const cpu_set_t *set, char *buf, size_t len);

/** cpu_list_first - the lowest CPU, -1 without one */
int cpu_list_first(const cpu_set_t *set);

/** cpu_list_without - @to gets the CPUs of @a that are not in @b */
void cpu_list_without(cpu_set_t *to, const cpu_set_t *a, const cpu_set_t *b);

#endif /* HF_CPU_LIST_H */
