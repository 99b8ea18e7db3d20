/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doing the steps of a plan in their order. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "run/scratch.h"
#include "run/steps.h"

/* VFs are probed one by one inside the write: 125 of them have been seen to take 65 s. */
#define TIMEOUT_MS 30000
#define TIMEOUT_A_VF_MS 1000

uint64_t sriov_run_timeout(const struct sriov_run *run, size_t vfs)
{
	if (run->options->timeout_ms)
		return run->options->timeout_ms;
	return TIMEOUT_MS + vfs * TIMEOUT_A_VF_MS;
}

void sriov_run_progress(const struct sriov_run *run, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!run->options->progress)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run->options->progress(run->options->data, text);
}

bool sriov_run_interrupted(const struct sriov_run *run)
{
	return run->options->interrupted && *run->options->interrupted;
}

void sriov_step_fail(struct sriov_step *step, enum sriov_status status,
		     const struct sriov_error *error)
{
	step->status = status;
	if (!step->error)
		step->error = malloc(sizeof(*step->error));
	if (step->error)
		*step->error = *error;
}

/* The steps of one PF, or one step of a function that is no VF. */
struct group {
	struct sriov_step *steps;
	size_t n;
	size_t settings; /* how many are behind the cursor of is_needless() */
	bool held;	 /* drivers are kept off its new VFs */
	bool was_held;
	bool failed; /* a structural step has: the later ones are not done */
	bool broken; /* not all was done as planned */
};

struct groups {
	struct group *group;
	size_t n;
};

static int find_groups(const struct sriov_plan *plan, struct groups *ret)
{
	struct groups groups = {calloc(plan->n + 1, sizeof(*groups.group)), 0};

	if (!groups.group)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n; i++) {
		struct sriov_step *step = &plan->step[i];
		struct group *last = groups.n ? &groups.group[groups.n - 1] : NULL;

		if (last && step->pf && last->steps->pf == step->pf)
			last->n++;
		else
			groups.group[groups.n++] = (struct group){.steps = step, .n = 1};
	}
	*ret = groups;
	return 0;
}

/* What lies side by side and is of one kind. */
static size_t same_kind(const struct group *group, size_t first)
{
	size_t n = 1;

	while (first + n < group->n &&
	       group->steps[first + n].kind == group->steps[first].kind)
		n++;
	return n;
}

static bool is_failed(const struct sriov_step *step)
{
	return step->status == SRIOV_STATUS_REFUSED ||
	       step->status == SRIOV_STATUS_DIFFERS;
}

/*
 * An address that was refused is none that the VF's driver would have to start again
 * for.  Settings and restarts come in the order of their VFs.
 */
static bool is_needless(struct group *group, const struct sriov_step *restart)
{
	bool refused = false, made = false;

	for (; group->settings < group->n; group->settings++) {
		const struct sriov_step *step = &group->steps[group->settings];

		if (step->kind > SRIOV_STEP_SETTING ||
		    (step->kind == SRIOV_STEP_SETTING && step->vf > restart->vf))
			break;
		if (step->kind != SRIOV_STEP_SETTING || step->vf != restart->vf ||
		    !sriov_attr(step->attr)->at_start)
			continue;
		refused |= step->status == SRIOV_STATUS_REFUSED;
		made |= step->status != SRIOV_STATUS_REFUSED;
	}
	return refused && !made;
}

static int release(struct sriov_run *run, struct group *group)
{
	int r;

	if (!group->held)
		return 0;
	r = sriov_run_release(run, group->steps->pf);
	group->held = r < 0;
	return r;
}

/* The kernel's own choice can be made only when its drivers may come. */
static bool is_kernels_choice(const struct sriov_step *step)
{
	return step->kind == SRIOV_STEP_DRIVER &&
	       strcmp(step->to.text, SRIOV_DRIVER_DEFAULT) == 0;
}

static int do_driver(struct sriov_run *run, struct group *group, struct sriov_step *step,
		     int events)
{
	if (step->kind == SRIOV_STEP_RESTART && is_needless(group, step)) {
		step->status = SRIOV_STATUS_SKIPPED;
		return 0;
	}
	if (group->held && is_kernels_choice(step)) {
		sriov_run_load(run, step);
		release(run, group);
	}
	return sriov_run_driver(run, step, events);
}

/* A structural step that fails ends those of its PF; it keeps its own error. */
static void bind_all(struct sriov_run *run, struct group *group, struct sriov_step *steps,
		     size_t n, int events)
{
	for (size_t i = 0; i < n && !sriov_run_interrupted(run); i++) {
		if (steps[i].status != SRIOV_STATUS_PLANNED)
			continue;
		if (do_driver(run, group, &steps[i], events) < 0) {
			group->failed = true;
			return;
		}
		steps[i].done = steps[i].status == SRIOV_STATUS_PLANNED;
	}
}

static void do_drivers(struct sriov_run *run, struct group *group,
		       struct sriov_step *steps, size_t n)
{
	struct sriov_doors *doors = run->doors;
	int events = doors->ops->events_open(doors);

