/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of the host in libvirt's documents. */
#ifndef SRIOV_HOST_HOSTDEV_H
#define SRIOV_HOST_HOSTDEV_H

#include <stddef.h>

#include "base/parse.h"
#include "sys/xml.h"

/* The two ways in which libvirt hands a function to a guest. */
enum sriov_guest_form {
	SRIOV_AS_HOSTDEV,   /* <hostdev>: MAC and VLAN stay as sriovctl set them */
	SRIOV_AS_INTERFACE, /* <interface type='hostdev'>: libvirt sets MAC and VLAN */
};

/* A <hostdev> or <interface type='hostdev'> whose source is a PCI address. */
struct sriov_domain_device {
	size_t element;
	size_t source; /* its <source> and the <address> in it */
	size_t address;
	enum sriov_guest_form form;
	struct sriov_bdf bdf;
	const char *alias; /* NULL: none */
};

/*
 * Read the PCI address in the attributes of @element as libvirt does: each a number
 * with C's prefixes (slot='10' is 0x0a), 0 when it is missing.  Returns 0 or -EINVAL.
 */
int sriov_hostdev_address(const struct sriov_xml *xml, size_t element,
			  struct sriov_bdf *ret);

/* <mac address='...'/> of the device @element, 0 when there is none. */
uint64_t sriov_interface_mac(const struct sriov_xml *xml, size_t element);

/* <vlan><tag id='...'/></vlan> of the device @element, 0 when there is none. */
unsigned sriov_interface_vlan(const struct sriov_xml *xml, size_t element);

/*
 * Read the child @element of a domain's <devices>; the result borrows from @xml.
 * Returns 0, or -ENOENT when it hands over no PCI function by its address.
 */
int sriov_domain_device_read(const struct sriov_xml *xml, size_t element,
			     struct sriov_domain_device *ret);

#endif
