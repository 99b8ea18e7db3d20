/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of the fake kernel, their drivers and their netdevs. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "function.h"
#include "sim.h"
#include "vf.h"

#define CONFIG_SIZE 256
#define BUS "sys/bus/pci"
#define DEVICE BUS "/devices/%s"

/* The config space of a function without capabilities; a VF's ids read ffff. */
static void put_config(const struct fake *fake, const struct fake_function *fn, bool vf)
{
	uint16_t vendor = vf ? 0xffff : fn->vendor, device = vf ? 0xffff : fn->device;
	const uint8_t config[CONFIG_SIZE] = {
		[0x00] = vendor & 0xff,
		[0x01] = (uint8_t)(vendor >> 8),
		[0x02] = device & 0xff,
		[0x03] = (uint8_t)(device >> 8),
		[0x04] = 0x06,
		[0x05] = 0x04,
		[0x09] = fn->class & 0xff,
		[0x0a] = fn->class >> 8 & 0xff,
		[0x0b] = fn->class >> 16 & 0xff,
	};

	fake_put_bytes(fake, config, sizeof(config), DEVICE "/config", fn->address);
}

#define MSIX_AT 0x70

void fake_function_msix(const struct fake *fake, const char *address, unsigned vectors)
{
	uint8_t config[CONFIG_SIZE] = {0};
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), DEVICE "/config", address);
	fd = openat(fake->root, path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || read(fd, config, sizeof(config)) != sizeof(config))
		fake_die("%s: %s", path, strerror(errno));
	config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = MSIX_AT;
	config[MSIX_AT] = PCI_CAP_ID_MSIX;
	config[MSIX_AT + PCI_MSIX_FLAGS] = (vectors - 1) & 0xff;
	config[MSIX_AT + PCI_MSIX_FLAGS + 1] = (uint8_t)((vectors - 1) >> 8);
	fake_put_bytes(fake, config, sizeof(config), "%s", path);
}

static void join_group(const struct fake *fake, const char *address, int group)
{
	char target[128];

	if (fake_exists(fake, "kernel/no-iommu"))
		return;
	if (group < 0)
		group = (int)fake_count(fake, 1, "kernel/next-group");
	snprintf(target, sizeof(target), "../../../../devices/pci0000:00/%s", address);
	fake_symlink(fake, target, "sys/kernel/iommu_groups/%d/devices/%s", group,
		     address);
	snprintf(target, sizeof(target), "../../../kernel/iommu_groups/%d", group);
	fake_symlink(fake, target, DEVICE "/iommu_group", address);
}

static void leave_group(const struct fake *fake, const char *address)
{
	char group[16];

	fake_get_link(fake, group, sizeof(group), DEVICE "/iommu_group", address);
	if (group[0])
		fake_remove(fake, "sys/kernel/iommu_groups/%s/devices/%s", group,
			    address);
}

void fake_function_make(const struct fake *fake, const struct fake_function *fn)
{
	char text[128];

	snprintf(text, sizeof(text), "../../../devices/pci0000:00/%s", fn->address);
	fake_folder(fake, "sys/devices/pci0000:00/%s", fn->address);
	fake_symlink(fake, text, DEVICE, fn->address);
	snprintf(text, sizeof(text), "0x%04x", fn->vendor);
	fake_put(fake, text, DEVICE "/vendor", fn->address);
	snprintf(text, sizeof(text), "0x%04x", fn->device);
	fake_put(fake, text, DEVICE "/device", fn->address);
	snprintf(text, sizeof(text), "0x%06x", fn->class);
	fake_put(fake, text, DEVICE "/class", fn->address);
	snprintf(text, sizeof(text),
		 "pci:v%08Xd%08Xsv00000000sd00000000bc%02Xsc%02Xi%02X", fn->vendor,
		 fn->device, fn->class >> 16, fn->class >> 8 & 0xff, fn->class & 0xff);
	fake_put(fake, text, DEVICE "/modalias", fn->address);
	snprintf(text, sizeof(text), "%d", fn->numa);
	fake_put(fake, text, DEVICE "/numa_node", fn->address);
	fake_put(fake, "0", DEVICE "/enable", fn->address);
	fake_put(fake, "(null)", DEVICE "/driver_override", fn->address);
	fake_put(fake, fn->match, "kernel/%s/match", fn->address);
	join_group(fake, fn->address, fn->group);
	put_config(fake, fn, fake_exists(fake, "kernel/%s/pf", fn->address));
}

