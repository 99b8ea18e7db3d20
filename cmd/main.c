/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: global options, the table of commands, the printing of errors. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "commands.h"
#include "json.h"
#include "main.h"

/* No word of a command line is longer than a list of 4096 VFs needs. */
#define WORD_MAX 4096
#define SECONDS_MAX 86400

enum {
	OPT_JSON = 256,
	OPT_FORCE,
	OPT_NO_HEADINGS,
	OPT_TIMEOUT,
	OPT_ROOT,
	OPT_COLOR,
	OPT_VERSION,
	OPT_OWN, /* options of the command's own count from here */
};

static const struct option global_options[] = {
	{"dry-run", no_argument, NULL, 'n'},
	{"yes", no_argument, NULL, 'y'},
	{"force", no_argument, NULL, OPT_FORCE},
	{"json", no_argument, NULL, OPT_JSON},
	{"output", required_argument, NULL, 'o'},
	{"no-headings", no_argument, NULL, OPT_NO_HEADINGS},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"root", required_argument, NULL, OPT_ROOT},
	{"color", required_argument, NULL, OPT_COLOR},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, OPT_VERSION},
};

#define N_GLOBAL SRIOV_ARRAY_SIZE(global_options)
#define OWN_MAX 16
#define GLOBAL_LETTERS "nyo:qvh"

const struct command *const commands[] = {
	&cmd_list, &cmd_show,	 &cmd_enable, &cmd_disable, &cmd_vf,
	&cmd_bind, &cmd_unbind,	 &cmd_xml,    &cmd_args,    &cmd_completion,
	&cmd_help, &cmd_version, NULL,
};

struct line {
	struct app *app;
	const struct command *command;
	const char *alias; /* "help" or "version" when asked for by an option */
	struct sriov_error *err;
};

const char *app_global_option(size_t i)
{
	return i < N_GLOBAL ? global_options[i].name : NULL;
}

const char *app_option(const struct app *app, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < app->n_given; i++)
		if (strcmp(app->given[i].name, name) == 0)
			value = app->given[i].value;
	return value;
}

bool app_has_option(const struct app *app, const char *name)
{
	for (size_t i = 0; i < app->n_given; i++)
		if (strcmp(app->given[i].name, name) == 0)
			return true;
	return false;
}

static void print_error_json(const struct sriov_error *err)
{
	struct json_object *object = json_new_object();

	json_add_number(object, "code", err->code);
	json_add_number(object, "errno", err->errnum);
	json_add_string(object, "object", err->object[0] ? err->object : NULL);
	json_add_string(object, "message", err->msg);
	json_add_string(object, "hint", err->hint[0] ? err->hint : NULL);
	json_print(object, stderr);
}

void app_print_error(const struct app *app, const struct sriov_error *err)
{
	char msg[SRIOV_MESSAGE_MAX], hint[SRIOV_MESSAGE_MAX], object[SRIOV_OBJECT_MAX];

	if (app->json) {
		print_error_json(err);
		return;
	}
	sriov_text_printable(err->object, object, sizeof(object));
	sriov_text_printable(err->msg, msg, sizeof(msg));
	sriov_text_printable(err->hint, hint, sizeof(hint));
	fprintf(stderr, "sriovctl: %s%s%s\n", object, object[0] ? ": " : "", msg);
	if (hint[0])
		fprintf(stderr, "  hint: %s\n", hint);
}

enum sriov_code app_usage(const struct command *command, struct sriov_error *err,
			  const char *fmt, ...)
{
	char msg[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "%s", msg);
	sriov_error_hint(err, "sriovctl %s", command->args);
	return SRIOV_USAGE;
}

static int set_timeout(struct line *line, const char *text)
{
	uint64_t seconds;

	if (sriov_parse_number(text, 10, SECONDS_MAX, &seconds) < 0 || seconds == 0)
		return sriov_error_set(line->err, SRIOV_USAGE, EINVAL,
				       "--timeout must be 1-%d seconds, not '%s'",
				       SECONDS_MAX, text);
	line->app->timeout_ms = seconds * 1000;
	return 0;
}

static int set_color(struct line *line, const char *text)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(words); i++)
		if (strcmp(words[i], text) == 0) {
			line->app->color = (enum color)i;
			return 0;
		}
	return sriov_error_set(line->err, SRIOV_USAGE, EINVAL,
			       "--color must be auto, always or never, not '%s'", text);
}

