/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of sysfs: every PCI function in outline, PFs and VFs whole, and what they depend on. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "capture/tree.h"
#include "sys/child.h"
#include "sys/sysfs.h"

#define PCI_DEVICES "bus/pci/devices"
#define SIMULATED_DEVICES "bus/netdevsim/devices"

/* MAX_PHYS_ITEM_ID_LEN of linux/netdevice.h, in hexadecimal digits */
#define SWITCH_ID_MAX 72

/* As host/msix.c waits. */
#define MSIX_TIMEOUT_MS 1000

/* Configuration space of PCI Express. */
#define CONFIG_MAX 4096

static const char *const function_files[] = {
	"vendor",	    "device",		"class",     "revision",
	"subsystem_vendor", "modalias",		"numa_node", "boot_vga",
	"enable",	    "subsystem_device", NULL,
};

/* Without sriov_numvfs, which waits for a running write. */
static const char *const pf_files[] = {
	"sriov_totalvfs",	   "sriov_offset", "sriov_stride", "sriov_vf_device",
	"sriov_drivers_autoprobe", "ari_enabled",  "resource",	   NULL,
};

static const char *const bridge_files[] = {
	"subordinate_bus_number",
	"secondary_bus_number",
	NULL,
};

static const char *const netdev_files[] = {
	"ifindex", "flags",	"address",	  "addr_assign_type",
	"carrier", "operstate", "phys_port_name", "speed",
	"mtu",	   "dev_port",	"type",		  "uevent",
	NULL,
};

/* A folder of names and nothing else. */
static void put_folder(struct capture *c, const char *name, void *arg)
{
	capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s/%s", (const char *)arg, name);
}

static void note_ifindex(struct capture *c, const char *folder)
{
	char path[PATH_MAX];
	uint64_t ifindex = 0;

	snprintf(path, sizeof(path), "%.4000s/ifindex", folder);
	sriov_sysfs_number(c->sys.fd, path, 10, INT32_MAX, &ifindex);
	if (SRIOV_ARRAY_ROOM(c->ifindex, c->n_netdevs) < 0)
		c->failed = true;
	else
		c->ifindex[c->n_netdevs] = (unsigned)ifindex;
}

static void take_upper(struct capture *c, const char *name, void *arg)
{
	const char *folder = arg;

	if (strncmp(name, "upper_", 6) != 0)
		return;
	capture_link(c, &c->sys, folder, name);
	capture_netdev(c, name + 6);
}

/* Drivers make it of a MAC or of a serial number. */
static void take_switch_id(struct capture *c, const char *folder)
{
	char path[PATH_MAX], text[SWITCH_ID_MAX];
	uint8_t bytes[SRIOV_SECRET_MAX];
	size_t n = 0;
	int r;

	snprintf(path, sizeof(path), "%.4000s/phys_switch_id", folder);
	r = sriov_sysfs_read(c->sys.fd, path, text, sizeof(text));
	if (r <= 0)
		return;
	/* a longer one is made up of random numbers (netdevsim) */
	while (r <= 2 * SRIOV_SECRET_MAX && n < sizeof(bytes) &&
	       sscanf(text + 2 * n, "%2hhx", &bytes[n]) == 1)
		n++;
	if (n > 1)
		sriov_pseudonym_bytes(c->pseudonyms, bytes, n);
	capture_page(c, &c->sys, folder, "phys_switch_id");
}

/* A netdev, and what stands on it. */
void capture_netdev(struct capture *c, const char *name)
{
	char path[PATH_MAX], folder[PATH_MAX], master[NAME_MAX + 1];

	snprintf(path, sizeof(path), "class/net/%.255s", name);
	if (capture_has(c->netdev, c->n_netdevs, name) ||
	    capture_folder(c, &c->sys, path, folder) < 0)
		return;
	note_ifindex(c, folder);
	if (c->failed)
		return;
	capture_add_word(c, &c->netdev, &c->n_netdevs, name);
	sriov_pseudonym_keep(c->pseudonyms, name);
	capture_pages(c, &c->sys, folder, netdev_files);
	take_switch_id(c, folder);
	capture_link(c, &c->sys, folder, "device");
	capture_link(c, &c->sys, folder, "master");
	snprintf(path, sizeof(path), "%.4000s/macvtap", folder);
	if (sriov_sysfs_exists(c->sys.fd, path))
		capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s", path);
	snprintf(path, sizeof(path), "%.4000s/master", folder);
	if (sriov_sysfs_link_name(c->sys.fd, path, master, sizeof(master)) == 0)
		capture_netdev(c, master);
	capture_each(c, &c->sys, folder, take_upper, folder);
}

