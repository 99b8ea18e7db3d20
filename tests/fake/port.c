/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PFs of the fake kernel: how many VFs they have. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "base/parse.h"
#include "clock.h"
#include "devlink.h"
#include "function.h"
#include "port.h"
#include "profile.h"
#include "sim.h"
#include "vf.h"

#define DEVICE "sys/bus/pci/devices/%s"

/* Where lspci shows the capabilities of an I350. */
#define CONFIG_SIZE 4096
#define PCIE_AT 0xa0
#define ARI_AT 0x150
#define SRIOV_AT 0x160

#define VF_BAR0 0x92800000
#define VF_BAR3 0x92880000
/* linux/ioport.h: memory, 64 bits, as `resource` shows it */
#define RESOURCE_FLAGS 0x140204
#define FIRST_VF_RESOURCE 7

/* The most that a VF of this card can have. */
#define MSIX_MAX 32

static void put16(uint8_t *at, unsigned value)
{
	at[0] = value & 0xff;
	at[1] = value >> 8 & 0xff;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value & 0xffff);
	put16(at + 2, value >> 16);
}

static unsigned port_number(const struct fake *fake, const char *address,
			    const char *name)
{
	return (unsigned)fake_get_number(fake, 0, "kernel/%s/%s", address, name);
}

static unsigned attribute(const struct fake *fake, const char *address, const char *name)
{
	return (unsigned)fake_get_number(fake, 0, DEVICE "/%s", address, name);
}

