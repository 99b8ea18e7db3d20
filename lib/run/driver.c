/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binding a function to a driver, and giving it back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/function.h"
#include "run/binding.h"
#include "run/explain.h"
#include "run/steps.h"
#include "sys/sysfs.h"

/* How often a VF's driver is started again because its port answered too late. */
#define STARTS_AGAIN 3

static bool has_settled(const struct sriov_binding *b, bool *ret_mac_made_up)
{
	struct sriov_function now = {.bdf = b->step->function->bdf};
	char path[PATH_MAX];
	_cleanup_close_ int dir = -1;

	snprintf(path, sizeof(path), "bus/pci/devices/%s", b->address);
	dir = sriov_sysfs_open(b->run->doors->sys, path);
	if (dir < 0)
		return false;
	strcpy(now.address, b->address);
	if (sriov_function_read(&now, dir) < 0)
		return false;
	*ret_mac_made_up = now.netdev_mac_random;
	return sriov_function_is_settled(b->run->doors, &now);
}

/*
 * A network function that its driver takes gets a netdev, by and by.  Else -ENXIO, which
 * no probe answers with: the kernel takes it for "not mine" (really_probe()).
 */
static int wait_for_netdev(const struct sriov_binding *b, bool *ret_mac_made_up)
{
	struct sriov_doors *doors = b->run->doors;
	char driver[SRIOV_DRIVER_LEN];

	*ret_mac_made_up = false;
	sriov_bound_driver(b, driver, sizeof(driver));
	if (!driver[0] || sriov_driver_is_vfio(driver) ||
	    !sriov_function_is_net(b->step->function))
		return 0;
	while (!has_settled(b, ret_mac_made_up)) {
		uint64_t now = sriov_binding_now_ms(b);
		int r;

		if (now >= b->deadline_ms)
			return -ENXIO;
		r = doors->ops->events_wait(doors, b->deadline_ms - now);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return 0;
}

static int fail(struct sriov_binding *b, struct sriov_step *step, const char *driver,
		int r)
{
	struct sriov_error err = {0};

	sriov_explain_driver(step, driver, -r, sriov_binding_now_ms(b) - b->started_ms,
			     &err);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
	if (r != -ETIME)
		sriov_bind_back(b);
	return r;
}

/* The function is bound; what is left would bind it so again, and is remembered. */
static int report_left(struct sriov_binding *b, struct sriov_step *step)
{
	struct sriov_error err = {0};

	sriov_error_set(&err, SRIOV_PARTLY, -b->left_because,
			"bound to %s, but the %s could not be put back: %s",
			step->to.text, b->left, strerror(-b->left_because));
	sriov_error_hint(&err, "the next change by sriovctl puts it back first");
	sriov_step_fail(step, SRIOV_STATUS_DIFFERS, &err);
	return b->left_because;
}

/* What `vfio` is for a VF that was not there when the plan was made. */
static void name_driver(const struct sriov_run *run, struct sriov_step *step)
{
	char name[SRIOV_DRIVER_LEN];

	if (strcmp(step->to.text, SRIOV_DRIVER_VFIO) != 0)
		return;
	sriov_want_driver_name(run->doors, step->function, SRIOV_DRIVER_VFIO, name,
			       sizeof(name));
	strcpy(step->to.text, name);
}

static int bind_step(struct sriov_binding *b, const struct sriov_step *step)
{
	if (step->kind == SRIOV_STEP_RESTART)
		return sriov_restart(b);
	/* a driver may have come to a new VF by itself */
	return sriov_is_bound_to(b, step->to.text) ? 0 : sriov_bind(b, step->to.text);
}

void sriov_run_load(struct sriov_run *run, const struct sriov_step *step)
{
	struct sriov_binding b = {
		.run = run, .step = step, .address = step->function->address};

	sriov_binding_load(&b, step->to.text);
}

static struct sriov_binding binding_of(struct sriov_run *run,
				       const struct sriov_step *step, size_t n)
{
	const struct sriov_function *locked = step->pf ? &step->pf->fn : step->function;
	struct sriov_binding b = {
		.run = run,
		.step = step,
		.address = step->function->address,
		.lock = sriov_locks_fd(run->locks, locked->address),
	};

	b.started_ms = sriov_binding_now_ms(&b);
	b.deadline_ms = b.started_ms + sriov_run_timeout(run, n);
	return b;
}

/* pci-stub and its like make no netdev. */
static bool ends_with_usual_driver(const struct sriov_step *step)
{
	return step->kind == SRIOV_STEP_RESTART ||
	       (step->kind == SRIOV_STEP_MSIX && step->function->netdev[0]) ||
	       strcmp(step->to.text, SRIOV_DRIVER_DEFAULT) == 0;
}

int sriov_run_driver(struct sriov_run *run, struct sriov_step *step, int events)
{
	struct sriov_binding b = binding_of(run, step, 1);
	int r;

	if (step->kind == SRIOV_STEP_OVERRIDE)
		return sriov_run_override(run, step);
	if (step->kind == SRIOV_STEP_MSIX)
		return sriov_run_msix(run, step, events);
	name_driver(run, step);
	sriov_run_progress(run, "%s: binding to %s", b.address, step->to.text);
	if (events < 0)
		return fail(&b, step, step->to.text, events);
	r = bind_step(&b, step);
	/* whatever was answered, the driver link is the evidence */
	if (r < 0 && r != -ETIME && !ends_with_usual_driver(step) &&
	    sriov_is_bound_to(&b, step->to.text))
		r = 0;
	if (r < 0)
		fail(&b, step, step->to.text, r);
	else if (b.left)
		r = report_left(&b, step);
	if (step->kind == SRIOV_STEP_RESTART)
		sriov_restarted(&b, r);
	return r;
}

/*
 * The MAC that the administrator wants the VF of @step to have, 0 none.  Without a netdev
 * nothing tells whose the port's is: a driver that has gone leaves there what it made up.
 */
static uint64_t wanted_mac(const struct sriov_plan *plan, const struct sriov_step *step)
{
	const struct sriov_vf *vf = step->pf ? sriov_pf_vf(step->pf, step->vf) : NULL;

	for (size_t i = 0; i < plan->n; i++) {
		const struct sriov_step *setting = &plan->step[i];

		if (setting->kind == SRIOV_STEP_SETTING &&
		    setting->attr == SRIOV_ATTR_MAC && setting->pf == step->pf &&
		    setting->vf == step->vf && setting->status == SRIOV_STATUS_PLANNED)
			return setting->to.number;
	}
	return vf && vf->fn.netdev[0] ? sriov_vf_admin_mac(vf) : 0;
}

/*
 * A busy port may answer a VF's driver too late (igbvf: "PF still in reset state").  The
 * driver makes up a MAC then, and the netdev tells of that for good, even when the next
 * answer brings the administrator's.
 */
static int settle(struct sriov_binding *b)
{
	bool made_up;
	int r = wait_for_netdev(b, &made_up);

	if (r < 0 || !made_up || wanted_mac(b->run->plan, b->step) == 0)
		return r;
	for (int i = 0; r == 0 && made_up && i < STARTS_AGAIN; i++) {
		r = sriov_restart(b);
		if (r == 0)
			r = wait_for_netdev(b, &made_up);
		sriov_restarted(b, r);
	}
	return r;
}

int sriov_run_settle(struct sriov_run *run, struct sriov_step *steps, size_t n)
{
	struct sriov_doors *doors = run->doors;
	uint64_t deadline_ms = doors->ops->now_ms(doors) + sriov_run_timeout(run, n);
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		struct sriov_binding b = binding_of(run, &steps[i], n);
		int r;

		if (!steps[i].done || !ends_with_usual_driver(&steps[i]))
			continue;
		b.deadline_ms = deadline_ms;
		r = settle(&b);
		if (r == 0 && b.left)
			report_left(&b, &steps[i]);
		if (r == 0)
			continue;
		fail(&b, &steps[i],
		     steps[i].kind == SRIOV_STEP_MSIX ? steps[i].function->driver
						      : steps[i].to.text,
		     r);
		steps[i].done = false;
		failed = r;
	}
	return failed;
}