static int set_global(struct line *line, int option, const char *value)
{
	struct app *app = line->app;

	switch (option) {
	case 'n':
		app->dry_run = true;
		return 0;
	case 'y':
		app->yes = true;
		return 0;
	case OPT_FORCE:
		app->force = app->yes = true;
		return 0;
	case OPT_JSON:
		app->json = true;
		return 0;
	case 'o':
		app->columns = value;
		return 0;
	case OPT_NO_HEADINGS:
		app->no_headings = true;
		return 0;
	case OPT_TIMEOUT:
		return set_timeout(line, value);
	case OPT_ROOT:
		app->root = value;
		return 0;
	case OPT_COLOR:
		return set_color(line, value);
	case 'q':
		app->quiet = true;
		return 0;
	case 'v':
		app->verbose = true;
		return 0;
	case 'h':
		line->alias = "help";
		return 0;
	case OPT_VERSION:
		line->alias = "version";
		return 0;
	}
	return -EINVAL;
}

static int set_own(struct line *line, int index, const char *value)
{
	struct app *app = line->app;

	if (app->n_given == GIVEN_MAX)
		return sriov_error_set(line->err, SRIOV_USAGE, E2BIG, "too many options");
	app->given[app->n_given++] = (struct given){
		.name = line->command->options[index].name,
		.value = value,
	};
	return 0;
}

/* The global options, and with a command its own, as getopt_long() wants them. */
static void option_table(const struct command *command, struct option *table,
			 char *letters)
{
	size_t n = N_GLOBAL;
	char *at = stpcpy(letters, command ? ":" GLOBAL_LETTERS : "+:" GLOBAL_LETTERS);

	memcpy(table, global_options, sizeof(global_options));
	for (size_t i = 0; command && command->options && command->options[i].name; i++) {
		const struct command_option *own = &command->options[i];
		int value = own->letter ? own->letter : OPT_OWN + (int)i;

		table[n++] = (struct option){own->name,
					     own->arg ? required_argument : no_argument,
					     NULL, value};
		if (own->letter) {
			*at++ = own->letter;
			if (own->arg)
				*at++ = ':';
		}
	}
	*at = '\0';
	table[n] = (struct option){0};
}

static int own_index(const struct command *command, int option)
{
	for (int i = 0; command && command->options && command->options[i].name; i++)
		if (option == OPT_OWN + i || option == command->options[i].letter)
			return i;
	return -1;
}

static int bad_option(struct line *line, int option, const char *word)
{
	const char *names[N_GLOBAL + 1] = {NULL};
	const char *near;

	if (option == ':')
		return sriov_error_set(line->err, SRIOV_USAGE, EINVAL,
				       "option '%s' needs a value", word);
	for (size_t i = 0; i < N_GLOBAL; i++)
		names[i] = global_options[i].name;
	sriov_error_set(line->err, SRIOV_USAGE, EINVAL, "unknown option '%.64s'", word);
	near = sriov_closest_word(word + strspn(word, "-"), names);
	if (near)
		return sriov_error_hint(line->err, "did you mean '--%s'?", near);
	return sriov_error_hint(line->err, "sriovctl help%s%s", line->command ? " " : "",
				line->command ? line->command->name : "");
}

/* Read options up to the command's name, or with the command known, all the others. */
static int read_options(struct line *line, int argc, char **argv)
{
	struct option table[N_GLOBAL + OWN_MAX + 1];
	char letters[sizeof("+:" GLOBAL_LETTERS) + 2 * OWN_MAX];
	int option;

	option_table(line->command, table, letters);
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		int own = own_index(line->command, option), r;

		if (option == '?' || option == ':')
			return bad_option(line, option, argv[optind - 1]);
		r = own >= 0 ? set_own(line, own, optarg)
			     : set_global(line, option, optarg);
		if (r < 0)
			return r;
	}
	return 0;
}

static const struct command *find(const struct command *const *table, const char *name)
{
	if (strcmp(name, "ls") == 0)
		name = "list";
	for (; *table; table++)
		if (strcmp((*table)->name, name) == 0)
			return *table;
	return NULL;
}

