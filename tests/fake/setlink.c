/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RTM_SETLINK of the fake kernel: settings of VFs (do_setvfinfo of net/core). */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "faults.h"
#include "function.h"
#include "setlink.h"

#define TYPE(attr) ((attr)->rta_type & NLA_TYPE_MASK)

typedef void decode_fn(const struct rtattr *attr, struct sriov_vf_change *change);

static uint32_t u32_at(const struct rtattr *attr, size_t index)
{
	uint32_t value;

	memcpy(&value, (const char *)RTA_DATA(attr) + index * sizeof(value),
	       sizeof(value));
	return value;
}

static void decode_mac(const struct rtattr *attr, struct sriov_vf_change *change)
{
	const struct ifla_vf_mac *mac = RTA_DATA(attr);
	uint64_t number = 0;

	for (int i = 0; i < ETH_ALEN; i++)
		number = number << 8 | mac->mac[i];
	change->message = SRIOV_VF_MESSAGE_MAC;
	change->value[SRIOV_SETTING_MAC] = number;
}

static void decode_vlan(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_VLAN;
	change->value[SRIOV_SETTING_VLAN] = u32_at(attr, 1);
	change->value[SRIOV_SETTING_QOS] = u32_at(attr, 2);
	change->value[SRIOV_SETTING_PROTO] = ETH_P_8021Q;
}

static void decode_vlan_list(const struct rtattr *attr, struct sriov_vf_change *change)
{
	const struct rtattr *entry = RTA_DATA(attr);
	const struct ifla_vf_vlan_info *info = RTA_DATA(entry);

	change->vf = info->vf;
	change->message = SRIOV_VF_MESSAGE_VLAN;
	change->value[SRIOV_SETTING_VLAN] = info->vlan;
	change->value[SRIOV_SETTING_QOS] = info->qos;
	change->value[SRIOV_SETTING_PROTO] = ntohs(info->vlan_proto);
}

static void decode_rate(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_RATE;
	change->value[SRIOV_SETTING_MIN_RATE] = u32_at(attr, 1);
	change->value[SRIOV_SETTING_MAX_RATE] = u32_at(attr, 2);
}

static void decode_spoofchk(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_SPOOFCHK;
	change->value[SRIOV_SETTING_SPOOFCHK] = u32_at(attr, 1);
}

static void decode_state(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_STATE;
	change->value[SRIOV_SETTING_STATE] = u32_at(attr, 1);
}

static void decode_rss(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_QUERY_RSS;
	change->value[SRIOV_SETTING_QUERY_RSS] = u32_at(attr, 1);
}

static void decode_trust(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_TRUST;
	change->value[SRIOV_SETTING_TRUST] = u32_at(attr, 1);
}

static uint64_t guid_at(const struct rtattr *attr)
{
	struct ifla_vf_guid guid;

	memcpy(&guid, RTA_DATA(attr), sizeof(guid));
	return guid.guid;
}

static void decode_node_guid(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_NODE_GUID;
	change->value[SRIOV_SETTING_NODE_GUID] = guid_at(attr);
}

static void decode_port_guid(const struct rtattr *attr, struct sriov_vf_change *change)
{
	change->message = SRIOV_VF_MESSAGE_PORT_GUID;
	change->value[SRIOV_SETTING_PORT_GUID] = guid_at(attr);
}

