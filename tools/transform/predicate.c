// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "hft.h"
#include "predicate.h"
#include "words.h"

/* Values that one test can name, joined by "+". */
#define VALUES_MAX 64

/**
 * struct span - values from @from to before @to
 */
struct span {
	uint64_t from, to;
};

/**
 * struct field - what of a request is tested
 * @name: the key
 * @parse: reads a value of it
 * @word: reads a value that is a word; NULL where there are none
 * @get: its value; false if a request has none, which passes no test of it
 * @touches: a span is met by [value, value + length), not by the value alone
 */
struct field {
	const char *name;
	int (*parse)(const char *text, uint64_t *value, struct hf_error *err);
	int (*word)(const char *text, uint64_t *value, struct hf_error *err);
	bool (*get)(const struct hfr_trace_rec *rec, uint64_t *value);
	bool touches;
};

/**
 * struct test - one test
 * @field: of what
 * @unequal: a request passes that is in none of @spans
 * @names: words for @spans that need the device table; owned
 * @spans: values
 * @n: how many
 * @mask: operations and devices: bits of the values, which are below 64
 * @last: the last of its group
 */
struct test {
	const struct field *field;
	bool unequal;
	char *names;
	struct span spans[VALUES_MAX];
	unsigned int n;
	uint64_t mask;
	bool last;
};

struct predicate {
	struct test list[WORDS_MAX];
	unsigned int n;
};

static int op_word(const char *text, uint64_t *value, struct hf_error *err)
{
	char list[200] = "";
	size_t at = 0;
	uint8_t op;

	for (op = 0; op < HFR_OP_NR; op++) {
		if (!strcmp(text, hfr_op_name(op))) {
			*value = op;
			return 0;
		}
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
				       op ? ", " : "", hfr_op_name(op));
	}
	return hf_fail(err, EINVAL, "\"%s\" is no operation; there are: %s",
		       text, list);
}

/* Of dependencies nothing is left behind a filter. */
static int flag_word(const char *text, uint64_t *value, struct hf_error *err)
{
	const char *name;
	char list[200] = "";
	unsigned int bit;
	size_t at = 0;

	for (bit = 0; (name = hfr_flag_name(bit)); bit++) {
		*value = 1U << bit;
		if (*value == HFR_RF_DEP_GLOBAL)
			continue;
		if (!strcmp(text, name))
			return 0;
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
				       bit ? ", " : "", name);
	}
	return hf_fail(err, EINVAL, "\"%s\" is no flag; there are: %s", text,
		       list);
}

static bool get_op(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->op;
	return true;
}

static bool get_size(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->length;
	return rec->length != 0;
}

static bool get_offset(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->offset;
	return stage_has_place(rec);
}

static bool get_stream(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->stream;
	return true;
}

static bool get_target(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->target;
	return true;
}

static bool get_latency(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->complete_ns - rec->issue_ns;
	return rec->complete_ns != HFR_UNKNOWN;
}

static bool get_time(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->issue_ns;
	return true;
}

static bool get_prio(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->prio;
	return true;
}

static bool get_flags(const struct hfr_trace_rec *rec, uint64_t *value)
{
	*value = rec->flags;
	return true;
}

static const struct field fields[] = {
	{ .name = "op", .word = op_word, .get = get_op },
	{ .name = "size", .parse = word_size, .get = get_size },
	{ .name = "range", .parse = word_size, .get = get_offset,
	  .touches = true },
	{ .name = "offset", .parse = word_size, .get = get_offset },
	{ .name = "target", .get = get_target },
	{ .name = "stream", .parse = word_count, .get = get_stream },
	{ .name = "latency", .parse = word_time, .get = get_latency },
	{ .name = "time", .parse = word_time, .get = get_time },
	{ .name = "prio", .parse = word_count, .get = get_prio },
	{ .name = "flag", .word = flag_word, .get = get_flags },
};

static const struct field *find_field(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static bool is_flag(const struct field *f)
{
	return f->word == flag_word;
}

static int parse_value(struct test *t, const char *text, struct hf_error *err)
{
	struct span *span = &t->spans[t->n];
	const struct field *f = t->field;
	int rc;

	if (f->parse && strstr(text, ".."))
		rc = word_range(text, f->parse, &span->from, &span->to, err);
	else
		rc = (f->parse ? f->parse : f->word)(text, &span->from, err);
	if (!rc && !(f->parse && strstr(text, "..")))
		span->to = span->from + 1;
	t->n += !rc;
	return rc;
}

static int parse_values(struct test *t, const char *values,
			struct hf_error *err)
{
	char *copy = strdup(values), *at, *next;
	int rc = copy ? 0 : hf_fail(err, ENOMEM, "out of memory");

	for (at = copy; !rc && at; at = next) {
		next = strchr(at, '+');
		if (next)
			*next++ = '\0';
		if (t->n == VALUES_MAX)
			rc = hf_fail(err, EINVAL, "more than %d values",
				     VALUES_MAX);
		else
			rc = parse_value(t, at, err);
	}
	free(copy);
	return rc;
}

/* Less or more than one value: the operator says which span. */
static int parse_bound(struct test *t, const struct word *word,
		       struct hf_error *err)
{
	uint64_t v;
	int rc;

	if (!t->field->parse || t->field->touches)
		return hf_fail(err, EINVAL, "%s has no order: it is = or !=",
			       t->field->name);
	rc = t->field->parse(word->value, &v, err);
	if (rc)
		return rc;
	t->n = 1;
	if (word->op == WORD_LT || word->op == WORD_LE)
		t->spans[0] = (struct span){ 0, v + (word->op == WORD_LE) };
	else
		t->spans[0] = (struct span){ v + (word->op == WORD_GT),
					     UINT64_MAX };
	return 0;
}

static int list_fields(const struct word *word, struct hf_error *err)
{
	char list[200] = "";
	size_t at = 0, i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
				       i ? ", " : "", fields[i].name);
	if (word->op == WORD_BARE)
		return hf_fail(err, EINVAL,
			       "\"%s\" is no test: a test is one of %s with =, !=, <, <=, >, >= and a value (< and > quoted for the shell)",
			       word->value, list);
	return hf_fail(err, EINVAL,
		       "\"%s\" cannot be tested; what can: %s", word->key,
		       list);
}

