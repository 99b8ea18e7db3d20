/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl doctor [SEL...] */
#include <stdio.h>

#include "commands.h"
#include "configuration.h"
#include "findings.h"
#include "json.h"

static void print_json(const struct app *app, const struct sriov_findings *found)
{
	struct json_object *document = json_new_object();

	json_add_number(document, "version", 1);
	findings_add(app, document, found);
	json_print(document, stdout);
}

static enum sriov_code check(const struct app *app, struct sriov_host *host,
			     const struct sriov_targets *targets, struct sriov_error *err)
{
	struct configuration configuration = {0};
	struct sriov_findings found = {0};
	struct sriov_error unread = {0};
	enum sriov_code code;
	int r;

	/* what is wrong with the configuration is for plan and apply to say */
	configuration_read_for_saving(app, &configuration, &unread);
	r = sriov_check(host, targets, &configuration.config, &found, err);
	configuration_free(&configuration);
	if (r < 0)
		return err->code;
	if (app->json)
		print_json(app, &found);
	else
		findings_print(app, &found);
	code = findings_verdict(&found);
	sriov_findings_free(&found);
	return code;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	const unsigned how = SRIOV_SELECT_IMPLIED | SRIOV_SELECT_EMPTY |
			     SRIOV_SELECT_VFS_TOO | SRIOV_SELECT_PCI;
	struct sriov_host host = {0};
	struct sriov_targets targets = {0};
	enum sriov_code code;

	if (sriov_host_look(app->doors, SRIOV_CHECK_LOOK, NULL, 0, &host, err) < 0)
		return err->code;
	if (sriov_select(&host, words, n, how, &targets, err) < 0) {
		code = err->code;
	} else {
		if (targets.left_out[0])
			app_note(app, "%s", targets.left_out);
		code = check(app, &host, &targets, err);
	}
	sriov_targets_free(&targets);
	sriov_host_free(&host);
	return code;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.args = "doctor [SEL...]",
	.summary = "find what keeps VFs from working, and what mends it",
	.details = "  sriovctl doctor          the host and all its PFs\n"
		   "  sriovctl doctor em1      the host, em1 and its VFs\n"
		   "  sriovctl doctor em1/3    and why this VF has no traffic\n"
		   "  sriovctl doctor -q       what is wrong only\n",
	.complete = COMPLETE_VFS,
	.run = run,
};
