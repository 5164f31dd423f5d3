/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of hfctl gen, in their order, as streams and phases. */
#ifndef HFCTL_GEN_PLAN_H
#define HFCTL_GEN_PLAN_H

#include "command.h"
#include "workload.h"

/* What says how requests are; each in front of all --stream is for all. */
#define OPTIONS_GEN							\
	{ "profile", 'p', "NAME",					\
	  "Take p_irm, irm and ird from a profile (--profiles lists them), and the numbers of items and requests that it was published with, if none are given. NAME,variant=V says what epsilon of fgen means; default python, as the profiles were published.", \
	  true },							\
	{ "p-irm", 0, "SHARE",						\
	  "Share of independent uses (0, 0.1, 45%, 1); default 1 without --ird, 0 without --irm.", \
	  true },							\
	{ "irm", 'g', "DISTRIBUTION",					\
	  "How often items are used independently: zipf, pareto, normal, uniform, zoned, sequential, pmf or empirical, with words behind commas, see below.", \
	  true },							\
	{ "ird", 'f', "DISTANCES",					\
	  "Distances between dependent uses of an item: fgen, pdf or one of b, c, d, e, f and f20, with words behind commas, see below.", \
	  true },							\
	{ "p-inf", 0, "SHARE",						\
	  "Share, among dependent uses, of items that are used only once; default 0.", \
	  true },							\
	{ "start", 0, "equilibrium|paper",				\
	  "How items sleep when time begins: as if they had for ever (default), or a whole sleep each.", \
	  true },							\
	{ "items", 'm', "N",						\
	  "Number of items (500, 20k, 1.5M: thousands, millions).", true },	\
	{ "footprint", 0, "SIZE",					\
	  "Or the bytes that items fit in (10G, 1TB).", true },		\
	{ "requests", 'n', "N",						\
	  "Number of requests, of the phase; as --items.", true },	\
	{ "duration", 0, "TIME",					\
	  "Time after which the phase ends, if --requests does not end it.", \
	  true },							\
	{ "sizes", 'z', "SIZES",					\
	  "Lengths of items: SIZE[=WEIGHT],.. or file=FILE with a size and a weight in each line; default 4k. Each item has one for ever.", \
	  true },							\
	{ "reads", 'r', "SHARE",					\
	  "Share of reads; default 1. With SHARE,by=item an item is always read or always written, with SHARE,run=N reads come in runs of N in the mean.", \
	  true },							\
	{ "arrival", 'a', "PROCESS",					\
	  "When requests come: constant (default: 1000 a second), poisson, mmpp, bmodel or trace, with words behind commas, see below.", \
	  true },							\
	{ "target", 't', "NAME",					\
	  "Name of the device of the stream; default gen.", true },	\
	{ "at", 0, "SIZE",						\
	  "First byte of the items on the device; default: behind those of the streams before.", \
	  true },							\
	{ "seed", 's', "N", "Another seed is another trace; default 1.", true }, \
	{ "stream", 0, "NAME",						\
	  "Begin a stream; the options behind it are for it, those in front of the first for all. Streams are merged by time.", \
	  true },							\
	{ "phase", 0, NULL,						\
	  "Begin another phase of the stream, which is as the one before but for the options behind it.", \
	  true }

/**
 * struct gen_plan - streams as they are asked for
 * @streams: they; owned
 * @n: how many
 * @texts: descriptions that were put together; owned
 * @ntexts: how many
 */
struct gen_plan {
	struct stream_opts *streams;
	unsigned int n;
	char **texts;
	unsigned int ntexts;
};

/**
 * gen_plan_make - reads OPTIONS_GEN
 * @plan: filled; free with gen_plan_free()
 * @args: the command line; must stay
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int gen_plan_make(struct gen_plan *plan, const struct args *args,
		  struct hf_error *err);
void gen_plan_free(struct gen_plan *plan);

#endif /* HFCTL_GEN_PLAN_H */