static void put_sriov(uint8_t *at, const struct fake *fake, const char *address,
		      unsigned n)
{
	put32(at, PCI_EXT_CAP_ID_SRIOV | 1 << 16);
	put16(at + PCI_SRIOV_CTRL,
	      PCI_SRIOV_CTRL_ARI | (n ? PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE : 0));
	put16(at + PCI_SRIOV_INITIAL_VF, port_number(fake, address, "hardware"));
	put16(at + PCI_SRIOV_TOTAL_VF, port_number(fake, address, "hardware"));
	put16(at + PCI_SRIOV_NUM_VF, n);
	put16(at + PCI_SRIOV_VF_OFFSET, attribute(fake, address, "sriov_offset"));
	put16(at + PCI_SRIOV_VF_STRIDE, attribute(fake, address, "sriov_stride"));
	put16(at + PCI_SRIOV_VF_DID, port_number(fake, address, "vf-device"));
	put32(at + PCI_SRIOV_SUP_PGSIZE, 0x553);
	put32(at + PCI_SRIOV_SYS_PGSIZE, 1);
	put32(at + PCI_SRIOV_BAR, VF_BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	put32(at + PCI_SRIOV_BAR + 12, VF_BAR3 | PCI_BASE_ADDRESS_MEM_TYPE_64);
}

/* The config space of a PF with @n VFs. */
static void put_config(const struct fake *fake, const char *address, unsigned n)
{
	uint8_t config[CONFIG_SIZE] = {0};
	unsigned class = attribute(fake, address, "class");

	put16(config + PCI_VENDOR_ID, attribute(fake, address, "vendor"));
	put16(config + PCI_DEVICE_ID, attribute(fake, address, "device"));
	put16(config + PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	put16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
	config[PCI_CLASS_PROG] = class & 0xff;
	put16(config + PCI_CLASS_DEVICE, class >> 8);
	config[PCI_CAPABILITY_LIST] = PCIE_AT;
	config[PCIE_AT] = PCI_CAP_ID_EXP;
	put16(config + PCIE_AT + PCI_EXP_FLAGS, 2);
	put32(config + PCI_CFG_SPACE_SIZE, PCI_EXT_CAP_ID_ERR | 1 << 16 | ARI_AT << 20);
	put32(config + ARI_AT, PCI_EXT_CAP_ID_ARI | 1 << 16 | (uint32_t)SRIOV_AT << 20);
	put_sriov(config + SRIOV_AT, fake, address, n);
	fake_put_bytes(fake, config, sizeof(config), DEVICE "/config", address);
}

/* Six BARs, the ROM, six BARs of VFs: 16 KiB a VF in the first and the fourth. */
static void put_resources(const struct fake *fake, const char *address, unsigned vfs)
{
	const unsigned long start[] = {VF_BAR0, VF_BAR3}, size = vfs * 0x4000UL;
	char text[1024] = "";

	for (int i = 0; i < 13; i++) {
		bool vf = i == FIRST_VF_RESOURCE || i == FIRST_VF_RESOURCE + 3;
		unsigned long at = vf ? start[i != FIRST_VF_RESOURCE] : 0;
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "0x%016lx 0x%016lx 0x%016x\n",
			 at, vf ? at + size - 1 : 0, vf ? RESOURCE_FLAGS : 0);
	}
	fake_put_bytes(fake, text, strlen(text), DEVICE "/resource", address);
}

void fake_port_make(const struct fake *fake, const struct fake_port *port)
{
	const char *address = port->address;
	char text[16];

	fake_put_number(fake, port->limit, DEVICE "/sriov_totalvfs", address);
	fake_put_number(fake, 0, DEVICE "/sriov_numvfs", address);
	fake_put_number(fake, port->offset, DEVICE "/sriov_offset", address);
	fake_put_number(fake, port->stride, DEVICE "/sriov_stride", address);
	snprintf(text, sizeof(text), "%x", port->vf_device);
	fake_put(fake, text, DEVICE "/sriov_vf_device", address);
	fake_put_number(fake, 1, DEVICE "/sriov_drivers_autoprobe", address);
	fake_put_number(fake, 0, DEVICE "/sriov_vf_total_msix", address);
	fake_put_number(fake, port->hardware, "kernel/%s/hardware", address);
	fake_put_number(fake, port->vf_device, "kernel/%s/vf-device", address);
	fake_put(fake, port->vf_driver, "kernel/%s/vf-driver", address);
	put_config(fake, address, 0);
	put_resources(fake, address, port->hardware);
}

/* The address whose routing ID is @offset after that of @pf. */
static const char *vf_address(const char *pf, unsigned offset,
			      char buf[static SRIOV_BDF_LEN])
{
	struct sriov_bdf bdf = {0};
	unsigned rid;

	sriov_bdf_parse(pf, &bdf);
	rid = ((unsigned)bdf.bus << 8 | (unsigned)bdf.device << 3 | bdf.function) +
	      offset;
	bdf.bus = rid >> 8 & 0xff;
	bdf.device = rid >> 3 & 31;
	bdf.function = rid & 7;
	return sriov_bdf_format(&bdf, buf);
}

/* What the driver of the PF deals out while nobody says otherwise. */
static unsigned default_msix(const struct fake *fake, const char *pf)
{
	return attribute(fake, pf, "sriov_vf_total_msix") /
	       port_number(fake, pf, "hardware");
}

static void make_vf(const struct fake *fake, const char *pf, unsigned index,
		    const char *address, const struct fake_vf *vf)
{
	char driver[FAKE_NAME_MAX], netdev[FAKE_NAME_MAX], text[FAKE_NAME_MAX + 16];

	fake_get(fake, driver, sizeof(driver), "kernel/%s/vf-driver", pf);
	fake_put(fake, pf, "kernel/%s/pf", address);
	fake_put_number(fake, index, "kernel/%s/index", address);
	fake_function_make(fake,
			   &(struct fake_function){
				   .address = address,
				   .vendor = (uint16_t)attribute(fake, pf, "vendor"),
				   .device = (uint16_t)port_number(fake, pf, "vf-device"),
				   .class = attribute(fake, pf, "class"),
				   .numa = (int)attribute(fake, pf, "numa_node"),
				   .group = -1,
				   .match = driver,
			   });
	fake_get(fake, netdev, sizeof(netdev), "kernel/%s/netdev", pf);
	if (netdev[0]) {
		snprintf(text, sizeof(text), "%sv%u", netdev, index);
		fake_put(fake, text, "kernel/%s/netdev", address);
		fake_vf_put(fake, pf, index, vf);
	}
	fake_put(fake, "0", DEVICE "/sriov_vf_msix_count", address);
	if (default_msix(fake, pf))
		fake_function_msix(fake, address, default_msix(fake, pf));
	snprintf(text, sizeof(text), "../%s", pf);
	fake_symlink(fake, text, DEVICE "/physfn", address);
	snprintf(text, sizeof(text), "../%s", address);
	fake_symlink(fake, text, DEVICE "/virtfn%u", pf, index);
}

static void start_vf(const struct fake *fake, unsigned index, const char *address,
		     const struct fake_mishap *mishap)
{
	char line[128];

	if (mishap->no_netdev == (long)index)
		fake_remove(fake, "kernel/%s/netdev", address);
	if (mishap->late_ms == 0) {
		fake_function_probe(fake, address);
		return;
	}
	snprintf(line, sizeof(line), "%llu %s",
		 (unsigned long long)fake_clock_now(fake) +
			 (unsigned long long)mishap->late_ms,
		 address);
	fake_append(fake, line, "kernel/pending");
}

static int enable(const struct fake *fake, const char *pf, unsigned n,
		  const struct fake_mishap *mishap)
{
	unsigned offset = attribute(fake, pf, "sriov_offset");
	unsigned stride = attribute(fake, pf, "sriov_stride");
	char driver[FAKE_NAME_MAX];
	struct fake_vf vf;

	fake_function_driver(fake, pf, driver, sizeof(driver));
	vf = fake_vf_new(driver, (uint16_t)attribute(fake, pf, "device"));
	if (mishap->fewer >= 0 && (unsigned)mishap->fewer < n)
		n = (unsigned)mishap->fewer;
	fake_put_number(fake, n, DEVICE "/sriov_numvfs", pf);
	put_config(fake, pf, n);
	for (unsigned i = 0; i < n; i++) {
		char address[SRIOV_BDF_LEN];

		if (mishap->no_vf == (long)i)
			continue;
		vf_address(pf, offset + i * stride, address);
		make_vf(fake, pf, i, address, &vf);
		start_vf(fake, i, address, mishap);
		fake_clock_event(fake);
	}
	fake_devlink_representors(fake, pf);
	return 0;
}

static int disable(const struct fake *fake, const char *pf)
{
	unsigned n = fake_port_count(fake, pf);
	char address[FAKE_NAME_MAX], driver[FAKE_NAME_MAX];

	/* the kernel asks whoever holds a VF to let go, and waits for it */
	for (unsigned i = 0; i < n; i++) {
		fake_get_link(fake, address, sizeof(address), DEVICE "/virtfn%u", pf, i);
		if (address[0] && fake_function_is_held(fake, address))
			return -ETIME;
	}
	for (unsigned i = 0; i < n; i++) {
		fake_get_link(fake, address, sizeof(address), DEVICE "/virtfn%u", pf, i);
		if (address[0])
			fake_function_remove(fake, address);
		fake_remove(fake, DEVICE "/virtfn%u", pf, i);
	}
	fake_remove(fake, "kernel/%s/vf", pf);
	fake_put(fake, "0", DEVICE "/sriov_numvfs", pf);
	put_config(fake, pf, 0);
	fake_function_driver(fake, pf, driver, sizeof(driver));
	/* bnxt_sriov_disable() of 6.1 */
	if (fake_profile(driver, 0)->eswitch == FAKE_ESWITCH_WITH_VFS)
		fake_remove(fake, "kernel/%s/eswitch", pf);
	fake_devlink_representors(fake, pf);
	return 0;
}

unsigned fake_port_count(const struct fake *fake, const char *address)
{
	return (unsigned)fake_get_number(fake, 0, FAKE_DEVICE "/sriov_numvfs",
					 fake_bus(address), address);
}

bool fake_port_has_vf(const struct fake *fake, const char *address, unsigned index)
{
	if (strcmp(fake_bus(address), "pci") != 0)
		return index < fake_port_count(fake, address);
	return fake_exists(fake, DEVICE "/virtfn%u", address, index);
}

int fake_port_numvfs(const struct fake *fake, const char *address, const char *text,
		     const struct fake_mishap *mishap)
{
	char driver[FAKE_NAME_MAX], word[32];
	uint64_t n;

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, "\n"), text);
	if (sriov_parse_number(word, 0, UINT16_MAX, &n) < 0)
		return -EINVAL;
	if (strcmp(fake_bus(address), "pci") != 0)
		return fake_sim_numvfs(fake, address, (unsigned)n);
	if (n > attribute(fake, address, "sriov_totalvfs"))
		return -ERANGE;
	if (n == fake_port_count(fake, address))
		return 0;
	fake_function_driver(fake, address, driver, sizeof(driver));
	if (!fake_profile(driver, (uint16_t)attribute(fake, address, "device"))
		     ->configures)
		return -ENOENT;
	if (n == 0)
		return disable(fake, address);
	if (fake_port_count(fake, address))
		return -EBUSY;
	return enable(fake, address, (unsigned)n, mishap);
}

/* drivers/pci/iov.c, and mlx5_set_msix_vec_count() of mlx5/core/pci_irq.c */
int fake_port_msix(const struct fake *fake, const char *address, const char *data)
{
	unsigned long vectors = strtoul(data, NULL, 0);
	char pf[FAKE_NAME_MAX], driver[FAKE_NAME_MAX];

	fake_get(fake, pf, sizeof(pf), "kernel/%s/pf", address);
	if (!default_msix(fake, pf))
		return -EOPNOTSUPP;
	fake_function_driver(fake, address, driver, sizeof(driver));
	if (driver[0])
		return -EBUSY;
	if (vectors > MSIX_MAX)
		return -EOVERFLOW;
	fake_function_msix(fake, address,
			   vectors ? (unsigned)vectors : default_msix(fake, pf));
	return 0;
}
