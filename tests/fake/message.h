/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building of rtnetlink messages byte by byte, as the kernel does. */
#ifndef FAKE_MESSAGE_H
#define FAKE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "vf.h"

/* Messages one behind the other.  The owner frees data. */
struct fake_message {
	unsigned char *data;
	size_t len;
	size_t room;
	size_t start; /* of the message that is being built */
};

/* Begin a message with @size bytes of @header behind struct nlmsghdr. */
void fake_message_begin(struct fake_message *message, uint16_t type, uint16_t flags,
			uint32_t seq, const void *header, size_t size);
void fake_message_end(struct fake_message *message);

void fake_message_put(struct fake_message *message, uint16_t type, const void *data,
		      size_t size);
void fake_message_put_u32(struct fake_message *message, uint16_t type, uint32_t value);
void fake_message_put_text(struct fake_message *message, uint16_t type, const char *text);

/* Open a nest; its end writes the length, of which only 16 bits fit, as the kernel does.
 */
size_t fake_message_nest(struct fake_message *message, uint16_t type);
void fake_message_nest_end(struct fake_message *message, size_t nest);

/* An entry of IFLA_VFINFO_LIST (net/core/rtnetlink.c, rtnl_fill_vfinfo). */
void fake_message_put_vf(struct fake_message *message, unsigned index,
			 const struct fake_vf *vf, bool stats);

/* The end of an exchange: an acknowledgement with the kernel's @words, "" none. */
void fake_message_ack(struct fake_message *message, uint32_t seq, uint16_t request,
		      int result, const char *words);
void fake_message_done(struct fake_message *message, uint32_t seq);

#endif
