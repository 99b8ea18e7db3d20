/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl version */
#include <stdio.h>

#include "commands.h"

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	(void)app, (void)words;
	if (n > 0)
		return app_usage(&cmd_version, err, "version takes no argument");
	puts("sriovctl " SRIOVCTL_VERSION);
	return SRIOV_OK;
}

const struct command cmd_version = {
	.name = "version",
	.args = "version",
	.summary = "print the version",
	.run = run,
};
