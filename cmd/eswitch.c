/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl eswitch PF... legacy|switchdev */
#include <errno.h>

#include "change.h"
#include "commands.h"
#include "scope.h"

struct words {
	const struct app *app;
	const char *const *word; /* the PFs */
	size_t n;
	int mode;
};

static int select_pfs(struct sriov_host *host, void *data, struct sriov_targets *ret,
		      struct sriov_error *err)
{
	const struct words *words = data;

	return sriov_select(host, words->word, words->n,
			    SRIOV_SELECT_EMPTY | SRIOV_SELECT_NET, ret, err);
}

/* Cards that nobody has named, and that have no such switch. */
static bool is_left_out(const struct words *words, const struct sriov_pf *pf)
{
	return pf->eswitch_result == -EOPNOTSUPP &&
	       scope_is_implied(words->word, words->n);
}

static int want_mode(struct sriov_host *host, const struct sriov_targets *targets,
		     void *data, struct sriov_want *want, struct sriov_error *err)
{
	const struct words *words = data;
	char left_out[SRIOV_MESSAGE_MAX] = "";
	size_t n = 0;
	int r = 0;

	(void)host;
	for (size_t i = 0; r == 0 && i < targets->n; i++) {
		const struct sriov_pf *pf = targets->target[i].pf;

		if (is_left_out(words, pf)) {
			sriov_text_append(left_out, sizeof(left_out), "%s%s",
					  left_out[0] ? ", " : "", pf->name);
			continue;
		}
		n++;
		r = sriov_want_eswitch(want, pf, words->mode, err);
	}
	if (r < 0 || !left_out[0])
		return r;
	if (n == 0)
		return sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				       "%s: no mode but legacy", left_out);
	app_note(words->app, "%s left out: no mode but legacy", left_out);
	return 0;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct words all = {app, words, n - 1,
			    n ? sriov_eswitch_mode_parse(words[n - 1]) : 0};
	const struct change change = {
		.unsaved = true,
		.eswitch = true,
		.select = select_pfs,
		.want = want_mode,
		.data = &all,
	};

	if (n == 0)
		return app_usage(&cmd_eswitch, err, "a PF and a mode are needed");
	if (n == 1 && all.mode >= 0)
		return app_usage(&cmd_eswitch, err, "of which PF?");
	if (n == 1)
		return app_usage(&cmd_eswitch, err, "which mode: legacy or switchdev?");
	if (all.mode < 0)
		return app_usage(&cmd_eswitch, err,
				 "the mode is legacy or switchdev, not '%.32s'",
				 words[n - 1]);
	return change_run(app, &change, err);
}

const struct command cmd_eswitch = {
	.name = "eswitch",
	.args = "eswitch PF... legacy|switchdev",
	.summary = "change the mode of the switch inside a card",
	.details =
		"  sriovctl eswitch em1 switchdev      a representor for each VF, rules by tc\n"
		"  sriovctl show em1                   which mode it has\n"
		"\n"
		"Drivers want it done before VFs are made, behind it, or with no driver on them;\n"
		"it is done as the driver of the PF wants it.\n",
	.complete = COMPLETE_PF_MODES,
	.run = run,
};
