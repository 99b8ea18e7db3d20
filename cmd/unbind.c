/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl unbind SEL... */
#include "binding.h"
#include "commands.h"

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	if (n == 0)
		return app_usage(&cmd_unbind, err, "unbind which VFs?");
	return binding_change(app, words, n, SRIOV_DRIVER_DEFAULT, err);
}

const struct command cmd_unbind = {
	.name = "unbind",
	.args = "unbind SEL...",
	.summary = "give VFs back to the driver that the kernel would choose",
	.details = "  sriovctl unbind em1/0-3\n",
	.complete = COMPLETE_VFS,
	.run = run,
};
