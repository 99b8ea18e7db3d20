/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl save [-f FILE] */
#include "commands.h"
#include "report.h"
#include "saving.h"

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct sriov_host host = {0};

	(void)words;
	if (n)
		return app_usage(&cmd_save, err, "save takes the whole host");
	if (sriov_host_look(app->doors,
			    SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS |
				    SRIOV_LOOK_ESWITCH,
			    NULL, 0, &host, err) < 0)
		return err->code;
	report_unread(app, &host);
	saving_write(app, &host, NULL, err);
	sriov_host_free(&host);
	return err->code;
}

const struct command cmd_save = {
	.name = "save",
	.args = "save [-f FILE]",
	.summary = "write what the host has into the configuration",
	.details =
		"  sriovctl save                   into /etc/sriovctl, for the next boot\n"
		"  sriovctl save -f -              to standard output\n"
		"\n"
		"Each PF goes into the file that claims it, new ones into host.yaml. What\n"
		"says so already stays as it is, byte for byte.\n",
	.options =
		(const struct command_option[]){
			{"file", 'f', "FILE",
			 "write FILE (- for standard output), not /etc/sriovctl"},
			{NULL, '\0', NULL, NULL},
		},
	.run = run,
};
