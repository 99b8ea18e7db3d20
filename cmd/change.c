/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pipeline of every command that changes something. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "report.h"
#include "steps.h"

#define LOCK_TIMEOUT_MS 30000

/* A handler gets nothing else to leave its mark in. */
static volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
	(void)signal_number;
	if (interrupted)
		_exit(SRIOV_INTERRUPTED);
	interrupted = 1;
}

/* The administrator's own ssh may go over the PF: a hang-up ends nothing half done. */
static void catch_signals(void)
{
	const struct sigaction stop = {.sa_handler = on_signal};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	signal(SIGHUP, SIG_IGN);
}

static void show_progress(void *data, const char *text)
{
	const struct app *app = data;

	if (app->verbose)
		fprintf(stderr, "%s\n", text);
	else
		fprintf(stderr, "\r%s\033[K", text);
}

static void clear_progress(const struct app *app)
{
	if (!app->verbose)
		fputs("\r\033[K", stderr);
}

static bool shows_progress(const struct app *app)
{
	return !app->quiet && (app->verbose || isatty(STDERR_FILENO));
}

static int check_privilege(const struct app *app, struct sriov_error *err)
{
	if (app->dry_run)
		return 0;
	if (app->root) {
		sriov_error_set(err, SRIOV_USAGE, EROFS,
				"a captured tree cannot be changed");
		return sriov_error_hint(err, "--dry-run shows what would be done");
	}
	if (!app->doors->ops->privileged(app->doors)) {
		sriov_error_set(err, SRIOV_PRIVILEGE, EPERM,
				"needs root; nothing was changed");
		return sriov_error_hint(
			err, "sudo sriovctl ..., or look first with --dry-run");
	}
	return 0;
}

static int compare_bdfs(const void *a, const void *b)
{
	return sriov_bdf_compare(a, b);
}

/* The addresses of the PFs and functions that are meant, ascending and each once. */
static size_t addresses_of(const struct sriov_targets *targets, struct sriov_bdf *bdf)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];

		bdf[n++] = target->pf ? target->pf->fn.bdf : target->function->bdf;
	}
	if (n)
		qsort(bdf, n, sizeof(*bdf), compare_bdfs);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || sriov_bdf_compare(&bdf[kept - 1], &bdf[i]) != 0)
			bdf[kept++] = bdf[i];
	return kept;
}

static int confirm(const struct app *app, const struct sriov_error *question,
		   struct sriov_error *err)
{
	char answer[16];

	if (!isatty(STDIN_FILENO) || app->json) {
		*err = *question;
		sriov_text_append(err->msg, sizeof(err->msg), "; nothing was changed");
		return -EBUSY;
	}
	fflush(stdout);
	fprintf(stderr, "%s: %s\nGo on? [y/N] ", question->object, question->msg);
	if (fgets(answer, sizeof(answer), stdin) &&
	    (answer[0] == 'y' || answer[0] == 'Y'))
		return 0;
	return sriov_error_set(err, SRIOV_IN_USE, ECANCELED, "nothing was changed");
}

static bool is_failed(enum sriov_status status)
{
	return status == SRIOV_STATUS_REFUSED || status == SRIOV_STATUS_DIFFERS ||
	       status == SRIOV_STATUS_SKIPPED;
}

struct tally {
	size_t changed;
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
				 (step->status == SRIOV_STATUS_DIFFERS && step->error &&
				  step->error->code == SRIOV_PARTLY);
		tally.verified += step->status == SRIOV_STATUS_VERIFIED;
		tally.unreported += step->status == SRIOV_STATUS_UNREPORTED;
		tally.failed += is_failed(step->status);
		if (step->error && tally.code == SRIOV_OK)
			tally.code = step->error->code;
	}
	if (tally.failed && tally.code == SRIOV_OK)
		tally.code = SRIOV_FAILED;
	if (tally.failed && tally.changed)
		tally.code = SRIOV_PARTLY;
	return tally;
}

