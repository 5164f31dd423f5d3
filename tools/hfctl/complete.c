// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <string.h>

#include "args.h"
#include "help.h"
#include "import.h"
#include "writer.h"

/* What a shell should offer for an argument, from the words of its name. */
static const struct kind {
	const char *word;
	const char *shell;
} kinds[] = {
	{ "DEV", "_hfctl_devices" },
	{ "FILE", "_hfctl_files" },
	{ "FILE.hfr", "_hfctl_files" },
	{ "OUT", "_hfctl_files" },
	{ "IN", "_hfctl_files" },
	{ "DIR", "_hfctl_folders" },
	{ "ID", "_hfctl_sessions" },
	{ NULL, NULL }
};

static const struct kind *find_kind(const char *word, size_t len)
{
	const struct kind *k;

	for (k = kinds; k->word; k++)
		if (strlen(k->word) == len && !strncmp(k->word, word, len))
			return k;
	return NULL;
}

/* Calls for "ID|NAME|FILE.hfr"; small words ("hf|afap") are literal. */
static void offer(FILE *out, const char *arg)
{
	const char *last = "";
	size_t len;

	for (; *arg; arg += len) {
		const struct kind *k;

		arg += strspn(arg, "[]|. ,=");
		len = strcspn(arg, "[]|. ,=");
		if (arg[len] == '.' && isalpha((unsigned char)arg[len + 1]))
			len += strcspn(arg + len, "[]| ,=");
		if (!len)
			continue;
		k = find_kind(arg, len);
		if (k && strcmp(k->shell, last)) {
			fprintf(out, " %s;", k->shell);
			last = k->shell;
		} else if (!k && islower((unsigned char)arg[0])) {
			fprintf(out, " _hfctl_words %.*s;", (int)len, arg);
		}
	}
}

static void offer_formats(FILE *out)
{
	const char *name;
	unsigned int n;

	fputs(" _hfctl_words", out);
	for (n = 0; (name = import_format_name(n)); n++)
		fprintf(out, " %s", name);
	fputc(';', out);
}

static void offer_writers(FILE *out)
{
	int n;

	fputs(" _hfctl_words", out);
	for (n = 0; writers[n]; n++)
		fprintf(out, " %s", writers[n]->name);
	fputc(';', out);
}

static void option_values(FILE *out, const struct command *cmd)
{
	const struct option_desc *opt;
	unsigned int n;

	for (n = 0; (opt = args_option_at(cmd, n)); n++) {
		if (!opt->arg)
			continue;
		fprintf(out, "\t%s:--%s", cmd->name, opt->name);
		if (opt->letter)
			fprintf(out, "|%s:-%c", cmd->name, opt->letter);
		fputs(")", out);
		if (!strcmp(opt->name, "from"))
			offer_formats(out);
		else if (!strcmp(opt->name, "to"))
			offer_writers(out);
		else
			offer(out, opt->arg);
		fputs(" return 0 ;;\n", out);
	}
}

static void option_names(FILE *out, const struct command *cmd)
{
	const struct option_desc *opt;
	unsigned int n;

	fprintf(out, "\t%s) _hfctl_words", cmd->name);
	for (n = 0; (opt = args_option_at(cmd, n)); n++)
		fprintf(out, " --%s", opt->name);
	fputs(" ;;\n", out);
}

static void each_command(FILE *out,
			 void (*print)(FILE *out, const struct command *cmd))
{
	const struct command *cmd;
	unsigned int n;

	for (n = 0; (cmd = command_at(n)); n++)
		print(out, cmd);
}

static void positionals(FILE *out, const struct command *cmd)
{
	fprintf(out, "\t%s)", cmd->name);
	offer(out, cmd->usage ? cmd->usage : "");
	fputs(" ;;\n", out);
}

static void command_names(FILE *out)
{
	const struct command *cmd;
	unsigned int n;

	fputs("\t\t_hfctl_words", out);
	for (n = 0; (cmd = command_at(n)); n++)
		fprintf(out, " %s", cmd->name);
	fputs(" --help --version\n", out);
}

static const char helpers[] =
	"# bash completion for hfctl; made by: hfctl --completion bash\n"
	"_hfctl_add()\n"
	"{\n"
	"\tlocal line\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tCOMPREPLY+=(\"$line\")\n"
	"\tdone\n"
	"}\n"
	"_hfctl_words() { _hfctl_add < <(compgen -W \"$*\" -- \"$cur\"); }\n"
	"_hfctl_files()\n"
	"{\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\t_hfctl_add < <(compgen -f -- \"$cur\")\n"
	"}\n"
	"_hfctl_folders()\n"
	"{\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\t_hfctl_add < <(compgen -d -- \"$cur\")\n"
	"}\n"
	"_hfctl_devices()\n"
	"{\n"
	"\tlocal d\n"
	"\tfor d in /sys/class/block/*; do\n"
	"\t\t[ -e \"$d\" ] && _hfctl_words \"/dev/${d##*/}\"\n"
	"\tdone\n"
	"}\n"
	"_hfctl_sessions()\n"
	"{\n"
	"\tlocal s\n"
	"\tfor s in /dev/hfreplay/*; do\n"
	"\t\t[ -e \"$s\" ] && _hfctl_words \"${s##*/}\"\n"
	"\tdone\n"
	"}\n";

void complete_bash(FILE *out)
{
	fputs(helpers, out);
	fputs("_hfctl()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tlocal cmd=${COMP_WORDS[1]}\n"
	      "\tCOMPREPLY=()\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n", out);
	command_names(out);
	fputs("\t\treturn 0\n\tfi\n"
	      "\tcase \"$cmd:$prev\" in\n", out);
	each_command(out, option_values);
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n"
	      "\tcase \"$cmd\" in\n", out);
	each_command(out, option_names);
	fputs("\tesac\n\treturn 0\n\tfi\n"
	      "\tcase \"$cmd\" in\n", out);
	each_command(out, positionals);
	fputs("\tesac\n\treturn 0\n}\ncomplete -F _hfctl hfctl\n", out);
}
