// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "gen-plan.h"
#include "hashing.h"
#include "parse.h"
#include "profile.h"
#include "units.h"

#define DEFAULT_ARRIVAL	"constant,rate=1000"
#define DEFAULT_TARGET	"gen"

/**
 * struct settings - what options have said so far
 * @plan: takes the streams
 * @stream: name, target and place of the present stream
 * @phase: the present phase
 * @profile: it is from; NULL if none is
 * @p_irm_given: the share of independent uses was said
 */
struct settings {
	struct gen_plan *plan;
	struct stream_opts stream;
	struct phase_opts phase;
	const struct profile *profile;
	bool p_irm_given;
};

static const char *keep_text(struct settings *s, char *text)
{
	struct gen_plan *plan = s->plan;
	char **texts = text ? reallocarray(plan->texts, plan->ntexts + 1,
					   sizeof(*texts)) : NULL;

	if (!texts) {
		free(text);
		return NULL;
	}
	plan->texts = texts;
	plan->texts[plan->ntexts++] = text;
	return text;
}

static int use_profile(struct settings *s, const struct words *w,
		       struct hf_error *err)
{
	static const char *const keys[] = { "", "variant", NULL };
	const char *name, *variant = words_get(w, "variant");
	const struct profile *profile;
	char *text = NULL;
	int rc = words_plain(w, keys, err);

	if (rc)
		return rc;
	name = words_get(w, "");
	profile = name ? profile_find(name) : NULL;
	if (!profile)
		return hf_fail(err, EINVAL,
			       "there is no profile \"%s\"; --profiles lists them",
			       name ? name : "");
	s->profile = profile;
	s->phase.irm = profile->irm;
	s->phase.ird = NULL;
	s->p_irm_given = true;
	if (profile->ird) {
		if (asprintf(&text, "%s,variant=%s", profile->ird,
			     variant ? variant : "python") < 0)
			text = NULL;
		s->phase.ird = keep_text(s, text);
		if (!s->phase.ird)
			return hf_fail(err, ENOMEM, "out of memory");
	}
	return parse_share(profile->p_irm, &s->phase.p_irm, err);
}

static int set_profile(struct settings *s, const char *value,
		       struct hf_error *err)
{
	struct words w;
	int rc = words_split(&w, value, err);

	if (rc)
		return rc;
	rc = use_profile(s, &w, err);
	words_free(&w);
	return rc;
}

static int set_p_irm(struct settings *s, const char *value,
		     struct hf_error *err)
{
	s->p_irm_given = true;
	return parse_share(value, &s->phase.p_irm, err);
}

static int set_irm(struct settings *s, const char *value, struct hf_error *err)
{
	(void)err;
	s->phase.irm = value;
	return 0;
}

static int set_ird(struct settings *s, const char *value, struct hf_error *err)
{
	(void)err;
	s->phase.ird = value;
	return 0;
}

static int set_p_inf(struct settings *s, const char *value,
		     struct hf_error *err)
{
	return parse_share(value, &s->phase.p_inf, err);
}

static int set_start(struct settings *s, const char *value,
		     struct hf_error *err)
{
	s->phase.start = REFS_EQUILIBRIUM;
	if (!strcmp(value, "equilibrium"))
		return 0;
	s->phase.start = REFS_PAPER;
	if (!strcmp(value, "paper"))
		return 0;
	return hf_fail(err, EINVAL, "\"%s\" is not equilibrium or paper",
		       value);
}

static int set_items(struct settings *s, const char *value,
		     struct hf_error *err)
{
	s->phase.footprint = 0;
	return parse_count(value, &s->phase.items, err);
}

static int set_footprint(struct settings *s, const char *value,
			 struct hf_error *err)
{
	int rc = word_size(value, &s->phase.footprint, err);

	s->phase.items = 0;
	if (!rc && !s->phase.footprint)
		rc = hf_fail(err, EINVAL, "a footprint of 0 makes no sense");
	return rc;
}

static int set_requests(struct settings *s, const char *value,
			struct hf_error *err)
{
	return parse_count(value, &s->phase.requests, err);
}

static int set_duration(struct settings *s, const char *value,
			struct hf_error *err)
{
	int rc = word_time(value, &s->phase.duration_ns, err);

	if (!rc && !s->phase.duration_ns)
		rc = hf_fail(err, EINVAL, "a duration of 0 makes no sense");
	return rc;
}

static int set_sizes(struct settings *s, const char *value,
		     struct hf_error *err)
{
	(void)err;
	s->phase.sizes = value;
	return 0;
}

static int set_reads(struct settings *s, const char *value,
		     struct hf_error *err)
{
	(void)err;
	s->phase.reads = value;
	return 0;
}

static int set_arrival(struct settings *s, const char *value,
		       struct hf_error *err)
{
	(void)err;
	s->phase.arrival = value;
	return 0;
}

static int set_target(struct settings *s, const char *value,
		      struct hf_error *err)
{
	if (!*value || strlen(value) >= sizeof(((struct hfr_file_dev *)0)->name))
		return hf_fail(err, EINVAL,
			       "the name of a device has 1 to 63 bytes");
	s->stream.target = value;
	return 0;
}

static int set_at(struct settings *s, const char *value, struct hf_error *err)
{
	int rc = word_size(value, &s->stream.at, err);

	if (!rc && (s->stream.at % 512 || s->stream.at >> 60))
		rc = hf_fail(err, EINVAL,
			     "%s is not a multiple of 512 below 2^60", value);
	return rc;
}

static int set_seed(struct settings *s, const char *value, struct hf_error *err)
{
	return word_count(value, &s->phase.seed, err);
}

