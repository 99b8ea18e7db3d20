/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting back what a run has changed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "run/steps.h"

/* The way back: a plan of its own, each step with the one that it puts back. */
struct way_back {
	struct sriov_plan plan;
	struct sriov_step **of;
};

/* What the VF had before: the snapshot has it for VFs that the run itself has made too.
 */
static struct sriov_value value_before(const struct sriov_step *step)
{
	const struct sriov_vf *vf = sriov_pf_vf(step->pf, step->vf);
	struct sriov_value value = vf ? sriov_vf_value(vf, step->attr) : step->from;

	/* an address that the VF's driver had made up is none of the administrator's */
	if (step->attr == SRIOV_ATTR_MAC && vf && sriov_vf_made_up(vf, value.number))
		value.number = 0;
	return value;
}

static bool reverse(const struct sriov_step *step, bool is_new, struct sriov_step *ret)
{
	struct sriov_step back = *step;

	back.status = SRIOV_STATUS_PLANNED;
	back.error = NULL;
	back.done = false;
	back.hold = false;
	back.clears = false;
	back.from = step->to;
	back.to = step->from;
	if (step->kind == SRIOV_STEP_SETTING || step->kind == SRIOV_STEP_MSIX)
		back.to = value_before(step);
	/* a new VF had no driver because the run kept it off */
	if (step->kind == SRIOV_STEP_DRIVER && is_new && !step->from.text[0])
		strcpy(back.to.text, SRIOV_DRIVER_DEFAULT);
	else if (step->kind == SRIOV_STEP_DRIVER && !back.to.text[0])
		strcpy(back.to.text, SRIOV_DRIVER_NONE);
	*ret = back;
	return back.to.known || step->kind == SRIOV_STEP_DRIVER;
}

static bool goes_back(const struct sriov_step *step, enum sriov_undo what)
{
	if (!step->done)
		return false;
	switch (step->kind) {
	case SRIOV_STEP_SETTING:
	case SRIOV_STEP_MSIX:
		return true;
	case SRIOV_STEP_LINK:
	case SRIOV_STEP_AUTOPROBE:
	case SRIOV_STEP_OVERRIDE:
	case SRIOV_STEP_ESWITCH:
	case SRIOV_STEP_DRIVER:
	case SRIOV_STEP_RESTART:
		return what != SRIOV_UNDO_SETTINGS;
	case SRIOV_STEP_VFS:
		return what == SRIOV_UNDO_ALL && step->from.number == 0;
	case SRIOV_N_STEP_KINDS:
		break;
	}
	return false;
}

static void stays(struct sriov_step *step, const char *why)
{
	struct sriov_error err = {0};
	char from[SRIOV_VALUE_LEN], to[SRIOV_VALUE_LEN];

	/* what could not be put back is changed still */
	sriov_error_set(&err, SRIOV_PARTLY, EIO,
			"%s could not be put back from %s to %s: %s",
			sriov_step_attribute(step), sriov_step_value(step, &step->to, to),
			sriov_step_value(step, &step->from, from), why);
	sriov_step_fail(step, SRIOV_STATUS_DIFFERS, &err);
}

static bool vfs_go(const struct sriov_step *steps, size_t n, enum sriov_undo what)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].kind == SRIOV_STEP_VFS && goes_back(&steps[i], what))
			return true;
	return false;
}

/*
 * Settings in reverse, while the VF has the driver of the run; then drivers, VFs, the
 * switch, the link.  VFs that go need neither.
 */
static int find_way(struct sriov_run *run, struct sriov_step *steps, size_t n,
		    enum sriov_undo what, struct way_back *way)
{
	static const enum sriov_step_kind order[] = {
		SRIOV_STEP_SETTING, SRIOV_STEP_MSIX,	  SRIOV_STEP_RESTART,
		SRIOV_STEP_DRIVER,  SRIOV_STEP_OVERRIDE,  SRIOV_STEP_VFS,
		SRIOV_STEP_ESWITCH, SRIOV_STEP_AUTOPROBE, SRIOV_STEP_LINK};
	bool vfs_gone = vfs_go(steps, n, what);

	way->plan = (struct sriov_plan){
		.doors = run->doors,
		.step = calloc(n + 1, sizeof(*way->plan.step)),
	};
	way->of = calloc(n + 1, sizeof(*way->of));
	if (!way->plan.step || !way->of)
		return -ENOMEM;
	for (size_t kind = 0; kind < SRIOV_ARRAY_SIZE(order); kind++)
		for (size_t i = n; i-- > 0;) {
			if (steps[i].kind != order[kind] || !goes_back(&steps[i], what) ||
			    (vfs_gone && steps[i].kind > SRIOV_STEP_VFS))
				continue;
			if (!reverse(&steps[i], sriov_step_is_new(run->plan, &steps[i]),
				     &way->plan.step[way->plan.n])) {
				stays(&steps[i], "what it was is not known");
				continue;
			}
			way->of[way->plan.n++] = &steps[i];
		}
	return 0;
}

