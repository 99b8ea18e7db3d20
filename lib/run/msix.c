/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MSI-X vectors of a VF: a driver that is bound has counted them already. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/explain.h"
#include "run/scratch.h"
#include "run/steps.h"
#include "sys/child.h"
#include "sys/sysfs.h"

static int write_count(struct sriov_run *run, const struct sriov_step *step)
{
	char path[96], data[16];
	struct sriov_write write = {
		.path = path,
		.data = data,
		.lock = sriov_locks_fd(run->locks, step->pf->fn.address),
	};
	int r;

	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_vf_msix_count",
		 step->function->address);
	snprintf(data, sizeof(data), "%llu", (unsigned long long)step->to.number);
	r = sriov_write_one(run->doors, &write, sriov_run_timeout(run, 1));
	/* the file went with the VF */
	return r == -ENOENT ? -ENODEV : r;
}

static int keeps_driver(struct sriov_step *step, const char *driver, int r)
{
	struct sriov_error err = {0};

	sriov_explain_driver(step, driver, -r, 0, &err);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
	return r;
}

/* Bind the VF of @step as a step of its own would; what goes wrong is @step's fault. */
static int bind_to(struct sriov_run *run, struct sriov_step *step, const char *from,
		   const char *to, int events)
{
	struct sriov_step binding = *step;
	int r;

	binding.kind = SRIOV_STEP_DRIVER;
	binding.attr = SRIOV_ATTR_DRIVER;
	binding.from = binding.to = (struct sriov_value){.known = true};
	binding.error = NULL;
	snprintf(binding.from.text, sizeof(binding.from.text), "%s", from);
	snprintf(binding.to.text, sizeof(binding.to.text), "%s", to);
	r = sriov_run_driver(run, &binding, events);
	if (r < 0 && binding.error)
		sriov_step_fail(step, binding.status, binding.error);
	free(binding.error);
	return r;
}

static void refused(struct sriov_step *step, int r)
{
	struct sriov_error err = {0};

	sriov_explain_setting(step, -r, "", true, &err);
	if (r == -ENOSPC || r == -EOVERFLOW)
		sriov_error_hint(&err, "sriovctl show %s has how many there are",
				 step->pf->name);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
}

/* A run that is killed in between must not leave the VF without the kernel's driver. */
static int without_driver(struct sriov_run *run, struct sriov_step *step,
			  const char *driver, int events)
{
	const char *address = step->function->address;
	bool noted = !sriov_driver_is_vfio(driver);
	int r = noted ? sriov_scratch_note(run->doors, SRIOV_SCRATCH_DRIVER, address, "1")
		      : 0;
	int count;

	if (r < 0)
		return keeps_driver(step, driver, r);
	r = bind_to(run, step, driver, SRIOV_DRIVER_NONE, events);
	if (r < 0)
		return r;
	count = write_count(run, step);
	r = bind_to(run, step, driver, driver, events);
	if (r == 0 && noted)
		sriov_scratch_forget(run->doors, SRIOV_SCRATCH_DRIVER, address);
	if (r == 0 && count < 0)
		refused(step, count);
	return r;
}

int sriov_run_msix(struct sriov_run *run, struct sriov_step *step, int events)
{
	char path[96], driver[SRIOV_DRIVER_LEN];
	int r;

	sriov_run_progress(run, "%s: giving it %llu MSI-X vectors",
			   step->function->address, (unsigned long long)step->to.number);
	snprintf(path, sizeof(path), "bus/pci/devices/%s/driver",
		 step->function->address);
	if (sriov_sysfs_link_name(run->doors->sys, path, driver, sizeof(driver)) == 0)
		return without_driver(run, step, driver, events);
	r = write_count(run, step);
	if (r < 0)
		refused(step, r);
	return 0;
}
