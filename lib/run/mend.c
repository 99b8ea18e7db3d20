/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting right what keeps drivers off: driver_override and sriov_drivers_autoprobe. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "run/steps.h"
#include "sys/child.h"

int sriov_run_has_override(const struct sriov_run *run, const char *address)
{
	char driver[SRIOV_DRIVER_LEN];
	int r = sriov_override_read(run->doors, address, driver);

	return r < 0 ? r : driver[0] != '\0';
}

int sriov_run_write_override(struct sriov_run *run, const struct sriov_step *step,
			     const char *driver, uint64_t timeout_ms)
{
	const struct sriov_function *locked = step->pf ? &step->pf->fn : step->function;
	char path[96];
	struct sriov_write write = {
		.path = path,
		/* a write of no bytes never reaches the kernel */
		.data = driver[0] ? driver : "\n",
		.lock = sriov_locks_fd(run->locks, locked->address),
	};
	int r;

	snprintf(path, sizeof(path), "bus/pci/devices/%s/driver_override",
		 step->function->address);
	r = sriov_write_one(run->doors, &write, timeout_ms);
	if (r == -ENOENT)
		return -ENODEV;
	/* one that is left behind keeps every other driver off */
	if (r < 0 || driver[0])
		return r;
	return sriov_run_has_override(run, step->function->address) > 0 ? -EIO : 0;
}

static int refused(struct sriov_step *step, const char *file, int r)
{
	struct sriov_error err = {0};
	char name[SRIOV_NAME_LEN];

	sriov_error_set(&err, SRIOV_FAILED, -r, "cannot write %s: %s", file,
			r == -ETIME ? "the kernel has not completed it; some program "
				      "may hold the VF"
				    : strerror(-r));
	sriov_error_object(&err, "%s", sriov_step_object(step, name));
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
	return r;
}

int sriov_run_override(struct sriov_run *run, struct sriov_step *step)
{
	int r = sriov_run_write_override(run, step, step->to.text,
					 sriov_run_timeout(run, 1));

	return r < 0 ? refused(step, "driver_override", r) : 0;
}

int sriov_run_autoprobe(struct sriov_run *run, struct sriov_step *step)
{
	int r = sriov_run_write_autoprobe(run, step->pf, step->to.number ? "1" : "0");

	return r < 0 ? refused(step, "sriov_drivers_autoprobe", r) : 0;
}
