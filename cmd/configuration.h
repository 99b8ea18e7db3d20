/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration as the commands read it, and what is wrong with it. */
#ifndef CMD_CONFIGURATION_H
#define CMD_CONFIGURATION_H

#include "app.h"
#include "change.h"

struct configuration {
	struct sriov_config config;
	struct sriov_problems problems;
	struct sriov_problems warnings;
	bool checked;	  /* against the whole host */
	bool missing_too; /* a PF that is not there is a problem */
};

/* The option -f of the commands that read it. */
#define CONFIGURATION_OPTION                                                             \
	{                                                                                \
		"file", 'f', "FILE",                                                     \
			"read FILE (- for standard input), not /etc/sriovctl"            \
	}

/*
 * Read the file that -f or --config names, else the folder.  What is wrong with the
 * text itself is in problems.  Errors: SRIOV_BAD_FILE, also when there is none.
 */
int configuration_read(const struct app *app, struct configuration *configuration,
		       struct sriov_error *err);

/* The same where a file that is not there yet, or none at all, is no error. */
int configuration_read_for_saving(const struct app *app,
				  struct configuration *configuration,
				  struct sriov_error *err);

/* The file that -f or --config names, NULL for the folder. */
const char *configuration_file(const struct app *app);

/* Fill the callbacks of @change, which is piecemeal, with the wants of @configuration. */
void configuration_change(struct configuration *configuration, struct change *change);

/*
 * Print warnings and problems, and @err with them where the problems were its reason;
 * then @err is empty.
 */
void configuration_print(const struct app *app, const struct configuration *configuration,
			 struct sriov_error *err);

void configuration_free(struct configuration *configuration);

#endif
