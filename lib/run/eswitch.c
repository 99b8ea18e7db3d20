/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing the mode of the switch in a card. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "run/explain.h"
#include "run/scratch.h"
#include "run/steps.h"

/* VFs without their drivers, as steps: first away, then back. */
struct unbound {
	struct sriov_step *step;
	size_t n;
};

static int look(const struct sriov_run *run, const struct sriov_step *step,
		struct sriov_host *ret, struct sriov_error *err)
{
	const char *address = step->pf->fn.address;
	int r = sriov_host_look(run->doors, SRIOV_LOOK_VFS | SRIOV_LOOK_ESWITCH, &address,
				1, ret, err);

	if (r == 0 && ret->n_pfs == 0)
		r = sriov_error_set(err, SRIOV_FAILED, ENODEV, "the card is gone");
	return r;
}

static int fail(struct sriov_step *step, const struct sriov_error *err)
{
	struct sriov_error own = *err;

	sriov_error_object(&own, "%s", step->pf->name);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &own);
	return -own.errnum;
}

/* The VFs that the step says must go. */
static int clear(struct sriov_run *run, struct sriov_step *step)
{
	struct sriov_step vfs = {
		.kind = SRIOV_STEP_VFS,
		.pf = step->before,
		.before = step->before,
		.function = step->function,
		.from = {.known = true, .number = step->before->n_vfs},
		.to = {.known = true},
	};
	struct sriov_step *only = &vfs;
	int r = sriov_run_vfs(run, &only, 1);

	if (r == 0 && vfs.status != SRIOV_STATUS_PLANNED)
		r = vfs.error ? fail(step, vfs.error) : -ENOMEM;
	free(vfs.error);
	return r;
}

/* One that is killed before it has its driver again is remembered. */
static int unbind_one(struct sriov_run *run, struct sriov_step *vf, int events)
{
	int r = sriov_scratch_note(run->doors, SRIOV_SCRATCH_DRIVER,
				   vf->function->address, "1");

	if (r >= 0)
		r = sriov_run_driver(run, vf, events);
	return r;
}

static int unbind_all(struct sriov_run *run, const struct sriov_pf *pf,
		      struct unbound *unbound, int events)
{
	for (size_t i = 0; i < pf->n_vfs; i++) {
		const struct sriov_function *fn = &pf->vf[i].fn;
		struct sriov_step *vf = &unbound->step[unbound->n];
		int r;

		if (!fn->driver[0])
			continue;
		*vf = (struct sriov_step){
			.kind = SRIOV_STEP_DRIVER,
			.pf = pf,
			.function = fn,
			.vf = pf->vf[i].index,
			.attr = SRIOV_ATTR_DRIVER,
			.from = {.known = true},
			.to = {.known = true, .text = SRIOV_DRIVER_NONE},
		};
		strcpy(vf->from.text, fn->driver);
		unbound->n++;
		r = unbind_one(run, vf, events);
		if (r < 0)
			return r;
	}
	return 0;
}

static int bind_one(struct sriov_run *run, struct sriov_step *vf, int events)
{
	int r;

	strcpy(vf->to.text, vf->from.text);
	vf->from.text[0] = '\0';
	vf->status = SRIOV_STATUS_PLANNED;
	r = sriov_run_driver(run, vf, events);
	if (r < 0)
		return r;
	sriov_scratch_forget(run->doors, SRIOV_SCRATCH_DRIVER, vf->function->address);
	/* as after a restart, a netdev that it had is waited for */
	if (vf->function->netdev[0])
		vf->kind = SRIOV_STEP_RESTART;
	vf->done = true;
	return 0;
}

static int bind_all(struct sriov_run *run, struct unbound *unbound, int events)
{
	int first = 0, r;

	for (size_t i = 0; i < unbound->n; i++) {
		r = bind_one(run, &unbound->step[i], events);
		first = first ? first : r;
	}
	r = sriov_run_settle(run, unbound->step, unbound->n);
	return first ? first : r;
}

