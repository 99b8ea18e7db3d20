/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be put back after a kill: kept in run/sriovctl, which a boot empties. */
#ifndef SRIOV_RUN_SCRATCH_H
#define SRIOV_RUN_SCRATCH_H

#include "run/run.h"

enum sriov_scratch {
	SRIOV_SCRATCH_OVERRIDE,	 /* driver_override of a function; to be cleared */
	SRIOV_SCRATCH_AUTOPROBE, /* sriov_drivers_autoprobe of a PF; was 0 */
};

/* Remember that the file @what of the function @address is about to be written. */
int sriov_scratch_note(const struct sriov_doors *doors, enum sriov_scratch what,
		       const char *address);

/* It is again as it was. */
void sriov_scratch_forget(const struct sriov_doors *doors, enum sriov_scratch what,
			  const char *address);

#endif
