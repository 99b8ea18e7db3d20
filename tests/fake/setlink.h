/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RTM_SETLINK of the fake kernel: settings of VFs. */
#ifndef FAKE_SETLINK_H
#define FAKE_SETLINK_H

#include "message.h"

struct nlmsghdr;

/* Make the changes of @request on the link @netdev, "" when there is none. */
void fake_setlink_answer(const struct fake *fake, const char *netdev,
			 const struct nlmsghdr *request, struct fake_message *replies);

#endif