	bind_all(run, group, steps, n, events);
	if (!group->failed && !sriov_run_interrupted(run))
		group->failed = sriov_run_settle(run, steps, n) < 0;
	if (events == 0)
		doors->ops->events_close(doors);
}

/* When the transport fails half-way only another look tells which of them were made. */
static int do_settings(struct sriov_run *run, struct sriov_step *steps, size_t n,
		       struct sriov_error *err)
{
	int r = sriov_run_settings(run, steps, n, err);

	for (size_t i = 0; i < n; i++)
		steps[i].done = steps[i].status == SRIOV_STATUS_PLANNED;
	return r;
}

static bool some_failed(const struct sriov_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_failed(&steps[i]))
			return true;
	return false;
}

/* New VFs that are to have their settings get their usual driver without these too. */
static void skip_all_but_defaults(struct group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct sriov_step *step = &group->steps[i];

		if (step->status == SRIOV_STATUS_PLANNED && !step->done &&
		    !(group->held && is_kernels_choice(step)))
			step->status = SRIOV_STATUS_SKIPPED;
	}
}

/* A step about the PF itself that its driver has done only now that VFs are there. */
static bool is_due(const struct sriov_step *step)
{
	return step->kind == SRIOV_STEP_ESWITCH && !step->done &&
	       step->status == SRIOV_STATUS_PLANNED;
}

static void do_eswitch(struct sriov_run *run, struct group *group,
		       struct sriov_step *step)
{
	step->done = sriov_run_eswitch(run, step) == 0;
	group->failed = !step->done;
}

/* What is left of the group when its link is set and its VFs are there. */
static int do_group(struct sriov_run *run, struct group *group, struct sriov_error *err)
{
	size_t n;

	for (size_t i = 0; i < group->n; i += n) {
		struct sriov_step *steps = &group->steps[i];
		int r = 0;

		n = same_kind(group, i);
		if (steps->kind <= SRIOV_STEP_VFS && !is_due(steps))
			continue;
		if (group->failed || sriov_run_interrupted(run))
			return 0;
		if (steps->kind == SRIOV_STEP_ESWITCH)
			do_eswitch(run, group, steps);
		else if (steps->kind == SRIOV_STEP_SETTING)
			r = do_settings(run, steps, n, err);
		else
			do_drivers(run, group, steps, n);
		if (r < 0)
			return r;
		if ((steps->kind == SRIOV_STEP_SETTING ||
		     steps->kind == SRIOV_STEP_MSIX) &&
		    run->options->strict && !group->failed && some_failed(steps, n)) {
			sriov_run_undo(run, group->steps, group->n, SRIOV_UNDO_SETTINGS);
			group->broken = true;
			skip_all_but_defaults(group);
		}
	}
	return 0;
}

/* What is to be had of the PF itself before it gets VFs. */
static void do_port(struct sriov_run *run, struct group *group)
{
	for (size_t i = 0; i < group->n && group->steps[i].kind < SRIOV_STEP_VFS; i++) {
		struct sriov_step *step = &group->steps[i];

		if (step->status != SRIOV_STATUS_PLANNED || group->failed ||
		    sriov_run_interrupted(run) ||
		    (step->kind == SRIOV_STEP_ESWITCH && !step->early))
			continue;
		if (step->kind == SRIOV_STEP_LINK)
			step->done = sriov_run_link(run, step) == 0;
		else if (step->kind == SRIOV_STEP_ESWITCH)
			step->done = sriov_run_eswitch(run, step) == 0;
		else
			step->done = sriov_run_autoprobe(run, step) == 0;
		group->failed = !step->done;
	}
}

/* The step of the group that makes or removes VFs and is to be done, or NULL. */
static struct sriov_step *vfs_step(const struct group *group)
{
	for (size_t i = 0; i < group->n && group->steps[i].kind <= SRIOV_STEP_VFS; i++)
		if (group->steps[i].kind == SRIOV_STEP_VFS &&
		    group->steps[i].status == SRIOV_STATUS_PLANNED && !group->failed)
			return &group->steps[i];
	return NULL;
}

/* The VFs that were just made, for the steps that are about them. */
static int look_at_new(struct sriov_run *run, struct sriov_error *err)
{
	struct sriov_plan *plan = run->plan;
	_cleanup_free_ const char **address =
		calloc(plan->n_futures + 1, sizeof(*address));
	struct sriov_host now = {0};
	int r;

	if (!address)
		return sriov_error_memory(err);
	for (size_t i = 0; i < plan->n_futures; i++)
		address[i] = plan->future[i]->fn.address;
	r = sriov_host_look(run->doors, sriov_plan_look(plan), address, plan->n_futures,
			    &now, err);
	if (r < 0)
		return r;
	sriov_plan_refresh(plan, &now);
	sriov_host_free(&now);
	return 0;
}

