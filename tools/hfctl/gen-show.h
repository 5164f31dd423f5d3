/* SPDX-License-Identifier: GPL-2.0-only */
/* What hfctl gen made, and the profiles that it knows. */
#ifndef HFCTL_GEN_SHOW_H
#define HFCTL_GEN_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "workload.h"

/** gen_show - prints streams and their phases */
void gen_show(const struct workload *w, const struct stream_opts *streams,
	      unsigned int n, FILE *out);

/** gen_show_profiles - prints the profiles, for people or as JSON */
void gen_show_profiles(bool json);

#endif /* HFCTL_GEN_SHOW_H */
