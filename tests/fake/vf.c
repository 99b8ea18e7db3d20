/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a VF as its card holds them. */
#include <errno.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "function.h"
#include "host/stats.h"
#include "port.h"
#include "profile.h"
#include "vf.h"

#define VLAN_ID_MAX 4095
#define QOS_MAX 7

static const char *const state_words[] = {
	[IFLA_VF_LINK_STATE_AUTO] = "auto",
	[IFLA_VF_LINK_STATE_ENABLE] = "enable",
	[IFLA_VF_LINK_STATE_DISABLE] = "disable",
};

struct fake_vf fake_vf_new(const char *driver, uint16_t device)
{
	const struct fake_profile *profile = fake_profile(driver, device);

	return (struct fake_vf){
		.proto = ETH_P_8021Q,
		.spoofchk = !profile->infiniband,
		.query_rss = profile->reports_rss ? 0 : FAKE_NOT_REPORTED,
		.infiniband = profile->infiniband,
	};
}

static const char *switch_word(uint32_t value)
{
	if (value == FAKE_NOT_REPORTED)
		return "-";
	return value ? "on" : "off";
}

static uint32_t switch_value(const char *word)
{
	if (strcmp(word, "-") == 0)
		return FAKE_NOT_REPORTED;
	return strcmp(word, "on") == 0;
}

static uint32_t state_value(const char *word)
{
	for (uint32_t i = 0; i < 3; i++)
		if (strcmp(state_words[i], word) == 0)
			return i;
	fake_die("'%s' is no state of a VF", word);
}

static uint64_t mac_value(const char *word)
{
	uint64_t mac;

	if (sriov_mac_parse(word, &mac) < 0)
		fake_die("'%s' is no MAC address", word);
	return mac;
}

static void set_mac(struct fake_vf *vf, const char *word)
{
	vf->mac = mac_value(word);
	vf->admin_mac = vf->mac != 0;
}

static uint64_t guid_value(const char *word)
{
	uint64_t guid;

	if (sriov_guid_parse(word, &guid) < 0)
		fake_die("'%s' is no GUID", word);
	return guid;
}

static bool set_counter(struct sriov_vf_counters *counters, const char *name,
			const char *value)
{
	for (enum sriov_counter i = 0; i < SRIOV_N_COUNTERS; i++)
		if (strcmp(name, sriov_counter_name(i)) == 0) {
			counters->value[i] = strtoul(value, NULL, 10);
			return true;
		}
	return false;
}

bool fake_vf_word(struct fake_vf *vf, const char *name, const char *value)
{
	if (strcmp(name, "mac") == 0)
		set_mac(vf, value);
	else if (strcmp(name, "admin") == 0)
		vf->admin_mac = switch_value(value);
	else if (strcmp(name, "vlan") == 0)
		vf->vlan = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(name, "qos") == 0)
		vf->qos = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(name, "proto") == 0)
		vf->proto = strcmp(value, "802.1ad") == 0 ? ETH_P_8021AD : ETH_P_8021Q;
	else if (strcmp(name, "spoofchk") == 0)
		vf->spoofchk = switch_value(value);
	else if (strcmp(name, "trust") == 0)
		vf->trust = switch_value(value);
	else if (strcmp(name, "state") == 0)
		vf->state = state_value(value);
	else if (strcmp(name, "min_tx_rate") == 0)
		vf->min_rate = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(name, "max_tx_rate") == 0)
		vf->max_rate = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(name, "query_rss") == 0)
		vf->query_rss = switch_value(value);
	else if (strcmp(name, "infiniband") == 0)
		vf->infiniband = switch_value(value);
	else if (strcmp(name, "node_guid") == 0)
		vf->node_guid = guid_value(value);
	else if (strcmp(name, "port_guid") == 0)
		vf->port_guid = guid_value(value);
	else
		return set_counter(&vf->counters, name, value);
	return true;
}

struct fake_vf fake_vf_get(const struct fake *fake, const char *address, unsigned index)
{
	struct fake_vf vf = {0};
	char line[512], *rest = line;
	const char *name, *value;

	fake_get(fake, line, sizeof(line), "kernel/%s/vf/%u", address, index);
	while ((name = strtok_r(rest, " ", &rest)) &&
	       (value = strtok_r(rest, " ", &rest)))
		fake_vf_word(&vf, name, value);
	return vf;
}

