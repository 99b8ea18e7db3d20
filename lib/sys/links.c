/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links, their addresses and their routes, by rtnetlink (libnl). */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include <netlink/route/addr.h>
#include <netlink/route/route.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/links.h"
#include "sys/netlink.h"
#include "sys/rtnl_message.h"

/* linux/if_link.h of 5.6 and 5.14; older headers lack them */
#define SRIOV_IFLA_PERM_ADDRESS 54
#define SRIOV_IFLA_PARENT_DEV_NAME 56

SRIOV_DEFINE_CLEANUP(cleanup_nl_msg, struct nl_msg *, nlmsg_free)
#define _cleanup_nl_msg_ _cleanup_(cleanup_nl_msg)

struct uses {
	struct sriov_link_use *use;
	size_t n;
	int result;
};

static int add_use(struct uses *uses, unsigned ifindex, bool route,
		   struct nl_addr *address)
{
	struct sriov_link_use *use;

	if (!address)
		return 0;
	if (SRIOV_ARRAY_ROOM(uses->use, uses->n) < 0)
		return -ENOMEM;
	use = &uses->use[uses->n++];
	*use = (struct sriov_link_use){.ifindex = ifindex, .route = route};
	nl_addr2str(address, use->text, sizeof(use->text));
	use->link_local = nl_addr_get_family(address) == AF_INET6 &&
			  strncmp(use->text, "fe80:", 5) == 0;
	if (route && nl_addr_iszero(address))
		strcpy(use->text, "default");
	return 0;
}

static int add_address(struct uses *uses, struct rtnl_addr *address)
{
	return add_use(uses, (unsigned)rtnl_addr_get_ifindex(address), false,
		       rtnl_addr_get_local(address));
}

static int add_route(struct uses *uses, struct rtnl_route *route)
{
	if (rtnl_route_get_type(route) != RTN_UNICAST ||
	    rtnl_route_get_protocol(route) == RTPROT_KERNEL)
		return 0;
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, i);
		int r = add_use(uses, (unsigned)rtnl_route_nh_get_ifindex(hop), true,
				rtnl_route_get_dst(route));

		if (r < 0)
			return r;
	}
	return 0;
}

struct parsed {
	struct uses *uses;
	int result;
};

static void on_object(struct nl_object *object, void *arg)
{
	struct parsed *parsed = arg;

	if (strcmp(nl_object_get_type(object), "route/addr") == 0)
		parsed->result = add_address(parsed->uses, (struct rtnl_addr *)object);
	else if (strcmp(nl_object_get_type(object), "route/route") == 0)
		parsed->result = add_route(parsed->uses, (struct rtnl_route *)object);
}

static int on_use(const struct nlmsghdr *reply, void *arg)
{
	struct parsed parsed = {.uses = arg};
	_cleanup_nl_msg_ struct nl_msg *msg = NULL;

	if (reply->nlmsg_type == NLMSG_ERROR)
		parsed.uses->result = sriov_netlink_result(reply, NULL, 0);
	if (reply->nlmsg_type != RTM_NEWADDR && reply->nlmsg_type != RTM_NEWROUTE)
		return 0;
	msg = nlmsg_convert((struct nlmsghdr *)reply);
	if (!msg)
		return -ENOMEM;
	nlmsg_set_proto(msg, NETLINK_ROUTE);
	/* what libnl cannot read (a route of an unknown family) is nobody's */
	nl_msg_parse(msg, on_object, &parsed);
	return parsed.result;
}

static int dump(struct sriov_doors *doors, uint16_t type,
		sriov_netlink_reply_fn *on_reply, void *arg)
{
	struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
	_cleanup_nl_msg_ struct nl_msg *msg = nlmsg_alloc_size(256);

	if (!msg || !nlmsg_put(msg, 0, 1, type, 0, NLM_F_REQUEST | NLM_F_DUMP) ||
	    nlmsg_append(msg, &family, sizeof(family), NLMSG_ALIGNTO) < 0)
		return -ENOMEM;
	return sriov_rtnl_exchange(doors, msg, on_reply, arg);
}

int sriov_link_uses(struct sriov_doors *doors, struct sriov_link_use **ret, size_t *ret_n,
		    struct sriov_error *err)
{
	struct uses uses = {0};
	int r;

	r = dump(doors, RTM_GETADDR, on_use, &uses);
	if (r == 0)
		r = uses.result;
	if (r == 0)
		r = dump(doors, RTM_GETROUTE, on_use, &uses);
	if (r == 0)
		r = uses.result;
	if (r < 0) {
		free(uses.use);
		return sriov_rtnl_failed(r, err);
	}
	*ret = uses.use;
	*ret_n = uses.n;
	return 0;
}

struct links {
	struct sriov_link_parent *link;
	size_t n;
	int result;
};

