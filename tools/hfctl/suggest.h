/* SPDX-License-Identifier: GPL-2.0-only */
/* The word that was probably meant. */
#ifndef HFCTL_SUGGEST_H
#define HFCTL_SUGGEST_H

/**
 * suggest_distance - letters to add, drop, change or swap to make @a into @b
 *
 * Words longer than 31 letters are compared by their first 31.
 */
unsigned int suggest_distance(const char *a, const char *b);

/**
 * suggest - finds the word nearest to @typed
 * @typed: what the user wrote
 * @nth: gives the Nth candidate, NULL after the last
 * @ctx: passed to @nth
 *
 * Return: a word that differs by little, or NULL.
 */
const char *suggest(const char *typed,
		    const char *(*nth)(const void *ctx, unsigned int n),
		    const void *ctx);

#endif /* HFCTL_SUGGEST_H */