static int parse_test(struct test *t, const struct word *word,
		      struct hf_error *err)
{
	memset(t, 0, sizeof(*t));
	t->field = word->op == WORD_BARE ? NULL : find_field(word->key);
	if (!t->field)
		return list_fields(word, err);
	t->unequal = word->op == WORD_NE;
	if (word->op != WORD_EQ && word->op != WORD_NE)
		return parse_bound(t, word, err);
	if (t->field->get != get_target)
		return parse_values(t, word->value, err);
	t->names = strdup(word->value);
	return t->names ? 0 : hf_fail(err, ENOMEM, "out of memory");
}

static int parse_group(struct predicate *t, const char *text, struct hf_error *err)
{
	struct words w;
	unsigned int i;
	int rc = words_split(&w, text, err);

	for (i = 0; !rc && i < w.n; i++) {
		if (t->n == WORDS_MAX)
			rc = hf_fail(err, EINVAL, "more than %d tests",
				     WORDS_MAX);
		else
			rc = parse_test(&t->list[t->n++], &w.list[i], err);
	}
	if (t->n)
		t->list[t->n - 1].last = true;
	words_free(&w);
	return rc;
}

int predicate_parse(struct predicate **out, const char *text, struct hf_error *err)
{
	struct predicate *t = calloc(1, sizeof(*t));
	char *copy = strdup(text), *at, *next;
	int rc = t && copy ? 0 : hf_fail(err, ENOMEM, "out of memory");

	for (at = copy; !rc && at; at = next) {
		next = strchr(at, '/');
		if (next)
			*next++ = '\0';
		rc = parse_group(t, at, err);
	}
	free(copy);
	*out = t;
	return rc;
}

void predicate_free(struct predicate *t)
{
	unsigned int i;

	for (i = 0; t && i < t->n; i++)
		free(t->list[i].names);
	free(t);
}

static int bind_names(struct test *t, const struct shape *shape,
		      struct hf_error *err)
{
	char *at, *next;
	int target;

	t->n = 0;
	for (at = t->names; at; at = next) {
		next = strchr(at, '+');
		if (next)
			*next++ = '\0';
		target = shape_target(shape, at, err);
		if (target < 0)
			return target;
		if (t->n == VALUES_MAX)
			return hf_fail(err, EINVAL, "more than %d devices",
				       VALUES_MAX);
		t->spans[t->n++] = (struct span){ (uint64_t)target,
						  (uint64_t)target + 1 };
	}
	return 0;
}

static void make_mask(struct test *t)
{
	unsigned int i;

	for (i = 0; i < t->n; i++)
		if (t->spans[i].from < 64)
			t->mask |= 1ULL << t->spans[i].from;
}

int predicate_bind(struct predicate *t, const struct shape *shape,
	       struct hf_error *err)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; !rc && i < t->n; i++) {
		if (t->list[i].names)
			rc = bind_names(&t->list[i], shape, err);
		make_mask(&t->list[i]);
	}
	return rc;
}

/* What is done to a whole zone has its first byte only. */
static bool touches(const struct span *span, const struct hfr_trace_rec *rec)
{
	uint64_t length = rec->length ? rec->length : 1;

	return rec->offset < span->to && rec->offset + length > span->from;
}

static bool in_span(const struct test *t, const struct span *span,
		    const struct hfr_trace_rec *rec, uint64_t v)
{
	if (is_flag(t->field))
		return v & span->from;
	if (t->field->touches)
		return touches(span, rec);
	return v >= span->from && v < span->to;
}

static bool in_spans(const struct test *t, const struct hfr_trace_rec *rec,
		     uint64_t v)
{
	bool met = false;
	unsigned int i;

	for (i = 0; !met && i < t->n; i++)
		met = in_span(t, &t->spans[i], rec, v);
	return met;
}

static bool passes(const struct test *t, const struct hfr_trace_rec *rec)
{
	uint64_t v;

	if (t->field->get == get_op)
		return (t->mask >> rec->op & 1) != t->unequal;
	if (t->field->get == get_target)
		return (t->mask >> rec->target & 1) != t->unequal;
	if (!t->field->get(rec, &v))
		return false;
	return in_spans(t, rec, v) != t->unequal;
}

/* The result of a test is used without a branch: it is often hard to foretell. */
bool predicate_pass(const struct predicate *t, const struct hfr_trace_rec *rec)
{
	bool all = true, any = false;
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		all = all && passes(&t->list[i], rec);
		if (t->list[i].last) {
			any |= all;
			all = true;
		}
	}
	return any;
}
