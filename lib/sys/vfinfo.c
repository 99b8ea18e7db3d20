/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a port reports of its VFs: IFLA_VFINFO_LIST of rtnetlink, at any length. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "sys/vfinfo.h"

/* A driver that does not report one of the switches leaves this in it. */
#define NOT_REPORTED UINT32_MAX

#define ATTR_HEADER NLA_HDRLEN

/* A part of a message; an attribute is cut out of its front. */
struct span {
	const unsigned char *at;
	size_t len;
};

struct attr {
	uint16_t type;
	const unsigned char *data;
	size_t len;
};

static struct nlattr header_at(struct span span)
{
	struct nlattr header = {0};

	memcpy(&header, span.at, sizeof(header));
	return header;
}

/* Cut the first attribute off @span; false when no whole one is left. */
static bool take_attr(struct span *span, struct attr *ret)
{
	struct nlattr header;
	size_t step;

	if (span->len < ATTR_HEADER)
		return false;
	header = header_at(*span);
	if (header.nla_len < ATTR_HEADER || header.nla_len > span->len)
		return false;
	*ret = (struct attr){
		.type = header.nla_type & NLA_TYPE_MASK,
		.data = span->at + ATTR_HEADER,
		.len = header.nla_len - ATTR_HEADER,
	};
	step = NLA_ALIGN(header.nla_len);
	if (step > span->len)
		step = span->len;
	span->at += step;
	span->len -= step;
	return true;
}

static void report(struct sriov_vf_settings *vf, enum sriov_setting setting,
		   uint64_t value)
{
	vf->value[setting] = value;
	vf->known |= UINT32_C(1) << setting;
}

static void report_switch(struct sriov_vf_settings *vf, enum sriov_setting setting,
			  uint32_t value)
{
	if (value != NOT_REPORTED)
		report(vf, setting, value);
}

static void read_mac(struct sriov_vf_settings *vf, const unsigned char *bytes)
{
	uint64_t mac = 0;

	for (int i = 0; i < ETH_ALEN; i++)
		mac = mac << 8 | bytes[i];
	report(vf, SRIOV_SETTING_MAC, mac);
}

static void read_vlan_list(struct sriov_vf_settings *vf, struct span list)
{
	struct ifla_vf_vlan_info info;
	struct attr attr;

	if (!take_attr(&list, &attr) || attr.type != IFLA_VF_VLAN_INFO ||
	    attr.len < sizeof(info))
		return;
	memcpy(&info, attr.data, sizeof(info));
	report(vf, SRIOV_SETTING_VLAN, info.vlan);
	report(vf, SRIOV_SETTING_QOS, info.qos);
	/* netdevsim leaves it 0 until it is set */
	if (info.vlan_proto)
		report(vf, SRIOV_SETTING_PROTO, ntohs(info.vlan_proto));
}

/* Every structure of an IFLA_VF_INFO nest begins with the VF's number. */
static uint32_t u32_at(const struct attr *attr, size_t index)
{
	uint32_t value;

	memcpy(&value, attr->data + index * sizeof(value), sizeof(value));
	return value;
}

static void read_rate(struct sriov_vf_settings *vf, const struct attr *attr)
{
	report(vf, SRIOV_SETTING_MIN_RATE, u32_at(attr, 1));
	report(vf, SRIOV_SETTING_MAX_RATE, u32_at(attr, 2));
}

/* The counter that an attribute of IFLA_VF_STATS holds, SRIOV_N_COUNTERS for none. */
static enum sriov_counter counter_of(uint16_t type)
{
	switch (type) {
	case IFLA_VF_STATS_RX_PACKETS:
		return SRIOV_COUNTER_RX_PACKETS;
	case IFLA_VF_STATS_RX_BYTES:
		return SRIOV_COUNTER_RX_BYTES;
	case IFLA_VF_STATS_RX_DROPPED:
		return SRIOV_COUNTER_RX_DROPPED;
	case IFLA_VF_STATS_TX_PACKETS:
		return SRIOV_COUNTER_TX_PACKETS;
	case IFLA_VF_STATS_TX_BYTES:
		return SRIOV_COUNTER_TX_BYTES;
	case IFLA_VF_STATS_TX_DROPPED:
		return SRIOV_COUNTER_TX_DROPPED;
	default:
		return SRIOV_N_COUNTERS;
	}
}

/* Only the ports of InfiniBand report them, since Linux 5.5 (ndo_get_vf_guid). */
static void read_guid(struct sriov_vf_settings *vf, enum sriov_setting setting,
		      const unsigned char *data)
{
	struct ifla_vf_guid guid;

	memcpy(&guid, data, sizeof(guid));
	report(vf, setting, guid.guid);
}

static void read_counters(struct sriov_vf_settings *vf, struct span list)
{
	struct attr attr;

	while (take_attr(&list, &attr)) {
		enum sriov_counter counter = counter_of(attr.type);

		if (counter < SRIOV_N_COUNTERS && attr.len >= sizeof(uint64_t))
			memcpy(&vf->counters.value[counter], attr.data, sizeof(uint64_t));
	}
}

