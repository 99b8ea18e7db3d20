/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What checks have found, as lines and as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"
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

void findings_print(const struct app *app, const struct sriov_findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (!app->quiet || found->finding[i].level >= SRIOV_LEVEL_WARN)
			print_finding(app, &found->finding[i]);
}

void findings_add(const struct app *app, struct json_object *document,
		  const struct sriov_findings *found)
{
	struct json_object *findings = json_new_array();

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
}

enum sriov_code findings_verdict(const struct sriov_findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->finding[i].level == SRIOV_LEVEL_FAIL)
			return SRIOV_DIFFERENCES;
	return SRIOV_OK;
}