/* The VFs are looked at anew: somebody may have taken one into use meanwhile. */
static void remove_vfs(struct sriov_run *run, struct sriov_step *step)
{
	const char *address = step->pf->fn.address;
	struct sriov_host now = {0};
	struct sriov_error err = {0};
	char name[SRIOV_NAME_LEN];
	int r = sriov_host_look(run->doors, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS, &address,
				1, &now, &err);

	for (size_t i = 0; r == 0 && now.n_pfs && i < now.pf->n_vfs; i++)
		if (sriov_function_in_use(&now.pf->vf[i].fn))
			r = sriov_error_set(
				&err, SRIOV_IN_USE, EBUSY, "%s is in use now",
				sriov_vf_name(now.pf, now.pf->vf[i].index, name));
	if (r == 0 && now.n_pfs) {
		step->before = now.pf;
		sriov_run_vfs(run, &step, 1);
	} else {
		sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
	}
	sriov_host_free(&now);
}

static bool is_of_driver(const struct sriov_step *step)
{
	return step->kind == SRIOV_STEP_DRIVER || step->kind == SRIOV_STEP_RESTART ||
	       step->kind == SRIOV_STEP_OVERRIDE || step->kind == SRIOV_STEP_MSIX;
}

/* What gets a driver again gets its netdev, too. */
static void go_drivers(struct sriov_run *run, struct sriov_step *steps, size_t n)
{
	struct sriov_doors *doors = run->doors;
	int events = doors->ops->events_open(doors);

	for (size_t i = 0; i < n; i++)
		steps[i].done = sriov_run_driver(run, &steps[i], events) == 0;
	if (events < 0)
		return;
	sriov_run_settle(run, steps, n);
	doors->ops->events_close(doors);
}

static void go(struct sriov_run *run, struct sriov_plan *plan)
{
	struct sriov_error err = {0};
	size_t settings = 0, drivers;

	while (settings < plan->n && plan->step[settings].kind == SRIOV_STEP_SETTING)
		settings++;
	if (settings)
		sriov_run_settings(run, plan->step, settings, &err);
	drivers = settings;
	while (drivers < plan->n && is_of_driver(&plan->step[drivers]))
		drivers++;
	if (drivers > settings)
		go_drivers(run, &plan->step[settings], drivers - settings);
	for (size_t i = drivers; i < plan->n; i++) {
		if (plan->step[i].kind == SRIOV_STEP_LINK)
			sriov_run_link(run, &plan->step[i]);
		else if (plan->step[i].kind == SRIOV_STEP_AUTOPROBE)
			sriov_run_autoprobe(run, &plan->step[i]);
		else if (plan->step[i].kind == SRIOV_STEP_ESWITCH)
			sriov_run_eswitch(run, &plan->step[i]);
		else
			remove_vfs(run, &plan->step[i]);
	}
	for (size_t i = 0; i < plan->n; i++)
		plan->step[i].done = plan->step[i].status == SRIOV_STATUS_PLANNED;
}

static bool is_back(const struct sriov_step *back)
{
	return back->status == SRIOV_STATUS_VERIFIED ||
	       back->status == SRIOV_STATUS_UNREPORTED;
}

/* With the VFs all that was done to them is gone. */
static void go_with_vfs(struct sriov_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].kind > SRIOV_STEP_VFS && steps[i].done) {
			steps[i].status = SRIOV_STATUS_UNDONE;
			steps[i].done = false;
		}
}

static void judge(const struct way_back *way, struct sriov_step *steps, size_t n)
{
	for (size_t i = 0; i < way->plan.n; i++) {
		const struct sriov_step *back = &way->plan.step[i];

		way->of[i]->done = false;
		if (is_back(back))
			way->of[i]->status = SRIOV_STATUS_UNDONE;
		else
			stays(way->of[i], back->error ? back->error->msg
						      : "the host could not be read");
		if (back->kind == SRIOV_STEP_VFS && is_back(back))
			go_with_vfs(steps, n);
	}
}

void sriov_run_undo(struct sriov_run *run, struct sriov_step *steps, size_t n,
		    enum sriov_undo what)
{
	/* an interrupt has brought us here and must not stop us */
	struct sriov_run_options options = *run->options;
	struct sriov_run undo = *run;
	struct way_back way = {0};
	struct sriov_error unused = {0};

	options.interrupted = NULL;
	undo.options = &options;
	undo.plan = &way.plan;
	if (find_way(run, steps, n, what, &way) == 0 && way.plan.n) {
		sriov_run_progress(run, "%s: putting back what was changed",
				   steps->pf ? steps->pf->name
					     : steps->function->address);
		go(&undo, &way.plan);
		sriov_run_prove(&undo, &unused);
		judge(&way, steps, n);
	}
	for (size_t i = 0; i < way.plan.n; i++)
		free(way.plan.step[i].error);
	free(way.plan.step);
	free(way.of);
}
