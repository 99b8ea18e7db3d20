/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The documents that sriovctl writes for libvirt. */
#ifndef SRIOV_LIBVIRT_DOCUMENT_H
#define SRIOV_LIBVIRT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "libvirt/device.h"

/*
 * Each call sets *@ret to a document in ASCII that ends in a newline and that the
 * caller frees.  They fail with
 * SRIOV_USAGE, -EINVAL: a name or number that libvirt would not take, nothing to
 * write, words that exclude each other;
 * SRIOV_FAILED, -ENODATA: an interface for a VF whose MAC is not known, since libvirt
 * would invent one;
 * SRIOV_UNSUPPORTED, -EOPNOTSUPP: an interface or a pool with what is no VF;
 * SRIOV_FAILED, -ENOMEM.
 * Where a device is the cause, the error names it and has a hint.
 * Shapes: https://libvirt.org/formatdomain.html and formatnetwork.html.
 */

/* One fragment a device, for virsh attach-device, which takes one at a time. */
int sriov_document_devices(enum sriov_guest_form form,
			   const struct sriov_guest_device *devices, size_t n, char **ret,
			   struct sriov_error *err);

/*
 * A failover pair a device: its virtio interface, then the VF.  With NULL for @standby
 * the VFs alone, for one that was detached to come back.  Also fails as
 * sriov_standby_check() and sriov_standby_check_device() do.
 */
int sriov_document_pairs(enum sriov_guest_form form, const struct sriov_standby *standby,
			 const struct sriov_guest_device *devices, size_t n, char **ret,
			 struct sriov_error *err);

struct sriov_portgroup {
	const char *name;
	int vlan; /* 1-4094 */
};

/* A pool: libvirt picks a free VF of it when a guest starts. */
struct sriov_network_spec {
	const char *name; /* NULL: "<pf>-pool", which needs all VFs to be of one PF */
	const char *pf;	  /* netdev of the PF whose VFs make the pool; else NULL and: */
	const struct sriov_guest_device *vfs;
	size_t n_vfs;
	const struct sriov_portgroup *portgroups; /* no name twice */
	size_t n_portgroups;
};

/* For virsh net-define.  Exactly one of @spec's pf and vfs is to be given. */
int sriov_document_network(const struct sriov_network_spec *spec, char **ret,
			   struct sriov_error *err);

enum sriov_guest_type { SRIOV_GUEST_KVM, SRIOV_GUEST_QEMU };

/* A small guest: q35, ACPI, a serial console, no graphics. */
struct sriov_domain_spec {
	const char *name;
	unsigned memory_mib; /* >= 1 */
	unsigned vcpus;	     /* >= 1 */
	enum sriov_guest_type type;
	const char *disk;     /* image or, below /dev, block device; NULL: none; this and
				 the two below are whole paths */
	const char *kernel;   /* NULL: boots from the disk */
	const char *initrd;   /* NULL: none; needs a kernel */
	const char *cmdline;  /* NULL: none; needs a kernel */
	unsigned spare_ports; /* PCIe root ports for later, 0-32 */
	enum sriov_guest_form form;
	const struct sriov_guest_device *devices;
	size_t n_devices; /* may be 0 */
};

/* For virsh define. */
int sriov_document_domain(const struct sriov_domain_spec *spec, char **ret,
			  struct sriov_error *err);

#endif
