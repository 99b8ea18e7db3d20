/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devlink (generic netlink): the switch inside a card that joins its VFs. */
#ifndef SRIOV_SYS_DEVLINK_H
#define SRIOV_SYS_DEVLINK_H

#include <stddef.h>

#include "sys/doors.h"

/* enum devlink_eswitch_mode of linux/devlink.h */
#define SRIOV_ESWITCH_LEGACY 0	  /* forwards by the VFs' MAC and VLAN */
#define SRIOV_ESWITCH_SWITCHDEV 1 /* a representor for each VF, rules by tc */

/* As the driver reports it; -1: it does not. */
struct sriov_eswitch {
	int mode;
	int inline_mode; /* headers that a VF's driver repeats in its descriptors */
	int encap;	 /* 1: tunnels can be ended in the switch */
};

/*
 * Read the switch of the device @address on @bus ("pci").  The kernel tells only the
 * administrator, and waits for a change that is under way.  Returns 0, -EOPNOTSUPP (the
 * device has none that devlink knows), -EPERM, or -errno.
 */
int sriov_devlink_eswitch(struct sriov_doors *doors, const char *bus, const char *address,
			  struct sriov_eswitch *ret);

/*
 * Set the mode.  Returns 0 or the kernel's -errno, and its own words (extack) in @reason
 * of @size bytes, "" none.  -EOPNOTSUPP as above, or as the driver's answer.
 */
int sriov_devlink_set_eswitch_mode(struct sriov_doors *doors, const char *bus,
				   const char *address, int mode, char *reason,
				   size_t size);

/* "legacy", "switchdev"; NULL for what is none of them. */
const char *sriov_eswitch_mode_name(int mode);

/* The mode called @name, or -EINVAL. */
int sriov_eswitch_mode_parse(const char *name);

/* "none", "link", "network", "transport"; NULL for what is none of them. */
const char *sriov_eswitch_inline_name(int inline_mode);

#endif
