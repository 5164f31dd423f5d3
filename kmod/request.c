// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ctype.h>
#include <linux/random.h>
#include <net/genetlink.h>

#include "request.h"

#define A(name) HFREPLAY_A_SESSION_##name
#define T(name) HFREPLAY_A_TARGET_##name

const struct nla_policy hfr_target_policy[T(MAX) + 1] = {
	[T(PATH)]	= { .type = NLA_NUL_STRING, .len = HFR_MAX_PATH - 1 },
	[T(CPU)]	= { .type = NLA_U32 },
};

/*
 * Says why a command is refused. The text is read when the handler has
 * returned and before the sender can send again, so it lives in a buffer of
 * its own; so many buffers that no two refusals meet in one. Kernels that
 * format into the ack itself cut a sentence at 80 characters.
 */
int hfr_refuse_ack(struct netlink_ext_ack *extack, int err, const char *why)
{
	static char texts[64][HFR_WHY_LEN];
	static atomic_t next;
	u32 i = (u32)atomic_inc_return(&next) % ARRAY_SIZE(texts);

	if (extack) {
		strscpy(texts[i], why, sizeof(texts[i]));
		extack->_msg = texts[i];
	}
	return err;
}

int hfr_refuse(struct genl_info *info, int err, const char *why)
{
	return hfr_refuse_ack(info->extack, err, why);
}

static bool good_name(const char *name)
{
	const char *p;

	if (name[0] == '.')
		return false;
	for (p = name; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && !strchr("_.-", *p)))
			return false;
	return p > name;
}

/* Choices that session-new and session-start have in common. */
void hfr_request_run(struct genl_info *info, struct hfr_config *c)
{
	const struct {
		u32 type;
		u32 *value;
	} map[] = {
		{ A(MODE),		&c->mode },
		{ A(SPEED),		&c->speed },
		{ A(THINK_SCALE),	&c->think },
		{ A(LIMIT),		&c->limit },
		{ A(LIMIT_VALUE),	&c->limit_value },
		{ A(SPIN),		&c->spin },
		{ A(TOLERANCE),		&c->tolerance },
		{ A(BUNDLE),		&c->bundle },
		{ A(BUNDLE_MAX),	&c->bundle_max },
		{ A(PLUG),		&c->plug },
		{ A(LOOPS),		&c->loops },
		{ A(START_CLOCK),	&c->start_clock },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (info->attrs[map[i].type])
			*map[i].value = nla_get_u32(info->attrs[map[i].type]);
	if (info->attrs[A(DURATION_LIMIT)])
		c->duration_limit = nla_get_u64(info->attrs[A(DURATION_LIMIT)]);
	c->start_at = info->attrs[A(START_AT)] ?
		nla_get_u64(info->attrs[A(START_AT)]) : 0;
	/* A mode that is chosen without a limit gets its own. */
	if (info->attrs[A(MODE)] && !info->attrs[A(LIMIT)])
		c->limit = c->mode == HFREPLAY_MODE_HF ?
			HFREPLAY_LIMIT_TRACE : HFREPLAY_LIMIT_NONE;
}

int hfr_request_check(struct genl_info *info, const struct hfr_config *c)
{
	if (c->limit == HFREPLAY_LIMIT_FIXED && !c->limit_value)
		return hfr_refuse(info, -EINVAL,
			      "limit fixed needs a limit-value of 1 at least");
	if (c->loops > 1 && c->flags & HFREPLAY_SESSION_FLAGS_STREAM)
		return hfr_refuse(info, -EINVAL,
			      "loops need a trace that is loaded whole, not a stream");
	return 0;
}

static void get_new_config(struct genl_info *info, struct hfr_config *c)
{
	const struct {
		u32 type;
		u32 *value;
	} map[] = {
		{ A(FLAGS),		&c->flags },
		{ A(WINDOW),		&c->window },
		{ A(RESULTS),		&c->results },
		{ A(PAYLOAD),		&c->payload },
		{ A(ON_ERROR),		&c->on_error },
		{ A(ERROR_MAX),		&c->error_max },
		{ A(WORKERS),		&c->workers },
		{ A(SPREAD),		&c->spread },
	};
	u32 i;

	*c = (struct hfr_config) {
		.speed = 1000,
		.think = 1000,
		.loops = 1,
		.bundle_max = 256,
		.workers = 1,
		.limit = HFREPLAY_LIMIT_TRACE,
		.error_max = 1,
		.spin = 20000,
		.tolerance = 10000,
	};
	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (info->attrs[map[i].type])
			*map[i].value = nla_get_u32(info->attrs[map[i].type]);
	c->seed = info->attrs[A(SEED)] ? nla_get_u64(info->attrs[A(SEED)]) :
		get_random_u64();
	hfr_request_run(info, c);
}

/* The CPUs of its workers, as far as they are given. */
static int get_cpus(struct genl_info *info, const struct nlattr *nest,
		    int *cpus, u32 workers)
{
	struct nlattr *attr;
	u32 n = 0;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != T(CPU))
			continue;
		if (n == workers)
			return hfr_refuse(info, -EINVAL,
				      "a target has more CPUs than workers");
		cpus[n++] = min_t(u32, nla_get_u32(attr), S32_MAX);
	}
	while (n < workers)
		cpus[n++] = -1;
	return 0;
}

static int get_target(struct genl_info *info, const struct nlattr *nest,
		      struct hfr_session_spec *spec)
{
	struct nlattr *tb[T(MAX) + 1];
	int err;

	if (spec->ntargets == HFR_MAX_TARGETS)
		return hfr_refuse(info, -E2BIG, "there are more than 64 targets");
	err = nla_parse_nested(tb, T(MAX), nest, hfr_target_policy, info->extack);
	if (err)
		return err;
	if (!tb[T(PATH)] || *(char *)nla_data(tb[T(PATH)]) != '/')
		return hfr_refuse(info, -EINVAL,
			      "a target needs an absolute path of a block device");
	spec->paths[spec->ntargets] = nla_data(tb[T(PATH)]);
	return get_cpus(info, nest, spec->cpus[spec->ntargets++],
			spec->config.workers);
}

static int get_targets(struct genl_info *info, struct hfr_session_spec *spec)
{
	struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr,
			    GENL_HDRLEN, rem) {
		if (nla_type(attr) != A(TARGET))
			continue;
		err = get_target(info, attr, spec);
		if (err)
			return err;
	}
	if (!spec->ntargets)
		return hfr_refuse(info, -EINVAL, "a session needs a target");
	if (spec->ntargets * spec->config.workers > HFR_MAX_THREADS)
		return hfr_refuse(info, -E2BIG,
			      "a session has 256 workers at most, of all targets");
	return 0;
}

int hfr_request_new(struct genl_info *info, struct hfr_session_spec *spec)
{
	struct nlattr *name = info->attrs[A(NAME)];
	int err;

	get_new_config(info, &spec->config);
	spec->port = info->snd_portid;
	if (name) {
		spec->name = nla_data(name);
		if (!good_name(spec->name))
			return hfr_refuse(info, -EINVAL,
				      "a name is 1 to 31 of A-Z a-z 0-9 _ . - and does not begin with a dot");
	}
	err = hfr_request_check(info, &spec->config);
	return err ? err : get_targets(info, spec);
}
