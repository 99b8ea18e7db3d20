/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl disable PF... */
#include "change.h"
#include "commands.h"

struct words {
	const char *const *word;
	size_t n;
};

static int select_pfs(struct sriov_host *host, void *data, struct sriov_targets *ret,
		      struct sriov_error *err)
{
	const struct words *words = data;

	return sriov_select(host, words->word, words->n, SRIOV_SELECT_EMPTY, ret, err);
}

static int want_none(struct sriov_host *host, const struct sriov_targets *targets,
		     void *data, struct sriov_want *want, struct sriov_error *err)
{
	int r = 0;

	(void)host, (void)data;
	for (size_t i = 0; r == 0 && i < targets->n; i++)
		r = sriov_want_vfs(want, host, targets->target[i].pf, 0, err);
	return r;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct words all = {words, n};
	const struct change change = {
		.unsaved = true,
		.by_user = sriov_select_needs_users(words, n),
		.select = select_pfs,
		.want = want_none,
		.data = &all,
	};

	if (n == 0)
		return app_usage(&cmd_disable, err, "disable what?");
	return change_run(app, &change, err);
}

const struct command cmd_disable = {
	.name = "disable",
	.args = "disable PF...|all",
	.summary = "remove all VFs of a PF",
	.details =
		"Refused while a VF is in use.  --force takes VFs away from anybody but from\n"
		"whoever has their vfio device open.\n",
	.complete = COMPLETE_PFS,
	.run = run,
};
