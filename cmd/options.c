/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The global options, and the reading of all options. */
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "options.h"

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
			 "print JSON: what is looked at, what is changed, errors"},
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

int options_read(struct line *line, int argc, char **argv)
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
