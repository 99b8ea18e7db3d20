/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl doctor [SEL...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "out.h"

/* How a level begins a line, and its colour. */
static const struct {
	const char *word;
	const char *color; /* NULL: none */
} levels[] = {
	[SRIOV_LEVEL_OK] = {"ok", NULL},
	[SRIOV_LEVEL_UNKNOWN] = {"?", NULL},
	[SRIOV_LEVEL_WARN] = {"warn", "yellow"},
	[SRIOV_LEVEL_FAIL] = {"FAIL", "red"},
};

/* A finding may name what a file says, and that may hold what a terminal obeys. */
static void print_text(const char *text)
{
	_cleanup_free_ char *shown = malloc(strlen(text) + 1);

	if (shown)
		fputs(sriov_text_printable(text, shown, strlen(text) + 1), stdout);
}

static void print_finding(const struct app *app, const struct sriov_finding *finding)
{
	const char *word = levels[finding->level].word;
	const char *color = levels[finding->level].color;

	printf("%s%-4s%s  ", color ? out_color(app, color) : "", word,
	       color ? out_plain(app) : "");
	if (finding->object) {
		print_text(finding->object);
		fputs(": ", stdout);
	}
	print_text(finding->message);
	putchar('\n');
	if (finding->fix) {
		fputs("      fix: ", stdout);
		print_text(finding->fix);
		putchar('\n');
	}
}

static void print_findings(const struct app *app, const struct sriov_findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (!app->quiet || found->finding[i].level >= SRIOV_LEVEL_WARN)
			print_finding(app, &found->finding[i]);
}

static void print_json(const struct app *app, const struct sriov_findings *found)
{
	struct json_object *document = json_new_object(), *findings = json_new_array();

	json_add_number(document, "version", 1);
	for (size_t i = 0; i < found->n; i++) {
		const struct sriov_finding *finding = &found->finding[i];
		struct json_object *object;

		if (app->quiet && finding->level < SRIOV_LEVEL_WARN)
			continue;
		object = json_new_object();
		json_add_string(object, "check", finding->check);
		json_add_string(object, "level", sriov_level_name(finding->level));
		json_add_string(object, "object", finding->object);
		json_add_string(object, "message", finding->message);
		json_add_string(object, "fix", finding->fix);
		json_append(findings, object);
	}
	json_add(document, "findings", findings);
	json_print(document, stdout);
}

static enum sriov_code verdict(const struct sriov_findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->finding[i].level == SRIOV_LEVEL_FAIL)
			return SRIOV_DIFFERENCES;
	return SRIOV_OK;
}

static enum sriov_code check(const struct app *app, struct sriov_host *host,
			     const struct sriov_targets *targets, struct sriov_error *err)
{
	struct sriov_findings found = {0};
	enum sriov_code code;

	if (sriov_check(host, targets, &found, err) < 0)
		return err->code;
	if (app->json)
		print_json(app, &found);
	else
		print_findings(app, &found);
	code = verdict(&found);
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
