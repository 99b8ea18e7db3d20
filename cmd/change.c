/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pipeline of every command that changes something. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "interrupt.h"
#include "outcome.h"
#include "report.h"
#include "saving.h"

#define LOCK_TIMEOUT_MS 30000

/* The administrator's own ssh may go over the PF: a hang-up ends nothing half done. */
static void catch_signals(void)
{
	interrupt_catch();
	signal(SIGHUP, SIG_IGN);
}

static void show_progress(void *data, const char *text)
{
	const struct app *app = data;
	char shown[SRIOV_MESSAGE_MAX];

	sriov_text_printable(text, shown, sizeof(shown));
	if (app->verbose)
		fprintf(stderr, "%s\n", shown);
	else
		fprintf(stderr, "\r%s\033[K", shown);
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

static int compare_addresses(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The addresses of the PFs and functions that are meant, ascending and each once. */
static size_t addresses_of(const struct sriov_targets *targets, const char **address)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];
		const struct sriov_function *fn =
			target->pf ? &target->pf->fn : target->function;

		/* the VFs of a PF come one after the other */
		if (n == 0 || address[n - 1] != fn->address)
			address[n++] = fn->address;
	}
	sriov_array_sort(address, n, sizeof(*address), compare_addresses);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(address[kept - 1], address[i]) != 0)
			address[kept++] = address[i];
	return kept;
}

static int confirm(const struct app *app, const struct sriov_error *question,
		   struct sriov_error *err)
{
	char answer[16], msg[SRIOV_MESSAGE_MAX];

	if (!isatty(STDIN_FILENO) || app->json) {
		*err = *question;
		sriov_text_append(err->msg, sizeof(err->msg), "; nothing was changed");
		return -EBUSY;
	}
	fflush(stdout);
	fprintf(stderr, "%s: %s\nGo on? [y/N] ", question->object,
		sriov_text_printable(question->msg, msg, sizeof(msg)));
	if (fgets(answer, sizeof(answer), stdin) &&
	    (answer[0] == 'y' || answer[0] == 'Y'))
		return 0;
	return sriov_error_set(err, SRIOV_IN_USE, ECANCELED, "nothing was changed");
}

static struct sriov_policy policy_of(const struct app *app, const struct change *change)
{
	/* who can be asked may still say yes */
	bool can_ask = isatty(STDIN_FILENO) && !app->json && !app->dry_run;

	return (struct sriov_policy){
		.yes = app->yes || (change->piecemeal && (can_ask || app->dry_run)),
		.force = app->force,
		.piecemeal = change->piecemeal,
	};
}

static bool has_answer(struct pollfd *pfd, uint64_t left_ms)
{
	int n = poll(pfd, 1, left_ms > 1000 ? 1000 : (int)left_ms);

	return n > 0 && (pfd->revents & POLLIN);
}

/* What is typed on a terminal ends its line there. */
static void end_of_prompt(bool typed)
{
	if (!typed)
		fputc('\n', stderr);
}

/*
 * Whether the administrator says within @seconds that the change may stay.  A terminal
 * that is gone says nothing, and neither does an interrupt.
 */
static bool may_stay(struct app *app, unsigned seconds)
{
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	uint64_t now = app->doors->ops->now_ms(app->doors);
	uint64_t end = now + (uint64_t)seconds * 1000;
	char answer[16];

	fprintf(stderr, "Keep this? It is put back in %u s. [y/N] ", seconds);
	fflush(stderr);
	for (; now < end && !interrupted; now = app->doors->ops->now_ms(app->doors)) {
		if (pfd.fd < 0) {
			app->doors->ops->pause_ms(app->doors, end - now);
		} else if (has_answer(&pfd, end - now)) {
			/* a line that does not end must not outlast the time */
			if (read(STDIN_FILENO, answer, sizeof(answer)) > 0) {
				end_of_prompt(isatty(STDIN_FILENO));
				return answer[0] == 'y' || answer[0] == 'Y';
			}
			pfd.fd = -1;
		} else if (pfd.revents) {
			pfd.fd = -1;
		}
	}
	end_of_prompt(false);
	return false;
}

static bool is_all_back(const struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->step[i].status == SRIOV_STATUS_VERIFIED ||
		    plan->step[i].status == SRIOV_STATUS_UNREPORTED ||
		    plan->step[i].status == SRIOV_STATUS_UNPROVEN ||
		    plan->step[i].status == SRIOV_STATUS_DIFFERS)
			return false;
	return true;
}

static int go_back(struct sriov_plan *plan, const struct sriov_locks *locks,
		   const struct sriov_run_options *options, struct sriov_error *err)
{
	const char *what;

	sriov_run_go_back(plan, locks, options);
	what = is_all_back(plan) ? "it was put back" : "what could be put back was";
	if (interrupted)
		return sriov_error_set(err, SRIOV_INTERRUPTED, EINTR, "interrupted; %s",
				       what);
	return sriov_error_set(err, SRIOV_FAILED, ETIME,
			       "nobody said that the change may stay; %s", what);
}

static bool changed_something(const struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->step[i].done)
			return true;
	return false;
}

static enum sriov_code execute(struct app *app, const struct change *change,
			       struct sriov_plan *plan, const struct sriov_locks *locks,
			       struct sriov_error *err)
{
	const struct sriov_run_options options = {
		.timeout_ms = app->timeout_ms,
		.progress = shows_progress(app) ? show_progress : NULL,
		.data = app,
		.interrupted = &interrupted,
		.command = app->command,
		.strict = change->piecemeal && !app->keep_going,
	};
	const struct sriov_policy policy = {.yes = app->yes, .force = app->force};
	struct sriov_error question = {0};
	enum sriov_code code;
	bool ask;
	int r;

