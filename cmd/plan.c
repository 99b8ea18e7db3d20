/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl plan [-f FILE] [--exit-code] */
#include "change.h"
#include "commands.h"
#include "configuration.h"

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct change change = {
		.shows_plan = true,
		.exit_code = app_has_option(app, "exit-code"),
	};

	(void)words;
	if (n)
		return app_usage(&cmd_plan, err, "plan takes the whole configuration");
	app->dry_run = true;
	return configuration_run(app, &change, NULL, err);
}

const struct command cmd_plan = {
	.name = "plan",
	.args = "plan [-f FILE] [--exit-code]",
	.summary = "show what apply would change, and who would lose what",
	.details =
		"  sriovctl plan                           of /etc/sriovctl/*.yaml\n"
		"  sriovctl plan -f host.yaml --exit-code  10 when there is something\n"
		"\n"
		"+ is new, - goes, ~ changes, ! is blocked because somebody uses it.\n"
		"Nothing is ever written.\n",
	.options =
		(const struct command_option[]){
			CONFIGURATION_OPTION,
			{"exit-code", '\0', NULL,
			 "exit with 10 when there are differences"},
			{NULL, '\0', NULL, NULL},
		},
	.run = run,
};
