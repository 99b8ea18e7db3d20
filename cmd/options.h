/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line while it is read. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "app.h"

struct line {
	struct app *app;
	const struct command *command;
	const char *name;  /* its first word */
	const char *alias; /* "help" or "version" when asked for by an option */
	struct sriov_error *err;
};

/*
 * Read the options up to the command's name, or once line->command is known, all the
 * others; getopt's optind tells where they ended.  Returns 0, or -EINVAL with line->err
 * filled (SRIOV_USAGE).
 */
int options_read(struct line *line, int argc, char **argv);

#endif
