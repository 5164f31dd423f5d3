// SPDX-License-Identifier: GPL-2.0-only
/* --speed, --shift: the trace's clock. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "array.h"
#include "transform.h"
#include "words.h"

/**
 * struct speed - another speed
 * @times: times are multiplied by this
 * @latency: latencies as well
 */
struct speed {
	struct ratio times;
	bool latency;
};

static int parse_latency(struct speed *sp, const char *how,
			 struct hf_error *err)
{
	sp->latency = how && !strcmp(how, "scale");
	if (!how || sp->latency || !strcmp(how, "keep"))
		return 0;
	return hf_fail(err, EINVAL, "latency=%s is not keep or scale", how);
}

static int parse_speed(void *state, const char *text, struct hf_error *err)
{
	static const char *const keys[] = { "", "latency", NULL };
	struct speed *sp = state;
	struct ratio factor;
	struct words w;
	int rc = words_split(&w, text, err);

	if (rc)
		return rc;
	rc = words_plain(&w, keys, err);
	if (!rc && !words_get(&w, ""))
		rc = hf_fail(err, EINVAL, "the factor is missing");
	if (!rc)
		rc = word_ratio(words_get(&w, ""), &factor, err);
	if (!rc)
		rc = parse_latency(sp, words_get(&w, "latency"), err);
	if (!rc)
		sp->times = (struct ratio){ factor.den, factor.num };
	words_free(&w);
	return rc;
}

static int open_speed(struct stage *s, struct shape *shape,
		      struct hf_error *err)
{
	const struct speed *sp = s->state;

	(void)err;
	/* Where all times are divided, who waited for whom stays, and the
	 * shortest think time is divided too.
	 */
	if (sp->latency)
		shape->dep.threshold_ns = ratio_of(&sp->times,
						   shape->dep.threshold_ns);
	else
		shape_undo_deps(shape, s->kind->name);
	return 0;
}

static int too_late(struct stage *s, size_t i, struct hf_error *err)
{
	s->came += i;
	return stage_fail(s, err, ERANGE,
			  "would be issued or complete later than 104 days, the most that a trace holds");
}

static bool change_times(const struct speed *sp, struct hfr_trace_rec *rec)
{
	uint64_t latency = rec->complete_ns - rec->issue_ns;
	uint64_t ends = rec->complete_ns;

	rec->issue_ns = ratio_of(&sp->times, rec->issue_ns);
	if (rec->issue_ns > HFR_MAX_TIME)
		return false;
	if (rec->complete_ns == HFR_UNKNOWN)
		return true;
	rec->complete_ns = sp->latency ? ratio_of(&sp->times, ends) :
					 rec->issue_ns + latency;
	return rec->complete_ns <= HFR_MAX_TIME;
}

static ssize_t map_speed(struct stage *s, const struct hfr_trace_rec *in,
			 size_t n, struct hfr_trace_rec *out,
			 struct hf_error *err)
{
	size_t i;

	memcpy(out, in, n * sizeof(*in));
	for (i = 0; i < n; i++)
		if (!change_times(s->state, &out[i]))
			return too_late(s, i, err);
	return (ssize_t)n;
}

const struct transform transform_speed = {
	.name = "speed",
	.state_size = sizeof(struct speed),
	.parse = parse_speed,
	.open = open_speed,
	.map = map_speed,
};

/**
 * struct shift - another time 0
 * @start: the first issue becomes time 0
 * @by_ns: is added to all times
 */
struct shift {
	bool start;
	int64_t by_ns;
};

static int parse_shift(void *state, const char *text, struct hf_error *err)
{
	struct shift *sh = state;

	sh->start = !strcmp(text, "start");
	return sh->start ? 0 : word_signed(text, word_time, &sh->by_ns, err);
}

static int find_start(struct stage *s, struct shift *sh, struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	size_t n;
	int rc = stage_read(s->up, &recs, &n, err);

	if (rc)
		return rc;
	if (n)
		sh->by_ns = -(int64_t)recs[0].issue_ns;
	return stage_rewind(s->up, err);
}

/* What is dependent on what does not change; what was when neither. */
static int open_shift(struct stage *s, struct shape *shape,
		      struct hf_error *err)
{
	struct shift *sh = s->state;
	int rc = sh->start ? find_start(s, sh, err) : 0;

	if (!shape->wall_start_ns)
		return rc;
	if (sh->by_ns >= 0 && shape->wall_start_ns <= (uint64_t)sh->by_ns)
		shape->wall_start_ns = 0;
	else
		shape->wall_start_ns -= (uint64_t)sh->by_ns;
	return rc;
}

static ssize_t map_shift(struct stage *s, const struct hfr_trace_rec *in,
			 size_t n, struct hfr_trace_rec *out,
			 struct hf_error *err)
{
	const struct shift *sh = s->state;
	const uint64_t by = (uint64_t)sh->by_ns;
	size_t i;

	memcpy(out, in, n * sizeof(*in));
	for (i = 0; i < n; i++) {
		struct hfr_trace_rec *rec = &out[i];

		if (sh->by_ns < 0 && rec->issue_ns < -by) {
			s->came += i;
			return stage_fail(s, err, ERANGE,
					  "is issued at %" PRIu64
					  " ns and would be before time 0; --window leaves it out",
					  (uint64_t)rec->issue_ns);
		}
		rec->issue_ns += by;
		if (rec->complete_ns != HFR_UNKNOWN)
			rec->complete_ns += by;
		if (sh->by_ns > 0 && (rec->issue_ns > HFR_MAX_TIME ||
				      (rec->complete_ns > HFR_MAX_TIME &&
				       rec->complete_ns != HFR_UNKNOWN)))
			return too_late(s, i, err);
	}
	return (ssize_t)n;
}

const struct transform transform_shift = {
	.name = "shift",
	.state_size = sizeof(struct shift),
	.parse = parse_shift,
	.open = open_shift,
	.map = map_shift,
};