void fake_driver_make(const struct fake *fake, const char *driver)
{
	static const char *const files[] = {"bind", "unbind", "new_id", "remove_id"};

	for (size_t i = 0; i < 4; i++)
		fake_put_bytes(fake, "", 0, BUS "/drivers/%s/%s", driver, files[i]);
	fake_put_bytes(fake, "", 0, BUS "/drivers_probe");
	fake_put(fake, "1", BUS "/drivers_autoprobe");
}

char *fake_function_driver(const struct fake *fake, const char *address, char *buf,
			   size_t size)
{
	return fake_get_link(fake, buf, size, FAKE_DEVICE "/driver", fake_bus(address),
			     address);
}

static bool is_vfio(const char *driver)
{
	return strstr(driver, "vfio") != NULL;
}

bool fake_function_is_held(const struct fake *fake, const char *address)
{
	char driver[FAKE_NAME_MAX];

	return is_vfio(fake_function_driver(fake, address, driver, sizeof(driver))) &&
	       fake_get_number(fake, 0, DEVICE "/enable", address) > 0;
}

void fake_netdev_make(const struct fake *fake, const char *address, const char *name,
		      uint64_t mac, bool random)
{
	char text[PATH_MAX], dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "sys/devices/pci0000:00/%s/net/%s", address, name);
	fake_put(fake, sriov_mac_format(mac, text), "%s/address", dir);
	fake_put_number(fake, random ? NET_ADDR_RANDOM : NET_ADDR_PERM,
			"%s/addr_assign_type", dir);
	fake_put_number(fake, fake_count(fake, 2, "kernel/next-ifindex"), "%s/ifindex",
			dir);
	fake_put(fake, "0x1002", "%s/flags", dir);
	fake_put(fake, "0", "%s/carrier", dir);
	fake_put(fake, "down", "%s/operstate", dir);
	fake_put(fake, "1500", "%s/mtu", dir);
	snprintf(text, sizeof(text), "../../../%s", address);
	fake_symlink(fake, text, "%s/device", dir);
	snprintf(text, sizeof(text), "../../devices/pci0000:00/%s/net/%s", address, name);
	fake_symlink(fake, text, "sys/class/net/%s", name);
}

void fake_netdev_infiniband(const struct fake *fake, const char *name, uint64_t guid)
{
	char text[SRIOV_GUID_LEN], address[PATH_MAX];

	/* queue pair and subnet prefix come first (RFC 4391, 9.1.1) */
	snprintf(address, sizeof(address), "00:00:10:49:fe:80:00:00:00:00:00:00:%s",
		 sriov_guid_format(guid, text));
	fake_put(fake, address, "sys/class/net/%s/address", name);
	fake_put_number(fake, ARPHRD_INFINIBAND, "sys/class/net/%s/type", name);
}

void fake_netdev_remove(const struct fake *fake, const char *name)
{
	char address[FAKE_NAME_MAX];

	fake_get_link(fake, address, sizeof(address), "sys/class/net/%s/device", name);
	if (address[0])
		fake_remove(fake, DEVICE "/net/%s", address, name);
	fake_remove(fake, "sys/class/net/%s", name);
}

static void remove_netdev_of(const struct fake *fake, const char *name, void *arg)
{
	(void)arg;
	fake_netdev_remove(fake, name);
}