/* The row's error, with the row's name and what else was made. */
static void print_row_error(const struct app *app, const struct step_row *row,
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
	snprintf(err.object, sizeof(err.object), "%.60s", row->object);
	app_print_error(app, &err);
}

/* Attributes of one message fail together, and once is enough. */
static bool same_failure(const struct step_row *a, const struct step_row *b)
{
	return strcmp(a->object, b->object) == 0 &&
	       strcmp(a->step->error->msg, b->step->error->msg) == 0;
}

/* With --json the steps hold their errors, and stderr gets the first alone. */
static void print_errors(const struct app *app, const struct step_rows *rows,
			 const struct tally *tally)
{
	const struct step_row *last = NULL;

	for (size_t i = 0; i < rows->n && !(last && app->json); i++) {
		const struct step_row *row = &rows->row[i];

		if (!row->step->error || (last && same_failure(last, row)))
			continue;
		last = row;
		print_row_error(app, row, tally);
	}
}

static void print_tally(const struct app *app, const struct tally *tally)
{
	if (app->quiet)
		return;
	printf("%zu changed, %zu verified", tally->changed, tally->verified);
	if (tally->unreported)
		printf(", %zu not reported by the driver", tally->unreported);
	if (tally->failed)
		printf(", %zu failed", tally->failed);
	puts(tally->changed ? ". Not saved: the next boot begins without it" : "");
}

static enum sriov_code print_outcome(const struct app *app, const struct sriov_plan *plan)
{
	struct tally tally = count(plan);
	struct step_rows rows = {0};

	if (steps_rows(plan, &rows) < 0)
		return SRIOV_FAILED;
	if (app->json) {
		steps_print_json(plan, tally.changed > 0);
	} else {
		if (!app->quiet)
			steps_print(app, &rows);
		print_tally(app, &tally);
	}
	fflush(stdout);
	print_errors(app, &rows, &tally);
	free(rows.row);
	return tally.code;
}

static enum sriov_code print_plan(const struct app *app, struct sriov_plan *plan)
{
	struct step_rows rows = {0};
	size_t blocked = 0;

	sriov_plan_block(plan, app->force);
	for (size_t i = 0; i < plan->n; i++)
		blocked += plan->step[i].status == SRIOV_STATUS_BLOCKED;
	if (app->json) {
		steps_print_json(plan, false);
		return SRIOV_OK;
	}
	if (steps_rows(plan, &rows) < 0)
		return SRIOV_FAILED;
	steps_print(app, &rows);
	printf("%zu to change", plan->n - blocked);
	if (blocked)
		printf(", %zu blocked", blocked);
	puts("; nothing was changed (--dry-run)");
	free(rows.row);
	return SRIOV_OK;
}

static enum sriov_code print_unchanged(const struct app *app,
				       const struct sriov_plan *plan)
{
	if (app->json)
		steps_print_json(plan, false);
	else if (!app->quiet)
		puts("unchanged");
	return SRIOV_OK;
}

static enum sriov_code execute(struct app *app, struct sriov_plan *plan,
			       const struct sriov_locks *locks, struct sriov_error *err)
{
	const struct sriov_run_options options = {
		.timeout_ms = app->timeout_ms,
		.progress = shows_progress(app) ? show_progress : NULL,
		.data = app,
		.interrupted = &interrupted,
	};
	struct sriov_error question = {0};
	enum sriov_code code;
	bool ask;
	int r;

	if (sriov_plan_guard(plan, app->yes, app->force, &ask, &question) < 0) {
		*err = question;
		return err->code;
	}
	if (ask && confirm(app, &question, err) < 0)
		return err->code;
	catch_signals();
	r = sriov_run(plan, locks, &options, err);
	if (options.progress)
		clear_progress(app);
	code = print_outcome(app, plan);
	return r < 0 ? err->code : code;
}

