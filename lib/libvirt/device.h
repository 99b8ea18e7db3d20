/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's XML says of a PCI function of the host, and of what stands in for it. */
#ifndef SRIOV_LIBVIRT_DEVICE_H
#define SRIOV_LIBVIRT_DEVICE_H

#include <stdint.h>

#include "base/parse.h"
#include "host/hostdev.h"

/* A function to hand to a guest.  Strings are borrowed from whoever fills it. */
struct sriov_guest_device {
	struct sriov_bdf bdf;
	const char *pf; /* its PF, as selectors name it; NULL when it is no VF */
	unsigned vf;	/* number of the VF, 0-based; without meaning when it is none */
	uint64_t mac;	/* as sriov_mac_parse() reads it; 0 when none is known */
	int vlan;	/* 1-4094; 0 or -1 when none is set */
};

/* MAX_TAP_QUEUES of Linux, drivers/net/tun.c. */
#define SRIOV_STANDBY_QUEUES_MAX 256

/* Where the virtio interface of a failover pair leads, see standby.h.  Strings are the caller's. */
struct sriov_standby {
	const char *bridge;  /* of the host; or NULL and: */
	const char *network; /* a network of libvirt's */
	unsigned queues;     /* pairs, up to SRIOV_STANDBY_QUEUES_MAX; 0: not said, one */
};

#define SRIOV_DEVICE_NAME_LEN 64

/* Write what messages call @device, "em1/3" or "0000:3b:00.0", and return @buf. */
const char *sriov_device_name(const struct sriov_guest_device *device,
			      char buf[static SRIOV_DEVICE_NAME_LEN]);

#define SRIOV_ALIAS_LEN 256

/* With what every alias that sriovctl writes begins; "ua-" makes libvirt keep it. */
#define SRIOV_ALIAS_PREFIX "ua-sriovctl-"

/*
 * Write the libvirt alias of @device: ua-sriovctl-em1-3 for a VF, else
 * ua-sriovctl-pci_0000_3b_00_0.  A byte that libvirt takes in no alias (it would drop
 * the alias without a word) becomes _ and two hexadecimal digits.  Returns @buf.
 */
const char *sriov_device_alias(const struct sriov_guest_device *device,
			       char buf[static SRIOV_ALIAS_LEN]);

#endif
