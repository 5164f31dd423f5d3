// SPDX-License-Identifier: GPL-2.0-only
/* hfctl import: a published set of traces, one .hft file an experiment. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agios-set.h"
#include "args.h"
#include "import-report.h"
#include "json-text.h"
#include "options.h"
#include "progress.h"
#include "show.h"
#include "text.h"

static const struct option_desc options[] = {
	{ "output", 'o', "FOLDER",
	  "Where the .hft files go; it is made if it is not there.", false },
	{ "list", 0, NULL,
	  "Show the experiments and what is known about them; import nothing.",
	  false },
	{ "invert-rw", 0, "auto|yes|no",
	  "Whether the traces of I/O nodes have R and W exchanged: as the names of their files say, and yes if they do not (auto, the default), yes, or no.",
	  false },
	{ "max-junk", 0, "N",
	  "Lines without sense that are skipped in an experiment before it is an error; default 0.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"The set that is known is agios: \"Server-side I/O request arrival traces\" (Zanon Boito, Bez; doi 10.5281/zenodo.3340631), unpacked, whole or in part. Each experiment becomes one trace, with a device for each I/O node or data server; reads and writes are put together by their times.",
	"Files are found by what is in them. At I/O nodes the folder of a file is the node, and the one above the experiment; at data servers the folder is the experiment, and the name of a file without \"read\" or \"write\" the server.",
	"The provenance of each .hft file has what the names of the folders say (applications, processes, machines, repetition), the row of test_info.csv whose label is in the name, and the .map file of that name or label. The label by which hfctl patterns tells experiments apart is the values of that row, or the name of the folder without the repetition.",
	"The clocks of the nodes are taken as they are.",
	NULL
};

static const char *const examples[] = {
	"hfctl import agios IOnode_traces --list",
	"hfctl import agios IOnode_traces -o ionode",
	"hfctl import agios server_traces -o servers --json",
	NULL
};

/**
 * struct job - what is asked for
 * @set: the data set
 * @opts: how to read
 * @invert: of traces of I/O nodes
 * @out: folder for the .hft files; NULL with --list
 * @json: print JSON
 * @rows: what was found or done, for JSON; owned
 * @table: the same for people
 */
struct job {
	struct agios_set set;
	struct import_opts opts;
	enum agios_invert invert;
	const char *out;
	bool json;
	json_t *rows;
	struct table table;
};

static int read_options(struct job *job, const struct args *args,
			struct hf_error *err)
{
	static const struct option_word words[] = {
		{ "auto", AGIOS_INVERT_AUTO },
		{ "yes", AGIOS_INVERT_YES },
		{ "no", AGIOS_INVERT_NO },
		{ NULL, 0 }
	};
	uint32_t invert = AGIOS_INVERT_AUTO;
	bool list = args_has(args, "list");

	if (strcmp(args_pos(args, 0), "agios"))
		return hf_fail(err, EINVAL,
			       "%s is no set of traces that is known; there is: agios",
			       args_pos(args, 0));
	job->out = args_get(args, "output");
	job->json = args_has(args, "json");
	if (list == !!job->out)
		return hf_fail(err, EINVAL,
			       "name the folder for the traces with --output, or say --list");
	if (option_word(args, "invert-rw", words, &invert, err) < 0)
		return -EINVAL;
	job->invert = invert;
	job->opts.command = args_command_line(args);
	job->opts.progress = progress_import;
	job->opts.stop = interrupted;
	return args_u64(args, "max-junk", 0, &job->opts.max_junk, err);
}

static int make_folder(const char *path, struct hf_error *err)
{
	struct stat st;

	if (!mkdir(path, 0777))
		return 0;
	if (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return hf_fail(err, errno, "cannot make the folder %s: %s", path,
		       strerror(errno));
}

/* Different servers among the files. */
static unsigned int count_servers(const struct agios_experiment *e)
{
	unsigned int n = 0;
	size_t i, k;

	for (i = 0; i < e->n; i++) {
		for (k = 0; k < i; k++)
			if (!strcmp(e->files[i].server, e->files[k].server))
				break;
		n += k == i;
	}
	return n;
}

static void add_row(struct job *job, const struct agios_experiment *e,
		    json_t *about, const struct import_summary *sum)
{
	const char *label = json_string_value(json_object_get(about, "label"));

	table_cell(&job->table, "%s", e->name);
	table_cell(&job->table, "%s", label);
	table_cell(&job->table, "%s", e->nodes ? "I/O nodes" : "data servers");
	table_cell(&job->table, "%u", count_servers(e));
	table_cell(&job->table, "%zu", e->n);
	if (sum)
		table_cell(&job->table, "%" PRIu64, sum->records);
	else
		table_cell(&job->table, "-");
	if (sum)
		json_object_set_new(about, "read", import_report_json(sum));
	json_array_append(job->rows, about);
}

static int import_one(struct job *job, const struct agios_experiment *e,
		      json_t *about, struct hf_error *err)
{
	struct import_opts opts = job->opts;
	struct import_summary sum = { 0 };
	char *path;
	int rc;

	rc = agios_inverted(e, job->invert, &opts.invert_rw, err);
	if (rc)
		return rc;
	if (asprintf(&path, "%s/%s.hft", job->out, e->name) < 0)
		return hf_fail(err, ENOMEM, "out of memory");
	rc = agios_import(e, about, path, &opts, &sum, err);
	progress_end();
	if (!rc) {
		import_report_warn(&sum, opts.level);
		json_object_set_new(about, "output", json_text(path));
		add_row(job, e, about, &sum);
	}
	free(path);
	return rc;
}

static int take(struct job *job, const struct agios_experiment *e,
		struct hf_error *err)
{
	json_t *about;
	int rc = agios_describe(&job->set, e, &about, err);

	if (rc)
		return rc;
	if (job->out)
		rc = import_one(job, e, about, err);
	else
		add_row(job, e, about, NULL);
	json_decref(about);
	return rc;
}

static int take_all(struct job *job, struct hf_error *err)
{
	size_t i;
	int rc = job->out ? make_folder(job->out, err) : 0;

	for (i = 0; i < job->set.n && !rc; i++)
		rc = take(job, &job->set.list[i], err);
	return rc;
}

static void print(struct job *job)
{
	if (job->json)
		show_json(json_pack("{s:O}", "experiments", job->rows));
	else
		text_table(stdout, &job->table);
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	static const char *const head[] = {
		"experiment", "label", "of", "servers", "files", "requests",
	};
	struct job job = { .out = NULL };
	int rc;

	if (read_options(&job, args, err))
		return HFCTL_USAGE;
	if (agios_set_open(&job.set, args_pos(args, 1), err))
		return HFCTL_FAILED;
	job.rows = json_array();
	table_init(&job.table, "lllrrr", head);
	rc = take_all(&job, err);
	/* What was made before a failure is there, and is said to be. */
	if (!rc || json_array_size(job.rows))
		print(&job);
	table_free(&job.table);
	json_decref(job.rows);
	agios_set_free(&job.set);
	if (rc == -EINTR)
		return HFCTL_INTERRUPTED;
	return rc ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_import = {
	.name = "import",
	.summary = "Import a published set of traces with its labels",
	.usage = "agios FOLDER",
	.min_args = 2,
	.max_args = 2,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
