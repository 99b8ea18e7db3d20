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
 * Read the file that -f or --config names, else the folder; that there is none yet is no
 * error.  What is wrong with the text is in problems.  Errors: SRIOV_BAD_FILE.
 */
int configuration_read_for_saving(const struct app *app,
				  struct configuration *configuration,
				  struct sriov_error *err);

/* The file that -f or --config names, NULL for the folder. */
const char *configuration_file(const struct app *app);

/*
 * Print warnings and problems, and @err with them where the problems were its reason;
 * then @err is empty.
 */
void configuration_print(const struct app *app, const struct configuration *configuration,
			 struct sriov_error *err);

void configuration_free(struct configuration *configuration);

/* What apply --boot does instead of just running the change. */
typedef enum sriov_code configuration_boot_fn(struct app *app,
					      struct configuration *configuration,
					      const struct change *change,
					      struct sriov_error *err);

/*
 * Read the configuration, run @change with its wants (with @boot, which may be NULL, in
 * its own way), and print what is wrong.  Returns what the process exits with.
 */
enum sriov_code configuration_run(struct app *app, struct change *change,
				  configuration_boot_fn *boot, struct sriov_error *err);

#endif
