/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The netlink transport of the running kernel (libnl). */
#ifndef SRIOV_SYS_NETLINK_H
#define SRIOV_SYS_NETLINK_H

#include <stddef.h>

#include "sys/doors.h"

/* A socket; exchange() is what struct sriov_door_ops.netlink promises. */
struct sriov_netlink;

/* Open one of @protocol (linux/netlink.h).  Returns 0 or -errno. */
int sriov_netlink_open(int protocol, struct sriov_netlink **ret);
/* One that listens to RTNLGRP_LINK. */
int sriov_netlink_open_link_events(struct sriov_netlink **ret);
int sriov_netlink_fd(const struct sriov_netlink *netlink);
int sriov_netlink_exchange(struct sriov_netlink *netlink, const void *requests,
			   size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
			   void *arg);
/*
 * The errno of an acknowledgement (NLMSG_ERROR): 0 or negative; and the kernel's words
 * (extack) into @reason of @size bytes where it gives some, else @reason stays.  @reason
 * may be NULL.
 */
int sriov_netlink_result(const struct nlmsghdr *msg, char *reason, size_t size);
/* Throw away what has come in.  Returns whether some of it was lost before that. */
bool sriov_netlink_drain(struct sriov_netlink *netlink);
void sriov_netlink_close(struct sriov_netlink *netlink);

#endif
