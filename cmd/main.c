/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: global options, the table of commands, the printing of errors. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "commands.h"
#include "json.h"
#include "main.h"

/* No word of a command line is longer than a list of 4096 VFs needs. */
#define WORD_MAX 4096
#define SECONDS_MAX 86400

enum global {
	GLOBAL_DRY_RUN,
	GLOBAL_YES,
	GLOBAL_FORCE,
	GLOBAL_JSON,
	GLOBAL_OUTPUT,
	GLOBAL_NO_HEADINGS,
	GLOBAL_SAVE,
	GLOBAL_KEEP_GOING,
	GLOBAL_TIMEOUT,
	GLOBAL_CONFIG,
	GLOBAL_ROOT,
	GLOBAL_COLOR,
	GLOBAL_QUIET,
	GLOBAL_VERBOSE,
	GLOBAL_HELP,
	GLOBAL_VERSION,
	N_GLOBALS,
};

const struct command_option app_global_options[] = {
	[GLOBAL_DRY_RUN] = {"dry-run", 'n', NULL,
			    "show what would be done, change nothing"},
	[GLOBAL_YES] = {"yes", 'y', NULL, "answer yes to every question"},
	[GLOBAL_FORCE] = {"force", '\0', NULL,
			  "overrule every guard but an open vfio device"},
	[GLOBAL_JSON] = {"json", '\0', NULL,
			 "JSON of list, show, doctor, every change; errors too"},
	[GLOBAL_OUTPUT] = {"output", 'o', "COLUMNS", "the columns of a table, by commas"},
	[GLOBAL_NO_HEADINGS] = {"no-headings", '\0', NULL,
				"tables without their first line"},
	[GLOBAL_SAVE] = {"save", '\0', NULL,
			 "write the change into the configuration too"},
	[GLOBAL_KEEP_GOING] =
		{"keep-going", '\0', NULL,
		 "keep what apply could set where a driver refuses the rest"},
	[GLOBAL_TIMEOUT] = {"timeout", '\0', "SECONDS",
			    "how long to wait for the kernel"},
	[GLOBAL_CONFIG] = {"config", '\0', "FILE",
			   "the configuration, not /etc/sriovctl/*.yaml"},
	[GLOBAL_ROOT] = {"root", '\0', "DIR",
			 "look at a captured tree, not the running host"},
	[GLOBAL_COLOR] = {"color", '\0', "auto|always|never", "when to use colour"},
	[GLOBAL_QUIET] = {"quiet", 'q', NULL, "print errors only"},
	[GLOBAL_VERBOSE] = {"verbose", 'v', NULL,
			    "print what is waited for, a line each"},
	[GLOBAL_HELP] = {"help", 'h', NULL, "this, or the help of a command"},
	[GLOBAL_VERSION] = {"version", '\0', NULL, "the version"},
	[N_GLOBALS] = {NULL, '\0', NULL, NULL},
};

/* What getopt_long() returns for a long option: its place in one of the two tables. */
#define LONG_GLOBAL 256
#define LONG_OWN 512
#define OWN_MAX 16

const struct command *const commands[] = {
	&cmd_list, &cmd_show,	&cmd_doctor,	 &cmd_enable, &cmd_disable, &cmd_vf,
	&cmd_bind, &cmd_unbind, &cmd_plan,	 &cmd_apply,  &cmd_save,    &cmd_xml,
	&cmd_args, &cmd_pick,	&cmd_completion, &cmd_help,   &cmd_version, NULL,
};

struct line {
	struct app *app;
	const struct command *command;
	const char *name;  /* its first word */
	const char *alias; /* "help" or "version" when asked for by an option */
	struct sriov_error *err;
};

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

struct json_object *app_error_object(const struct sriov_error *err)
{
	struct json_object *object = json_new_object();

	json_add_number(object, "code", err->code);
	json_add_number(object, "errno", err->errnum);
	json_add_string(object, "object", err->object[0] ? err->object : NULL);
	json_add_string(object, "message", err->msg);
	json_add_string(object, "hint", err->hint[0] ? err->hint : NULL);
	return object;
}

void app_print_error(const struct app *app, const struct sriov_error *err)
{
	char msg[SRIOV_MESSAGE_MAX], hint[SRIOV_MESSAGE_MAX], object[SRIOV_OBJECT_MAX];

	if (app->json) {
		json_print(app_error_object(err), stderr);
		return;
	}
	sriov_text_printable(err->object, object, sizeof(object));
	sriov_text_printable(err->msg, msg, sizeof(msg));
	sriov_text_printable(err->hint, hint, sizeof(hint));
	fprintf(stderr, "sriovctl: %s%s%s\n", object, object[0] ? ": " : "", msg);
	if (hint[0])
		fprintf(stderr, "  hint: %s\n", hint);
}

