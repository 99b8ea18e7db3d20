/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: the table of commands, the printing of errors. */
#include <errno.h>
#include <locale.h>
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
#include "options.h"
#include "out.h"

/* No word of a command line is longer than a list of 4096 VFs needs. */
#define WORD_MAX 4096

const struct command *const commands[] = {
	&cmd_list,    &cmd_show,       &cmd_stats, &cmd_watch,	 &cmd_doctor, &cmd_enable,
	&cmd_disable, &cmd_eswitch,    &cmd_vf,	   &cmd_bind,	 &cmd_unbind, &cmd_repair,
	&cmd_plan,    &cmd_apply,      &cmd_save,  &cmd_xml,	 &cmd_args,   &cmd_pick,
	&cmd_capture, &cmd_completion, &cmd_help,  &cmd_version, NULL,
};

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
	/* it comes after what was printed before, whatever both go to */
	fflush(stdout);
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

	if (check_words(argc, argv, err) < 0 || options_read(&line, argc, argv) < 0)
		return err->code;
	argc -= optind;
	argv += optind;
	if (read_command(&line, &argc, &argv) < 0)
		return err->code;
	if (line.command && options_read(&line, argc, argv) < 0)
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
/* What was printed must have arrived; a reader that has enough (head) is no error. */
static enum sriov_code flush_stdout(const struct app *app, enum sriov_code code)
{
	struct sriov_error err = {0};
	int cause;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	cause = errno ? errno : EIO;
	if (cause == EPIPE || out_reader_is_gone())
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
