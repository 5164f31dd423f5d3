// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "gen-show.h"
#include "profile.h"
#include "show.h"
#include "units.h"

static double percent(uint64_t part, uint64_t all)
{
	return all ? 100.0 * (double)part / (double)all : 0;
}

static void show_phase(const struct phase_opts *opts,
		       const struct phase_sum *sum, FILE *out)
{
	char footprint[16], bytes[16];

	fprintf(out, "  p_irm %g, irm %s, ird %s, p_inf %g\n",
		(double)opts->p_irm.num / (double)opts->p_irm.den,
		opts->irm ? opts->irm : "none", opts->ird ? opts->ird : "none",
		(double)opts->p_inf.num / (double)opts->p_inf.den);
	fprintf(out, "  %" PRIu64 " items, %s", sum->items,
		hf_format_size(footprint, sizeof(footprint), sum->footprint));
	if (sum->longest > 0)
		fprintf(out, "; longest distance %.4g times the items",
			sum->longest);
	fprintf(out, "\n  %" PRIu64 " requests, %s, %.1f %% reads",
		sum->requests,
		hf_format_size(bytes, sizeof(bytes), sum->bytes),
		percent(sum->reads, sum->requests));
	if (sum->once)
		fprintf(out, ", %" PRIu64 " items used once", sum->once);
	fputc('\n', out);
}

void gen_show(const struct workload *w, const struct stream_opts *streams,
	      unsigned int n, FILE *out)
{
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		fprintf(out, "stream %s on %s, from byte %" PRIu64 "\n",
			streams[i].name, streams[i].target, workload_at(w, i));
		for (k = 0; k < streams[i].nphases; k++)
			if (workload_sum(w, i, k))
				show_phase(&streams[i].phases[k],
					   workload_sum(w, i, k), out);
	}
}

static void show_profile(const struct profile *p)
{
	printf("%-10s %s\n           --p-irm %s", p->name, p->about, p->p_irm);
	if (p->irm)
		printf(" --irm %s", p->irm);
	if (p->ird)
		printf(" --ird %s", p->ird);
	printf(" --items %" PRIu64 " --requests %" PRIu64 "\n", p->items,
	       p->requests);
}

static json_t *profile_json(const struct profile *p)
{
	return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:I, s:I}", "name",
			 p->name, "about", p->about, "p_irm", p->p_irm, "irm",
			 p->irm, "ird", p->ird, "items", (json_int_t)p->items,
			 "requests", (json_int_t)p->requests);
}

void gen_show_profiles(bool json)
{
	json_t *list = json ? json_array() : NULL;
	const struct profile *p;
	unsigned int i;

	for (i = 0; (p = profile_at(i)); i++) {
		if (json)
			json_array_append_new(list, profile_json(p));
		else
			show_profile(p);
	}
	if (json)
		show_json(json_pack("{s:o}", "profiles", list));
}
