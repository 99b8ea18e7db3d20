/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink (libnl): the VF settings of a port, its addresses and routes. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>

#include <netlink/msg.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/netlink.h"
#include "sys/rtnl.h"

/* linux/if_link.h of 5.6 and 5.14; older headers lack them */
#define SRIOV_IFLA_PERM_ADDRESS 54
#define SRIOV_IFLA_PARENT_DEV_NAME 56

/* The acknowledgements of so many requests fit into the default receive buffer. */
#define BATCH_MAX 128

SRIOV_DEFINE_CLEANUP(cleanup_nl_msg, struct nl_msg *, nlmsg_free)
#define _cleanup_nl_msg_ _cleanup_(cleanup_nl_msg)

static int transport_failed(int r, struct sriov_error *err)
{
	return sriov_error_set(err, SRIOV_FAILED, -r, "netlink: %s", strerror(-r));
}

struct read_reply {
	struct sriov_vf_settings *settings;
	size_t n;
	int num_vfs;
	int result;
};

/*
 * What a port of InfiniBand reports as its VFs' MAC is its own address, cut off
 * (ipoib_get_vf_config() of drivers/infiniband/ulp/ipoib).
 */
static void forget_macs(const struct read_reply *reply)
{
	for (size_t i = 0; i < reply->n; i++)
		reply->settings[i].known &= ~(UINT32_C(1) << SRIOV_SETTING_MAC);
}

static int on_link(const struct nlmsghdr *msg, void *arg)
{
	struct read_reply *reply = arg;
	const struct ifinfomsg *link = nlmsg_data(msg);
	int len = nlmsg_datalen(msg) - (int)NLMSG_ALIGN(sizeof(*link));

	if (msg->nlmsg_type == NLMSG_ERROR)
		reply->result = sriov_netlink_result(msg, NULL, 0);
	if (msg->nlmsg_type != RTM_NEWLINK || len < 0)
		return 0;
	reply->num_vfs =
		sriov_vfinfo_parse((const char *)link + NLMSG_ALIGN(sizeof(*link)),
				   (size_t)len, reply->settings, reply->n);
	if (link->ifi_type == ARPHRD_INFINIBAND)
		forget_macs(reply);
	return reply->num_vfs < 0 ? reply->num_vfs : 0;
}

/*
 * A request for or about one link; the caller appends its attributes.  A question gets
 * an answer and no acknowledgement: behind an answer as large as thousands of VFs make
 * it, the kernel finds the receive buffer full and drops that without a word.
 */
static struct nl_msg *link_request(uint16_t type, unsigned ifindex, uint32_t seq)
{
	struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex};
	int flags = type == RTM_GETLINK ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_ACK;
	_cleanup_nl_msg_ struct nl_msg *msg = nlmsg_alloc_size(256);

	if (!msg || !nlmsg_put(msg, 0, seq, type, 0, flags) ||
	    nlmsg_append(msg, &link, sizeof(link), NLMSG_ALIGNTO) < 0)
		return NULL;
	return SRIOV_TAKE(msg);
}

/* Send one request and await its end. */
static int exchange(struct sriov_doors *doors, struct nl_msg *msg,
		    sriov_netlink_reply_fn *on_reply, void *arg)
{
	const struct nlmsghdr *header = nlmsg_hdr(msg);

	return doors->ops->netlink(doors, NETLINK_ROUTE, header, header->nlmsg_len, 1,
				   on_reply, arg);
}

/* @filter is a set of RTEXT_FILTER_*. */
static int read_vfs(struct sriov_doors *doors, unsigned ifindex, uint32_t filter,
		    struct read_reply *reply)
{
	_cleanup_nl_msg_ struct nl_msg *msg = link_request(RTM_GETLINK, ifindex, 1);
	int r;

	if (!msg || nla_put_u32(msg, IFLA_EXT_MASK, filter) < 0)
		return -ENOMEM;
	r = exchange(doors, msg, on_link, reply);
	return r == 0 ? reply->result : r;
}

int sriov_rtnl_vf_read(struct sriov_doors *doors, unsigned ifindex,
		       struct sriov_vf_settings *settings, size_t n,
		       struct sriov_error *err)
{
	struct read_reply reply = {.settings = settings, .n = n};
	int r = read_vfs(doors, ifindex, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS,
			 &reply);

	if (r == -ENOMEM)
		return sriov_error_memory(err);
	if (r < 0)
		return sriov_error_set(err, r == -ENODEV ? SRIOV_NOT_FOUND : SRIOV_FAILED,
				       -r, "cannot read the settings of its VFs: %s",
				       strerror(-r));
	return reply.num_vfs;
}