	if (sriov_plan_guard(plan, &policy, &ask, &question) < 0) {
		*err = question;
		return err->code;
	}
	if (ask && confirm(app, &question, err) < 0)
		return err->code;
	catch_signals();
	r = sriov_run(plan, locks, &options, err);
	if (options.progress)
		clear_progress(app);
	if (r == 0 && change->confirm_s && changed_something(plan) &&
	    !may_stay(app, change->confirm_s))
		r = go_back(plan, locks, &options, err);
	code = outcome_print(app, plan, change->unsaved && !app->save);
	if (r == 0)
		return code;
	if (err->code == SRIOV_FAILED && code == SRIOV_PARTLY)
		err->code = code;
	return err->code;
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
	const char **address; /* of its PFs and functions: what is locked */
	size_t n;
};

/* Only what was wanted and has come true goes into the configuration. */
static enum sriov_code save(const struct app *app, const struct meant *meant,
			    const struct sriov_want *want, struct sriov_error *err)
{
	struct sriov_host host = {0};

	if (want->n_functions)
		app_note(app, "a function that is no VF has no place in the "
			      "configuration: its driver is not saved");
	if (sriov_host_look(app->doors,
			    SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS |
				    SRIOV_LOOK_ESWITCH,
			    meant->address, meant->n, &host, err) == 0)
		saving_write(app, &host, want, err);
	sriov_host_free(&host);
	return err->code;
}

/* A card that got another name, or went, before it was locked is not left out silently.
 */
static int check_still_meant(const struct meant *meant,
			     const struct sriov_targets *targets, struct sriov_error *err)
{
	_cleanup_free_ const char **address = calloc(targets->n + 1, sizeof(*address));
	size_t n = address ? addresses_of(targets, address) : 0;

	if (!address)
		return sriov_error_memory(err);
	for (size_t i = 0; i < meant->n; i++) {
		if (i < n && strcmp(meant->address[i], address[i]) == 0)
			continue;
		sriov_error_set(err, SRIOV_NOT_FOUND, ENODEV,
				"is gone, or has got another name just now; nothing was "
				"changed");
		sriov_error_hint(err, "try again");
		return sriov_error_object(err, "%s", meant->address[i]);
	}
	return 0;
}

/* Under the locks: look at just what is meant, plan it, do it. */
static enum sriov_code change_locked(struct app *app, const struct change *change,
				     const struct meant *meant,
				     const struct sriov_locks *locks,
				     struct sriov_error *err)
{
	const struct sriov_policy policy = policy_of(app, change);
	const char *left_out = meant->targets.left_out;
	const unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS |
			      SRIOV_LOOK_PF_USERS |
			      (change->eswitch ? SRIOV_LOOK_ESWITCH : 0);
	struct sriov_host host = {0};
	struct sriov_targets targets = {0};
	struct sriov_want want = {0};
	struct sriov_plan plan = {0};
	enum sriov_code code = SRIOV_OK;

	if (sriov_host_look(app->doors, what, meant->address, meant->n, &host, err) < 0)
		return err->code;
	if (change->select(&host, change->data, &targets, err) == 0 &&
	    check_still_meant(meant, &targets, err) == 0 &&
	    change->want(&host, &targets, change->data, &want, err) == 0 &&
	    sriov_plan_make(&host, &want, &policy, &plan, err) == 0) {
		if (change->says_scope)
			print_scope(app, &targets, left_out);
		else if (left_out[0])
			app_note(app, "%s", left_out);
		if (plan.n == 0)
			code = outcome_print_unchanged(app, &plan, change);
		else if (app->dry_run)
			code = outcome_print_plan(app, &plan, change);
		else
			code = execute(app, change, &plan, locks, err);
		if (app->save && change->unsaved && !app->dry_run && code == SRIOV_OK)
			code = save(app, meant, &want, err);
		else if (app->save && change->unsaved && code != SRIOV_OK)
			app_note(app, "nothing was saved");
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
	if (sriov_locks_take(app->doors, meant->address, meant->n, timeout_ms, &locks,
			     err) < 0) {
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
	const unsigned what = SRIOV_LOOK_VFS | (change->by_user ? SRIOV_LOOK_USERS : 0) |
			      (change->eswitch ? SRIOV_LOOK_ESWITCH : 0);

	if (sriov_host_look(app->doors, what, NULL, 0, &meant->host, err) < 0 ||
	    change->select(&meant->host, change->data, &meant->targets, err) < 0)
		return -err->errnum;
	meant->address = calloc(meant->targets.n + 1, sizeof(*meant->address));
	if (!meant->address)
		return sriov_error_memory(err);
	meant->n = addresses_of(&meant->targets, meant->address);
	return 0;
}

enum sriov_code change_run(struct app *app, const struct change *change,
			   struct sriov_error *err)
{
	struct meant meant = {0};
	enum sriov_code code;

	if (check_privilege(app, err) < 0)
		return err->code;
	if (app->save && change->unsaved && saving_check(app, err) != SRIOV_OK)
		return err->code;
	code = find_meant(app, change, &meant, err) < 0
		       ? err->code
		       : lock_and_change(app, change, &meant, err);
	free(meant.address);
	sriov_targets_free(&meant.targets);
	sriov_host_free(&meant.host);
	return code;
}
