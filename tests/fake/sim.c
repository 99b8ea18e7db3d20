/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netdevsim of the fake kernel: a PF that is no PCI device, whose VFs are numbers. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "sim.h"
#include "vf.h"

#define DRIVER "netdevsim"
#define IFINDEX 1000

const char *fake_bus(const char *address)
{
	return strncmp(address, DRIVER, strlen(DRIVER)) == 0 ? DRIVER : "pci";
}

void fake_sim_make(const struct fake *fake, const char *address, const char *netdev,
		   unsigned max)
{
	char dir[PATH_MAX], link[PATH_MAX];

	snprintf(dir, sizeof(dir), "sys/devices/%s", address);
	fake_put(fake, "0", "%s/sriov_numvfs", dir);
	fake_folder(fake, "sys/bus/" DRIVER "/drivers/" DRIVER);
	fake_symlink(fake, "../../bus/" DRIVER "/drivers/" DRIVER, "%s/driver", dir);
	fake_put_number(fake, IFINDEX, "%s/net/%s/ifindex", dir, netdev);
	fake_put(fake, "0x1002", "%s/net/%s/flags", dir, netdev);
	fake_put(fake, "0", "%s/net/%s/carrier", dir, netdev);
	fake_put(fake, "down", "%s/net/%s/operstate", dir, netdev);
	fake_put(fake, "1000", "%s/net/%s/speed", dir, netdev);
	fake_put(fake, "ba:db:55:69:9b:d2", "%s/net/%s/address", dir, netdev);
	fake_put(fake, "1", "%s/net/%s/addr_assign_type", dir, netdev);
	snprintf(link, sizeof(link), "../../../%s", address);
	fake_symlink(fake, link, "%s/net/%s/device", dir, netdev);
	snprintf(link, sizeof(link), "../../devices/%s/net/%s", address, netdev);
	fake_symlink(fake, link, "sys/class/net/%s", netdev);
	snprintf(link, sizeof(link), "../../../devices/%s", address);
	fake_symlink(fake, link, "sys/bus/" DRIVER "/devices/%s", address);
	fake_put(fake, netdev, "kernel/%s/netdev", address);
	fake_put_number(fake, max, "kernel/%s/max", address);
}

int fake_sim_numvfs(const struct fake *fake, const char *address, unsigned n)
{
	unsigned now = (unsigned)fake_get_number(fake, 0, FAKE_DEVICE "/sriov_numvfs",
						 fake_bus(address), address);
	struct fake_vf vf = fake_vf_new(DRIVER, 0);

	if (n == now)
		return 0;
	if (n && now)
		return -EBUSY;
	if (n > fake_get_number(fake, 0, "kernel/%s/max", address))
		return -ENOMEM;
	vf.spoofchk = 0;
	fake_remove(fake, "kernel/%s/vf", address);
	/* nsim_bus_dev_vfs_disable() */
	if (n == 0)
		fake_remove(fake, "kernel/%s/eswitch", address);
	for (unsigned i = 0; i < n; i++)
		fake_vf_put(fake, address, i, &vf);
	fake_put_number(fake, n, FAKE_DEVICE "/sriov_numvfs", fake_bus(address), address);
	fake_clock_event(fake);
	return 0;
}