int sriov_rtnl_vf_counters(struct sriov_doors *doors, unsigned ifindex,
			   struct sriov_vf_settings *settings, size_t n)
{
	struct read_reply reply = {.settings = settings, .n = n};
	bool counted = false;
	int r = read_vfs(doors, ifindex, RTEXT_FILTER_VF, &reply);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < SRIOV_N_COUNTERS; c++)
			counted |= settings[i].counters.value[c] != 0;
	return counted ? 0 : -ENODATA;
}

static int put_vlan(struct nl_msg *msg, const struct sriov_vf_change *change)
{
	const struct ifla_vf_vlan_info info = {
		.vf = change->vf,
		.vlan = (uint32_t)change->value[SRIOV_SETTING_VLAN],
		.qos = (uint32_t)change->value[SRIOV_SETTING_QOS],
		.vlan_proto = htons((uint16_t)change->value[SRIOV_SETTING_PROTO]),
	};
	struct nlattr *list;

	/* the older attribute means 802.1Q; drivers know it longest */
	if (change->value[SRIOV_SETTING_PROTO] != ETH_P_8021AD)
		return nla_put(msg, IFLA_VF_VLAN, sizeof(struct ifla_vf_vlan), &info);
	list = nla_nest_start(msg, IFLA_VF_VLAN_LIST);
	if (!list || nla_put(msg, IFLA_VF_VLAN_INFO, sizeof(info), &info) < 0)
		return -ENOMEM;
	return nla_nest_end(msg, list);
}

static int put_mac(struct nl_msg *msg, const struct sriov_vf_change *change)
{
	struct ifla_vf_mac mac = {.vf = change->vf};

	for (int i = 0; i < ETH_ALEN; i++)
		mac.mac[i] = (uint8_t)(change->value[SRIOV_SETTING_MAC] >> (40 - 8 * i));
	return nla_put(msg, IFLA_VF_MAC, sizeof(mac), &mac);
}

static int put_switch(struct nl_msg *msg, int type, const struct sriov_vf_change *change,
		      enum sriov_setting setting)
{
	const uint32_t pair[] = {change->vf, (uint32_t)change->value[setting]};

	return nla_put(msg, type, sizeof(pair), pair);
}

static int put_rate(struct nl_msg *msg, const struct sriov_vf_change *change)
{
	const struct ifla_vf_rate rate = {
		.vf = change->vf,
		.min_tx_rate = (uint32_t)change->value[SRIOV_SETTING_MIN_RATE],
		.max_tx_rate = (uint32_t)change->value[SRIOV_SETTING_MAX_RATE],
	};

	return nla_put(msg, IFLA_VF_RATE, sizeof(rate), &rate);
}

static int put_guid(struct nl_msg *msg, int type, const struct sriov_vf_change *change,
		    enum sriov_setting setting)
{
	struct ifla_vf_guid guid;

	/* four of its bytes belong to no member and go out all the same */
	memset(&guid, 0, sizeof(guid));
	guid.vf = change->vf;
	guid.guid = change->value[setting];
	return nla_put(msg, type, sizeof(guid), &guid);
}

static int put_change(struct nl_msg *msg, const struct sriov_vf_change *change)
{
	switch (change->message) {
	case SRIOV_VF_MESSAGE_MAC:
		return put_mac(msg, change);
	case SRIOV_VF_MESSAGE_VLAN:
		return put_vlan(msg, change);
	case SRIOV_VF_MESSAGE_SPOOFCHK:
		return put_switch(msg, IFLA_VF_SPOOFCHK, change, SRIOV_SETTING_SPOOFCHK);
	case SRIOV_VF_MESSAGE_TRUST:
		return put_switch(msg, IFLA_VF_TRUST, change, SRIOV_SETTING_TRUST);
	case SRIOV_VF_MESSAGE_STATE:
		return put_switch(msg, IFLA_VF_LINK_STATE, change, SRIOV_SETTING_STATE);
	case SRIOV_VF_MESSAGE_QUERY_RSS:
		return put_switch(msg, IFLA_VF_RSS_QUERY_EN, change,
				  SRIOV_SETTING_QUERY_RSS);
	case SRIOV_VF_MESSAGE_RATE:
		return put_rate(msg, change);
	case SRIOV_VF_MESSAGE_NODE_GUID:
		return put_guid(msg, IFLA_VF_IB_NODE_GUID, change,
				SRIOV_SETTING_NODE_GUID);
	case SRIOV_VF_MESSAGE_PORT_GUID:
		return put_guid(msg, IFLA_VF_IB_PORT_GUID, change,
				SRIOV_SETTING_PORT_GUID);
	}
	return -EINVAL;
}

