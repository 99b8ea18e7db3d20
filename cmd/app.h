/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every command gets: its doors, the global options and its own. */
#ifndef CMD_APP_H
#define CMD_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sriov.h"

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

#define GIVEN_MAX 64

/* An option of the command's own that was given. */
struct given {
	const char *name;
	const char *value; /* NULL for one that takes none */
};

struct app {
	struct sriov_doors *doors;
	bool dry_run;
	bool yes;
	bool force;
	bool json;
	bool no_headings;
	bool keep_going;
	bool save;
	bool quiet;
	bool verbose;
	const char *config;  /* of --config, NULL: /etc/sriovctl */
	char command[512];   /* the words as they were typed, for the journal */
	const char *columns; /* of -o, NULL: the usual ones */
	const char *root;    /* of --root, NULL: the running host */
	uint64_t timeout_ms; /* 0: by the number of VFs */
	enum color color;
	struct given given[GIVEN_MAX];
	size_t n_given;
};

struct command_option {
	const char *name;
	char letter;	 /* '\0' none */
	const char *arg; /* what its value is called in the usage, NULL: takes none */
	const char *help;
};

/* What the words behind a command can be. */
enum complete {
	COMPLETE_NOTHING,
	COMPLETE_COMMANDS,
	COMPLETE_SHELLS,
	COMPLETE_PFS,
	COMPLETE_VFS,	     /* PFs too */
	COMPLETE_PF_NUMBERS, /* PF and number in turn */
	COMPLETE_PF_MODES,   /* PFs, then a mode of their switch */
	COMPLETE_SETTINGS,   /* VFs, then attribute and value in turn */
	COMPLETE_RESETS,     /* VFs, then attributes */
};

/*
 * A command.  run() gets the words after the command's name and returns what the
 * process exits with; when it fills @err, main prints it.
 */
struct command {
	const char *name;
	const char *args; /* for the usage line */
	const char *summary;
	const char *details; /* examples and notes for help, may be NULL */
	const struct command_option *options; /* ends with a NULL name; may be NULL */
	enum complete complete;
	const struct command *const *sub; /* NULL-terminated; then run is NULL */
	enum sriov_code (*run)(struct app *app, size_t n, const char *const *words,
			       struct sriov_error *err);
};

/* All commands in the order of the help, NULL-terminated. */
extern const struct command *const commands[];

/* The command called @name (or its other name, ls) in @table, NULL when there is none. */
const struct command *app_find_command(const struct command *const *table,
				       const char *name);

/* The options of every command; ends with a NULL name. */
extern const struct command_option app_global_options[];

/* The value of the last option @name given, NULL when there is none or it takes none. */
const char *app_option(const struct app *app, const char *name);

/* Whether the option @name was given. */
bool app_has_option(const struct app *app, const char *name);

struct json_object;

/* @err as JSON, for more to be added. */
struct json_object *app_error_object(const struct sriov_error *err);

/* Print @err as an error of the program, in JSON with --json. */
void app_print_error(const struct app *app, const struct sriov_error *err);

/* Tell the user something beside the result, on stderr; not with --json or --quiet. */
void app_note(const struct app *app, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A usage error that shows how @command is called.  Returns its code. */
enum sriov_code app_usage(const struct command *command, struct sriov_error *err,
			  const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