static void remove_netdevs(const struct fake *fake, const char *address)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DEVICE "/net", address);
	fake_each_name(fake, path, remove_netdev_of, NULL);
	fake_remove(fake, "%s", path);
}

void fake_netdev_rename(const struct fake *fake, const char *from, const char *to)
{
	char address[FAKE_NAME_MAX], a[PATH_MAX], b[PATH_MAX];

	fake_get_link(fake, address, sizeof(address), "sys/class/net/%s/device", from);
	snprintf(a, sizeof(a), DEVICE "/net/%s", address, from);
	snprintf(b, sizeof(b), DEVICE "/net/%s", address, to);
	if (renameat(fake->root, a, fake->root, b) < 0)
		fake_die("cannot rename %s: %s", from, strerror(errno));
	fake_remove(fake, "sys/class/net/%s", from);
	snprintf(a, sizeof(a), "../../devices/pci0000:00/%s/net/%s", address, to);
	fake_symlink(fake, a, "sys/class/net/%s", to);
	fake_put(fake, to, "kernel/%s/netdev", address);
}

/* An address that the driver of a VF makes up, the same at every run. */
static uint64_t random_mac(const char *address)
{
	struct sriov_bdf bdf = {0};

	sriov_bdf_parse(address, &bdf);
	return UINT64_C(0xae0000000000) | (uint64_t)bdf.bus << 16 |
	       (uint64_t)bdf.device << 8 | bdf.function;
}

/* Whether the port answers the driver's first question too late, as a busy one does. */
static bool answers_late(const struct fake *fake, const char *pf)
{
	uint64_t n = fake_get_number(fake, 0, "kernel/%s/late-answers", pf);

	if (n)
		fake_put_number(fake, n - 1, "kernel/%s/late-answers", pf);
	return n != 0;
}

static void start_vf_netdev(const struct fake *fake, const char *address,
			    const char *name)
{
	char pf[FAKE_NAME_MAX];
	unsigned index = (unsigned)fake_get_number(fake, 0, "kernel/%s/index", address);
	struct fake_vf vf;

	fake_get(fake, pf, sizeof(pf), "kernel/%s/pf", address);
	vf = fake_vf_get(fake, pf, index);
	/* the card tells the VF's driver its address, or learns that driver's own */
	if (!vf.admin_mac) {
		vf.mac = random_mac(address);
		fake_vf_put(fake, pf, index, &vf);
	}
	fake_netdev_make(fake, address, name, vf.mac,
			 answers_late(fake, pf) || !vf.admin_mac);
	if (vf.infiniband)
		fake_netdev_infiniband(fake, name, vf.port_guid);
}

static void start_netdev(const struct fake *fake, const char *address)
{
	char name[FAKE_NAME_MAX], text[SRIOV_GUID_LEN];
	uint64_t number = 0;

	fake_get(fake, name, sizeof(name), "kernel/%s/netdev", address);
	if (name[0] == '\0')
		return;
	if (fake_exists(fake, "kernel/%s/pf", address)) {
		start_vf_netdev(fake, address, name);
		return;
	}
	sriov_mac_parse(fake_get(fake, text, sizeof(text), "kernel/%s/mac", address),
			&number);
	fake_netdev_make(fake, address, name, number, false);
	if (sriov_guid_parse(
		    fake_get(fake, text, sizeof(text), "kernel/%s/guid", address),
		    &number) == 0)
		fake_netdev_infiniband(fake, name, number);
}

static int start_vfio(const struct fake *fake, const char *address)
{
	char group[16];

	fake_get_link(fake, group, sizeof(group), DEVICE "/iommu_group", address);
	if (group[0] == '\0')
		return -EINVAL;
	if (fake_exists(fake, DEVICE "/virtfn0", address))
		return -EBUSY;
	fake_put_bytes(fake, "", 0, "dev/vfio/%s", group);
	fake_put(fake, "0", DEVICE "/enable", address);
	return 0;
}

