// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "suggest.h"
#include "units.h"

struct given {
	const struct option_desc *opt;
	const char *value;
};

/* Values and positionals point into argv. */
struct args {
	const struct command *cmd;
	struct given *given;
	unsigned int ngiven;
	const char **pos;
	int npos;
	char *command_line;
};

/* What is left of the command line while it is read. */
struct cursor {
	int argc;
	char *const *argv;
	int next;
};

static const struct option_desc common[] = {
	{ "help", 'h', NULL, "Show this help.", false },
	OPTIONS_END
};

const struct option_desc *args_option_at(const struct command *cmd,
					 unsigned int n)
{
	const struct option_desc *opt = cmd->options;

	for (; opt && opt->name; opt++)
		if (!n--)
			return opt;
	for (opt = common; opt->name; opt++)
		if (!n--)
			return opt;
	return NULL;
}

static const struct option_desc *find_long(const struct command *cmd,
					   const char *name, size_t len)
{
	const struct option_desc *opt;
	unsigned int n;

	for (n = 0; (opt = args_option_at(cmd, n)); n++)
		if (strlen(opt->name) == len && !memcmp(opt->name, name, len))
			return opt;
	return NULL;
}

static const struct option_desc *find_short(const struct command *cmd, char c)
{
	const struct option_desc *opt;
	unsigned int n;

	for (n = 0; (opt = args_option_at(cmd, n)); n++)
		if (opt->letter && opt->letter == c)
			return opt;
	return NULL;
}

static const char *option_name_at(const void *ctx, unsigned int n)
{
	const struct option_desc *opt = args_option_at(ctx, n);

	return opt ? opt->name : NULL;
}

static int unknown_long(const struct command *cmd, const char *name,
			size_t len, struct hf_error *err)
{
	char word[64];
	const char *near;

	if (len >= sizeof(word))
		len = sizeof(word) - 1;
	memcpy(word, name, len);
	word[len] = '\0';
	near = suggest(word, option_name_at, cmd);
	if (near)
		return hf_fail(err, EINVAL,
			       "unknown option --%s (did you mean --%s?)", word,
			       near);
	return hf_fail(err, EINVAL, "unknown option --%s", word);
}

static void give(struct args *args, const struct option_desc *opt,
		 const char *value)
{
	args->given[args->ngiven++] = (struct given){ opt, value };
}

static int parse_long(struct args *args, struct cursor *cur, const char *word,
		      struct hf_error *err)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_desc *opt = find_long(args->cmd, word, len);
	const char *value = equals ? equals + 1 : NULL;

	if (!opt)
		return unknown_long(args->cmd, word, len, err);
	if (!opt->arg && value)
		return hf_fail(err, EINVAL, "option --%s takes no value",
			       opt->name);
	if (opt->arg && !value) {
		if (cur->next >= cur->argc)
			return hf_fail(err, EINVAL,
				       "option --%s needs a value (%s)",
				       opt->name, opt->arg);
		value = cur->argv[cur->next++];
	}
	give(args, opt, value);
	return 0;
}

/* -o FILE, -oFILE, or switches in a row (-ab). */
static int parse_short(struct args *args, struct cursor *cur, const char *word,
		       struct hf_error *err)
{
	const struct option_desc *opt = find_short(args->cmd, word[0]);
	const char *value = NULL;

	if (!opt)
		return hf_fail(err, EINVAL, "unknown option -%c", word[0]);
	if (!opt->arg) {
		give(args, opt, NULL);
		return word[1] ? parse_short(args, cur, word + 1, err) : 0;
	}
	if (word[1])
		value = word + 1;
	else if (cur->next < cur->argc)
		value = cur->argv[cur->next++];
	if (!value)
		return hf_fail(err, EINVAL, "option -%c needs a value (%s)",
			       opt->letter, opt->arg);
	give(args, opt, value);
	return 0;
}

static int parse_word(struct args *args, struct cursor *cur, bool *ended,
		      struct hf_error *err)
{
	const char *word = cur->argv[cur->next++];

	if (*ended || word[0] != '-' || !word[1]) {
		args->pos[args->npos++] = word;
		return 0;
	}
	if (!strcmp(word, "--")) {
		*ended = true;
		return 0;
	}
	if (word[1] == '-')
		return parse_long(args, cur, word + 2, err);
	return parse_short(args, cur, word + 1, err);
}

static int check_count(const struct args *args, struct hf_error *err)
{
	const struct command *cmd = args->cmd;

	if (args_has(args, "help"))
		return 0;
	if (args->npos < cmd->min_args)
		return hf_fail(err, EINVAL,
			       "an argument is missing (hfctl %s %s)",
			       cmd->name, cmd->usage);
	if (cmd->max_args >= 0 && args->npos > cmd->max_args)
		return hf_fail(err, EINVAL, "there is an argument too many: %s",
			       args->pos[cmd->max_args]);
	return 0;
}

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=/.,:@%")];
}