/* In the order in which the kernel takes them. */
static const struct {
	uint16_t type;
	size_t size;
	decode_fn *decode;
} attributes[] = {
	{IFLA_VF_MAC, sizeof(struct ifla_vf_mac), decode_mac},
	{IFLA_VF_VLAN, sizeof(struct ifla_vf_vlan), decode_vlan},
	{IFLA_VF_VLAN_LIST, RTA_LENGTH(sizeof(struct ifla_vf_vlan_info)),
	 decode_vlan_list},
	{IFLA_VF_RATE, sizeof(struct ifla_vf_rate), decode_rate},
	{IFLA_VF_SPOOFCHK, sizeof(struct ifla_vf_spoofchk), decode_spoofchk},
	{IFLA_VF_LINK_STATE, sizeof(struct ifla_vf_link_state), decode_state},
	{IFLA_VF_RSS_QUERY_EN, sizeof(struct ifla_vf_rss_query_en), decode_rss},
	{IFLA_VF_TRUST, sizeof(struct ifla_vf_trust), decode_trust},
	{IFLA_VF_IB_NODE_GUID, sizeof(struct ifla_vf_guid), decode_node_guid},
	{IFLA_VF_IB_PORT_GUID, sizeof(struct ifla_vf_guid), decode_port_guid},
};

static const struct rtattr *find(const struct rtattr *nest, uint16_t type)
{
	const struct rtattr *attr = RTA_DATA(nest);
	int left = (int)RTA_PAYLOAD(nest);

	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if (TYPE(attr) == type)
			return attr;
	return NULL;
}

/* The change is logged, refused by plan or by the driver, or made. */
static int make_change(const struct fake *fake, const char *netdev,
		       const struct sriov_vf_change *change, char *saying, size_t size)
{
	char operation[256], words[128], address[FAKE_NAME_MAX];
	struct fake_verdict verdict;
	int r = 0;

	snprintf(operation, sizeof(operation), "setlink %s vf %u %s", netdev, change->vf,
		 fake_vf_change_text(change, words, sizeof(words)));
	fake_faults_ask(fake, operation, &verdict);
	fake_get_link(fake, address, sizeof(address), "sys/class/net/%s/device", netdev);
	if (verdict.done)
		r = fake_vf_change(fake, address, change);
	if (verdict.errnum)
		r = -verdict.errnum;
	snprintf(saying, size, "%s", verdict.saying);
	fake_faults_end(fake, operation, r, &verdict);
	return r;
}

static int set_vf(const struct fake *fake, const char *netdev, const struct rtattr *info,
		  char *saying, size_t size)
{
	int r = -EINVAL;

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(attributes); i++) {
		const struct rtattr *attr = find(info, attributes[i].type);

		if (attr && RTA_PAYLOAD(attr) < attributes[i].size)
			return -ERANGE;
	}
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(attributes); i++) {
		const struct rtattr *attr = find(info, attributes[i].type);
		struct sriov_vf_change change = {0};

		if (!attr)
			continue;
		change.vf = u32_at(attr, 0);
		attributes[i].decode(attr, &change);
		r = make_change(fake, netdev, &change, saying, size);
		/* do_setvfinfo() returns with the result of the first GUID */
		if (r < 0 || change.message == SRIOV_VF_MESSAGE_NODE_GUID)
			return r;
	}
	return r;
}

static int set_list(const struct fake *fake, const char *netdev,
		    const struct rtattr *list, char *saying, size_t size)
{
	const struct rtattr *info = RTA_DATA(list);
	int left = (int)RTA_PAYLOAD(list), r = 0;

	for (; r == 0 && RTA_OK(info, left); info = RTA_NEXT(info, left))
		r = TYPE(info) == IFLA_VF_INFO ? set_vf(fake, netdev, info, saying, size)
					       : -EINVAL;
	return r;
}

void fake_setlink_answer(const struct fake *fake, const char *netdev,
			 const struct nlmsghdr *request, struct fake_message *replies)
{
	const struct rtattr *attr = IFLA_RTA(NLMSG_DATA(request));
	int left = (int)IFLA_PAYLOAD(request), r = 0;
	char saying[128] = "";

	if (fake_exists(fake, "kernel/unprivileged"))
		r = -EPERM;
	else if (netdev[0] == '\0')
		r = -ENODEV;
	for (; r == 0 && RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if (TYPE(attr) == IFLA_VFINFO_LIST)
			r = set_list(fake, netdev, attr, saying, sizeof(saying));
	fake_message_ack(replies, request->nlmsg_seq, RTM_SETLINK, r, saying);
}
