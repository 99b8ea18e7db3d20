/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel's rtnetlink. */
#ifndef FAKE_NETLINK_H
#define FAKE_NETLINK_H

#include "disk.h"
#include "message.h"

struct nlmsghdr;

/*
 * Answer one request with all that the kernel would send.  The addresses and routes of
 * the host are lines of kernel/addresses ("em1 10.0.0.1/24") and kernel/routes
 * ("default em1", "10.9.0.0/16 em1 kernel").
 */
void fake_netlink_answer(const struct fake *fake, const struct nlmsghdr *request,
			 struct fake_message *replies);

/* Keep what sys/captured.c answers with in netlink/. */
void fake_netlink_capture(const struct fake *fake);

#endif
