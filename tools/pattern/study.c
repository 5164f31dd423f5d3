// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "study.h"

double lengths_mean(const struct lengths *l)
{
	return l->windows ? (double)l->requests / (double)l->windows : 0;
}

double lengths_deviation(const struct lengths *l)
{
	double mean = lengths_mean(l), var;

	if (!l->windows)
		return 0;
	var = l->squares / (double)l->windows - mean * mean;
	return var > 0 ? sqrt(var) : 0;
}

/* The sequence of a window: the last one, or one that begins with it. */
static struct lengths *find_lengths(struct study *s, const struct window *w)
{
	struct lengths *l = s->n ? &s->lengths[s->n - 1] : NULL;

	if (l && l->target == w->target && l->ops == w->ops)
		return l;
	l = realloc(s->lengths, (s->n + 1) * sizeof(*l));
	if (!l)
		return NULL;
	s->lengths = l;
	l += s->n++;
	*l = (struct lengths){ .target = w->target, .ops = w->ops };
	s->last = BASE_NONE;
	return l;
}

static bool has_label(const struct base *b, const char *label,
		      enum window_ops ops)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		const char *of = base_label(b, i);

		if (of && b->list[i].ops == ops && !strcmp(of, label))
			return true;
	}
	return false;
}

/* Before the window is learned. */
static void rate(struct study *s, const struct finding *f)
{
	const char *label;

	s->scores.windows++;
	s->scores.matched += f->m.index != BASE_NONE;
	s->scores.foreseen += f->foreseen != BASE_NONE;
	s->scores.came_true += f->foreseen != BASE_NONE &&
			       f->foreseen == f->m.index;
	if (!s->label)
		return;
	s->scores.labelled += has_label(s->base, s->label, f->w->ops);
	label = f->m.index == BASE_NONE ? NULL :
					  base_label(s->base, f->m.index);
	s->scores.judged += label != NULL;
	s->scores.right += label && !strcmp(label, s->label);
}

static int learn(struct study *s, struct finding *f, struct hf_error *err)
{
	int rc = 0;

	f->added = f->m.index == BASE_NONE;
	if (f->added)
		rc = base_add(s->base, f->w, &f->m.index, err);
	if (!rc)
		rc = base_seen(s->base, f->m.index, s->label, err);
	if (!rc && s->last != BASE_NONE)
		rc = base_follow(s->base, s->last, f->m.index, err);
	return rc;
}

static int compare(struct study *s, struct finding *f, struct hf_error *err)
{
	int rc;

	f->compared = true;
	if (s->last != BASE_NONE)
		f->foreseen = base_next(s->base, s->last, NULL);
	rc = base_match(s->base, f->w, &s->opts->match, &f->m, err);
	if (rc)
		return rc;
	rate(s, f);
	if (s->opts->learn)
		rc = learn(s, f, err);
	s->last = f->m.index;
	return rc;
}

static int take_window(void *ctx, const struct window *w, struct hf_error *err)
{
	struct finding f = {
		.w = w, .m = { .index = BASE_NONE }, .foreseen = BASE_NONE,
	};
	struct study *s = ctx;
	struct lengths *l = find_lengths(s, w);
	int rc = 0;

	if (!l)
		return hf_fail(err, ENOMEM, "no memory for lengths of patterns");
	l->windows++;
	l->requests += w->n;
	l->squares += (double)w->n * (double)w->n;
	if (w->n >= s->opts->least)
		rc = compare(s, &f, err);
	return rc || !s->each ? rc : s->each(s->ctx, &f, err);
}

int study_trace(struct study *s, const struct hft_file *file,
		struct hf_error *err)
{
	struct files *files;
	int rc = files_read(&files, file, err);

	if (rc)
		return rc;
	s->last = BASE_NONE;
	rc = windows_of(file, files, &s->opts->window, take_window, s, err);
	files_free(files);
	return rc;
}

void study_free(struct study *s)
{
	free(s->lengths);
	s->lengths = NULL;
	s->n = 0;
}
