/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binding a function to a driver, and giving it back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/function.h"
#include "run/explain.h"
#include "run/scratch.h"
#include "run/steps.h"
#include "sys/child.h"
#include "sys/sysfs.h"

/* One function on its way from one driver to another. */
struct binding {
	struct sriov_run *run;
	const struct sriov_step *step;
	const char *address;
	int lock;
	uint64_t started_ms;
	uint64_t deadline_ms;
	const char *left; /* the file that could not be put back, NULL none */
	int left_because; /* -errno */
};

static uint64_t now_ms(const struct binding *b)
{
	return b->run->doors->ops->now_ms(b->run->doors);
}

static uint64_t left_ms(const struct binding *b)
{
	uint64_t now = now_ms(b);

	return now < b->deadline_ms ? b->deadline_ms - now : 0;
}

static int write_file(struct binding *b, const char *path, const char *data)
{
	struct sriov_write write = {.path = path, .data = data, .lock = b->lock};
	int r = sriov_write_one(b->run->doors, &write, left_ms(b));

	/* a file that is missing went with its device or driver */
	return r == -ENOENT ? -ENODEV : r;
}

/* "" none; a failure is that of looking. */
static int bound_driver(const struct binding *b, char *buf, size_t size)
{
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "bus/pci/devices/%s/driver", b->address);
	r = sriov_sysfs_link_name(b->run->doors->sys, path, buf, size);
	if (r < 0)
		buf[0] = '\0';
	return sriov_sysfs_failed(r);
}

/*
 * Not to be left behind: the kernel's word for it is not taken.  A VF that this run has
 * made mostly has none.  Elsewhere it is not read before it is written, for whoever holds
 * the device holds up the reader too, and only the write is made by a child.
 */
static int clear_override(struct binding *b)
{
	if (sriov_step_is_new(b->run->plan, b->step) &&
	    sriov_run_has_override(b->run, b->address) == 0)
		return 0;
	return sriov_run_write_override(b->run, b->step, "", left_ms(b));
}

/* Looks once more, in the child, that nobody has opened the vfio device meanwhile. */
static int unbind(struct binding *b)
{
	char driver[SRIOV_DRIVER_LEN], path[PATH_MAX], folder[64];
	const char *idle[] = {folder};
	struct sriov_write write = {.path = path, .data = b->address, .lock = b->lock};
	int r = bound_driver(b, driver, sizeof(driver));

	if (r < 0 || !driver[0])
		return r;
	snprintf(path, sizeof(path), "bus/pci/drivers/%s/unbind", driver);
	snprintf(folder, sizeof(folder), "bus/pci/devices/%s", b->address);
	if (sriov_driver_is_vfio(driver)) {
		write.idle = idle;
		write.n_idle = 1;
	}
	return sriov_write_one(b->run->doors, &write, left_ms(b));
}

/* What a write said is no evidence: the driver link tells. */
static bool is_bound_to(const struct binding *b, const char *driver)
{
	char bound[SRIOV_DRIVER_LEN];

	return bound_driver(b, bound, sizeof(bound)) == 0 &&
	       sriov_driver_satisfied(bound, driver);
}

/* drivers_probe succeeds when nothing binds too. */
static int probe(struct binding *b, const char *driver)
{
	int r = write_file(b, "bus/pci/drivers_probe", b->address);

	if (r != -ETIME && is_bound_to(b, driver))
		return 0;
	return r < 0 ? r : -ENOEXEC;
}

/* `bind` matches the driver's own table of devices, and answers with the probe's errno.
 */
static int bind_by_name(struct binding *b, const char *driver)
{
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "bus/pci/drivers/%s/bind", driver);
	r = write_file(b, path, b->address);
	if (r != -ETIME && is_bound_to(b, driver))
		return 0;
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "bus/pci/devices/%s", b->address);
	return sriov_sysfs_exists(b->run->doors->sys, path) ? -EIO : -ENODEV;
}

/*
 * The module that the kernel would choose; a driver that is built in or loaded has no
 * alias to be found by.  The VFs of a port have one alias, and libkmod reads all its
 * indexes for each question.
 */
static void load_default(struct binding *b)
{
	struct sriov_run *run = b->run;
	char path[PATH_MAX], modalias[SRIOV_MODALIAS_LEN];

	snprintf(path, sizeof(path), "bus/pci/devices/%s/modalias", b->address);
	if (sriov_sysfs_read(run->doors->sys, path, modalias, sizeof(modalias)) <= 0 ||
	    strcmp(modalias, run->modalias) == 0)
		return;
	strcpy(run->modalias, modalias);
	run->doors->ops->load_module(run->doors, modalias);
}