void fake_vf_put(const struct fake *fake, const char *address, unsigned index,
		 const struct fake_vf *vf)
{
	char line[512], mac[SRIOV_MAC_LEN], node[SRIOV_GUID_LEN], port[SRIOV_GUID_LEN];

	snprintf(line, sizeof(line),
		 "mac %s admin %s vlan %u qos %u proto %s spoofchk %s trust %s state %s "
		 "min_tx_rate %u max_tx_rate %u query_rss %s infiniband %s "
		 "node_guid %s port_guid %s",
		 sriov_mac_format(vf->mac, mac), switch_word(vf->admin_mac), vf->vlan,
		 vf->qos, vf->proto == ETH_P_8021AD ? "802.1ad" : "802.1Q",
		 switch_word(vf->spoofchk), switch_word(vf->trust),
		 state_words[vf->state % 3], vf->min_rate, vf->max_rate,
		 switch_word(vf->query_rss), switch_word(vf->infiniband),
		 sriov_guid_format(vf->node_guid, node),
		 sriov_guid_format(vf->port_guid, port));
	for (enum sriov_counter i = 0; i < SRIOV_N_COUNTERS; i++)
		sriov_text_append(line, sizeof(line), " %s %" PRIu64,
				  sriov_counter_name(i), vf->counters.value[i]);
	fake_put(fake, line, "kernel/%s/vf/%u", address, index);
}

/* The PF in whose name a change is made. */
struct port {
	const struct fake *fake;
	const char *address;
	char netdev[32];
	const struct fake_profile *profile;
	uint32_t takes;
};

static struct port port_of(const struct fake *fake, const char *address)
{
	struct port port = {.fake = fake, .address = address};
	char text[64];
	uint16_t device;

	fake_get(fake, port.netdev, sizeof(port.netdev), "kernel/%s/netdev", address);
	device = (uint16_t)fake_get_number(fake, 0, "sys/bus/pci/devices/%s/device",
					   address);
	fake_function_driver(fake, address, text, sizeof(text));
	port.profile = fake_profile(text, device);
	port.takes = port.profile->takes;
	fake_get(fake, text, sizeof(text), "kernel/%s/eswitch", address);
	if (strcmp(text, "switchdev") == 0)
		port.takes &= ~port.profile->not_switchdev;
	return port;
}

static unsigned long attribute(const struct port *port, const char *name)
{
	return fake_get_number(port->fake, 0, "sys/class/net/%s/%s", port->netdev, name);
}

static int change_mac(struct fake_vf *vf, uint64_t mac)
{
	if (sriov_mac_is_multicast(mac))
		return -EINVAL;
	vf->mac = mac;
	vf->admin_mac = mac != 0;
	return 0;
}

static int change_vlan(const struct port *port, struct fake_vf *vf, const uint64_t *value)
{
	uint64_t proto = value[SRIOV_SETTING_PROTO];

	if (value[SRIOV_SETTING_VLAN] > VLAN_ID_MAX || value[SRIOV_SETTING_QOS] > QOS_MAX)
		return -EINVAL;
	if (proto != ETH_P_8021Q && !(proto == ETH_P_8021AD && port->profile->qinq))
		return -EPROTONOSUPPORT;
	vf->vlan = (uint32_t)value[SRIOV_SETTING_VLAN];
	vf->qos = (uint32_t)value[SRIOV_SETTING_QOS];
	vf->proto = (uint32_t)proto;
	return 0;
}

static int check_max_rate(const struct port *port, uint64_t max)
{
	if (max == 0)
		return 0;
	if (port->profile->rates == FAKE_RATES_MAX_LINK && !attribute(port, "carrier"))
		return -EINVAL;
	if (max < port->profile->rate_min || max > attribute(port, "speed"))
		return -EINVAL;
	return 0;
}

static int change_rates(const struct port *port, struct fake_vf *vf,
			const uint64_t *value)
{
	uint64_t min = value[SRIOV_SETTING_MIN_RATE], max = value[SRIOV_SETTING_MAX_RATE];
	int r;

	if (max != 0 && min > max)
		return -EINVAL;
	if (min != 0 && port->profile->rates != FAKE_RATES_BOTH)
		return -EINVAL;
	r = check_max_rate(port, max);
	if (r < 0)
		return r;
	vf->min_rate = (uint32_t)min;
	vf->max_rate = (uint32_t)max;
	return 0;
}

