/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading of one PCI function out of sysfs. */
#include <errno.h>
#include <linux/netdevice.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "host/function.h"
#include "sys/sysfs.h"

#define PCI_BASE_CLASS_NETWORK 0x02
#define PCI_BASE_CLASS_BRIDGE 0x06
#define NETDEV_TRIES 3

/* A function's folder, and the first of its files that could not be looked at. */
struct reading {
	int dir;
	int failed; /* -errno, 0 none */
};

static int note(struct reading *reading, int r)
{
	if (reading->failed == 0 && sriov_sysfs_failed(r))
		reading->failed = r;
	return r;
}

static uint64_t number_or(struct reading *reading, const char *path, int base,
			  uint64_t max, uint64_t otherwise)
{
	uint64_t number;
	int r = sriov_sysfs_number(reading->dir, path, base, max, &number);

	return note(reading, r) < 0 ? otherwise : number;
}

/*
 * Whether a netdev of a PF is a representor of one of its VFs, which switchdev puts
 * beside the port: phys_port_name "pf0vf3" or "c1pf0vf3" (net/core/devlink.c).
 */
static bool is_representor(struct reading *reading, const char *netdev)
{
	char path[SRIOV_NETDEV_LEN + 32], port[32];

	snprintf(path, sizeof(path), "net/%s/phys_port_name", netdev);
	if (note(reading, sriov_sysfs_read(reading->dir, path, port, sizeof(port))) < 0)
		return false;
	return strstr(port, "vf") != NULL || strstr(port, "sf") != NULL;
}

/* False when the netdev is gone, or has another name by now. */
static bool read_netdev_details(struct sriov_function *fn, struct reading *reading)
{
	char path[SRIOV_NETDEV_LEN + 32], mac[32];
	uint64_t flags;

	snprintf(path, sizeof(path), "net/%s/ifindex", fn->netdev);
	fn->ifindex = (unsigned)number_or(reading, path, 10, INT32_MAX, 0);
	snprintf(path, sizeof(path), "net/%s/flags", fn->netdev);
	flags = number_or(reading, path, 0, UINT32_MAX, UINT64_MAX);
	if (flags == UINT64_MAX)
		fn->ifindex = 0;
	else
		fn->link_up = flags & IFF_UP;
	snprintf(path, sizeof(path), "net/%s/address", fn->netdev);
	if (note(reading, sriov_sysfs_read(reading->dir, path, mac, sizeof(mac))) > 0)
		sriov_mac_parse(mac, &fn->netdev_mac);
	snprintf(path, sizeof(path), "net/%s/addr_assign_type", fn->netdev);
	fn->netdev_mac_random =
		number_or(reading, path, 10, UINT8_MAX, 0) == NET_ADDR_RANDOM;
	return fn->ifindex != 0;
}

static void find_netdev(struct sriov_function *fn, struct reading *reading)
{
	_cleanup_closedir_ DIR *list = sriov_sysfs_list(reading->dir, "net");
	const char *name;

	fn->netdev[0] = '\0';
	if (!list)
		note(reading, -errno);
	while (list && (name = sriov_sysfs_next(list))) {
		if (strlen(name) >= sizeof(fn->netdev) || is_representor(reading, name))
			continue;
		/* the lowest name, so that the choice does not hang on readdir's order */
		if (fn->netdev[0] == '\0' || strcmp(name, fn->netdev) < 0)
			strcpy(fn->netdev, name);
	}
}

/* udevd may rename it between one file and the next. */
static void read_netdev(struct sriov_function *fn, struct reading *reading)
{
	for (int i = 0; i < NETDEV_TRIES; i++) {
		find_netdev(fn, reading);
		if (!fn->netdev[0] || read_netdev_details(fn, reading))
			return;
	}
}

/* The last part of the link's target, "" where there is none. */
static void read_link(struct reading *reading, const char *path, char *buf, size_t size)
{
	if (note(reading, sriov_sysfs_link_name(reading->dir, path, buf, size)) < 0)
		buf[0] = '\0';
}

static void read_group(struct sriov_function *fn, struct reading *reading)
{
	char name[32];
	uint64_t group;

	fn->group = -1;
	read_link(reading, "iommu_group", name, sizeof(name));
	if (name[0] && sriov_parse_number(name, 10, INT32_MAX, &group) == 0)
		fn->group = (int)group;
}

int sriov_function_read(struct sriov_function *fn, int dir)
{
	struct reading at = {.dir = dir};

	fn->vendor = (uint16_t)number_or(&at, "vendor", 0, UINT16_MAX, 0xffff);
	fn->device = (uint16_t)number_or(&at, "device", 0, UINT16_MAX, 0xffff);
	fn->class = (uint32_t)number_or(&at, "class", 0, 0xffffff, 0);
	read_link(&at, "driver", fn->driver, sizeof(fn->driver));
	read_group(fn, &at);
	/* `enable` counts pci_enable_device(), which every driver calls, vfio at open */
	if (sriov_driver_is_vfio(fn->driver))
		fn->vfio_open = number_or(&at, "enable", 10, UINT32_MAX, 0) > 0;
	else
		read_netdev(fn, &at);
	return at.failed;
}

bool sriov_function_is_net(const struct sriov_function *fn)
{
	return !sriov_function_is_pci(fn) || fn->class >> 16 == PCI_BASE_CLASS_NETWORK;
}

bool sriov_function_is_bridge(const struct sriov_function *fn)
{
	return fn->class >> 16 == PCI_BASE_CLASS_BRIDGE;
}

bool sriov_driver_is_vfio(const char *driver)
{
	return strstr(driver, "vfio") != NULL;
}

bool sriov_driver_takes_any(const char *driver)
{
	static const char *const names[] = {"pci-stub", "pci-pf-stub", "uio_pci_generic",
					    "igb_uio"};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(names); i++)
		if (strcmp(driver, names[i]) == 0)
			return true;
	return sriov_driver_is_vfio(driver);
}

/*
 * Before 6.2 reading driver_override takes the device's lock, which an unbind that waits
 * for a guest holds; such a device has no driver any more.
 */
static bool may_read_override(const struct sriov_doors *doors,
			      const struct sriov_function *fn)
{
	char release[64];
	unsigned major = 0, minor = 0;

	/* a captured tree may lack it, a running host has it */
	if (fn->driver[0] || sriov_sysfs_read(doors->proc, "sys/kernel/osrelease",
					      release, sizeof(release)) < 0)
		return true;
	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 2));
}

int sriov_override_read(const struct sriov_doors *doors, const char *address,
			char buf[static SRIOV_DRIVER_LEN])
{
	char path[96];
	int r;

	snprintf(path, sizeof(path), "bus/pci/devices/%.32s/driver_override", address);
	buf[0] = '\0';
	r = sriov_sysfs_read(doors->sys, path, buf, SRIOV_DRIVER_LEN);
	if (r < 0)
		return r;
	if (strcmp(buf, "(null)") == 0)
		buf[0] = '\0';
	return 0;
}

bool sriov_function_override(const struct sriov_doors *doors,
			     const struct sriov_function *fn,
			     char buf[static SRIOV_DRIVER_LEN])
{
	buf[0] = '\0';
	return may_read_override(doors, fn) &&
	       sriov_override_read(doors, fn->address, buf) == 0;
}