static int load(struct binding *b, const char *name)
{
	struct sriov_doors *doors = b->run->doors;
	char path[PATH_MAX];

	if (strcmp(name, SRIOV_DRIVER_DEFAULT) != 0) {
		snprintf(path, sizeof(path), "bus/pci/drivers/%s", name);
		if (sriov_sysfs_exists(doors->sys, path))
			return 0;
		return doors->ops->load_module(doors, name);
	}
	load_default(b);
	return 0;
}

/* It stays as the run has made it, and is remembered. */
static void leave(struct binding *b, const char *file, int because)
{
	b->left = file;
	b->left_because = because;
}

static int bind_by_override(struct binding *b, const char *driver)
{
	int r = sriov_scratch_note(b->run->doors, SRIOV_SCRATCH_OVERRIDE, b->address,
				   "\n");
	int back;

	if (r < 0)
		return r;
	r = sriov_run_write_override(b->run, b->step, driver, left_ms(b));
	if (r == 0)
		r = unbind(b);
	if (r == 0)
		r = probe(b, driver);
	if (r == -ENOEXEC)
		r = bind_by_name(b, driver);
	if (r == -ETIME)
		return r;
	back = clear_override(b);
	if (back < 0)
		leave(b, "driver_override", back);
	else
		sriov_scratch_forget(b->run->doors, SRIOV_SCRATCH_OVERRIDE, b->address);
	return r;
}

/*
 * Where the PF keeps drivers off new VFs, the kernel binds old ones to none either but
 * by an override: @attempt is made while it does not.
 */
static int with_autoprobe(struct binding *b,
			  int (*attempt)(struct binding *b, const char *driver),
			  const char *driver)
{
	const char *pf = b->step->pf->fn.address;
	char path[PATH_MAX];
	int noted = sriov_scratch_note(b->run->doors, SRIOV_SCRATCH_AUTOPROBE, pf, "0");
	int r, back;

	if (noted < 0)
		return noted;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_drivers_autoprobe", pf);
	r = write_file(b, path, "1");
	if (r == 0)
		r = attempt(b, driver);
	back = sriov_run_write_autoprobe(b->run, b->step->pf, "0");
	/* when the run itself keeps drivers off, its own note must stay */
	if (back == 0 && noted == 0)
		sriov_scratch_forget(b->run->doors, SRIOV_SCRATCH_AUTOPROBE, pf);
	if (back < 0)
		leave(b, "sriov_drivers_autoprobe of its PF", back);
	return r;
}

static bool autoprobe_is_off(const struct binding *b)
{
	char path[PATH_MAX];
	uint64_t on;

	if (!b->step->pf)
		return false;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_drivers_autoprobe",
		 b->step->pf->fn.address);
	return sriov_sysfs_number(b->run->doors->sys, path, 10, 1, &on) == 0 && on == 0;
}

static int attempt(struct binding *b, int (*how)(struct binding *b, const char *driver),
		   const char *driver)
{
	return autoprobe_is_off(b) ? with_autoprobe(b, how, driver) : how(b, driver);
}

/*
 * A driver of some device is never given another by an override: e1000e, bound so to a
 * VF of igb, takes the kernel down (6.12).
 */
static int bind_known(struct binding *b, const char *driver)
{
	int r = clear_override(b);

	if (r == 0)
		r = unbind(b);
	return r == 0 ? attempt(b, bind_by_name, driver) : r;
}

/*
 * Clears an override that somebody else had left, or the kernel would not choose.  That
 * no driver takes the function is the kernel's choice too.
 */
static int bind_default(struct binding *b)
{
	int r = clear_override(b);

	if (r == 0)
		r = unbind(b);
	if (r == 0)
		r = attempt(b, probe, SRIOV_DRIVER_DEFAULT);
	return r == -ENOEXEC ? 0 : r;
}

static int bind_to(struct binding *b, const char *driver)
{
	int r;

	if (strcmp(driver, SRIOV_DRIVER_NONE) == 0)
		return unbind(b);
	r = load(b, driver);
	if (r < 0)
		return r;
	if (strcmp(driver, SRIOV_DRIVER_DEFAULT) == 0)
		return bind_default(b);
	return sriov_driver_takes_any(driver) ? bind_by_override(b, driver)
					      : bind_known(b, driver);
}

static bool has_settled(const struct binding *b)
{
	struct sriov_function now = {.bdf = b->step->function->bdf};
	char path[PATH_MAX];
	_cleanup_close_ int dir = -1;

	snprintf(path, sizeof(path), "bus/pci/devices/%s", b->address);
	dir = sriov_sysfs_open(b->run->doors->sys, path);
	if (dir < 0)
		return false;
	strcpy(now.address, b->address);
	return sriov_function_read(&now, dir) == 0 &&
	       sriov_function_is_settled(b->run->doors, &now);
}