static int on_parent(const struct nlmsghdr *msg, void *arg)
{
	struct links *links = arg;
	struct nlattr *name, *parent;
	struct sriov_link_parent *link;

	if (msg->nlmsg_type == NLMSG_ERROR)
		links->result = sriov_netlink_result(msg, NULL, 0);
	if (msg->nlmsg_type != RTM_NEWLINK)
		return 0;
	name = nlmsg_find_attr((struct nlmsghdr *)msg, sizeof(struct ifinfomsg),
			       IFLA_IFNAME);
	parent = nlmsg_find_attr((struct nlmsghdr *)msg, sizeof(struct ifinfomsg),
				 SRIOV_IFLA_PARENT_DEV_NAME);
	if (!name || !parent)
		return 0;
	if (SRIOV_ARRAY_ROOM(links->link, links->n) < 0)
		return -ENOMEM;
	link = &links->link[links->n++];
	nla_strlcpy(link->ifname, name, sizeof(link->ifname));
	nla_strlcpy(link->parent, parent, sizeof(link->parent));
	return 0;
}

int sriov_links_read(struct sriov_doors *doors, struct sriov_link_parent **ret,
		     size_t *ret_n, struct sriov_error *err)
{
	struct links links = {0};
	int r = dump(doors, RTM_GETLINK, on_parent, &links);

	if (r == 0)
		r = links.result;
	if (r < 0) {
		free(links.link);
		return sriov_rtnl_failed(r, err);
	}
	*ret = links.link;
	*ret_n = links.n;
	return 0;
}

static int on_up(const struct nlmsghdr *msg, void *arg)
{
	if (msg->nlmsg_type == NLMSG_ERROR)
		*(int *)arg = sriov_netlink_result(msg, NULL, 0);
	return 0;
}

int sriov_link_set(struct sriov_doors *doors, unsigned ifindex, bool up,
		   struct sriov_error *err)
{
	_cleanup_nl_msg_ struct nl_msg *msg = sriov_rtnl_request(RTM_NEWLINK, ifindex, 1);
	struct ifinfomsg *link;
	int result = 0, r;

	if (!msg)
		return sriov_error_memory(err);
	link = nlmsg_data(nlmsg_hdr(msg));
	link->ifi_flags = up ? IFF_UP : 0;
	link->ifi_change = IFF_UP;
	r = sriov_rtnl_exchange(doors, msg, on_up, &result);
	if (r == 0)
		r = result;
	if (r < 0)
		return sriov_error_set(err, SRIOV_FAILED, -r, "cannot be set %s: %s",
				       up ? "up" : "down", strerror(-r));
	return 0;
}

/* INFINIBAND_ALEN: flags and queue pair, subnet prefix, and the port's GUID */
#define IB_ADDRESS_LEN 20
#define GUID_LEN 8

struct permanent_reply {
	uint8_t address[IB_ADDRESS_LEN];
	size_t len; /* 0 none */
	int result;
};

static int on_permanent(const struct nlmsghdr *msg, void *arg)
{
	struct permanent_reply *reply = arg;
	struct nlattr *attr;

	if (msg->nlmsg_type == NLMSG_ERROR)
		reply->result = sriov_netlink_result(msg, NULL, 0);
	if (msg->nlmsg_type != RTM_NEWLINK)
		return 0;
	attr = nlmsg_find_attr((struct nlmsghdr *)msg, sizeof(struct ifinfomsg),
			       SRIOV_IFLA_PERM_ADDRESS);
	if (!attr || (size_t)nla_len(attr) > sizeof(reply->address))
		return 0;
	reply->len = (size_t)nla_len(attr);
	memcpy(reply->address, nla_data(attr), reply->len);
	return 0;
}

static int ask_permanent(struct sriov_doors *doors, unsigned ifindex,
			 struct permanent_reply *reply, struct sriov_error *err)
{
	_cleanup_nl_msg_ struct nl_msg *msg = sriov_rtnl_request(RTM_GETLINK, ifindex, 1);
	int r;

	if (!msg)
		return sriov_error_memory(err);
	r = sriov_rtnl_exchange(doors, msg, on_permanent, reply);
	if (r == 0)
		r = reply->result;
	return r < 0 ? sriov_rtnl_failed(r, err) : 0;
}

/* The last @n bytes, the first of them highest. */
static uint64_t end_of(const struct permanent_reply *reply, size_t n)
{
	uint64_t number = 0;

	for (size_t i = reply->len - n; i < reply->len; i++)
		number = number << 8 | reply->address[i];
	return number;
}

int sriov_link_permanent_mac(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
			     struct sriov_error *err)
{
	struct permanent_reply reply = {0};
	int r = ask_permanent(doors, ifindex, &reply, err);

	if (r < 0)
		return r;
	if (reply.len != ETH_ALEN)
		return sriov_error_set(err, SRIOV_UNSUPPORTED, ENODATA,
				       "has no permanent MAC address");
	*ret = end_of(&reply, ETH_ALEN);
	return 0;
}

int sriov_link_permanent_guid(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
			      struct sriov_error *err)
{
	struct permanent_reply reply = {0};
	int r = ask_permanent(doors, ifindex, &reply, err);

	if (r < 0)
		return r;
	if (reply.len != IB_ADDRESS_LEN)
		return sriov_error_set(err, SRIOV_UNSUPPORTED, ENODATA,
				       "is no InfiniBand port: it has no GUID to derive "
				       "those of its VFs from");
	*ret = end_of(&reply, GUID_LEN);
	return 0;
}
