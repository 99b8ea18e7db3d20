/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PFs of the fake kernel: how many VFs they have. */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "disk.h"

struct fake_port {
	const char *address;
	unsigned hardware; /* TotalVFs of the capability */
	unsigned limit;	   /* the driver's */
	unsigned offset;   /* of the first VF's routing ID */
	unsigned stride;
	uint16_t vf_device;
	const char *vf_driver;
};

/* Things that go wrong while VFs are made; numbers of VFs, -1 none. */
struct fake_mishap {
	long fewer;	/* the driver makes no more than so many */
	long no_vf;	/* this one does not appear */
	long no_netdev; /* this one's driver makes no netdev */
	long late_ms;	/* their drivers are bound so much later, 0 at once */
};

#define FAKE_NO_MISHAP                                                                   \
	(struct fake_mishap)                                                             \
	{                                                                                \
		.fewer = -1, .no_vf = -1, .no_netdev = -1                                \
	}

/* Give the function @port->address an SR-IOV capability and its files. */
void fake_port_make(const struct fake *fake, const struct fake_port *port);

/* As a write to sriov_vf_msix_count of the VF @address.  0 or -errno. */
int fake_port_msix(const struct fake *fake, const char *address, const char *data);

/*
 * As a write of @text to its sriov_numvfs (drivers/pci/iov.c).  Returns 0, -errno, or
 * -ETIME when the kernel would wait for somebody who holds a VF.
 */
int fake_port_numvfs(const struct fake *fake, const char *address, const char *text,
		     const struct fake_mishap *mishap);

/* How many VFs it has. */
unsigned fake_port_count(const struct fake *fake, const char *address);

bool fake_port_has_vf(const struct fake *fake, const char *address, unsigned index);

#endif