/* Appends a word as a shell would have to read it. */
static char *append_word(char *end, const char *word)
{
	*end++ = ' ';
	if (is_plain(word))
		return stpcpy(end, word);
	*end++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			end = stpcpy(end, "'\\''");
		else
			*end++ = *word;
	}
	*end++ = '\'';
	*end = '\0';
	return end;
}

static char *join_words(int argc, char *const *argv)
{
	size_t len = sizeof("hfctl");
	char *line, *end;
	int i;

	for (i = 0; i < argc; i++)
		len += 4 * strlen(argv[i]) + 3;
	line = malloc(len);
	if (!line)
		return NULL;
	end = stpcpy(line, "hfctl");
	for (i = 0; i < argc; i++)
		end = append_word(end, argv[i]);
	return line;
}

static size_t option_words(int argc, char *const *argv)
{
	size_t n = 0;
	int i;

	/* A word of short switches may be as many options as it is long. */
	for (i = 0; i < argc; i++)
		n += argv[i][0] == '-' ? strlen(argv[i]) : 1;
	return n + 1;
}

int args_parse(struct args **out, const struct command *cmd, int argc,
	       char *const *argv, struct hf_error *err)
{
	struct cursor cur = { argc, argv, 1 };
	struct args *args = calloc(1, sizeof(*args));
	bool ended = false;
	int ret = 0;

	*out = NULL;
	if (!args)
		return hf_fail(err, ENOMEM, "out of memory");
	args->cmd = cmd;
	args->given = calloc(option_words(argc, argv), sizeof(*args->given));
	args->pos = calloc((size_t)argc + 1, sizeof(*args->pos));
	args->command_line = join_words(argc, argv);
	if (!args->given || !args->pos || !args->command_line)
		ret = hf_fail(err, ENOMEM, "out of memory");
	while (!ret && cur.next < argc)
		ret = parse_word(args, &cur, &ended, err);
	if (!ret)
		ret = check_count(args, err);
	if (ret)
		args_free(args);
	else
		*out = args;
	return ret;
}

void args_free(struct args *args)
{
	if (!args)
		return;
	free(args->given);
	free(args->pos);
	free(args->command_line);
	free(args);
}

bool args_takes(const struct args *args, const char *name)
{
	return find_long(args->cmd, name, strlen(name));
}

bool args_has(const struct args *args, const char *name)
{
	unsigned int i;

	for (i = 0; i < args->ngiven; i++)
		if (!strcmp(args->given[i].opt->name, name))
			return true;
	return false;
}

const char *args_get(const struct args *args, const char *name)
{
	unsigned int i = args->ngiven;

	while (i--)
		if (!strcmp(args->given[i].opt->name, name))
			return args->given[i].value;
	return NULL;
}

const char *args_nth(const struct args *args, const char *name, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < args->ngiven; i++)
		if (!strcmp(args->given[i].opt->name, name) && !n--)
			return args->given[i].value;
	return NULL;
}

const char *args_given(const struct args *args, unsigned int n,
		       const char **value)
{
	if (n >= args->ngiven)
		return NULL;
	*value = args->given[n].value;
	return args->given[n].opt->name;
}

int args_count(const struct args *args)
{
	return args->npos;
}

const char *args_pos(const struct args *args, int n)
{
	return n >= 0 && n < args->npos ? args->pos[n] : NULL;
}

const char *const *args_list(const struct args *args)
{
	return args->pos;
}

const char *args_command_line(const struct args *args)
{
	return args->command_line;
}

static int parse_value(const struct args *args, const char *name, uint64_t def,
		       uint64_t *value, struct hf_error *err,
		       int (*parse)(const char *text, uint64_t *value),
		       const char *wanted)
{
	const char *text = args_get(args, name);
	int ret;

	*value = def;
	if (!text)
		return 0;
	ret = parse(text, value);
	if (!ret)
		return 0;
	if (ret == -ERANGE)
		return hf_fail(err, EINVAL, "--%s %s is too large", name, text);
	return hf_fail(err, EINVAL, "--%s %s is not %s", name, text, wanted);
}

int args_size(const struct args *args, const char *name, uint64_t def,
	      uint64_t *value, struct hf_error *err)
{
	return parse_value(args, name, def, value, err, hf_parse_size,
			   "a size (4k, 10GiB, 512)");
}

int args_duration(const struct args *args, const char *name, uint64_t def,
		  uint64_t *value, struct hf_error *err)
{
	return parse_value(args, name, def, value, err, hf_parse_duration,
			   "a duration (5us, 2.5s, 1m)");
}

int args_u64(const struct args *args, const char *name, uint64_t def,
	     uint64_t *value, struct hf_error *err)
{
	return parse_value(args, name, def, value, err, hf_parse_u64,
			   "a number");
}
