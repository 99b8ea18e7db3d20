/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of the fake kernel, their drivers and their netdevs. */
#ifndef FAKE_FUNCTION_H
#define FAKE_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/parse.h"
#include "disk.h"

#define FAKE_NAME_MAX 64

/*
 * What only a kernel knows of a function lies in kernel/<address>/: match (the driver
 * whose table has its id), netdev and mac (what that driver makes when it is bound),
 * pf and index (of a VF), and what fake_port_make() keeps of a PF.
 */
struct fake_function {
	const char *address;
	uint16_t vendor;
	uint16_t device;
	uint32_t class;
	int numa;
	int group; /* IOMMU group; -1 the next one */
	const char *match;
};

/* Make the function with its folder in sysfs; no driver is bound. */
void fake_function_make(const struct fake *fake, const struct fake_function *fn);

/* Take its driver away and remove it. */
void fake_function_remove(const struct fake *fake, const char *address);

void fake_driver_make(const struct fake *fake, const char *driver);

/* The driver that is bound into @buf, "" none.  Returns @buf. */
char *fake_function_driver(const struct fake *fake, const char *address, char *buf,
			   size_t size);

/* Whether somebody has the function's vfio device open. */
bool fake_function_is_held(const struct fake *fake, const char *address);

/* As a write to the driver's bind or unbind, and to drivers_probe.  0 or -errno. */
int fake_function_bind(const struct fake *fake, const char *address, const char *driver);
int fake_function_unbind(const struct fake *fake, const char *address,
			 const char *driver);
int fake_function_probe(const struct fake *fake, const char *address);

/* Give its config space a capability with so many MSI-X vectors. */
void fake_function_msix(const struct fake *fake, const char *address, unsigned vectors);

/* A netdev of the function @address, down and without carrier. */
void fake_netdev_make(const struct fake *fake, const char *address, const char *name,
		      uint64_t mac, bool random);
/* Make it one of IPoIB, over a port with this GUID. */
void fake_netdev_infiniband(const struct fake *fake, const char *name, uint64_t guid);
void fake_netdev_remove(const struct fake *fake, const char *name);
void fake_netdev_rename(const struct fake *fake, const char *from, const char *to);

#endif
