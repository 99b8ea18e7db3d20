/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be put back after a kill: kept in run/sriovctl, which a boot empties. */
#ifndef SRIOV_RUN_SCRATCH_H
#define SRIOV_RUN_SCRATCH_H

#include "run/run.h"

enum sriov_scratch {
	SRIOV_SCRATCH_OVERRIDE,	 /* driver_override of a function; to be cleared */
	SRIOV_SCRATCH_AUTOPROBE, /* sriov_drivers_autoprobe of a PF; to be 0 or 1 again */
	SRIOV_SCRATCH_DRIVER, /* of a function, taken away to start again; to be probed */
};

/*
 * Remember that the file @what of the function @address is about to be written, and that
 * @before puts it back.  Returns 0; 1 when a note is there already, which tells of an
 * earlier state and stays; or -errno.
 */
int sriov_scratch_note(const struct sriov_doors *doors, enum sriov_scratch what,
		       const char *address, const char *before);

/* It is again as it was. */
void sriov_scratch_forget(const struct sriov_doors *doors, enum sriov_scratch what,
			  const char *address);

/*
 * Let the kernel look for a driver for every VF of the PF @address that has none.
 * @lock is the descriptor of the PF's lock, or -1.  Returns 0 or the first -errno.
 */
int sriov_probe_driverless(struct sriov_doors *doors, const char *address, int lock);

#endif
