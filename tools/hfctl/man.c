// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "args.h"
#include "help.h"
#include "version.h"

static void put_char(FILE *out, char c)
{
	if (c == '\\')
		fputs("\\e", out);
	else if (c == '-')
		fputs("\\-", out);
	else
		fputc(c, out);
}

/* Columns of a line of the source. */
#define WIDTH 72

/* "device." ends a sentence, "..." and "0." do not. */
static bool ends_sentence(const char *word, size_t len)
{
	return len > 2 && word[len - 1] == '.' &&
	       isalpha((unsigned char)word[len - 2]);
}

/* A paragraph. Sentences start on lines of their own, as mdoc has it. */
static void text(FILE *out, const char *s)
{
	size_t at = 0, len, i;

	while (*s) {
		len = strcspn(s, " ");
		if (at && at + 1 + len > WIDTH) {
			fputc('\n', out);
			at = 0;
		} else if (at) {
			fputc(' ', out);
			at++;
		}
		if (!at && (*s == '.' || *s == '\''))
			fputs("\\&", out);
		for (i = 0; i < len; i++)
			put_char(out, s[i]);
		at += len;
		if (ends_sentence(s, len))
			at = WIDTH;
		s += len;
		s += strspn(s, " ");
	}
	fputc('\n', out);
}

/* An argument of a macro: nothing in it is taken for a macro. */
static void word(FILE *out, const char *s)
{
	fputs(" \"\\&", out);
	for (; *s; s++) {
		if (*s == '"')
			fputs("\\(dq", out);
		else
			put_char(out, *s);
	}
	fputc('"', out);
}

static void title(FILE *out, const char *name)
{
	fprintf(out, ".\\\" %s: GPL-2.0-only\n", "SPDX-License-Identifier");
	fprintf(out, ".Dd %s\n.Dt ", HFCTL_DATE);
	for (; *name; name++)
		fputc(toupper((unsigned char)*name), out);
	fprintf(out, " 1\n.Os\n");
}

static void exits(FILE *out)
{
	const struct exit_desc *e;
	unsigned int n;

	fprintf(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (n = 0; (e = exit_desc_at(n)); n++) {
		fprintf(out, ".It %d\n", e->code);
		text(out, e->meaning);
	}
	fprintf(out, ".El\n");
}

static void option(FILE *out, const struct option_desc *opt)
{
	fprintf(out, ".It");
	if (opt->letter)
		fprintf(out, " Fl %c ,", opt->letter);
	fprintf(out, " Fl \\-%s", opt->name);
	if (opt->arg) {
		fprintf(out, " Ar");
		word(out, opt->arg);
	}
	fputc('\n', out);
	text(out, opt->help);
}

static void examples(FILE *out, const struct command *cmd)
{
	unsigned int n;

	if (!cmd->examples || !cmd->examples[0])
		return;
	fprintf(out, ".Sh EXAMPLES\n.Bd -literal -offset indent\n");
	for (n = 0; cmd->examples[n]; n++) {
		if (cmd->examples[n][0] == '.' || cmd->examples[n][0] == '\'')
			fputs("\\&", out);
		for (const char *s = cmd->examples[n]; *s; s++)
			put_char(out, *s);
		fputc('\n', out);
	}
	fprintf(out, ".Ed\n");
}

static void page_of_command(FILE *out, const struct command *cmd)
{
	const struct option_desc *opt;
	char name[64];
	unsigned int n;

	snprintf(name, sizeof(name), "hfctl-%s", cmd->name);
	title(out, name);
	fprintf(out, ".Sh NAME\n.Nm hfctl-%s\n.Nd", cmd->name);
	fprintf(out, " %s\n", cmd->summary);
	fprintf(out, ".Sh SYNOPSIS\n.Nm hfctl Cm %s\n.Op Ar option ...\n",
		cmd->name);
	if (cmd->usage && *cmd->usage)
		text(out, cmd->usage);
	fprintf(out, ".Sh DESCRIPTION\n");
	if (!cmd->details || !cmd->details[0])
		fprintf(out, "%s.\n", cmd->summary);
	for (n = 0; cmd->details && cmd->details[n]; n++) {
		if (n)
			fprintf(out, ".Pp\n");
		text(out, cmd->details[n]);
	}
	fprintf(out, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
	for (n = 0; (opt = args_option_at(cmd, n)); n++)
		option(out, opt);
	fprintf(out, ".El\n");
	exits(out);
	examples(out, cmd);
	fprintf(out, ".Sh SEE ALSO\n.Xr hfctl 1\n");
}

/* The next command by name: after @after, or the first of all. */
static const struct command *next_by_name(const struct command *after)
{
	const struct command *cmd, *best = NULL;
	unsigned int n;

	for (n = 0; (cmd = command_at(n)); n++)
		if ((!after || strcmp(cmd->name, after->name) > 0) &&
		    (!best || strcmp(cmd->name, best->name) < 0))
			best = cmd;
	return best;
}

static void see_also(FILE *out)
{
	const struct command *cmd = NULL;

	fprintf(out, ".Sh SEE ALSO\n.Xr fio 1 ,\n");
	while ((cmd = next_by_name(cmd)))
		fprintf(out, ".Xr hfctl-%s 1 ,\n", cmd->name);
	fprintf(out, ".Xr blktrace 8\n");
}

static void page_of_hfctl(FILE *out)
{
	const struct command *cmd;
	unsigned int n;

	title(out, "hfctl");
	fprintf(out, ".Sh NAME\n.Nm hfctl\n"
		".Nd capture block I/O traces and replay them from inside the kernel\n"
		".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar option ...\n.Op Ar argument ...\n"
		".Sh DESCRIPTION\n.Nm\n"
		"captures block I/O traces, reads those of other tools, drives the\n"
		"replay of the kernel module hfreplay.ko, and reports how the device\n"
		"behaved and how faithful the replay was.\n"
		".Pp\nThe commands are:\n.Bl -tag -width Ds\n");
	for (n = 0; (cmd = command_at(n)); n++)
		fprintf(out, ".It Xr hfctl-%s 1\n%s.\n", cmd->name,
			cmd->summary);
	fprintf(out, ".El\n");
	exits(out);
	see_also(out);
}

void man_print(const struct command *cmd, FILE *out)
{
	if (cmd)
		page_of_command(out, cmd);
	else
		page_of_hfctl(out);
}

static int write_page(const struct command *cmd, const char *dir,
		      struct hf_error *err)
{
	char path[4096];
	FILE *out;
	int bad;

	snprintf(path, sizeof(path), "%s/hfctl%s%s.1", dir, cmd ? "-" : "",
		 cmd ? cmd->name : "");
	out = fopen(path, "we");
	if (!out)
		return hf_fail(err, errno, "cannot write %s: %s", path,
			       strerror(errno));
	man_print(cmd, out);
	bad = ferror(out);
	if (fclose(out) || bad)
		return hf_fail(err, EIO, "cannot write %s: %s", path,
			       strerror(errno));
	return 0;
}

int man_write_all(const char *dir, struct hf_error *err)
{
	const struct command *cmd;
	unsigned int n;
	int ret = write_page(NULL, dir, err);

	for (n = 0; !ret && (cmd = command_at(n)); n++)
		ret = write_page(cmd, dir, err);
	return ret;
}
