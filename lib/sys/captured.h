/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors of a captured tree: it can be looked at and never changed. */
#ifndef SRIOV_SYS_CAPTURED_H
#define SRIOV_SYS_CAPTURED_H

#include "sys/doors.h"

/*
 * netlink answers from the messages kept in netlink/link-<ifindex>, netlink/links,
 * netlink/addresses, netlink/routes, netlink/devlink and netlink/eswitch-<address> below
 * the tree's root; every write is -EROFS.
 */
extern const struct sriov_door_ops sriov_captured_ops;

#endif
