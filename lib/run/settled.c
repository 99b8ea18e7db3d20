/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a function that has got its driver has all that comes with it. */
#include <stdio.h>

#include "run/steps.h"
#include "sys/sysfs.h"

/* With udevd a netdev has its last name once udevd has written down that it is done. */
static bool udev_is_done(const struct sriov_doors *doors, const struct sriov_function *fn)
{
	char path[64];

	if (!sriov_sysfs_exists(doors->run, "udev/control"))
		return true;
	snprintf(path, sizeof(path), "udev/data/n%u", fn->ifindex);
	return sriov_sysfs_exists(doors->run, path);
}

bool sriov_function_is_settled(const struct sriov_doors *doors,
			       const struct sriov_function *fn)
{
	if (!fn->driver[0])
		return false;
	if (!sriov_function_is_net(fn) || sriov_driver_is_vfio(fn->driver))
		return true;
	return fn->ifindex && udev_is_done(doors, fn);
}
