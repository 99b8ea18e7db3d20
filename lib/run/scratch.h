/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be put back after a kill: kept in run/sriovctl, which a boot empties. */
#ifndef SRIOV_RUN_SCRATCH_H
#define SRIOV_RUN_SCRATCH_H

#include "run/run.h"

/* Remember that the driver_override of the function @address is about to be written. */
int sriov_scratch_note(const struct sriov_doors *doors, const char *address);

/* It has been cleared again. */
void sriov_scratch_forget(const struct sriov_doors *doors, const char *address);

#endif
