/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI configuration space and device names (libpci). */
#ifndef SRIOV_SYS_PCI_H
#define SRIOV_SYS_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parse.h"
#include "sys/doors.h"

/* The SR-IOV extended capability (PCI Express Base Specification, 9.3.3). */
struct sriov_capability {
	uint16_t offset_in_config; /* where in config space the capability lies */
	uint16_t initial_vfs;
	uint16_t total_vfs;
	uint16_t num_vfs;
	uint16_t first_vf_offset;
	uint16_t vf_stride;
	uint16_t vf_device;
	bool vf_enable;
	bool vf_memory_enable;
	bool ari_hierarchy; /* routing IDs above function 7 are in use below this port */
	bool ari_capable;   /* the function has the ARI capability */
	uint32_t supported_page_sizes; /* bit n: 2^(n+12) bytes */
	uint32_t system_page_size;
	uint32_t vf_bar[6];
};

/*
 * Read the SR-IOV capability of the function @bdf out of its configuration space.
 * This wakes a sleeping device.
 * Errors: SRIOV_UNSUPPORTED (it has no such capability), SRIOV_PRIVILEGE (only the first
 * 64 bytes can be read: needs CAP_SYS_ADMIN), SRIOV_NOT_FOUND, SRIOV_FAILED.
 */
int sriov_pci_capability(const struct sriov_doors *doors, const struct sriov_bdf *bdf,
			 struct sriov_capability *ret, struct sriov_error *err);

/*
 * How many MSI-X vectors the function @bdf has: the table size of its capability (PCI
 * Local Bus Specification 3.0, 6.8.2.3).  Returns it, or -errno: -EPERM (only the first
 * 64 bytes can be read), -EOPNOTSUPP (it has no such capability), -EIO.
 */
int sriov_pci_msix(const struct sriov_doors *doors, const struct sriov_bdf *bdf);

/* The names that pci.ids gives; parsing it takes milliseconds, once, at the first
 * look-up. */
struct sriov_pci_names;
int sriov_pci_names_open(const struct sriov_doors *doors, struct sriov_pci_names **ret);
/* The device's name, or "vendor:device" in numbers, into @buf, which is returned. */
const char *sriov_pci_names_device(struct sriov_pci_names *names, uint16_t vendor,
				   uint16_t device, char *buf, size_t size);
void sriov_pci_names_close(struct sriov_pci_names *names);

#endif
