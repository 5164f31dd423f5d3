// SPDX-License-Identifier: GPL-2.0-only
/* Policies as the command line names them. */
#include "cache-policy.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All names, for a sentence. */
static int unknown(const char *name, struct hf_error *err)
{
	const struct cache_policy *p;
	char names[512] = "all";

	for (unsigned int i = 0; (p = cache_policy_at(i)); i++) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, ", %s", p->name);
	}
	return hf_fail(err, EINVAL, "there is no policy %s; there are %s", name,
		       names);
}

static void set_defaults(struct policy_choice *c)
{
	const struct policy_param *p = c->policy->params;

	for (unsigned int i = 0; p && p[i].name; i++)
		c->params[i] = p[i].def;
}

static const struct cache_policy *find(const char *name)
{
	const struct cache_policy *p;

	for (unsigned int i = 0; (p = cache_policy_at(i)); i++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

static int set_value(struct policy_choice *c, unsigned int i,
		     const char *text, struct hf_error *err)
{
	const struct policy_param *p = &c->policy->params[i];
	char *end;
	double v = strtod(text, &end);

	if (!*text || *end || !(v >= p->min && v <= p->max) ||
	    (p->whole && v != floor(v)))
		return hf_fail(err, EINVAL, "%s of policy %s: %s is not a %snumber from %g to %g",
			       p->name, c->policy->name, text,
			       p->whole ? "whole " : "", p->min, p->max);
	c->params[i] = v;
	return 0;
}

/* One "NAME=VALUE". */
static int set_param(struct policy_choice *c, char *word, struct hf_error *err)
{
	const struct policy_param *p = c->policy->params;
	char *value = strchr(word, '=');

	if (value)
		*value++ = '\0';
	for (unsigned int i = 0; p && p[i].name; i++)
		if (!strcmp(p[i].name, word))
			return set_value(c, i, value ? value : "", err);
	return hf_fail(err, EINVAL, "policy %s has no parameter %s",
		       c->policy->name, word);
}

/* One "NAME:PARAM=VALUE:…"; @word is taken apart. */
static int parse_one(char *word, struct policy_choice *c, struct hf_error *err)
{
	char *rest = word, *part;
	int ret = 0;

	memset(c, 0, sizeof(*c));
	if ((size_t)snprintf(c->name, sizeof(c->name), "%s", word) >=
	    sizeof(c->name))
		return hf_fail(err, EINVAL, "policy %s: too long", word);
	part = strsep(&rest, ":");
	c->policy = find(part);
	if (!c->policy)
		return unknown(part, err);
	set_defaults(c);
	while (!ret && (part = strsep(&rest, ":")))
		ret = set_param(c, part, err);
	return ret;
}

static int append(struct policy_choice **list, unsigned int *n,
		  const struct policy_choice *c)
{
	struct policy_choice *new = realloc(*list, (*n + 1) * sizeof(**list));

	if (!new)
		return -ENOMEM;
	*list = new;
	new[(*n)++] = *c;
	return 0;
}

static int append_all(struct policy_choice **list, unsigned int *n)
{
	const struct cache_policy *p;
	int ret = 0;

	for (unsigned int i = 0; !ret && (p = cache_policy_at(i)); i++) {
		struct policy_choice c = { .policy = p };

		set_defaults(&c);
		snprintf(c.name, sizeof(c.name), "%s", p->name);
		ret = append(list, n, &c);
	}
	return ret;
}

static int parse_words(char *rest, struct policy_choice **list,
		       unsigned int *n, struct hf_error *err)
{
	struct policy_choice c;
	char *word;
	int ret = 0;

	while (!ret && (word = strsep(&rest, ","))) {
		if (!strcmp(word, "all")) {
			ret = append_all(list, n);
			continue;
		}
		ret = parse_one(word, &c, err);
		if (!ret)
			ret = append(list, n, &c);
	}
	return ret;
}

int policy_choices_parse(const char *text, struct policy_choice **list,
			 unsigned int *n, struct hf_error *err)
{
	char *copy = strdup(text);
	int ret = -ENOMEM;

	*list = NULL;
	*n = 0;
	if (copy)
		ret = parse_words(copy, list, n, err);
	free(copy);
	if (ret == -ENOMEM)
		hf_fail(err, ENOMEM, "no memory for the policies");
	if (!ret)
		return 0;
	free(*list);
	*list = NULL;
	return ret;
}
