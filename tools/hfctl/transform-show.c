// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "json-text.h"
#include "transform-show.h"

/* Files that are listed; of more, the number is given. */
#define LISTED 16

static void show_step(const struct stage *s, FILE *out)
{
	fprintf(out, "--%-10s%s: %" PRIu64 " of %" PRIu64 " requests",
		s->kind->name, s->text, s->gave, s->up->gave);
	if (s->cut)
		fprintf(out, ", %" PRIu64 " of them parts", s->cut);
	fputc('\n', out);
}

static void show_estimate(const char *what, const json_t *sum, FILE *out)
{
	fprintf(out, "  %-10s%.0f, from the weights %.0f (%+.1f %%)\n", what,
		json_number_value(json_object_get(sum, "all")),
		json_number_value(json_object_get(sum, "estimate")),
		100 * json_number_value(json_object_get(sum, "error")));
}

/* How well the chosen intervals stand for all is what makes them worth it. */
static void show_weights(const json_t *step, FILE *out)
{
	const json_t *weights = json_object_get(step, "weights");

	if (!weights)
		return;
	fprintf(out, "  %zu of %" JSON_INTEGER_FORMAT " intervals\n",
		json_array_size(weights),
		json_integer_value(json_object_get(step, "intervals")));
	show_estimate("requests", json_object_get(step, "requests"), out);
	show_estimate("reads", json_object_get(step, "reads"), out);
	show_estimate("bytes", json_object_get(step, "bytes"), out);
}

static void show_files(const struct outputs *outs, FILE *out)
{
	unsigned int n;

	for (n = 0; outputs_path(outs, n); n++)
		if (n < LISTED)
			fprintf(out, "%s: %" PRIu64 " requests\n",
				outputs_path(outs, n), outputs_count(outs, n));
	if (n > LISTED)
		fprintf(out, "... and %u files more\n", n - LISTED);
}

void transform_show(const struct pipeline *p,
		    const struct pipeline_result *result, FILE *out)
{
	json_t *steps = pipeline_steps(p);
	const struct stage *s;
	unsigned int n;

	(void)result;
	for (n = 0; (s = pipeline_step(p, n)); n++) {
		show_step(s, out);
		show_weights(json_array_get(steps, n), out);
	}
	show_files(pipeline_outputs(p), out);
	json_decref(steps);
}

json_t *transform_json(const struct pipeline *p,
		       const struct pipeline_result *result)
{
	const struct outputs *outs = pipeline_outputs(p);
	json_t *o = json_object(), *files = json_array();
	unsigned int n;

	for (n = 0; outputs_path(outs, n); n++)
		json_array_append_new(files, json_pack("{s:o, s:I}",
			"path", json_text(outputs_path(outs, n)), "requests",
			(json_int_t)outputs_count(outs, n)));
	json_object_set_new(o, "requests_in",
			    json_integer((json_int_t)result->requests_in));
	json_object_set_new(o, "requests_out",
			    json_integer((json_int_t)result->requests_out));
	json_object_set_new(o, "steps", pipeline_steps(p));
	if (result->undone)
		json_object_set_new(o, "dependencies_ended_by",
				    json_string(result->undone));
	json_object_set_new(o, "files", files);
	return o;
}