static int unknown_command(const struct command *const *table, const char *under,
			   const char *name, struct sriov_error *err)
{
	const char *names[32] = {NULL}, *near;
	char there[256] = "";

	for (size_t i = 0; table[i] && i + 1 < SRIOV_ARRAY_SIZE(names); i++) {
		names[i] = table[i]->name;
		snprintf(there + strlen(there), sizeof(there) - strlen(there), "%s%s",
			 i ? ", " : "", names[i]);
	}
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "unknown command '%s%.64s'", under,
			name);
	near = sriov_closest_word(name, names);
	if (near)
		return sriov_error_hint(err, "did you mean '%s%s'?", under, near);
	return sriov_error_hint(err, "the commands are %s", there);
}

/* Step over the command's name, and its second word where it has one. */
static int read_command(struct line *line, int *argc, char ***argv)
{
	const struct command *const *table = commands;
	char under[64] = "";

	while (*argc > 0) {
		line->command = find(table, (*argv)[0]);
		if (!line->command)
			return unknown_command(table, under, (*argv)[0], line->err);
		if (!line->command->sub)
			return 0;
		snprintf(under, sizeof(under), "%s ", line->command->name);
		table = line->command->sub;
		if (*argc == 1 || (*argv)[1][0] == '-')
			break;
		(*argc)--;
		(*argv)++;
	}
	return 0;
}

static int check_words(int argc, char **argv, struct sriov_error *err)
{
	for (int i = 0; i < argc; i++)
		if (strlen(argv[i]) > WORD_MAX)
			return sriov_error_set(err, SRIOV_USAGE, E2BIG,
					       "argument %d is longer than %d characters",
					       i + 1, WORD_MAX);
	return 0;
}

static enum sriov_code run(struct line *line, int argc, char **argv)
{
	const struct command *command = line->command;
	const char *const *words = (const char *const *)argv;

	if (line->alias) {
		const char *name = command ? command->name : NULL;

		return find(commands, line->alias)
			->run(line->app, strcmp(line->alias, "help") == 0 && name ? 1 : 0,
			      &name, line->err);
	}
	if (!command)
		return cmd_help.run(line->app, 0, NULL, line->err);
	if (!command->run)
		return app_usage(command, line->err, "'%s' needs one more word",
				 command->name);
	return command->run(line->app, (size_t)argc, words, line->err);
}

static enum sriov_code read_and_run(struct app *app, int argc, char **argv,
				    struct sriov_error *err)
{
	struct line line = {.app = app, .err = err};
	struct sriov_doors doors;
	enum sriov_code code;

	if (check_words(argc, argv, err) < 0 || read_options(&line, argc, argv) < 0)
		return err->code;
	argc -= optind;
	argv += optind;
	if (read_command(&line, &argc, &argv) < 0)
		return err->code;
	if (line.command && read_options(&line, argc, argv) < 0)
		return err->code;
	if (line.command) {
		argc -= optind;
		argv += optind;
	}
	if (app->doors)
		return run(&line, argc, argv);
	if (sriov_doors_open(&doors, app->root, err) < 0)
		return err->code;
	app->doors = &doors;
	code = run(&line, argc, argv);
	sriov_doors_close(&doors);
	return code;
}

/* What was printed must have arrived; a reader that has enough (head) is no error. */
static enum sriov_code flush_stdout(const struct app *app, enum sriov_code code)
{
	struct sriov_error err = {0};

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (errno != EPIPE) {
		sriov_error_set(&err, SRIOV_FAILED, errno ? errno : EIO,
				"cannot write to standard output: %s", strerror(errno));
		app_print_error(app, &err);
	}
	return code == SRIOV_OK ? SRIOV_FAILED : code;
}

int sriov_main(struct sriov_doors *doors, int argc, char **argv)
{
	struct app app = {.doors = doors};
	struct sriov_error err = {0};
	enum sriov_code code;

	setlocale(LC_CTYPE, "");
	/* a closed pipe must not stop a run that has begun to write */
	signal(SIGPIPE, SIG_IGN);
	code = read_and_run(&app, argc, argv, &err);
	if (err.msg[0]) {
		fflush(stdout);
		app_print_error(&app, &err);
	}
	return (int)flush_stdout(&app, code);
}
