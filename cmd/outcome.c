/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command that changes something says in the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outcome.h"
#include "steps.h"

static bool is_failed(enum sriov_status status)
{
	return status == SRIOV_STATUS_REFUSED || status == SRIOV_STATUS_DIFFERS ||
	       status == SRIOV_STATUS_SKIPPED || status == SRIOV_STATUS_UNPROVEN;
}

struct tally {
	size_t changed;
	size_t undone;
	size_t blocked;
	size_t verified;
	size_t unreported;
	size_t failed;
	enum sriov_code code; /* of the first error */
};

static struct tally count(const struct sriov_plan *plan)
{
	struct tally tally = {0};

	for (size_t i = 0; i < plan->n; i++) {
		const struct sriov_step *step = &plan->step[i];

		tally.changed += step->status == SRIOV_STATUS_VERIFIED ||
				 step->status == SRIOV_STATUS_UNREPORTED ||
				 step->status == SRIOV_STATUS_UNPROVEN ||
				 (step->status == SRIOV_STATUS_DIFFERS && step->error &&
				  step->error->code == SRIOV_PARTLY);
		tally.verified += step->status == SRIOV_STATUS_VERIFIED;
		tally.unreported += step->status == SRIOV_STATUS_UNREPORTED;
		tally.failed += is_failed(step->status);
		tally.undone += step->status == SRIOV_STATUS_UNDONE;
		tally.blocked += step->status == SRIOV_STATUS_BLOCKED;
		if (step->error && tally.code == SRIOV_OK)
			tally.code = step->error->code;
	}
	if (tally.failed && tally.code == SRIOV_OK)
		tally.code = SRIOV_FAILED;
	if ((tally.failed || tally.blocked) && tally.changed)
		tally.code = SRIOV_PARTLY;
	return tally;
}

/* The row's error, with the row's name and what else was made. */
static void print_row_error(const struct app *app, const struct sriov_step_row *row,
			    const struct tally *tally)
{
	struct sriov_error err = *row->step->error;
	char hint[SRIOV_MESSAGE_MAX] = "";
	size_t others = tally->verified + tally->unreported;

	if (others)
		snprintf(hint, sizeof(hint), "%zu other change%s made%s", others,
			 others == 1 ? " was" : "s were", err.hint[0] ? "; " : "");
	sriov_text_append(hint, sizeof(hint), "%s", err.hint);
	sriov_error_hint(&err, "%s", hint);
	/* of a PF whose VFs must not go, the VF that is in use */
	if (row->step->kind > SRIOV_STEP_VFS || !err.object[0])
		snprintf(err.object, sizeof(err.object), "%.60s", row->object);
	app_print_error(app, &err);
}

/* Attributes of one message fail together, and once is enough. */
static bool same_failure(const struct sriov_step_row *a, const struct sriov_step_row *b)
{
	return strcmp(a->object, b->object) == 0 &&
	       strcmp(a->step->error->msg, b->step->error->msg) == 0;
}

/* With --json the steps hold their errors, and stderr gets the first alone. */
static void print_errors(const struct app *app, const struct sriov_step_rows *rows,
			 const struct tally *tally)
{
	const struct sriov_step_row *last = NULL;

	for (size_t i = 0; i < rows->n && !(last && app->json); i++) {
		const struct sriov_step_row *row = &rows->row[i];

		if (!row->step->error || (last && same_failure(last, row)))
			continue;
		last = row;
		print_row_error(app, row, tally);
	}
}

static void print_tally(const struct app *app, const struct tally *tally, bool unsaved)
{
	if (app->quiet)
		return;
	printf("%zu changed, %zu verified", tally->changed, tally->verified);
	if (tally->unreported)
		printf(", %zu not reported by the driver", tally->unreported);
	if (tally->failed)
		printf(", %zu failed", tally->failed);
	if (tally->undone)
		printf(", %zu put back", tally->undone);
	if (tally->blocked)
		printf(", %zu blocked", tally->blocked);
	puts(tally->changed && unsaved
		     ? ". Not saved; to keep it over a reboot: sriovctl save"
		     : "");
}

enum sriov_code outcome_print(const struct app *app, const struct sriov_plan *plan,
			      bool unsaved)
{
	struct tally tally = count(plan);
	_cleanup_step_rows_ struct sriov_step_rows rows = {0};

	if (sriov_step_rows(plan, &rows) < 0 || sriov_step_rows_name(&rows) < 0)
		return SRIOV_FAILED;
	if (app->json) {
		steps_print_json(plan, tally.changed > 0);
	} else {
		if (!app->quiet)
			steps_print(app, plan, &rows);
		print_tally(app, &tally, unsaved);
	}
	fflush(stdout);
	print_errors(app, &rows, &tally);
	return tally.code;
}

enum sriov_code outcome_print_plan(const struct app *app, struct sriov_plan *plan,
				   const struct change *change)
{
	enum sriov_code code = change->exit_code ? SRIOV_DIFFERENCES : SRIOV_OK;
	const struct sriov_policy policy = {.yes = true, .force = app->force};
	_cleanup_step_rows_ struct sriov_step_rows rows = {0};
	size_t blocked = 0;

	sriov_plan_block(plan, &policy);
	for (size_t i = 0; i < plan->n; i++)
		blocked += plan->step[i].status == SRIOV_STATUS_BLOCKED;
	if (app->json) {
		steps_print_json(plan, false);
		return code;
	}
	if (sriov_step_rows(plan, &rows) < 0 || sriov_step_rows_name(&rows) < 0)
		return SRIOV_FAILED;
	steps_print_plan(app, plan, &rows);
	printf("%zu to change", plan->n - blocked);
	if (blocked)
		printf(", %zu blocked", blocked);
	puts(change->shows_plan ? "" : "; nothing was changed (--dry-run)");
	return code;
}

enum sriov_code outcome_print_unchanged(const struct app *app,
					const struct sriov_plan *plan,
					const struct change *change)
{
	if (app->json)
		steps_print_json(plan, false);
	else if (!app->quiet)
		puts(change->nothing ? change->nothing : "unchanged");
	return SRIOV_OK;
}