struct setter {
	const char *name;
	int (*set)(struct settings *s, const char *value, struct hf_error *err);
};

static const struct setter setters[] = {
	{ "profile", set_profile }, { "p-irm", set_p_irm },
	{ "irm", set_irm }, { "ird", set_ird }, { "p-inf", set_p_inf },
	{ "start", set_start }, { "items", set_items },
	{ "footprint", set_footprint }, { "requests", set_requests },
	{ "duration", set_duration }, { "sizes", set_sizes },
	{ "reads", set_reads }, { "arrival", set_arrival },
	{ "target", set_target }, { "at", set_at }, { "seed", set_seed },
};

static int set_option(struct settings *s, const char *name, const char *value,
		      struct hf_error *err)
{
	struct hf_error why = { "" };
	unsigned int i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(setters); i++) {
		if (strcmp(setters[i].name, name))
			continue;
		rc = setters[i].set(s, value, &why);
		return rc ? hf_fail(err, -rc, "--%s %.200s: %.600s", name,
				    value, why.text) : 0;
	}
	return 0;
}

/* What was left out follows from what was said. */
static int complete_phase(const struct settings *s, struct phase_opts *p,
			  struct hf_error *err)
{
	if (!p->irm && !p->ird)
		return hf_fail(err, EINVAL,
			       "--profile, --irm or --ird is missing: what is used how often, or again after how long?");
	if (!s->p_irm_given && p->irm && p->ird)
		return hf_fail(err, EINVAL,
			       "--p-irm is missing: which share of the uses has --irm?");
	if (!s->p_irm_given)
		p->p_irm.num = p->irm != NULL;
	if (!p->items && !p->footprint && s->profile)
		p->items = s->profile->items;
	if (!p->items && !p->footprint)
		return hf_fail(err, EINVAL, "--items or --footprint is missing");
	if (!p->requests && p->duration_ns)
		p->requests = UINT64_MAX;
	if (!p->requests && s->profile)
		p->requests = s->profile->requests;
	if (p->requests)
		return 0;
	return hf_fail(err, EINVAL, "--requests or --duration is missing");
}

static int end_phase(struct settings *s, struct hf_error *err)
{
	struct stream_opts *to = &s->plan->streams[s->plan->n];
	struct phase_opts phase = s->phase;
	int rc = complete_phase(s, &phase, err);

	if (rc)
		return rc;
	if (s->stream.nphases == WORKLOAD_PHASES)
		return hf_fail(err, EINVAL,
			       "a stream has more than %u phases",
			       WORKLOAD_PHASES);
	phase.seed = hash_mix(hash_mix(phase.seed) ^
			      ((uint64_t)s->plan->n << 32 |
			       s->stream.nphases));
	s->stream.phases[s->stream.nphases++] = phase;
	*to = s->stream;
	return 0;
}

static int end_stream(struct settings *s, struct hf_error *err)
{
	int rc = end_phase(s, err);

	if (!rc)
		s->plan->n++;
	return rc;
}

static int begin_stream(struct settings *s, const struct settings *all,
			const char *name, struct hf_error *err)
{
	if (s->plan->n == WORKLOAD_STREAMS)
		return hf_fail(err, EINVAL, "there are more than %u streams",
			       WORKLOAD_STREAMS);
	*s = *all;
	s->stream.name = name;
	return 0;
}

/**
 * struct reading - the options under way
 * @now: settings of the present stream
 * @all: those in front of the first --stream
 * @streams: number of --stream so far
 */
struct reading {
	struct settings now, all;
	unsigned int streams;
};

static int read_option(struct reading *r, const char *name, const char *value,
		       struct hf_error *err)
{
	int rc = 0;

	if (!strcmp(name, "phase"))
		return end_phase(&r->now, err);
	if (strcmp(name, "stream"))
		return set_option(&r->now, name, value, err);
	if (!r->streams++) {
		if (r->now.stream.nphases)
			return hf_fail(err, EINVAL,
				       "--phase in front of the first --stream is of no stream");
		r->all = r->now;
	} else {
		rc = end_stream(&r->now, err);
	}
	return rc ? rc : begin_stream(&r->now, &r->all, value, err);
}

static int read_options(struct reading *r, const struct args *args,
			struct hf_error *err)
{
	const char *name, *value;
	unsigned int n;
	int rc = 0;

	r->now.stream = (struct stream_opts){
		.name = "gen", .target = DEFAULT_TARGET, .at = UINT64_MAX,
	};
	r->now.phase = (struct phase_opts){
		.p_irm = { 0, 1 }, .p_inf = { 0, 1 }, .sizes = "4k",
		.reads = "1", .arrival = DEFAULT_ARRIVAL, .seed = 1,
	};
	for (n = 0; !rc && (name = args_given(args, n, &value)); n++)
		rc = read_option(r, name, value, err);
	return rc ? rc : end_stream(&r->now, err);
}

int gen_plan_make(struct gen_plan *plan, const struct args *args,
		  struct hf_error *err)
{
	struct reading *r = calloc(1, sizeof(*r));
	int rc;

	*plan = (struct gen_plan){ 0 };
	plan->streams = calloc(WORKLOAD_STREAMS, sizeof(*plan->streams));
	if (!r || !plan->streams) {
		rc = hf_fail(err, ENOMEM, "out of memory");
	} else {
		r->now.plan = plan;
		rc = read_options(r, args, err);
	}
	free(r);
	if (rc)
		gen_plan_free(plan);
	return rc;
}

void gen_plan_free(struct gen_plan *plan)
{
	while (plan->ntexts)
		free(plan->texts[--plan->ntexts]);
	free(plan->texts);
	free(plan->streams);
	*plan = (struct gen_plan){ 0 };
}