/* An override names the only driver that may have the function. */
static bool matches(const struct fake *fake, const char *address, const char *driver)
{
	char text[FAKE_NAME_MAX];

	fake_get(fake, text, sizeof(text), DEVICE "/driver_override", address);
	if (text[0] == '\0' || strcmp(text, "(null)") == 0)
		fake_get(fake, text, sizeof(text), "kernel/%s/match", address);
	return strcmp(text, driver) == 0;
}

/* drivers/pci/pci-driver.c, pci_device_can_probe() */
static bool may_probe(const struct fake *fake, const char *address)
{
	char text[FAKE_NAME_MAX], pf[FAKE_NAME_MAX];

	fake_get(fake, pf, sizeof(pf), "kernel/%s/pf", address);
	fake_get(fake, text, sizeof(text), DEVICE "/driver_override", address);
	return pf[0] == '\0' || (text[0] && strcmp(text, "(null)") != 0) ||
	       fake_get_number(fake, 1, DEVICE "/sriov_drivers_autoprobe", pf) != 0;
}

int fake_function_bind(const struct fake *fake, const char *address, const char *driver)
{
	char bound[FAKE_NAME_MAX], target[128];
	int r = 0;

	if (!fake_exists(fake, DEVICE, address) || !matches(fake, address, driver))
		return -ENODEV;
	if (fake_function_driver(fake, address, bound, sizeof(bound))[0])
		return -EBUSY;
	if (!may_probe(fake, address))
		return -ENODEV;
	if (is_vfio(driver))
		r = start_vfio(fake, address);
	if (r < 0)
		return r;
	snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s", driver);
	fake_symlink(fake, target, DEVICE "/driver", address);
	snprintf(target, sizeof(target), "../../../../devices/pci0000:00/%s", address);
	fake_symlink(fake, target, BUS "/drivers/%s/%s", driver, address);
	if (!is_vfio(driver)) {
		fake_put(fake, "1", DEVICE "/enable", address);
		start_netdev(fake, address);
	}
	return 0;
}

int fake_function_unbind(const struct fake *fake, const char *address, const char *driver)
{
	char bound[FAKE_NAME_MAX], group[16];

	fake_function_driver(fake, address, bound, sizeof(bound));
	if (bound[0] == '\0' || strcmp(bound, driver) != 0)
		return -ENODEV;
	fake_remove(fake, DEVICE "/driver", address);
	fake_remove(fake, BUS "/drivers/%s/%s", driver, address);
	fake_put(fake, "0", DEVICE "/enable", address);
	if (is_vfio(driver)) {
		fake_get_link(fake, group, sizeof(group), DEVICE "/iommu_group", address);
		fake_remove(fake, "dev/vfio/%s", group);
	}
	remove_netdevs(fake, address);
	return 0;
}

/* Nothing that goes wrong here is told to the writer of drivers_probe. */
int fake_function_probe(const struct fake *fake, const char *address)
{
	char driver[FAKE_NAME_MAX];

	if (!fake_exists(fake, DEVICE, address))
		return -ENODEV;
	fake_get(fake, driver, sizeof(driver), DEVICE "/driver_override", address);
	if (driver[0] == '\0' || strcmp(driver, "(null)") == 0)
		fake_get(fake, driver, sizeof(driver), "kernel/%s/match", address);
	if (driver[0] && fake_exists(fake, BUS "/drivers/%s", driver))
		fake_function_bind(fake, address, driver);
	return 0;
}

void fake_function_remove(const struct fake *fake, const char *address)
{
	char driver[FAKE_NAME_MAX];

	fake_function_driver(fake, address, driver, sizeof(driver));
	if (driver[0])
		fake_function_unbind(fake, address, driver);
	leave_group(fake, address);
	fake_remove(fake, DEVICE, address);
	fake_remove(fake, "sys/devices/pci0000:00/%s", address);
	fake_remove(fake, "kernel/%s", address);
}