/* All PFs at once: where the kernel lets it they take no longer than one. */
static int do_vfs(struct sriov_run *run, const struct groups *groups,
		  struct sriov_error *err)
{
	_cleanup_free_ struct sriov_step **steps = calloc(groups->n + 1, sizeof(*steps));
	size_t n = 0;

	if (!steps)
		return sriov_error_memory(err);
	if (sriov_run_interrupted(run))
		return 0;
	for (size_t i = 0; i < groups->n; i++) {
		struct sriov_step *step = vfs_step(&groups->group[i]);

		if (!step)
			continue;
		groups->group[i].held = groups->group[i].was_held = step->hold;
		steps[n++] = step;
	}
	if (n == 0)
		return 0;
	if (sriov_run_vfs(run, steps, n) < 0)
		return sriov_error_memory(err);
	for (size_t i = 0; i < groups->n; i++) {
		struct group *group = &groups->group[i];
		struct sriov_step *step = vfs_step(group);

		if (step)
			step->done = true;
		group->failed |= some_failed(group->steps, group->n);
	}
	return look_at_new(run, err);
}

static void skip(struct sriov_step *step)
{
	if (!step->done && step->status == SRIOV_STATUS_PLANNED)
		step->status = SRIOV_STATUS_SKIPPED;
}

/* The VFs are there, but none made later would get a driver by itself. */
static void still_held(struct group *group, int errnum)
{
	struct sriov_error err = {0};

	sriov_error_set(&err, SRIOV_PARTLY, errnum,
			"drivers are still kept off new VFs (sriov_drivers_autoprobe): "
			"%s",
			strerror(errnum));
	sriov_error_hint(&err, "the next change of it by sriovctl lets them again");
	sriov_error_object(&err, "%s", group->steps->pf->name);
	for (size_t i = 0; i < group->n; i++) {
		struct sriov_step *step = &group->steps[i];

		if (step->kind != SRIOV_STEP_VFS || is_failed(step))
			continue;
		sriov_step_fail(step, SRIOV_STATUS_DIFFERS, &err);
		step->done = false;
	}
}

/*
 * Drivers may come again, and new VFs that were not bound as planned get the one that
 * the kernel would have given them.
 */
static void finish_group(struct sriov_run *run, struct group *group)
{
	const struct sriov_pf *pf = group->steps->pf;
	int r;

	if (group->failed || run->stopped) {
		group->broken = true;
		sriov_run_undo(run, group->steps, group->n, SRIOV_UNDO_STEPS);
	}
	r = release(run, group);
	if (r < 0)
		still_held(group, -r);
	if (group->was_held && group->broken && r == 0)
		r = sriov_probe_driverless(run->doors, pf->fn.address,
					   sriov_locks_fd(run->locks, pf->fn.address));
	/* what is left to do stays remembered */
	if (group->was_held && r == 0)
		sriov_run_settled(run, pf);
	for (size_t i = 0; i < group->n; i++)
		skip(&group->steps[i]);
}

static int do_all(struct sriov_run *run, const struct groups *groups,
		  struct sriov_error *err)
{
	int r;

	for (size_t i = 0; i < groups->n; i++)
		do_port(run, &groups->group[i]);
	r = do_vfs(run, groups, err);
	for (size_t i = 0; r == 0 && i < groups->n; i++)
		r = do_group(run, &groups->group[i], err);
	/* from here on all is done that was to be: an interrupt comes too late */
	run->stopped = sriov_run_interrupted(run);
	for (size_t i = 0; i < groups->n; i++) {
		groups->group[i].broken |= r < 0;
		finish_group(run, &groups->group[i]);
	}
	return r;
}

int sriov_run(struct sriov_plan *plan, const struct sriov_locks *locks,
	      const struct sriov_run_options *options, struct sriov_error *err)
{
	struct sriov_run run = {
		.plan = plan, .doors = plan->doors, .locks = locks, .options = options};
	struct sriov_error proof_error = {0};
	struct groups groups = {0};
	int r, proof;

	if (find_groups(plan, &groups) < 0)
		return sriov_error_memory(err);
	r = do_all(&run, &groups, err);
	free(groups.group);
	proof = sriov_run_prove(&run, &proof_error);
	sriov_run_record(&run, false);
	if (r == 0 && proof < 0) {
		*err = proof_error;
		r = proof;
	}
	if (r == 0 && run.stopped)
		return sriov_error_set(err, SRIOV_INTERRUPTED, EINTR, "interrupted");
	return r;
}

void sriov_run_go_back(struct sriov_plan *plan, const struct sriov_locks *locks,
		       const struct sriov_run_options *options)
{
	struct sriov_run run = {
		.plan = plan, .doors = plan->doors, .locks = locks, .options = options};
	struct groups groups = {0};

	if (find_groups(plan, &groups) < 0)
		return;
	for (size_t i = 0; i < groups.n; i++)
		sriov_run_undo(&run, groups.group[i].steps, groups.group[i].n,
			       SRIOV_UNDO_ALL);
	sriov_run_record(&run, true);
	free(groups.group);
}
