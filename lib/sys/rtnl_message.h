/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages of rtnetlink, for rtnl.c and links.c. */
#ifndef SRIOV_SYS_RTNL_MESSAGE_H
#define SRIOV_SYS_RTNL_MESSAGE_H

#include <stdint.h>

#include "base/error.h"
#include "sys/doors.h"

struct nl_msg;

/*
 * A request of @type (RTM_GETLINK, RTM_SETLINK...) for or about the link @ifindex, to
 * which the caller appends attributes, and which he frees by nlmsg_free().  NULL: no
 * memory.
 */
struct nl_msg *sriov_rtnl_request(uint16_t type, unsigned ifindex, uint32_t seq);

/* Send one request and await its end.  Returns 0, what @on_reply did, or -errno. */
int sriov_rtnl_exchange(struct sriov_doors *doors, struct nl_msg *msg,
			sriov_netlink_reply_fn *on_reply, void *arg);

/* Fill @err with -@r, an errno of the transport or an answer.  Returns @r. */
int sriov_rtnl_failed(int r, struct sriov_error *err);

#endif
