/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors are sentences. The function that finds a fault writes what, where
 * and what to do into the caller's struct hf_error and returns -errno; every
 * function above passes the code on; the command prints the sentence once.
 */
#ifndef HF_ERROR_H
#define HF_ERROR_H

/**
 * struct hf_error - a sentence for the user
 * @text: the sentence, without newline; empty while nothing went wrong
 */
struct hf_error {
	char text[1024];
};

/**
 * hf_fail - says what went wrong
 * @err: where the sentence goes; an earlier one is replaced
 * @code: positive errno
 * @fmt: printf format of the sentence; small first letter, no newline
 *
 * Return: -@code, to be returned by the caller.
 */
int hf_fail(struct hf_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* HF_ERROR_H */