static void print_scope(const struct app *app, const struct sriov_targets *targets,
			const char *left_out)
{
	char text[512];

	if (app->json || app->quiet)
		return;
	sriov_targets_format(targets, text, sizeof(text));
	printf("%s%s%s%s\n", text, left_out[0] ? " (" : "", left_out,
	       left_out[0] ? ")" : "");
}

/* What the first look found to be meant. */
struct meant {
	struct sriov_host host;
	struct sriov_targets targets;
	struct sriov_bdf *bdf; /* of its PFs and functions: what is locked */
	size_t n;
};

/* Under the locks: look at just what is meant, plan it, do it. */
static enum sriov_code change_locked(struct app *app, const struct change *change,
				     const struct meant *meant,
				     const struct sriov_locks *locks,
				     struct sriov_error *err)
{
	const char *left_out = meant->targets.left_out;
	const unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS |
			      SRIOV_LOOK_PF_USERS;
	struct sriov_host host = {0};
	struct sriov_targets targets = {0};
	struct sriov_want want = {0};
	struct sriov_plan plan = {0};
	enum sriov_code code = SRIOV_OK;

	if (sriov_host_look(app->doors, what, meant->bdf, meant->n, &host, err) < 0)
		return err->code;
	if (change->select(&host, change->data, &targets, err) == 0 &&
	    change->want(&host, &targets, change->data, &want, err) == 0 &&
	    sriov_plan_make(&host, &want, &plan, err) == 0) {
		if (change->says_scope)
			print_scope(app, &targets, left_out);
		else if (left_out[0])
			app_note(app, "%s", left_out);
		if (plan.n == 0)
			code = print_unchanged(app, &plan);
		else if (app->dry_run)
			code = print_plan(app, &plan);
		else
			code = execute(app, &plan, locks, err);
	}
	sriov_plan_free(&plan);
	sriov_want_free(&want);
	sriov_targets_free(&targets);
	sriov_host_free(&host);
	return err->msg[0] ? err->code : code;
}

static enum sriov_code lock_and_change(struct app *app, const struct change *change,
				       const struct meant *meant, struct sriov_error *err)
{
	uint64_t timeout_ms = app->timeout_ms ? app->timeout_ms : LOCK_TIMEOUT_MS;
	struct sriov_locks locks = {0};
	enum sriov_code code;

	if (app->dry_run)
		return change_locked(app, change, meant, &locks, err);
	if (sriov_locks_take(app->doors, meant->bdf, meant->n, timeout_ms, &locks, err) <
	    0) {
		const struct sriov_pf *pf = sriov_host_pf(&meant->host, err->object);

		if (pf)
			snprintf(err->object, sizeof(err->object), "%s", pf->name);
		return err->code;
	}
	code = sriov_run_recover(app->doors, &locks, err) < 0
		       ? err->code
		       : change_locked(app, change, meant, &locks, err);
	sriov_locks_free(&locks);
	return code;
}

static int find_meant(const struct app *app, const struct change *change,
		      struct meant *meant, struct sriov_error *err)
{
	if (sriov_host_look(app->doors, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS, NULL, 0,
			    &meant->host, err) < 0 ||
	    change->select(&meant->host, change->data, &meant->targets, err) < 0)
		return -err->errnum;
	meant->bdf = calloc(meant->targets.n + 1, sizeof(*meant->bdf));
	if (!meant->bdf)
		return sriov_error_memory(err);
	meant->n = addresses_of(&meant->targets, meant->bdf);
	return 0;
}

enum sriov_code change_run(struct app *app, const struct change *change,
			   struct sriov_error *err)
{
	struct meant meant = {0};
	enum sriov_code code;

	if (check_privilege(app, err) < 0)
		return err->code;
	code = find_meant(app, change, &meant, err) < 0
		       ? err->code
		       : lock_and_change(app, change, &meant, err);
	free(meant.bdf);
	sriov_targets_free(&meant.targets);
	sriov_host_free(&meant.host);
	return code;
}
