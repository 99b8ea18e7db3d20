/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeping the kernel's drivers off new VFs until these have their settings. */
#include <errno.h>
#include <stdio.h>

#include "run/scratch.h"
#include "run/steps.h"
#include "sys/child.h"
#include "sys/sysfs.h"

int sriov_run_write_autoprobe(struct sriov_run *run, const struct sriov_pf *pf,
			      const char *data)
{
	char path[96];
	struct sriov_write write = {
		.path = path,
		.data = data,
		.lock = sriov_locks_fd(run->locks, pf->fn.address),
	};
	uint64_t now = 0;
	int r;

	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_drivers_autoprobe",
		 pf->fn.address);
	r = sriov_write_one(run->doors, &write, sriov_run_timeout(run, 0));
	if (r == 0)
		r = sriov_sysfs_number(run->doors->sys, path, 10, 1, &now);
	if (r == 0 && now != (uint64_t)(data[0] - '0'))
		return -EIO;
	/* the file goes with the card */
	return r == -ENOENT ? -ENODEV : r;
}

int sriov_run_hold(struct sriov_run *run, const struct sriov_pf *pf)
{
	int r = sriov_scratch_note(run->doors, SRIOV_SCRATCH_AUTOPROBE, pf->fn.address,
				   "1");

	return r < 0 ? r : sriov_run_write_autoprobe(run, pf, "0");
}

int sriov_run_release(struct sriov_run *run, const struct sriov_pf *pf)
{
	return sriov_run_write_autoprobe(run, pf, "1");
}

void sriov_run_settled(struct sriov_run *run, const struct sriov_pf *pf)
{
	sriov_scratch_forget(run->doors, SRIOV_SCRATCH_AUTOPROBE, pf->fn.address);
}