static int set_mode(struct sriov_run *run, struct sriov_step *step)
{
	const char *address = step->pf->fn.address;
	struct sriov_error err = {0};
	char reason[128];
	int r = sriov_devlink_set_eswitch_mode(run->doors, sriov_bus_of(address), address,
					       (int)step->to.number, reason,
					       sizeof(reason));

	if (r == 0)
		return 0;
	sriov_explain_eswitch(step, -r, reason, &err);
	return fail(step, &err);
}

/* What the first VF says that could not be bound as it should. */
static int fail_unbound(struct sriov_step *step, const struct unbound *unbound,
			const char *but, int r)
{
	struct sriov_error err = {0};
	char name[SRIOV_NAME_LEN];

	sriov_error_set(&err, SRIOV_FAILED, -r, "%s %s", but, strerror(-r));
	for (size_t i = 0; i < unbound->n; i++) {
		const struct sriov_step *vf = &unbound->step[i];

		if (!vf->error)
			continue;
		sriov_error_set(&err, SRIOV_FAILED, -r, "%s %s: %.300s", but,
				sriov_step_object(vf, name), vf->error->msg);
		sriov_error_hint(&err, "%.300s", vf->error->hint);
		break;
	}
	return fail(step, &err);
}

static void is_partly_done(struct sriov_step *step)
{
	step->status = SRIOV_STATUS_DIFFERS;
	if (step->error)
		step->error->code = SRIOV_PARTLY;
}

/* Whatever comes of it, the VFs get their drivers back. */
static int set_unbound(struct sriov_run *run, struct sriov_step *step,
		       const struct sriov_pf *pf)
{
	struct unbound unbound = {.step = calloc(pf->n_vfs + 1, sizeof(*unbound.step))};
	int events = run->doors->ops->events_open(run->doors);
	int r, back = 0;

	if (!unbound.step)
		return -ENOMEM;
	r = events < 0 ? events : unbind_all(run, pf, &unbound, events);
	if (r < 0)
		fail_unbound(step, &unbound, "the mode is not set:", r);
	else
		r = set_mode(run, step);
	if (unbound.n && events == 0)
		back = bind_all(run, &unbound, events);
	if (r == 0 && back < 0) {
		r = fail_unbound(step, &unbound, "the mode is set, but", back);
		is_partly_done(step);
	}
	if (events == 0)
		run->doors->ops->events_close(run->doors);
	for (size_t i = 0; i < unbound.n; i++)
		free(unbound.step[i].error);
	free(unbound.step);
	return r;
}

static int set_as_driver_likes(struct sriov_run *run, struct sriov_step *step,
			       const struct sriov_pf *pf)
{
	/* VFs that were just made may have it already */
	if (pf->eswitch_result == 0 && (uint64_t)pf->eswitch.mode == step->to.number)
		return 0;
	if (sriov_eswitch_when(pf->fn.driver) == SRIOV_ESWITCH_UNBOUND)
		return set_unbound(run, step, pf);
	return set_mode(run, step);
}

/* Those that were removed for it are not made again when it fails. */
static void vfs_are_lost(struct sriov_step *step)
{
	is_partly_done(step);
	if (!step->error)
		return;
	sriov_text_append(step->error->msg, sizeof(step->error->msg),
			  "; its VFs were removed for it");
	sriov_error_hint(step->error, "sriovctl enable %s %zu", step->pf->name,
			 step->before->n_vfs);
}

int sriov_run_eswitch(struct sriov_run *run, struct sriov_step *step)
{
	struct sriov_host host = {0};
	struct sriov_error err = {0};
	int r = step->clears ? clear(run, step) : 0;

	if (r < 0)
		return r;
	r = look(run, step, &host, &err);
	if (r < 0)
		return fail(step, &err);
	sriov_run_progress(run, "%s: changing the mode of its switch", step->pf->name);
	r = set_as_driver_likes(run, step, host.pf);
	sriov_host_free(&host);
	if (r < 0 && step->clears)
		vfs_are_lost(step);
	return r;
}
