/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the host stores its own files on a PCI function. */
#ifndef SRIOV_HOST_DISKS_H
#define SRIOV_HOST_DISKS_H

#include "host/host.h"

/*
 * Find where a disk of the function @fn is mounted, be it by way of a partition, LVM,
 * RAID, encryption, multipath or swap.  Returns 1 with the mount point ("swap") in @buf,
 * 0 when there is none, or the -errno of what could not be looked at.
 */
int sriov_function_mounted(const struct sriov_doors *doors,
			   const struct sriov_function *fn, char *buf, size_t size);

#endif
