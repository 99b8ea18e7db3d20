/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading of one PCI function out of sysfs. */
#ifndef SRIOV_HOST_FUNCTION_H
#define SRIOV_HOST_FUNCTION_H

#include "host/host.h"

/*
 * Fill @fn, whose bdf and address are set, from its folder @dir.  What is missing stays
 * unknown: a function may vanish while it is looked at.  Returns 0, or the -errno of what
 * could not be looked at (sriov_sysfs_failed()): then nothing of @fn can be relied on.
 */
int sriov_function_read(struct sriov_function *fn, int dir);

#endif
