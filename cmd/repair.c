/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl repair [SEL...] */
#include <errno.h>

#include "change.h"
#include "commands.h"
#include "configuration.h"
#include "scope.h"

struct repair {
	struct app *app;
	const char *const *words;
	size_t n;
	struct configuration configuration;
	bool told;
	struct change change;
};

/* Notes are put back before the second look, which does not find them any more. */
static int tell_noted(struct repair *repair, struct sriov_host *host,
		      const struct sriov_targets *targets, struct sriov_error *err)
{
	struct sriov_want want = {0};
	struct sriov_mended mended = {0};
	int r = sriov_want_mended(&want, host, targets,
				  scope_is_implied(repair->words, repair->n),
				  &repair->configuration.config, &mended, err);

	sriov_want_free(&want);
	repair->told = true;
	if (r < 0 || !mended.noted)
		return r;
	app_note(repair->app, "what a killed run of sriovctl left changed %s first",
		 repair->app->dry_run ? "would be put back" : "is put back");
	repair->change.nothing = "nothing else to repair";
	return 0;
}

static int select_broken(struct sriov_host *host, void *data, struct sriov_targets *ret,
			 struct sriov_error *err)
{
	const unsigned how = SRIOV_SELECT_IMPLIED | SRIOV_SELECT_EMPTY |
			     SRIOV_SELECT_VFS_TOO | SRIOV_SELECT_PCI;
	struct repair *repair = data;
	int r = sriov_select(host, repair->words, repair->n, how, ret, err);

	return r < 0 || repair->told ? r : tell_noted(repair, host, ret, err);
}

static int want_mended(struct sriov_host *host, const struct sriov_targets *targets,
		       void *data, struct sriov_want *want, struct sriov_error *err)
{
	struct repair *repair = data;
	struct sriov_mended mended = {0};
	int r = sriov_want_mended(want, host, targets,
				  scope_is_implied(repair->words, repair->n),
				  &repair->configuration.config, &mended, err);

	if (r == 0 && mended.left_out[0]) {
		app_note(repair->app, "%s", mended.left_out);
		repair->change.nothing = "nothing else to repair";
	}
	return r;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct repair repair = {
		.app = app,
		.words = words,
		.n = n,
		.change =
			{
				.by_user = true,
				.select = select_broken,
				.want = want_mended,
				.data = &repair,
				.nothing = "nothing to repair",
			},
	};
	enum sriov_code code = SRIOV_OK;

	/* without it nobody knows what is so on purpose */
	if (configuration_read_for_saving(app, &repair.configuration, err) == 0 &&
	    repair.configuration.problems.n)
		sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				"the configuration has errors: what is so on purpose is "
				"not known, and nothing was changed");
	if (!err->msg[0])
		code = change_run(app, &repair.change, err);
	configuration_print(app, &repair.configuration, err);
	configuration_free(&repair.configuration);
	return err->msg[0] ? err->code : code;
}

const struct command cmd_repair = {
	.name = "repair",
	.args = "repair [SEL...]",
	.summary = "mend what doctor finds broken of PFs and VFs, and nothing else",
	.details =
		"  sriovctl repair -n       show what would be done, for all PFs and VFs\n"
		"  sriovctl repair em1/3    mend just this VF\n"
		"\n"
		"A driver or network interface that is missing, a driver_override or a\n"
		"sriov_drivers_autoprobe that was left, a PF that lost its driver. What the\n"
		"configuration says to be on purpose (driver: none) stays.\n",
	.complete = COMPLETE_VFS,
	.run = run,
};
