/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel's devlink: the switch inside a card. */
#ifndef FAKE_DEVLINK_H
#define FAKE_DEVLINK_H

#include "disk.h"
#include "message.h"

struct nlmsghdr;

/*
 * Answer one generic netlink request with all that the kernel would send.  The mode of a
 * device is kernel/<address>/eswitch; without that file it is legacy.  With the file
 * kernel/no-devlink the kernel was built without it.
 */
void fake_devlink_answer(const struct fake *fake, const struct nlmsghdr *request,
			 struct fake_message *replies);

/* Make a representor for each VF of the PF @address in switchdev mode, and none else. */
void fake_devlink_representors(const struct fake *fake, const char *address);

/* The answers about the device @address, and for the family, to a question with @seq. */
void fake_devlink_put(const struct fake *fake, const char *address, uint32_t seq,
		      struct fake_message *replies);
void fake_devlink_put_family(const struct fake *fake, uint32_t seq,
			     struct fake_message *replies);

#endif