static void take_netdev(struct capture *c, const char *name, void *arg)
{
	char path[PATH_MAX], folder[PATH_MAX];

	/* where net/ has a link in place of the folder */
	snprintf(path, sizeof(path), "%.3000s/net/%.255s", (const char *)arg, name);
	capture_resolve(c, &c->sys, path, folder);
	capture_netdev(c, name);
}

/* What `link` of @folder leads to, as a folder and no more. */
static void take_neighbour(struct capture *c, const char *folder, const char *link)
{
	char path[PATH_MAX], target[PATH_MAX];

	snprintf(path, sizeof(path), "%.4000s/%s", folder, link);
	capture_link(c, &c->sys, folder, link);
	if (capture_resolve(c, &c->sys, path, target) == 0)
		capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s", target);
}

static void take_config(struct capture *c, const char *folder)
{
	_cleanup_close_ int fd = -1;
	uint8_t config[CONFIG_MAX];
	char path[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "%.4000s/config", folder);
	fd = openat(c->sys.fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	n = fd < 0 ? -1 : read(fd, config, sizeof(config));
	if (n < 0) {
		capture_note_failed(c, &c->sys, path, -errno);
		return;
	}
	capture_clean_config(c->pseudonyms, config, (size_t)n);
	snprintf(path, sizeof(path), "sys/%.4000s/config", folder);
	capture_put(c, CAPTURE_BINARY, path, config, (size_t)n);
}

static void take_virtfn(struct capture *c, const char *name, void *arg)
{
	const char *folder = arg;

	if (strncmp(name, "virtfn", 6) == 0)
		capture_link(c, &c->sys, folder, name);
}

/* The buses that the ports above it lead to. */
static void take_bridges(struct capture *c, const char *folder)
{
	char above[PATH_MAX], *slash;

	snprintf(above, sizeof(above), "%.4000s", folder);
	while ((slash = strrchr(above, '/'))) {
		*slash = '\0';
		capture_pages(c, &c->sys, above, bridge_files);
	}
}

static void take_nvme(struct capture *c, const char *name, void *arg)
{
	capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s/nvme/%s", (const char *)arg, name);
}

static void take_names_below(struct capture *c, const char *folder, const char *name,
			     capture_name_fn *fn)
{
	char path[PATH_MAX], below[PATH_MAX];

	snprintf(path, sizeof(path), "%.3000s/%s", folder, name);
	if (!sriov_sysfs_exists(c->sys.fd, path) ||
	    capture_folder(c, &c->sys, path, below) < 0)
		return;
	snprintf(below, sizeof(below), "%.4000s", folder);
	capture_each(c, &c->sys, path, fn, below);
}

static void take_vfio_dev(struct capture *c, const char *name, void *arg)
{
	capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s/vfio-dev/%s", (const char *)arg,
		     name);
}

/*
 * Before 6.2 the kernel reads driver_override under the device's lock, which an unbind
 * that waits for a guest holds; such a device has no driver any more.
 */
static void take_override(struct capture *c, const char *folder)
{
	char release[64] = "", path[PATH_MAX];
	unsigned major = 0, minor = 0;

	snprintf(path, sizeof(path), "%.4000s/driver", folder);
	sriov_sysfs_read(c->proc.fd, "sys/kernel/osrelease", release, sizeof(release));
	if (sriov_sysfs_exists(c->sys.fd, path) ||
	    (sscanf(release, "%u.%u", &major, &minor) == 2 &&
	     (major > 6 || (major == 6 && minor >= 2))))
		capture_page(c, &c->sys, folder, "driver_override");
}

