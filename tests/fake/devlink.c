/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel's devlink: the switch inside a card. */
#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include "devlink.h"
#include "faults.h"
#include "function.h"
#include "port.h"
#include "profile.h"
#include "sim.h"

#define FAMILY 0x1b
#define SWITCH_ID "1000f6ceb8"

static const char *text_of(const struct nlmsghdr *request, uint16_t type)
{
	const struct nlattr *attr =
		(const struct nlattr *)((const char *)NLMSG_DATA(request) + GENL_HDRLEN);
	const char *end = (const char *)request + request->nlmsg_len;

	for (; (const char *)attr < end && attr->nla_len >= NLA_HDRLEN;
	     attr = (const struct nlattr *)((const char *)attr +
					    NLA_ALIGN(attr->nla_len)))
		if (attr->nla_type == type)
			return (const char *)attr + NLA_HDRLEN;
	return "";
}

static const struct fake_profile *profile_of(const struct fake *fake, const char *address)
{
	char driver[FAKE_NAME_MAX];

	fake_get_link(fake, driver, sizeof(driver), FAKE_DEVICE "/driver",
		      fake_bus(address), address);
	return fake_profile(driver, 0);
}

static bool is_switchdev(const struct fake *fake, const char *address)
{
	char mode[FAKE_NAME_MAX];

	fake_get(fake, mode, sizeof(mode), "kernel/%s/eswitch", address);
	return strcmp(mode, "switchdev") == 0;
}

static void begin(struct fake_message *replies, uint16_t type, uint8_t command,
		  uint32_t seq)
{
	const struct genlmsghdr generic = {.cmd = command, .version = 1};

	fake_message_begin(replies, type, 0, seq, &generic, sizeof(generic));
}

void fake_devlink_put_family(const struct fake *fake, uint32_t seq,
			     struct fake_message *replies)
{
	const uint16_t id = FAMILY;

	if (fake_exists(fake, "kernel/no-devlink")) {
		fake_message_ack(replies, seq, GENL_ID_CTRL, -ENOENT, "");
		return;
	}
	begin(replies, GENL_ID_CTRL, CTRL_CMD_NEWFAMILY, seq);
	fake_message_put_text(replies, CTRL_ATTR_FAMILY_NAME, DEVLINK_GENL_NAME);
	fake_message_put(replies, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	fake_message_end(replies);
}

void fake_devlink_put(const struct fake *fake, const char *address, uint32_t seq,
		      struct fake_message *replies)
{
	const struct fake_profile *profile = profile_of(fake, address);
	const uint16_t mode = is_switchdev(fake, address) ? DEVLINK_ESWITCH_MODE_SWITCHDEV
							  : DEVLINK_ESWITCH_MODE_LEGACY;
	const uint8_t inline_mode = DEVLINK_ESWITCH_INLINE_MODE_NONE;
	const uint8_t encap = DEVLINK_ESWITCH_ENCAP_MODE_BASIC;

