/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devlink (generic netlink): the switch inside a card that joins its VFs. */
#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include <netlink/genl/genl.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/devlink.h"
#include "sys/netlink.h"

SRIOV_DEFINE_CLEANUP(cleanup_genl_msg, struct nl_msg *, nlmsg_free)
#define _cleanup_genl_msg_ _cleanup_(cleanup_genl_msg)

static const char *const modes[] = {
	[DEVLINK_ESWITCH_MODE_LEGACY] = "legacy",
	[DEVLINK_ESWITCH_MODE_SWITCHDEV] = "switchdev",
};

static const char *const inline_modes[] = {
	[DEVLINK_ESWITCH_INLINE_MODE_NONE] = "none",
	[DEVLINK_ESWITCH_INLINE_MODE_LINK] = "link",
	[DEVLINK_ESWITCH_INLINE_MODE_NETWORK] = "network",
	[DEVLINK_ESWITCH_INLINE_MODE_TRANSPORT] = "transport",
};

const char *sriov_eswitch_mode_name(int mode)
{
	return mode >= 0 && mode < (int)SRIOV_ARRAY_SIZE(modes) ? modes[mode] : NULL;
}

int sriov_eswitch_mode_parse(const char *name)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(modes); i++)
		if (strcmp(name, modes[i]) == 0)
			return (int)i;
	return -EINVAL;
}

const char *sriov_eswitch_inline_name(int inline_mode)
{
	return inline_mode >= 0 && inline_mode < (int)SRIOV_ARRAY_SIZE(inline_modes)
		       ? inline_modes[inline_mode]
		       : NULL;
}

/* What has come back for one request. */
struct reply {
	int result;
	char *reason; /* may be NULL */
	size_t size;
	uint16_t family; /* 0 none */
	struct sriov_eswitch eswitch;
};

static int exchange(struct sriov_doors *doors, struct nl_msg *msg,
		    sriov_netlink_reply_fn *on_reply, struct reply *reply)
{
	const struct nlmsghdr *header = nlmsg_hdr(msg);
	int r = doors->ops->netlink(doors, NETLINK_GENERIC, header, header->nlmsg_len, 1,
				    on_reply, reply);

	return r == 0 ? reply->result : r;
}

/* The attribute @type of an answer, NULL when it is not there or shorter than @size. */
static const struct nlattr *find(const struct nlmsghdr *msg, int type, int size)
{
	const struct nlattr *attr =
		nlmsg_find_attr((struct nlmsghdr *)msg, GENL_HDRLEN, type);

	return attr && nla_len(attr) >= size ? attr : NULL;
}

static int on_family(const struct nlmsghdr *msg, void *arg)
{
	struct reply *reply = arg;
	const struct nlattr *id;

	if (msg->nlmsg_type == NLMSG_ERROR)
		reply->result = sriov_netlink_result(msg, NULL, 0);
	if (msg->nlmsg_type != GENL_ID_CTRL)
		return 0;
	id = find(msg, CTRL_ATTR_FAMILY_ID, sizeof(reply->family));
	reply->family = id ? nla_get_u16(id) : 0;
	return 0;
}

/*
 * Begin a message.  genlmsg_put() does no more, but its library would take every start of
 * the program as long as a tenth of `ip link show`.
 */
static int put_header(struct nl_msg *msg, uint16_t family, uint8_t command,
		      uint8_t version, int flags)
{
	struct nlmsghdr *header =
		nlmsg_put(msg, 0, 1, family, GENL_HDRLEN, NLM_F_REQUEST | flags);
	struct genlmsghdr *generic;

	if (!header)
		return -ENOMEM;
	generic = nlmsg_data(header);
	*generic = (struct genlmsghdr){.cmd = command, .version = version};
	return 0;
}

