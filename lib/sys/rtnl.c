/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VFs of a link, by rtnetlink (libnl). */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>

#include <netlink/msg.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/netlink.h"
#include "sys/rtnl.h"
#include "sys/rtnl_message.h"

/* The acknowledgements of so many requests fit into the default receive buffer. */
#define BATCH_MAX 128
/* No request for one attribute of one VF is longer. */
#define REQUEST_MAX 256

SRIOV_DEFINE_CLEANUP(cleanup_nl_msg, struct nl_msg *, nlmsg_free)
#define _cleanup_nl_msg_ _cleanup_(cleanup_nl_msg)

int sriov_rtnl_failed(int r, struct sriov_error *err)
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
 * A question gets an answer and no acknowledgement: behind an answer as large as
 * thousands of VFs make it, the kernel finds the receive buffer full and drops that
 * without a word.
 */
struct nl_msg *sriov_rtnl_request(uint16_t type, unsigned ifindex, uint32_t seq)
{
	struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex};
	int flags = type == RTM_GETLINK ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_ACK;
	_cleanup_nl_msg_ struct nl_msg *msg = nlmsg_alloc_size(REQUEST_MAX);

	if (!msg || !nlmsg_put(msg, 0, seq, type, 0, flags) ||
	    nlmsg_append(msg, &link, sizeof(link), NLMSG_ALIGNTO) < 0)
		return NULL;
	return SRIOV_TAKE(msg);
}

int sriov_rtnl_exchange(struct sriov_doors *doors, struct nl_msg *msg,
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
	_cleanup_nl_msg_ struct nl_msg *msg = sriov_rtnl_request(RTM_GETLINK, ifindex, 1);
	int r;

	if (!msg || nla_put_u32(msg, IFLA_EXT_MASK, filter) < 0)
		return -ENOMEM;
	r = sriov_rtnl_exchange(doors, msg, on_link, reply);
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

/* Append the attributes of one change to a bare request. */
static int fill_request(struct nl_msg *msg, const struct sriov_vf_change *change)
{
	struct nlattr *list = nla_nest_start(msg, IFLA_VFINFO_LIST);
	struct nlattr *vf = nla_nest_start(msg, IFLA_VF_INFO);

	if (!list || !vf || put_change(msg, change) < 0)
		return -ENOMEM;
	nla_nest_end(msg, vf);
	nla_nest_end(msg, list);
	return 0;
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
	_cleanup_free_ char *batch = malloc(n * REQUEST_MAX);
	/* filled again and again: to make one takes longer than to fill it */
	_cleanup_nl_msg_ struct nl_msg *msg = sriov_rtnl_request(RTM_SETLINK, ifindex, 0);
	uint32_t bare;
	size_t used = 0;
	int r;

	if (!batch || !msg)
		return sriov_error_memory(err);
	bare = nlmsg_hdr(msg)->nlmsg_len;
	for (size_t i = 0; i < n; i++) {
		struct nlmsghdr *header = nlmsg_hdr(msg);

		header->nlmsg_len = bare;
		header->nlmsg_seq = (uint32_t)i + 1;
		if (fill_request(msg, &changes[i]) < 0)
			return sriov_error_memory(err);
		memcpy(batch + used, header, NLMSG_ALIGN(header->nlmsg_len));
		used += NLMSG_ALIGN(header->nlmsg_len);
		changes[i].result = -EINPROGRESS;
		changes[i].reason[0] = '\0';
	}
	r = doors->ops->netlink(doors, NETLINK_ROUTE, batch, used, (unsigned)n, on_ack,
				&replies);
	return r < 0 ? sriov_rtnl_failed(r, err) : 0;
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