	if (profile->eswitch == FAKE_ESWITCH_NONE) {
		fake_message_ack(replies, seq, FAMILY, -ENODEV, "");
		return;
	}
	begin(replies, FAMILY, DEVLINK_CMD_ESWITCH_GET, seq);
	fake_message_put_text(replies, DEVLINK_ATTR_BUS_NAME, fake_bus(address));
	fake_message_put_text(replies, DEVLINK_ATTR_DEV_NAME, address);
	fake_message_put(replies, DEVLINK_ATTR_ESWITCH_MODE, &mode, sizeof(mode));
	if (profile->reports_inline) {
		fake_message_put(replies, DEVLINK_ATTR_ESWITCH_INLINE_MODE, &inline_mode,
				 sizeof(inline_mode));
		fake_message_put(replies, DEVLINK_ATTR_ESWITCH_ENCAP_MODE, &encap,
				 sizeof(encap));
	}
	fake_message_end(replies);
}

struct others {
	const char *own;
};

static void remove_other(const struct fake *fake, const char *name, void *arg)
{
	const struct others *others = arg;

	if (strcmp(name, others->own) != 0)
		fake_netdev_remove(fake, name);
}

void fake_devlink_representors(const struct fake *fake, const char *address)
{
	char own[FAKE_NAME_MAX], path[PATH_MAX], name[FAKE_NAME_MAX + 16], text[32];
	struct others others = {own};

	if (strcmp(fake_bus(address), "pci") != 0)
		return;
	fake_get(fake, own, sizeof(own), "kernel/%s/netdev", address);
	snprintf(path, sizeof(path), FAKE_DEVICE "/net", "pci", address);
	fake_each_name(fake, path, remove_other, &others);
	if (!is_switchdev(fake, address) || !own[0])
		return;
	fake_put(fake, SWITCH_ID, "%s/%s/phys_switch_id", path, own);
	fake_put(fake, "p0", "%s/%s/phys_port_name", path, own);
	for (unsigned i = 0; i < fake_port_count(fake, address); i++) {
		snprintf(name, sizeof(name), "%s_%u", own, i);
		fake_netdev_make(fake, address, name, UINT64_C(0x260000000000) + i, true);
		fake_put(fake, SWITCH_ID, "%s/%s/phys_switch_id", path, name);
		snprintf(text, sizeof(text), "pf0vf%u", i);
		fake_put(fake, text, "%s/%s/phys_port_name", path, name);
	}
}

/* What the driver makes of it; @saying gets its words where it has some. */
static int set_mode(const struct fake *fake, const char *address, bool switchdev,
		    char *saying, size_t size)
{
	unsigned vfs = fake_port_count(fake, address);

	switch (profile_of(fake, address)->eswitch) {
	case FAKE_ESWITCH_NONE:
		return -ENODEV;
	case FAKE_ESWITCH_WITHOUT_VFS:
		if (vfs == 0 || switchdev == is_switchdev(fake, address))
			break;
		snprintf(saying, size,
			 "Changing eswitch mode is allowed only if there is no VFs "
			 "created");
		return -EOPNOTSUPP;
	case FAKE_ESWITCH_WITH_VFS:
		if (switchdev && vfs == 0)
			return -EPERM;
		break;
	case FAKE_ESWITCH_ANY:
		break;
	}
	fake_put(fake, switchdev ? "switchdev" : "legacy", "kernel/%s/eswitch", address);
	fake_devlink_representors(fake, address);
	return 0;
}

static void answer_set(const struct fake *fake, const struct nlmsghdr *request,
		       struct fake_message *replies)
{
	const char *address = text_of(request, DEVLINK_ATTR_DEV_NAME);
	uint16_t mode;
	char operation[FAKE_NAME_MAX + 32], saying[128] = "";
	struct fake_verdict verdict;
	int r = 0;

	memcpy(&mode, text_of(request, DEVLINK_ATTR_ESWITCH_MODE), sizeof(mode));
	snprintf(operation, sizeof(operation), "seteswitch %s %s", address,
		 mode == DEVLINK_ESWITCH_MODE_SWITCHDEV ? "switchdev" : "legacy");
	fake_faults_ask(fake, operation, &verdict);
	if (fake_exists(fake, "kernel/unprivileged"))
		r = -EPERM;
	if (r == 0 && verdict.done)
		r = set_mode(fake, address, mode == DEVLINK_ESWITCH_MODE_SWITCHDEV,
			     saying, sizeof(saying));
	if (verdict.errnum) {
		r = -verdict.errnum;
		snprintf(saying, sizeof(saying), "%s", verdict.saying);
	}
	fake_message_ack(replies, request->nlmsg_seq, FAMILY, r, saying);
	fake_faults_end(fake, operation, r, &verdict);
}

static void answer_get(const struct fake *fake, const struct nlmsghdr *request,
		       struct fake_message *replies)
{
	const char *address = text_of(request, DEVLINK_ATTR_DEV_NAME);
	char operation[FAKE_NAME_MAX + 32];
	struct fake_verdict verdict;

	snprintf(operation, sizeof(operation), "dump eswitch %s", address);
	fake_faults_ask(fake, operation, &verdict);
	if (fake_exists(fake, "kernel/unprivileged"))
		verdict.errnum = EPERM;
	if (verdict.errnum)
		fake_message_ack(replies, request->nlmsg_seq, FAMILY, -verdict.errnum,
				 verdict.saying);
	else
		fake_devlink_put(fake, address, request->nlmsg_seq, replies);
	fake_faults_end(fake, operation, -verdict.errnum, &verdict);
}

void fake_devlink_answer(const struct fake *fake, const struct nlmsghdr *request,
			 struct fake_message *replies)
{
	const struct genlmsghdr *generic = NLMSG_DATA(request);

	if (request->nlmsg_type == GENL_ID_CTRL)
		fake_devlink_put_family(fake, request->nlmsg_seq, replies);
	else if (generic->cmd == DEVLINK_CMD_ESWITCH_GET)
		answer_get(fake, request, replies);
	else if (generic->cmd == DEVLINK_CMD_ESWITCH_SET)
		answer_set(fake, request, replies);
	else
		fake_message_ack(replies, request->nlmsg_seq, request->nlmsg_type,
				 -EOPNOTSUPP, "");
}