static struct nl_msg *change_request(unsigned ifindex, uint32_t seq,
				     const struct sriov_vf_change *change)
{
	_cleanup_nl_msg_ struct nl_msg *msg = link_request(RTM_SETLINK, ifindex, seq);
	struct nlattr *list, *vf;

	if (!msg)
		return NULL;
	list = nla_nest_start(msg, IFLA_VFINFO_LIST);
	vf = nla_nest_start(msg, IFLA_VF_INFO);
	if (!list || !vf || put_change(msg, change) < 0)
		return NULL;
	nla_nest_end(msg, vf);
	nla_nest_end(msg, list);
	return SRIOV_TAKE(msg);
}

struct change_replies {
	struct sriov_vf_change *changes;
	size_t n;
};

/* The sequence number of a request is its place in the batch, counted from 1. */
static int on_ack(const struct nlmsghdr *msg, void *arg)
{
	const struct change_replies *replies = arg;
	struct sriov_vf_change *change;

	if (msg->nlmsg_type != NLMSG_ERROR || msg->nlmsg_seq < 1 ||
	    msg->nlmsg_seq > replies->n)
		return 0;
	change = &replies->changes[msg->nlmsg_seq - 1];
	change->result =
		sriov_netlink_result(msg, change->reason, sizeof(change->reason));
	return 0;
}

static int send_batch(struct sriov_doors *doors, unsigned ifindex,
		      struct sriov_vf_change *changes, size_t n, struct sriov_error *err)
{
	struct change_replies replies = {changes, n};
	_cleanup_free_ char *batch = NULL;
	size_t used = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		_cleanup_nl_msg_ struct nl_msg *msg =
			change_request(ifindex, (uint32_t)i + 1, &changes[i]);
		size_t len;
		char *grown;

		if (!msg)
			return sriov_error_memory(err);
		len = NLMSG_ALIGN(nlmsg_hdr(msg)->nlmsg_len);
		grown = realloc(batch, used + len);
		if (!grown)
			return sriov_error_memory(err);
		batch = grown;
		memcpy(batch + used, nlmsg_hdr(msg), len);
		used += len;
		changes[i].result = -EINPROGRESS;
		changes[i].reason[0] = '\0';
	}
	r = doors->ops->netlink(doors, NETLINK_ROUTE, batch, used, (unsigned)n, on_ack,
				&replies);
	return r < 0 ? transport_failed(r, err) : 0;
}

int sriov_rtnl_vf_change(struct sriov_doors *doors, unsigned ifindex,
			 struct sriov_vf_change *changes, size_t n,
			 struct sriov_error *err)
{
	for (size_t done = 0; done < n; done += BATCH_MAX) {
		size_t batch = n - done < BATCH_MAX ? n - done : BATCH_MAX;
		int r = send_batch(doors, ifindex, changes + done, batch, err);

		if (r < 0)
			return r;
	}
	return 0;
}

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
	return exchange(doors, msg, on_reply, arg);
}

int sriov_rtnl_uses(struct sriov_doors *doors, struct sriov_link_use **ret, size_t *ret_n,
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
		return transport_failed(r, err);
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

int sriov_rtnl_links(struct sriov_doors *doors, struct sriov_link_parent **ret,
		     size_t *ret_n, struct sriov_error *err)
{
	struct links links = {0};
	int r = dump(doors, RTM_GETLINK, on_parent, &links);

	if (r == 0)
		r = links.result;
	if (r < 0) {
		free(links.link);
		return transport_failed(r, err);
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

int sriov_rtnl_link_set(struct sriov_doors *doors, unsigned ifindex, bool up,
			struct sriov_error *err)
{
	_cleanup_nl_msg_ struct nl_msg *msg = link_request(RTM_NEWLINK, ifindex, 1);
	struct ifinfomsg *link;
	int result = 0, r;

	if (!msg)
		return sriov_error_memory(err);
	link = nlmsg_data(nlmsg_hdr(msg));
	link->ifi_flags = up ? IFF_UP : 0;
	link->ifi_change = IFF_UP;
	r = exchange(doors, msg, on_up, &result);
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
	_cleanup_nl_msg_ struct nl_msg *msg = link_request(RTM_GETLINK, ifindex, 1);
	int r;

	if (!msg)
		return sriov_error_memory(err);
	r = exchange(doors, msg, on_permanent, reply);
	if (r == 0)
		r = reply->result;
	return r < 0 ? transport_failed(r, err) : 0;
}

/* The last @n bytes, the first of them highest. */
static uint64_t end_of(const struct permanent_reply *reply, size_t n)
{
	uint64_t number = 0;

	for (size_t i = reply->len - n; i < reply->len; i++)
		number = number << 8 | reply->address[i];
	return number;
}

int sriov_rtnl_permanent_mac(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
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

int sriov_rtnl_permanent_guid(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
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
