/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the machine a device is plugged in. */
#ifndef SRIOV_HOST_TOPOLOGY_H
#define SRIOV_HOST_TOPOLOGY_H

#include "host/host.h"

/*
 * Write the address of the PCI Express root port that leads to the PCI function at
 * @address to @buf: the first device of its path below the host bridge; "" when that is
 * the function itself, or cannot be told.  Returns @buf.
 */
const char *sriov_root_port(const struct sriov_doors *doors, const char *address,
			    char buf[static SRIOV_BDF_LEN]);

#endif