static int change_one(const struct port *port, struct fake_vf *vf,
		      const struct sriov_vf_change *change)
{
	const uint64_t *value = change->value;

	switch (change->message) {
	case SRIOV_VF_MESSAGE_MAC:
		return change_mac(vf, value[SRIOV_SETTING_MAC]);
	case SRIOV_VF_MESSAGE_VLAN:
		return change_vlan(port, vf, value);
	case SRIOV_VF_MESSAGE_SPOOFCHK:
		vf->spoofchk = value[SRIOV_SETTING_SPOOFCHK] != 0;
		return 0;
	case SRIOV_VF_MESSAGE_TRUST:
		vf->trust = value[SRIOV_SETTING_TRUST] != 0;
		return 0;
	case SRIOV_VF_MESSAGE_STATE:
		if (value[SRIOV_SETTING_STATE] > IFLA_VF_LINK_STATE_DISABLE)
			return -EINVAL;
		vf->state = (uint32_t)value[SRIOV_SETTING_STATE];
		return 0;
	case SRIOV_VF_MESSAGE_QUERY_RSS:
		vf->query_rss = value[SRIOV_SETTING_QUERY_RSS] != 0;
		return 0;
	case SRIOV_VF_MESSAGE_RATE:
		return change_rates(port, vf, value);
	case SRIOV_VF_MESSAGE_NODE_GUID:
		vf->node_guid = value[SRIOV_SETTING_NODE_GUID];
		return 0;
	case SRIOV_VF_MESSAGE_PORT_GUID:
		vf->port_guid = value[SRIOV_SETTING_PORT_GUID];
		return 0;
	}
	return -EINVAL;
}

int fake_vf_change(const struct fake *fake, const char *address,
		   const struct sriov_vf_change *change)
{
	struct port port = port_of(fake, address);
	struct fake_vf vf;
	int r;

	if (!(port.takes & 1U << change->message))
		return -EOPNOTSUPP;
	if (!fake_port_has_vf(fake, address, change->vf))
		return -EINVAL;
	vf = fake_vf_get(fake, address, change->vf);
	r = change_one(&port, &vf, change);
	if (r == 0)
		fake_vf_put(fake, address, change->vf, &vf);
	return r;
}

const char *fake_vf_change_text(const struct sriov_vf_change *change, char *buf,
				size_t size)
{
	const uint64_t *value = change->value;
	char mac[SRIOV_MAC_LEN], guid[SRIOV_GUID_LEN];

	switch (change->message) {
	case SRIOV_VF_MESSAGE_MAC:
		snprintf(buf, size, "mac %s",
			 sriov_mac_format(value[SRIOV_SETTING_MAC], mac));
		break;
	case SRIOV_VF_MESSAGE_VLAN:
		snprintf(buf, size, "vlan %u qos %u proto %s",
			 (unsigned)value[SRIOV_SETTING_VLAN],
			 (unsigned)value[SRIOV_SETTING_QOS],
			 value[SRIOV_SETTING_PROTO] == ETH_P_8021AD ? "802.1ad"
								    : "802.1Q");
		break;
	case SRIOV_VF_MESSAGE_SPOOFCHK:
		snprintf(buf, size, "spoofchk %s",
			 switch_word((uint32_t)value[SRIOV_SETTING_SPOOFCHK]));
		break;
	case SRIOV_VF_MESSAGE_TRUST:
		snprintf(buf, size, "trust %s",
			 switch_word((uint32_t)value[SRIOV_SETTING_TRUST]));
		break;
	case SRIOV_VF_MESSAGE_STATE:
		snprintf(buf, size, "state %s",
			 state_words[value[SRIOV_SETTING_STATE] % 3]);
		break;
	case SRIOV_VF_MESSAGE_QUERY_RSS:
		snprintf(buf, size, "query_rss %s",
			 switch_word((uint32_t)value[SRIOV_SETTING_QUERY_RSS]));
		break;
	case SRIOV_VF_MESSAGE_RATE:
		snprintf(buf, size, "min_tx_rate %u max_tx_rate %u",
			 (unsigned)value[SRIOV_SETTING_MIN_RATE],
			 (unsigned)value[SRIOV_SETTING_MAX_RATE]);
		break;
	case SRIOV_VF_MESSAGE_NODE_GUID:
		snprintf(buf, size, "node_guid %s",
			 sriov_guid_format(value[SRIOV_SETTING_NODE_GUID], guid));
		break;
	case SRIOV_VF_MESSAGE_PORT_GUID:
		snprintf(buf, size, "port_guid %s",
			 sriov_guid_format(value[SRIOV_SETTING_PORT_GUID], guid));
		break;
	}
	return buf;
}