/* This file waits for a running write as well, and tells what nothing else does. */
static void take_msix_pool(struct capture *c, const char *folder)
{
	char path[PATH_MAX], text[24];
	uint64_t pool = 0;
	int r;

	snprintf(path, sizeof(path), "%.4000s/sriov_vf_total_msix", folder);
	r = sriov_read_within(c->doors, path, UINT32_MAX, MSIX_TIMEOUT_MS, &pool);
	if (r == -ETIME)
		capture_note(c, "/sys/%s: a change is under way", path);
	else
		capture_note_failed(c, &c->sys, path, r);
	snprintf(text, sizeof(text), "%" PRIu64 "\n", pool);
	if (r == 0)
		capture_putf(c, CAPTURE_TEXT, text, "sys/%s", path);
}

static bool has(struct capture *c, const char *folder, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.4000s/%s", folder, name);
	return sriov_sysfs_exists(c->sys.fd, path);
}

/* A PF or a VF. */
static void take_whole(struct capture *c, const char *folder, bool is_pf)
{
	char path[PATH_MAX];

	take_config(c, folder);
	take_bridges(c, folder);
	take_names_below(c, folder, "net", take_netdev);
	take_names_below(c, folder, "nvme", take_nvme);
	take_names_below(c, folder, "vfio-dev", take_vfio_dev);
	if (!is_pf) {
		c->vfs++;
		take_override(c, folder);
		return;
	}
	c->pfs++;
	capture_pages(c, &c->sys, folder, pf_files);
	take_msix_pool(c, folder);
	snprintf(path, sizeof(path), "%.4000s", folder);
	capture_each(c, &c->sys, folder, take_virtfn, path);
}

static void take_function(struct capture *c, const char *address, void *arg)
{
	char path[PATH_MAX], folder[PATH_MAX];
	bool is_pf, is_vf;

	(void)arg;
	snprintf(path, sizeof(path), PCI_DEVICES "/%.255s", address);
	if (capture_folder(c, &c->sys, path, folder) < 0)
		return;
	capture_pages(c, &c->sys, folder, function_files);
	capture_link(c, &c->sys, folder, "physfn");
	take_neighbour(c, folder, "driver");
	take_neighbour(c, folder, "iommu_group");
	is_pf = has(c, folder, "sriov_totalvfs");
	is_vf = has(c, folder, "physfn");
	if (is_pf || is_vf) {
		capture_add_word(c, &c->address, &c->n_addresses, address);
		take_whole(c, folder, is_pf);
	}
}

/* The kernel's simulator: to read how many VFs there are waits for nobody. */
static void take_simulated(struct capture *c, const char *name, void *arg)
{
	static const char *const files[] = {"sriov_numvfs", NULL};
	char path[PATH_MAX], folder[PATH_MAX];

	(void)arg;
	snprintf(path, sizeof(path), SIMULATED_DEVICES "/%.255s", name);
	if (capture_folder(c, &c->sys, path, folder) < 0)
		return;
	c->pfs++;
	capture_pages(c, &c->sys, folder, files);
	take_neighbour(c, folder, "driver");
	take_names_below(c, folder, "net", take_netdev);
}

static void take_group_member(struct capture *c, const char *name, void *arg)
{
	capture_link(c, &c->sys, arg, name);
}

static void take_group(struct capture *c, const char *name, void *arg)
{
	char path[64];

	(void)arg;
	snprintf(path, sizeof(path), "kernel/iommu_groups/%.20s/devices", name);
	capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s", path);
	capture_each(c, &c->sys, path, take_group_member, path);
}

static void take_holder(struct capture *c, const char *name, void *arg)
{
	capture_link(c, &c->sys, arg, name);
}

