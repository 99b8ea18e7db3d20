/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl bind SEL... [--driver NAME] */
#include <errno.h>

#include "binding.h"
#include "change.h"
#include "commands.h"

static const struct command_option options[] = {
	{"driver", '\0', "NAME", "another driver than vfio-pci"},
	{NULL, '\0', NULL, NULL},
};

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	const char *driver = app_option(app, "driver");
	struct sriov_value value;

	if (n == 0)
		return app_usage(&cmd_bind, err, "bind which VFs?");
	if (driver &&
	    sriov_attr_parse(sriov_attr(SRIOV_ATTR_DRIVER), driver, &value, err) < 0)
		return err->code;
	return binding_change(app, words, n, driver ? driver : SRIOV_DRIVER_VFIO, err);
}

const struct command cmd_bind = {
	.name = "bind",
	.args = "bind SEL... [--driver NAME]",
	.summary = "bind VFs to vfio-pci (or another driver), to hand them to guests",
	.details =
		"  sriovctl bind em1/0-3\n"
		"  sriovctl bind 0000:3b:00.0       any PCI function that the host does not need\n",
	.options = options,
	.complete = COMPLETE_VFS,
	.run = run,
};