/*
 * A network function that its driver takes gets a netdev, by and by.  Else -ENXIO, which
 * no probe answers with: the kernel takes it for "not mine" (really_probe()).
 */
static int wait_for_netdev(struct binding *b)
{
	struct sriov_doors *doors = b->run->doors;
	char driver[SRIOV_DRIVER_LEN];

	bound_driver(b, driver, sizeof(driver));
	if (!driver[0] || sriov_driver_is_vfio(driver) ||
	    !sriov_function_is_net(b->step->function))
		return 0;
	while (!has_settled(b)) {
		uint64_t now = now_ms(b);
		int r;

		if (now >= b->deadline_ms)
			return -ENXIO;
		r = doors->ops->events_wait(doors, b->deadline_ms - now);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return 0;
}

/* A function that is left without a driver by a failure gets the one it had. */
static void give_back(struct binding *b)
{
	char driver[SRIOV_DRIVER_LEN];

	bound_driver(b, driver, sizeof(driver));
	if (driver[0] || !b->step->from.text[0])
		return;
	if (sriov_driver_is_vfio(b->step->from.text))
		bind_by_override(b, b->step->from.text);
	else
		bind_default(b);
}

static int fail(struct binding *b, struct sriov_step *step, const char *driver, int r)
{
	struct sriov_error err = {0};

	sriov_explain_driver(step, driver, -r, now_ms(b) - b->started_ms, &err);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
	if (r != -ETIME)
		give_back(b);
	return r;
}

/* The function is bound; what is left would bind it so again, and is remembered. */
static int report_left(struct binding *b, struct sriov_step *step)
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

/* A run that is killed in between must not leave the VF without its driver. */
static int restart(struct binding *b)
{
	int r = sriov_scratch_note(b->run->doors, SRIOV_SCRATCH_DRIVER, b->address, "1");

	if (r < 0)
		return r;
	r = unbind(b);
	if (r == 0)
		r = bind_default(b);
	return r == 0 && is_bound_to(b, SRIOV_DRIVER_NONE) ? -ENODEV : r;
}

static int bind_step(struct binding *b, const struct sriov_step *step)
{
	if (step->kind == SRIOV_STEP_RESTART)
		return restart(b);
	/* a driver may have come to a new VF by itself */
	return is_bound_to(b, step->to.text) ? 0 : bind_to(b, step->to.text);
}

void sriov_run_load(struct sriov_run *run, const struct sriov_step *step)
{
	struct binding b = {.run = run, .step = step, .address = step->function->address};

	load(&b, step->to.text);
}

static struct binding binding_of(struct sriov_run *run, const struct sriov_step *step,
				 size_t n)
{
	const struct sriov_function *locked = step->pf ? &step->pf->fn : step->function;
	struct binding b = {
		.run = run,
		.step = step,
		.address = step->function->address,
		.lock = sriov_locks_fd(run->locks, locked->address),
	};

	b.started_ms = now_ms(&b);
	b.deadline_ms = b.started_ms + sriov_run_timeout(run, n);
	return b;
}

/* pci-stub and its like make no netdev. */
static bool is_kernels_choice(const struct sriov_step *step)
{
	return step->kind == SRIOV_STEP_RESTART ||
	       (step->kind == SRIOV_STEP_MSIX && step->function->netdev[0]) ||
	       strcmp(step->to.text, SRIOV_DRIVER_DEFAULT) == 0;
}

int sriov_run_driver(struct sriov_run *run, struct sriov_step *step, int events)
{
	struct binding b = binding_of(run, step, 1);
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
	if (r < 0 && r != -ETIME && !is_kernels_choice(step) &&
	    is_bound_to(&b, step->to.text))
		r = 0;
	if (r < 0)
		fail(&b, step, step->to.text, r);
	else if (b.left)
		r = report_left(&b, step);
	if (step->kind == SRIOV_STEP_RESTART && r != -ETIME &&
	    !is_bound_to(&b, SRIOV_DRIVER_NONE))
		sriov_scratch_forget(run->doors, SRIOV_SCRATCH_DRIVER, b.address);
	return r;
}

int sriov_run_settle(struct sriov_run *run, struct sriov_step *steps, size_t n)
{
	struct sriov_doors *doors = run->doors;
	uint64_t deadline_ms = doors->ops->now_ms(doors) + sriov_run_timeout(run, n);
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		struct binding b = binding_of(run, &steps[i], n);
		int r;

		if (!steps[i].done || !is_kernels_choice(&steps[i]))
			continue;
		b.deadline_ms = deadline_ms;
		r = wait_for_netdev(&b);
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
