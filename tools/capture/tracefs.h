/* SPDX-License-Identifier: GPL-2.0-only */
/* An instance of the kernel's tracer, all our own. */
#ifndef HF_TRACEFS_H
#define HF_TRACEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/**
 * struct tracefs - an instance
 * @path: its folder; empty while there is none
 */
struct tracefs {
	char path[256];
};

/**
 * struct trace_field - where a field of an event lies
 * @offset: bytes from the start of the event
 * @size: bytes; 0 if the event has no such field
 */
struct trace_field {
	uint16_t offset;
	uint16_t size;
};

/**
 * tracefs_create - makes an instance that records nothing yet
 * @t: the instance
 * @name: its name
 * @force: remove one of this name that nobody has open
 * @buffer: bytes per CPU
 * @err: on failure, a sentence
 *
 * Stamps are CLOCK_MONOTONIC. When the buffer is full new events are dropped,
 * and counted.
 *
 * Return: 0 or -errno with nothing left behind; -EEXIST if there is one.
 */
int tracefs_create(struct tracefs *t, const char *name, bool force,
		   uint64_t buffer, struct hf_error *err);

/** tracefs_remove - stops and removes the instance, if there is one */
void tracefs_remove(struct tracefs *t);

/** tracefs_write - writes @text to a file of the instance */
int tracefs_write(const struct tracefs *t, const char *file, const char *text,
		  struct hf_error *err);

/**
 * tracefs_read - reads a file of the instance as text
 * @t: the instance
 * @file: its path below the instance
 * @buf: gets the text, cut to @size - 1 bytes
 * @size: of @buf
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int tracefs_read(const struct tracefs *t, const char *file, char *buf,
		 size_t size, struct hf_error *err);

/** tracefs_open - opens a file of the instance for reading, not blocking */
int tracefs_open(const struct tracefs *t, const char *file,
		 struct hf_error *err);

/**
 * tracefs_number - value of "NAME: NUMBER" in a text of lines
 * @text: the text
 * @name: name at the start of a line
 *
 * Return: the number, 0 if there is none.
 */
uint64_t tracefs_number(const char *text, const char *name);

/**
 * tracefs_field - finds a field in the format file of an event
 * @format: its text
 * @name: name of the field
 *
 * Return: the field; its size is 0 if there is none.
 */
struct trace_field tracefs_field(const char *format, const char *name);

#endif /* HF_TRACEFS_H */