void app_note(const struct app *app, const char *fmt, ...)
{
	char text[SRIOV_MESSAGE_MAX], shown[SRIOV_MESSAGE_MAX];
	va_list ap;

	if (app->json || app->quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "sriovctl: %s\n",
		sriov_text_printable(text, shown, sizeof(shown)));
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

static int set_global(struct line *line, enum global option, const char *value)
{
	struct app *app = line->app;

	switch (option) {
	case GLOBAL_DRY_RUN:
		app->dry_run = true;
		break;
	case GLOBAL_YES:
		app->yes = true;
		break;
	case GLOBAL_FORCE:
		app->force = app->yes = true;
		break;
	case GLOBAL_JSON:
		app->json = true;
		break;
	case GLOBAL_OUTPUT:
		app->columns = value;
		break;
	case GLOBAL_NO_HEADINGS:
		app->no_headings = true;
		break;
	case GLOBAL_SAVE:
		app->save = true;
		break;
	case GLOBAL_KEEP_GOING:
		app->keep_going = true;
		break;
	case GLOBAL_TIMEOUT:
		return set_timeout(line, value);
	case GLOBAL_CONFIG:
		app->config = value;
		break;
	case GLOBAL_ROOT:
		app->root = value;
		break;
	case GLOBAL_COLOR:
		return set_color(line, value);
	case GLOBAL_QUIET:
		app->quiet = true;
		break;
	case GLOBAL_VERBOSE:
		app->verbose = true;
		break;
	case GLOBAL_HELP:
	case GLOBAL_VERSION:
		line->alias = app_global_options[option].name;
		break;
	case N_GLOBALS:
		break;
	}
	return 0;
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

/* Add @options, which getopt_long() is to return as @first and up, or as their letters.
 */
static size_t add_options(const struct command_option *options, int first,
			  struct option *table, size_t n, char *letters)
{
	for (int i = 0; options && options[i].name; i++) {
		const char letter[] = {options[i].letter, '\0'};

		table[n++] = (struct option){
			options[i].name, options[i].arg ? required_argument : no_argument,
			NULL, first + i};
		strcat(letters, letter);
		if (letter[0] && options[i].arg)
			strcat(letters, ":");
	}
	return n;
}

/* The place of the option that getopt_long() returned in @options, -1 when not there. */
static int option_index(const struct command_option *options, int first, int option)
{
	for (int i = 0; options && options[i].name; i++)
		if (option == first + i ||
		    (options[i].letter && option == options[i].letter))
			return i;
	return -1;
}

static int bad_option(struct line *line, int option, const char *word)
{
	const char *names[N_GLOBALS + 1] = {NULL};
	const char *near;

	if (option == ':')
		return sriov_error_set(line->err, SRIOV_USAGE, EINVAL,
				       "option '%s' needs a value", word);
	for (size_t i = 0; i < N_GLOBALS; i++)
		names[i] = app_global_options[i].name;
	sriov_error_set(line->err, SRIOV_USAGE, EINVAL, "unknown option '%.64s'", word);
	near = sriov_closest_word(word + strspn(word, "-"), names);
	if (near)
		return sriov_error_hint(line->err, "did you mean '--%s'?", near);
	return sriov_error_hint(line->err, "sriovctl help%s%s", line->name ? " " : "",
				line->name ? line->name : "");
}

/* Read options up to the command's name, or with the command known, all the others. */
static int read_options(struct line *line, int argc, char **argv)
{
	const struct command_option *own = line->command ? line->command->options : NULL;
	char letters[2 * (N_GLOBALS + OWN_MAX) + sizeof("+:")];
	struct option table[N_GLOBALS + OWN_MAX + 1];
	int option;
	size_t n;

	strcpy(letters, line->command ? ":" : "+:");
	n = add_options(app_global_options, LONG_GLOBAL, table, 0, letters);
	n = add_options(own, LONG_OWN, table, n, letters);
	table[n] = (struct option){0};
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		int index = option_index(own, LONG_OWN, option), r;

		if (option == '?' || option == ':')
			return bad_option(line, option, argv[optind - 1]);
		if (line->command && index >= 0)
			r = set_own(line, index, optarg);
		else
			r = set_global(line,
				       (enum global)option_index(app_global_options,
								 LONG_GLOBAL, option),
				       optarg);
		if (r < 0)
			return r;
	}
	return 0;
}

const struct command *app_find_command(const struct command *const *table,
				       const char *name)
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
		line->command = app_find_command(table, (*argv)[0]);
		if (!line->command)
			return unknown_command(table, under, (*argv)[0], line->err);
		if (!line->name)
			line->name = line->command->name;
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

	if (line->alias && strcmp(line->alias, "version") == 0)
		return cmd_version.run(line->app, 0, NULL, line->err);
	if (line->alias)
		return cmd_help.run(line->app, line->name ? 1 : 0, &line->name,
				    line->err);
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
	app->doors = NULL;
	sriov_doors_close(&doors);
	return code;
}

/* Why an earlier flush failed is no longer known, but a pipe tells that it is broken. */
static bool reader_is_gone(void)
{
	struct pollfd pfd = {.fd = STDOUT_FILENO};

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLERR);
}

/* What was printed must have arrived; a reader that has enough (head) is no error. */
static enum sriov_code flush_stdout(const struct app *app, enum sriov_code code)
{
	struct sriov_error err = {0};
	int cause;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	cause = errno ? errno : EIO;
	if (cause == EPIPE || reader_is_gone())
		return code;
	sriov_error_set(&err, SRIOV_FAILED, cause, "cannot write to standard output: %s",
			strerror(cause));
	app_print_error(app, &err);
	return code == SRIOV_OK ? SRIOV_FAILED : code;
}

int sriov_main(struct sriov_doors *doors, int argc, char **argv)
{
	struct app app = {.doors = doors};
	struct sriov_error err = {0};
	enum sriov_code code;

	/* errors in the words before it are to be JSON too */
	for (int i = 1; i < argc; i++)
		app.json |= strcmp(argv[i], "--json") == 0;
	for (int i = 1; i < argc; i++)
		sriov_text_append(app.command, sizeof(app.command), "%s%s",
				  i > 1 ? " " : "", argv[i]);
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