/* A block device: its number, and what is built of it. */
static void take_block(struct capture *c, const char *name, void *arg)
{
	char path[PATH_MAX], folder[PATH_MAX];

	(void)arg;
	snprintf(path, sizeof(path), "class/block/%.255s", name);
	if (capture_folder(c, &c->sys, path, folder) < 0)
		return;
	capture_page(c, &c->sys, folder, "dev");
	if (!has(c, folder, "holders"))
		return;
	snprintf(path, sizeof(path), "%.4000s/holders", folder);
	capture_putf(c, CAPTURE_FOLDER, NULL, "sys/%s", path);
	capture_each(c, &c->sys, path, take_holder, path);
}

static void take_path(struct capture *c, const char *name, void *arg)
{
	if (strncmp(name, "nvme", 4) == 0)
		capture_link(c, &c->sys, arg, name);
}

static void take_subsystem(struct capture *c, const char *name, void *arg)
{
	char path[PATH_MAX], folder[PATH_MAX];

	(void)arg;
	snprintf(path, sizeof(path), "class/nvme-subsystem/%.255s", name);
	if (capture_folder(c, &c->sys, path, folder) == 0)
		capture_each(c, &c->sys, folder, take_path, folder);
}

/* What the files of the host lie on, as far as a PF or a VF may be it. */
static void take_disks(struct capture *c)
{
	static char drivers[] = "bus/pci/drivers";

	capture_each(c, &c->sys, drivers, put_folder, drivers);
	capture_each(c, &c->sys, "class/block", take_block, NULL);
	capture_each(c, &c->sys, "class/nvme-subsystem", take_subsystem, NULL);
}

static void note_port(struct capture *c, const char *name, void *arg)
{
	char path[PATH_MAX];
	uint64_t ifindex = 0;

	snprintf(path, sizeof(path), "%.3000s/%.255s/ifindex", (const char *)arg, name);
	sriov_sysfs_number(c->sys.fd, path, 10, INT32_MAX, &ifindex);
	if (ifindex == 0)
		return;
	if (SRIOV_ARRAY_ROOM(c->port, c->n_ports) < 0)
		c->failed = true;
	else
		c->port[c->n_ports++] = (unsigned)ifindex;
}

/* A function that can have VFs, by the file @arg of its own. */
static void know_port(struct capture *c, const char *name, void *arg)
{
	const char *const *where = arg;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%.255s/%s", where[0], name, where[1]);
	if (!sriov_sysfs_exists(c->sys.fd, path))
		return;
	capture_add_word(c, &c->card, &c->n_cards, name);
	snprintf(path, sizeof(path), "%s/%.255s/net", where[0], name);
	if (sriov_sysfs_exists(c->sys.fd, path))
		capture_each(c, &c->sys, path, note_port, path);
}

void capture_ports(struct capture *c)
{
	const char *pci[] = {PCI_DEVICES, "sriov_totalvfs"};
	const char *simulated[] = {SIMULATED_DEVICES, "sriov_numvfs"};

	capture_each(c, &c->sys, pci[0], know_port, pci);
	capture_each(c, &c->sys, simulated[0], know_port, simulated);
}

void capture_sysfs(struct capture *c)
{
	static char iommus[] = "class/iommu";
	char folder[PATH_MAX];

	capture_each(c, &c->sys, PCI_DEVICES, take_function, NULL);
	capture_each(c, &c->sys, SIMULATED_DEVICES, take_simulated, NULL);
	capture_each(c, &c->sys, "kernel/iommu_groups", take_group, NULL);
	capture_each(c, &c->sys, iommus, put_folder, iommus);
	take_disks(c);
	if (sriov_sysfs_exists(c->sys.fd, "firmware/acpi/tables"))
		capture_folder(c, &c->sys, "firmware/acpi/tables", folder);
	capture_presence(c, "sys", c->sys.fd, "firmware/acpi/tables/DMAR");
	capture_presence(c, "sys", c->sys.fd, "firmware/acpi/tables/IVRS");
	capture_page(c, &c->sys, "module/vfio_iommu_type1/parameters",
		     "allow_unsafe_interrupts");
	if (sriov_sysfs_exists(c->sys.fd, "class/dmi/id") &&
	    capture_folder(c, &c->sys, "class/dmi/id", folder) == 0)
		capture_page(c, &c->sys, folder, "sys_vendor");
}