/* How long the payload of an attribute must at least be to be read. */
static size_t payload_min(uint16_t type)
{
	switch (type) {
	case IFLA_VF_MAC:
		return sizeof(struct ifla_vf_mac);
	case IFLA_VF_VLAN:
	case IFLA_VF_RATE:
		return 3 * sizeof(uint32_t);
	case IFLA_VF_SPOOFCHK:
	case IFLA_VF_LINK_STATE:
	case IFLA_VF_RSS_QUERY_EN:
	case IFLA_VF_TRUST:
		return 2 * sizeof(uint32_t);
	case IFLA_VF_IB_NODE_GUID:
	case IFLA_VF_IB_PORT_GUID:
		return sizeof(struct ifla_vf_guid);
	default:
		return 0;
	}
}

static void read_setting(struct sriov_vf_settings *vf, const struct attr *attr)
{
	if (attr->len < payload_min(attr->type))
		return;
	switch (attr->type) {
	case IFLA_VF_MAC:
		read_mac(vf, attr->data + offsetof(struct ifla_vf_mac, mac));
		break;
	case IFLA_VF_VLAN:
		report(vf, SRIOV_SETTING_VLAN, u32_at(attr, 1));
		report(vf, SRIOV_SETTING_QOS, u32_at(attr, 2));
		break;
	case IFLA_VF_VLAN_LIST:
		read_vlan_list(vf, (struct span){attr->data, attr->len});
		break;
	case IFLA_VF_STATS:
		read_counters(vf, (struct span){attr->data, attr->len});
		break;
	case IFLA_VF_RATE:
		read_rate(vf, attr);
		break;
	case IFLA_VF_SPOOFCHK:
		report_switch(vf, SRIOV_SETTING_SPOOFCHK, u32_at(attr, 1));
		break;
	case IFLA_VF_LINK_STATE:
		report(vf, SRIOV_SETTING_STATE, u32_at(attr, 1));
		break;
	case IFLA_VF_RSS_QUERY_EN:
		report_switch(vf, SRIOV_SETTING_QUERY_RSS, u32_at(attr, 1));
		break;
	case IFLA_VF_TRUST:
		report_switch(vf, SRIOV_SETTING_TRUST, u32_at(attr, 1));
		break;
	case IFLA_VF_IB_NODE_GUID:
		read_guid(vf, SRIOV_SETTING_NODE_GUID, attr->data);
		break;
	case IFLA_VF_IB_PORT_GUID:
		read_guid(vf, SRIOV_SETTING_PORT_GUID, attr->data);
		break;
	default:
		break;
	}
}

/*
 * Cut one IFLA_VF_INFO entry off @span.  Its first child is always a whole
 * IFLA_VF_MAC: that tells it from what may follow the list (type 1 is IFLA_ADDRESS
 * there, too short to hold one).
 */
static bool take_vf(struct span *span, uint32_t *ret_vf, struct span *ret_entry)
{
	struct span rest = *span, entry;
	struct attr info, mac;

	if (!take_attr(&rest, &info) || info.type != IFLA_VF_INFO)
		return false;
	entry = (struct span){info.data, info.len};
	*ret_entry = entry;
	if (!take_attr(&entry, &mac) || mac.type != IFLA_VF_MAC ||
	    mac.len != sizeof(struct ifla_vf_mac))
		return false;
	*ret_vf = u32_at(&mac, 0);
	*span = rest;
	return true;
}

size_t sriov_vfinfo_length(const void *entries, size_t len, uint32_t num_vfs)
{
	struct span list = {entries, len}, entry;
	uint32_t vf, seen = 0;

	while (seen < num_vfs && take_vf(&list, &vf, &entry))
		seen++;
	return len - list.len;
}

static void read_list(struct span list, uint32_t num_vfs,
		      struct sriov_vf_settings *settings, size_t n)
{
	struct span entry;
	uint32_t vf;

	for (uint32_t seen = 0; seen < num_vfs && take_vf(&list, &vf, &entry); seen++) {
		struct attr attr;

		if (vf >= n)
			continue;
		settings[vf] = (struct sriov_vf_settings){.found = true};
		while (take_attr(&entry, &attr))
			read_setting(&settings[vf], &attr);
	}
}

int sriov_vfinfo_parse(const void *attrs, size_t len, struct sriov_vf_settings *settings,
		       size_t n)
{
	struct span rest = {attrs, len};
	uint32_t num_vfs = 0;

	while (rest.len >= ATTR_HEADER) {
		uint16_t type = header_at(rest).nla_type & NLA_TYPE_MASK;
		struct attr attr;

		/* the kernel puts IFLA_NUM_VF before the list, whose length may be
		 * wrapped */
		if (type == IFLA_VFINFO_LIST) {
			rest.at += ATTR_HEADER;
			rest.len -= ATTR_HEADER;
			read_list(rest, num_vfs, settings, n);
			break;
		}
		if (!take_attr(&rest, &attr))
			return -EBADMSG;
		if (type == IFLA_NUM_VF && attr.len >= sizeof(uint32_t)) {
			num_vfs = u32_at(&attr, 0);
			if (num_vfs > UINT16_MAX)
				return -EBADMSG;
		}
	}
	return (int)num_vfs;
}
