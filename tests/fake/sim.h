/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netdevsim of the fake kernel: a PF that is no PCI device, whose VFs are numbers. */
#ifndef FAKE_SIM_H
#define FAKE_SIM_H

#include <stdbool.h>

#include "disk.h"

/* The folder of a device in sysfs, whatever its bus; takes fake_bus() and the address. */
#define FAKE_DEVICE "sys/bus/%s/devices/%s"

/* The bus on which devices are called like @address: "pci" or "netdevsim". */
const char *fake_bus(const char *address);

/* Make the device @address (netdevsim1) with its netdev, and room for @max VFs. */
void fake_sim_make(const struct fake *fake, const char *address, const char *netdev,
		   unsigned max);

/* As a write of @n to its sriov_numvfs (drivers/net/netdevsim/dev.c).  0 or -errno. */
int fake_sim_numvfs(const struct fake *fake, const char *address, unsigned n);

#endif
