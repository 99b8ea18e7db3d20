/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building of rtnetlink messages byte by byte, as the kernel does. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* Append @size bytes, zeros when @data is NULL, up to the next multiple of 4. */
static void append(struct fake_message *message, const void *data, size_t size)
{
	size_t padded = NLMSG_ALIGN(size);

	if (message->len + padded > message->room) {
		message->room = (message->len + padded) * 2;
		message->data = realloc(message->data, message->room);
		if (!message->data)
			fake_die("out of memory");
	}
	memset(message->data + message->len, 0, padded);
	if (data && size)
		memcpy(message->data + message->len, data, size);
	message->len += padded;
}

void fake_message_begin(struct fake_message *message, uint16_t type, uint16_t flags,
			uint32_t seq, const void *header, size_t size)
{
	const struct nlmsghdr msg = {
		.nlmsg_type = type,
		.nlmsg_flags = flags,
		.nlmsg_seq = seq,
	};

	message->start = message->len;
	append(message, &msg, sizeof(msg));
	append(message, header, size);
}

void fake_message_end(struct fake_message *message)
{
	uint32_t len = (uint32_t)(message->len - message->start);

	memcpy(message->data + message->start, &len, sizeof(len));
}

void fake_message_put(struct fake_message *message, uint16_t type, const void *data,
		      size_t size)
{
	const struct nlattr attr = {
		.nla_len = (uint16_t)(NLA_HDRLEN + size),
		.nla_type = type,
	};

	append(message, &attr, sizeof(attr));
	append(message, data, size);
}

void fake_message_put_u32(struct fake_message *message, uint16_t type, uint32_t value)
{
	fake_message_put(message, type, &value, sizeof(value));
}

void fake_message_put_text(struct fake_message *message, uint16_t type, const char *text)
{
	fake_message_put(message, type, text, strlen(text) + 1);
}

size_t fake_message_nest(struct fake_message *message, uint16_t type)
{
	size_t nest = message->len;

	fake_message_put(message, type, NULL, 0);
	return nest;
}

void fake_message_nest_end(struct fake_message *message, size_t nest)
{
	uint16_t len = (uint16_t)(message->len - nest);

	memcpy(message->data + nest, &len, sizeof(len));
}

static void put_pair(struct fake_message *message, uint16_t type, uint32_t index,
		     uint32_t value)
{
	const uint32_t pair[] = {index, value};

	fake_message_put(message, type, pair, sizeof(pair));
}

static void put_mac(struct fake_message *message, uint32_t index, uint64_t address)
{
	struct ifla_vf_mac mac = {.vf = index};
	struct ifla_vf_broadcast broadcast = {0};

	for (int i = 0; i < ETH_ALEN; i++)
		mac.mac[i] = (uint8_t)(address >> (40 - 8 * i));
	memset(broadcast.broadcast, 0xff, ETH_ALEN);
	fake_message_put(message, IFLA_VF_MAC, &mac, sizeof(mac));
	fake_message_put(message, IFLA_VF_BROADCAST, &broadcast, sizeof(broadcast));
}

static void put_guid(struct fake_message *message, uint16_t type, uint32_t index,
		     uint64_t number)
{
	struct ifla_vf_guid guid;

	memset(&guid, 0, sizeof(guid));
	guid.vf = index;
	guid.guid = number;
	fake_message_put(message, type, &guid, sizeof(guid));
}

static void put_vlan_list(struct fake_message *message, uint32_t index,
			  const struct fake_vf *vf)
{
	size_t list = fake_message_nest(message, IFLA_VF_VLAN_LIST);
	struct ifla_vf_vlan_info info;

	/* its last two bytes belong to no member and go out all the same */
	memset(&info, 0, sizeof(info));
	info.vf = index;
	info.vlan = vf->vlan;
	info.qos = vf->qos;
	info.vlan_proto = htons((uint16_t)vf->proto);
	fake_message_put(message, IFLA_VF_VLAN_INFO, &info, sizeof(info));
	fake_message_nest_end(message, list);
}

static void put_stats(struct fake_message *message, const struct sriov_vf_counters *of)
{
	const struct {
		uint16_t type;
		uint64_t value;
	} counters[] = {
		{IFLA_VF_STATS_RX_PACKETS, of->value[SRIOV_COUNTER_RX_PACKETS]},
		{IFLA_VF_STATS_TX_PACKETS, of->value[SRIOV_COUNTER_TX_PACKETS]},
		{IFLA_VF_STATS_RX_BYTES, of->value[SRIOV_COUNTER_RX_BYTES]},
		{IFLA_VF_STATS_TX_BYTES, of->value[SRIOV_COUNTER_TX_BYTES]},
		{IFLA_VF_STATS_BROADCAST, 0},
		{IFLA_VF_STATS_MULTICAST, 0},
		{IFLA_VF_STATS_RX_DROPPED, of->value[SRIOV_COUNTER_RX_DROPPED]},
		{IFLA_VF_STATS_TX_DROPPED, of->value[SRIOV_COUNTER_TX_DROPPED]},
	};
	size_t stats = fake_message_nest(message, IFLA_VF_STATS);

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		fake_message_put(message, counters[i].type, &counters[i].value,
				 sizeof(counters[i].value));
	fake_message_nest_end(message, stats);
}

void fake_message_put_vf(struct fake_message *message, unsigned index,
			 const struct fake_vf *vf, bool stats)
{
	const uint32_t vlan[] = {index, vf->vlan, vf->qos};
	const uint32_t rate[] = {index, vf->min_rate, vf->max_rate};
	size_t info = fake_message_nest(message, IFLA_VF_INFO);

	put_mac(message, index, vf->mac);
	fake_message_put(message, IFLA_VF_VLAN, vlan, sizeof(vlan));
	fake_message_put(message, IFLA_VF_RATE, rate, sizeof(rate));
	put_pair(message, IFLA_VF_TX_RATE, index, vf->max_rate);
	put_pair(message, IFLA_VF_SPOOFCHK, index, vf->spoofchk);
	put_pair(message, IFLA_VF_LINK_STATE, index, vf->state);
	put_pair(message, IFLA_VF_RSS_QUERY_EN, index, vf->query_rss);
	put_pair(message, IFLA_VF_TRUST, index, vf->trust);
	if (vf->infiniband) {
		put_guid(message, IFLA_VF_IB_NODE_GUID, index, vf->node_guid);
		put_guid(message, IFLA_VF_IB_PORT_GUID, index, vf->port_guid);
	}
	put_vlan_list(message, index, vf);
	if (stats)
		put_stats(message, &vf->counters);
	fake_message_nest_end(message, info);
}

void fake_message_ack(struct fake_message *message, uint32_t seq, uint16_t request,
		      int result, const char *words)
{
	struct nlmsgerr ack = {.error = result};

	ack.msg = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN,
		.nlmsg_type = request,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = seq,
	};
	fake_message_begin(message, NLMSG_ERROR,
			   NLM_F_CAPPED | (words[0] ? NLM_F_ACK_TLVS : 0), seq, &ack,
			   sizeof(ack));
	if (words[0])
		fake_message_put_text(message, NLMSGERR_ATTR_MSG, words);
	fake_message_end(message);
}

void fake_message_done(struct fake_message *message, uint32_t seq)
{
	const int result = 0;

	fake_message_begin(message, NLMSG_DONE, NLM_F_MULTI, seq, &result,
			   sizeof(result));
	fake_message_end(message);
}
