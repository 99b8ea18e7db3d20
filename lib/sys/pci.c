/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI configuration space and device names (libpci). */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pci/pci.h>

#include "base/cleanup.h"
#include "sys/pci.h"

/* PCI Local Bus Specification 3.0, 6.8.2.3: Message Control, and its table size. */
#define MSIX_CONTROL 2
#define MSIX_TABLE_SIZE 0x7ff

/*
 * libpci ends the process when it meets an error, such as a VF that vanishes while it
 * is read, and its hook gets nothing to find its way back by but this.
 */
static jmp_buf *way_back;

static void __attribute__((noreturn)) on_pci_error(char *format, ...)
{
	(void)format;
	longjmp(*way_back, 1);
}

static void ignore_message(char *format, ...)
{
	(void)format;
}

static struct pci_access *access_open(const struct sriov_doors *doors)
{
	struct pci_access *access = pci_alloc();
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/bus/pci", doors->root);
	access->method = PCI_ACCESS_SYS_BUS_PCI;
	access->error = on_pci_error;
	access->warning = ignore_message;
	access->debug = ignore_message;
	pci_set_param(access, (char *)"sysfs.path", path);
	pci_init(access);
	return access;
}

static void read_capability(struct pci_dev *dev, const struct pci_cap *cap,
			    struct sriov_capability *ret)
{
	unsigned at = cap->addr;
	uint16_t control = pci_read_word(dev, (int)(at + PCI_IOV_CTRL));

	*ret = (struct sriov_capability){
		.offset_in_config = (uint16_t)at,
		.initial_vfs = pci_read_word(dev, (int)(at + PCI_IOV_INITIALVF)),
		.total_vfs = pci_read_word(dev, (int)(at + PCI_IOV_TOTALVF)),
		.num_vfs = pci_read_word(dev, (int)(at + PCI_IOV_NUMVF)),
		.first_vf_offset = pci_read_word(dev, (int)(at + PCI_IOV_OFFSET)),
		.vf_stride = pci_read_word(dev, (int)(at + PCI_IOV_STRIDE)),
		.vf_device = pci_read_word(dev, (int)(at + PCI_IOV_DID)),
		.vf_enable = (control & PCI_IOV_CTRL_VFE) != 0,
		.vf_memory_enable = (control & PCI_IOV_CTRL_MSE) != 0,
		.ari_hierarchy = (control & PCI_IOV_CTRL_ARI) != 0,
		.ari_capable =
			pci_find_cap(dev, PCI_EXT_CAP_ID_ARI, PCI_CAP_EXTENDED) != NULL,
		.supported_page_sizes = pci_read_long(dev, (int)(at + PCI_IOV_SUPPS)),
		.system_page_size = pci_read_long(dev, (int)(at + PCI_IOV_SYSPS)),
	};
	for (unsigned i = 0; i < 6; i++)
		ret->vf_bar[i] = pci_read_long(dev, (int)(at + PCI_IOV_BAR_BASE + 4 * i));
}

/* What is to be read of a function.  Returns what the caller is to get, or -errno. */
typedef int read_fn(struct pci_dev *dev, void *arg);

static int read_sriov(struct pci_dev *dev, void *arg)
{
	const struct pci_cap *cap =
		pci_find_cap(dev, PCI_EXT_CAP_ID_SRIOV, PCI_CAP_EXTENDED);

	if (!cap)
		return -EOPNOTSUPP;
	read_capability(dev, cap, arg);
	return 0;
}

static int read_msix(struct pci_dev *dev, void *arg)
{
	const struct pci_cap *cap = pci_find_cap(dev, PCI_CAP_ID_MSIX, PCI_CAP_NORMAL);

	(void)arg;
	if (!cap)
		return -EOPNOTSUPP;
	/* the register has one less */
	return (pci_read_word(dev, (int)(cap->addr + MSIX_CONTROL)) & MSIX_TABLE_SIZE) +
	       1;
}

static int read_device(struct pci_access *access, const struct sriov_bdf *bdf,
		       read_fn *read, void *arg)
{
	struct pci_dev *dev = pci_get_dev(access, (int)bdf->domain, bdf->bus, bdf->device,
					  bdf->function);
	u8 beyond[4];
	int r = -EPERM;

	if (pci_read_block(dev, 0x40, beyond, sizeof(beyond)))
		r = read(dev, arg);
	pci_free_dev(dev);
	return r;
}

static int read_config(const struct sriov_doors *doors, const struct sriov_bdf *bdf,
		       read_fn *read, void *arg)
{
	struct pci_access *volatile access = NULL;
	volatile int r = -EIO;
	jmp_buf here;

	way_back = &here;
	if (setjmp(here) == 0) {
		access = access_open(doors);
		r = read_device(access, bdf, read, arg);
	}
	way_back = NULL;
	if (access)
		pci_cleanup(access);
	return r;
}

int sriov_pci_capability(const struct sriov_doors *doors, const struct sriov_bdf *bdf,
			 struct sriov_capability *ret, struct sriov_error *err)
{
	int r = read_config(doors, bdf, read_sriov, ret);

	if (r == -EPERM)
		return sriov_error_set(err, SRIOV_PRIVILEGE, EPERM,
				       "config space can be read by root only");
	if (r == -EOPNOTSUPP)
		return sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				       "has no SR-IOV capability");
	if (r < 0)
		return sriov_error_set(err, SRIOV_FAILED, -r,
				       "config space cannot be read");
	return 0;
}

int sriov_pci_msix(const struct sriov_doors *doors, const struct sriov_bdf *bdf)
{
	return read_config(doors, bdf, read_msix, NULL);
}

struct sriov_pci_names {
	struct pci_access *access;
};

int sriov_pci_names_open(const struct sriov_doors *doors, struct sriov_pci_names **ret)
{
	struct sriov_pci_names *names = calloc(1, sizeof(*names));
	char path[PATH_MAX];

	if (!names)
		return -ENOMEM;
	names->access = pci_alloc();
	names->access->error = on_pci_error;
	names->access->warning = ignore_message;
	names->access->id_lookup_mode = PCI_LOOKUP_NO_HWDB;
	/* a captured tree may bring the names of its day */
	snprintf(path, sizeof(path), "%s/usr/share/misc/pci.ids", doors->root);
	if (doors->root[0] && access(path, R_OK) == 0)
		pci_set_name_list_path(names->access, strdup(path), 1);
	*ret = names;
	return 0;
}

const char *sriov_pci_names_device(struct sriov_pci_names *names, uint16_t vendor,
				   uint16_t device, char *buf, size_t size)
{
	jmp_buf here;
	char *volatile name = NULL;

	way_back = &here;
	if (setjmp(here) == 0)
		name = pci_lookup_name(names->access, buf, (int)size,
				       PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS |
					       PCI_LOOKUP_NO_HWDB,
				       vendor, device);
	way_back = NULL;
	if (!name)
		snprintf(buf, size, "%04x:%04x", vendor, device);
	else if (name != buf)
		snprintf(buf, size, "%s", name);
	return buf;
}

void sriov_pci_names_close(struct sriov_pci_names *names)
{
	if (!names)
		return;
	pci_cleanup(names->access);
	free(names);
}