/* A kernel without devlink, or with a device that is not in it, has no such switch. */
static int find_family(struct sriov_doors *doors, uint16_t *ret)
{
	_cleanup_genl_msg_ struct nl_msg *msg = nlmsg_alloc_size(256);
	struct reply reply = {0};
	int r;

	if (!msg || put_header(msg, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0) < 0 ||
	    nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, DEVLINK_GENL_NAME) < 0)
		return -ENOMEM;
	r = exchange(doors, msg, on_family, &reply);
	if (r == 0 && reply.family == 0)
		r = -ENOENT;
	if (r == -ENOENT)
		return -EOPNOTSUPP;
	*ret = reply.family;
	return r;
}

static struct nl_msg *request(uint16_t family, uint8_t command, int flags,
			      const char *bus, const char *address)
{
	_cleanup_genl_msg_ struct nl_msg *msg = nlmsg_alloc_size(512);

	if (!msg || put_header(msg, family, command, DEVLINK_GENL_VERSION, flags) < 0 ||
	    nla_put_string(msg, DEVLINK_ATTR_BUS_NAME, bus) < 0 ||
	    nla_put_string(msg, DEVLINK_ATTR_DEV_NAME, address) < 0)
		return NULL;
	return SRIOV_TAKE(msg);
}

static int on_eswitch(const struct nlmsghdr *msg, void *arg)
{
	struct reply *reply = arg;
	const struct nlattr *mode, *inline_mode, *encap;

	if (msg->nlmsg_type == NLMSG_ERROR) {
		reply->result = sriov_netlink_result(msg, reply->reason, reply->size);
		return 0;
	}
	if (msg->nlmsg_type != reply->family)
		return 0;
	mode = find(msg, DEVLINK_ATTR_ESWITCH_MODE, sizeof(uint16_t));
	inline_mode = find(msg, DEVLINK_ATTR_ESWITCH_INLINE_MODE, sizeof(uint8_t));
	encap = find(msg, DEVLINK_ATTR_ESWITCH_ENCAP_MODE, sizeof(uint8_t));
	reply->eswitch = (struct sriov_eswitch){
		.mode = mode ? nla_get_u16(mode) : -1,
		.inline_mode = inline_mode ? nla_get_u8(inline_mode) : -1,
		.encap = encap ? nla_get_u8(encap) : -1,
	};
	return 0;
}

/* devlink answers for a device that is not its own as for one that is not there. */
static int no_device(int r)
{
	return r == -ENODEV ? -EOPNOTSUPP : r;
}

int sriov_devlink_eswitch(struct sriov_doors *doors, const char *bus, const char *address,
			  struct sriov_eswitch *ret)
{
	_cleanup_genl_msg_ struct nl_msg *msg = NULL;
	struct reply reply = {.eswitch = {-1, -1, -1}};
	int r = find_family(doors, &reply.family);

	if (r < 0)
		return r;
	msg = request(reply.family, DEVLINK_CMD_ESWITCH_GET, 0, bus, address);
	if (!msg)
		return -ENOMEM;
	r = no_device(exchange(doors, msg, on_eswitch, &reply));
	/* of a captured tree that does not have it, nothing is known either */
	if (r == -ENOENT || (r == 0 && reply.eswitch.mode < 0))
		r = -EOPNOTSUPP;
	if (r == 0)
		*ret = reply.eswitch;
	return r;
}

int sriov_devlink_set_eswitch_mode(struct sriov_doors *doors, const char *bus,
				   const char *address, int mode, char *reason,
				   size_t size)
{
	_cleanup_genl_msg_ struct nl_msg *msg = NULL;
	struct reply reply = {.reason = reason, .size = size};
	int r;

	reason[0] = '\0';
	r = find_family(doors, &reply.family);
	if (r < 0)
		return r;
	msg = request(reply.family, DEVLINK_CMD_ESWITCH_SET, NLM_F_ACK, bus, address);
	if (!msg || nla_put_u16(msg, DEVLINK_ATTR_ESWITCH_MODE, (uint16_t)mode) < 0)
		return -ENOMEM;
	return no_device(exchange(doors, msg, on_eswitch, &reply));
}
