/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one table of VF attributes: their words, values, limits and messages. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/text.h"
#include "want/attr.h"

/* linux/if_vlan.h: VLAN 4095 is reserved (IEEE 802.1Q), though the kernel takes it. */
#define VLAN_MAX 4094
#define QOS_MAX 7
/* PCI Local Bus Specification 3.0, 6.8.2 */
#define MSIX_MAX 2048

static const struct sriov_word switch_words[] = {{"off", 0}, {"on", 1}, {NULL, 0}};

static const struct sriov_word proto_words[] = {
	{"802.1Q", ETH_P_8021Q},
	{"802.1ad", ETH_P_8021AD},
	{NULL, 0},
};

static const struct sriov_word state_words[] = {
	{"auto", IFLA_VF_LINK_STATE_AUTO},
	{"enable", IFLA_VF_LINK_STATE_ENABLE},
	{"disable", IFLA_VF_LINK_STATE_DISABLE},
	{NULL, 0},
};

static const uint64_t standard_zero = 0;
static const uint64_t standard_proto = ETH_P_8021Q;

/* Which callbacks of struct net_device_ops these drivers lack (Linux 6.1 and 6.12). */
static const char *const no_link_state[] = {"igb", NULL};
static const char *const no_query_rss[] = {"igb",	"i40e",	   "ice",
					   "mlx5_core", "bnxt_en", NULL};
static const char *const no_guid[] = {"igb", "ixgbe", "i40e", "ice", "bnxt_en", NULL};

static const struct sriov_attr table[SRIOV_N_ATTRS] = {
	[SRIOV_ATTR_MAC] =
		{
			.name = "mac",
			.type = SRIOV_VALUE_MAC,
			.message = SRIOV_VF_MESSAGE_MAC,
			.disturbs = true,
			.at_start = true,
			.zero_is_none = true,
			.standard = &standard_zero,
			.values = "ADDRESS|BASE+|auto",
			.summary = "MAC address that the VF is given",
		},
	[SRIOV_ATTR_VLAN] =
		{
			.name = "vlan",
			.type = SRIOV_VALUE_NUMBER,
			.max = VLAN_MAX,
			.message = SRIOV_VF_MESSAGE_VLAN,
			.disturbs = true,
			.zero_is_none = true,
			.standard = &standard_zero,
			.values = "0-4094",
			.summary =
				"VLAN that the card tags the VF's frames with, 0 for none",
		},
	[SRIOV_ATTR_QOS] =
		{
			.name = "qos",
			.type = SRIOV_VALUE_NUMBER,
			.max = QOS_MAX,
			.message = SRIOV_VF_MESSAGE_VLAN,
			.disturbs = true,
			.standard = &standard_zero,
			.values = "0-7",
			.summary = "priority in that tag",
		},
	[SRIOV_ATTR_PROTO] =
		{
			.name = "proto",
			.type = SRIOV_VALUE_WORD,
			.words = proto_words,
			.message = SRIOV_VF_MESSAGE_VLAN,
			.disturbs = true,
			.standard = &standard_proto,
			.values = "802.1Q|802.1ad",
			.summary = "protocol of that tag",
		},
	[SRIOV_ATTR_SPOOFCHK] =
		{
			.name = "spoofchk",
			.type = SRIOV_VALUE_SWITCH,
			.words = switch_words,
			.message = SRIOV_VF_MESSAGE_SPOOFCHK,
			.values = "on|off",
			.summary =
				"drop frames that do not carry the VF's own MAC address",
		},
	[SRIOV_ATTR_TRUST] =
		{
			.name = "trust",
			.type = SRIOV_VALUE_SWITCH,
			.words = switch_words,
			.message = SRIOV_VF_MESSAGE_TRUST,
			.disturbs = true,
			.standard = &standard_zero,
			.values = "on|off",
			.summary =
				"let the guest change its MAC address and go promiscuous",
		},
	[SRIOV_ATTR_STATE] =
		{
			.name = "state",
			.type = SRIOV_VALUE_WORD,
			.words = state_words,
			.message = SRIOV_VF_MESSAGE_STATE,
			.standard = &standard_zero,
			.refused_by = no_link_state,
			.values = "auto|enable|disable",
			.summary = "link state that the guest sees",
		},
	[SRIOV_ATTR_MIN_TX_RATE] =
		{
			.name = "min_tx_rate",
			.type = SRIOV_VALUE_NUMBER,
			.max = UINT32_MAX,
			.unit = " Mbit/s",
			.message = SRIOV_VF_MESSAGE_RATE,
			.standard = &standard_zero,
			.values = "MBITS",
			.summary =
				"transmit rate that is guaranteed, in Mbit/s, 0 for none",
		},
	[SRIOV_ATTR_MAX_TX_RATE] =
		{
			.name = "max_tx_rate",
			.type = SRIOV_VALUE_NUMBER,
			.max = UINT32_MAX,
			.unit = " Mbit/s",
			.message = SRIOV_VF_MESSAGE_RATE,
			.standard = &standard_zero,
			.values = "MBITS",
			.summary =
				"transmit rate that is not exceeded, in Mbit/s, 0 for no limit",
		},
	[SRIOV_ATTR_QUERY_RSS] =
		{
			.name = "query_rss",
			.type = SRIOV_VALUE_SWITCH,
			.words = switch_words,
			.message = SRIOV_VF_MESSAGE_QUERY_RSS,
			.standard = &standard_zero,
			.refused_by = no_query_rss,
			.values = "on|off",
			.summary = "let the guest read the RSS table and key",
		},
	[SRIOV_ATTR_NODE_GUID] =
		{
			.name = "node_guid",
			.type = SRIOV_VALUE_GUID,
			.message = SRIOV_VF_MESSAGE_NODE_GUID,
			.disturbs = true,
			.at_start = true,
			.rare = true,
			.zero_is_none = true,
			.standard = &standard_zero,
			.refused_by = no_guid,
			.values = "GUID|auto",
			.summary = "InfiniBand GUID of the VF as a node",
		},
	[SRIOV_ATTR_PORT_GUID] =
		{
			.name = "port_guid",
			.type = SRIOV_VALUE_GUID,
			.message = SRIOV_VF_MESSAGE_PORT_GUID,
			.disturbs = true,
			.at_start = true,
			.rare = true,
			.zero_is_none = true,
			.standard = &standard_zero,
			.refused_by = no_guid,
			.values = "GUID|auto",
			.summary = "InfiniBand GUID of the VF's port",
		},
	[SRIOV_ATTR_MSIX] =
		{
			.name = "msix",
			.type = SRIOV_VALUE_NUMBER,
			.min = 1,
			.max = MSIX_MAX,
			.disturbs = true,
			.rare = true,
			.values = "1-2048",
			.summary = "MSI-X vectors that the VF has",
		},
	[SRIOV_ATTR_DRIVER] =
		{
			.name = "driver",
			.type = SRIOV_VALUE_TEXT,
			.disturbs = true,
			.values = "NAME|default|none",
			.summary = "driver of the host that the VF is bound to",
		},
};

const struct sriov_attr *sriov_attr(enum sriov_attr_id id)
{
	return &table[id];
}

const struct sriov_attr *sriov_attr_find(const char *name)
{
	for (size_t i = 0; i < SRIOV_N_ATTRS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

enum sriov_attr_id sriov_attr_id(const struct sriov_attr *attr)
{
	return (enum sriov_attr_id)(attr - table);
}

static int bad_value(const struct sriov_attr *attr, const char *text,
		     struct sriov_error *err)
{
	char shown[64];

	return sriov_error_set(err, SRIOV_USAGE, EINVAL, "%s must be %s, not '%s'",
			       attr->name, attr->values,
			       sriov_text_printable(text, shown, sizeof(shown)));
}

static int parse_word(const struct sriov_attr *attr, const char *text,
		      struct sriov_value *ret, struct sriov_error *err)
{
	for (const struct sriov_word *word = attr->words; word->word; word++)
		if (strcasecmp(word->word, text) == 0) {
			*ret = (struct sriov_value){.known = true,
						    .number = word->number};
			return 0;
		}
	return bad_value(attr, text, err);
}

static int parse_mac(const struct sriov_attr *attr, const char *text,
		     struct sriov_value *ret, struct sriov_error *err)
{
	uint64_t mac;

	if (sriov_mac_parse(text, &mac) < 0)
		return bad_value(attr, text, err);
	if (mac == 0) {
		sriov_error_set(err, SRIOV_USAGE, EINVAL, "mac must not be all zero");
		return sriov_error_hint(err,
					"to take a MAC back: sriovctl vf reset SEL mac");
	}
	if (sriov_mac_is_multicast(mac))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "mac must be a unicast address, '%s' is multicast",
				       text);
	*ret = (struct sriov_value){.known = true, .number = mac};
	return 0;
}

static int parse_guid(const struct sriov_attr *attr, const char *text,
		      struct sriov_value *ret, struct sriov_error *err)
{
	uint64_t guid;

	if (sriov_guid_parse(text, &guid) < 0)
		return bad_value(attr, text, err);
	if (guid == 0) {
		sriov_error_set(err, SRIOV_USAGE, EINVAL, "%s must not be all zero",
				attr->name);
		return sriov_error_hint(
			err, "to take a GUID back: sriovctl vf reset SEL %s", attr->name);
	}
	*ret = (struct sriov_value){.known = true, .number = guid};
	return 0;
}

static int parse_number(const struct sriov_attr *attr, const char *text,
			struct sriov_value *ret, struct sriov_error *err)
{
	uint64_t number;

	if (sriov_parse_number(text, 10, attr->max, &number) < 0 || number < attr->min)
		return bad_value(attr, text, err);
	*ret = (struct sriov_value){.known = true, .number = number};
	return 0;
}

/* A driver's name becomes part of a path: only what the kernel's own names hold. */
static int parse_text(const struct sriov_attr *attr, const char *text,
		      struct sriov_value *ret, struct sriov_error *err)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-";

	if (text[0] == '\0' || text[strspn(text, allowed)] != '\0' ||
	    strlen(text) >= sizeof(ret->text))
		return bad_value(attr, text, err);
	*ret = (struct sriov_value){.known = true};
	strcpy(ret->text, text);
	return 0;
}

int sriov_attr_parse(const struct sriov_attr *attr, const char *text,
		     struct sriov_value *ret, struct sriov_error *err)
{
	switch (attr->type) {
	case SRIOV_VALUE_MAC:
		return parse_mac(attr, text, ret, err);
	case SRIOV_VALUE_GUID:
		return parse_guid(attr, text, ret, err);
	case SRIOV_VALUE_NUMBER:
		return parse_number(attr, text, ret, err);
	case SRIOV_VALUE_SWITCH:
	case SRIOV_VALUE_WORD:
		return parse_word(attr, text, ret, err);
	case SRIOV_VALUE_TEXT:
		return parse_text(attr, text, ret, err);
	}
	return bad_value(attr, text, err);
}

static const char *word_of(const struct sriov_attr *attr, uint64_t number)
{
	for (const struct sriov_word *word = attr->words; word->word; word++)
		if (word->number == number)
			return word->word;
	return "?";
}

const char *sriov_attr_format(const struct sriov_attr *attr,
			      const struct sriov_value *value,
			      char buf[static SRIOV_VALUE_LEN])
{
	if (!value->known)
		return strcpy(buf, "?");
	switch (attr->type) {
	case SRIOV_VALUE_MAC:
		if (value->number == 0)
			return strcpy(buf, "none");
		return sriov_mac_format(value->number, buf);
	case SRIOV_VALUE_GUID:
		if (value->number == 0)
			return strcpy(buf, "none");
		return sriov_guid_format(value->number, buf);
	case SRIOV_VALUE_NUMBER:
		return sriov_text_decimal(value->number, buf);
	case SRIOV_VALUE_SWITCH:
	case SRIOV_VALUE_WORD:
		return sriov_text_join(
			buf, SRIOV_VALUE_LEN,
			(const char *const[]){word_of(attr, value->number), NULL});
	case SRIOV_VALUE_TEXT:
		snprintf(buf, SRIOV_VALUE_LEN, "%s",
			 value->text[0] ? value->text : "none");
		break;
	}
	return buf;
}

const char *sriov_attr_cell(const struct sriov_attr *attr,
			    const struct sriov_value *value,
			    char buf[static SRIOV_VALUE_LEN])
{
	bool none = attr->type == SRIOV_VALUE_TEXT
			    ? value->text[0] == '\0'
			    : attr->zero_is_none && value->number == 0;

	if (!value->known || none)
		return strcpy(buf, "-");
	return sriov_attr_format(attr, value, buf);
}

bool sriov_value_equal(const struct sriov_value *a, const struct sriov_value *b)
{
	return a->known == b->known && a->number == b->number &&
	       strcmp(a->text, b->text) == 0;
}

struct sriov_value sriov_vf_value(const struct sriov_vf *vf, enum sriov_attr_id id)
{
	struct sriov_value value = {0};

	if (id == SRIOV_ATTR_DRIVER) {
		value.known = sriov_function_is_pci(&vf->fn);
		strcpy(value.text, vf->fn.driver);
	} else if (id == SRIOV_ATTR_MSIX) {
		value.known = vf->msix != 0;
		value.number = vf->msix;
	} else if (vf->settings.known & UINT32_C(1) << id) {
		value.known = true;
		value.number = vf->settings.value[id];
	}
	return value;
}

bool sriov_vf_made_up(const struct sriov_vf *vf, uint64_t mac)
{
	return vf->fn.netdev_mac_random && vf->fn.netdev_mac == mac;
}

uint64_t sriov_vf_admin_mac(const struct sriov_vf *vf)
{
	struct sriov_value mac = sriov_vf_value(vf, SRIOV_ATTR_MAC);

	return mac.known && !sriov_vf_made_up(vf, mac.number) ? mac.number : 0;
}

bool sriov_attr_is_pci(const struct sriov_attr *attr)
{
	return attr == &table[SRIOV_ATTR_DRIVER] || attr == &table[SRIOV_ATTR_MSIX];
}

bool sriov_attr_is_address(const struct sriov_attr *attr)
{
	return attr->type == SRIOV_VALUE_MAC || attr->type == SRIOV_VALUE_GUID;
}

bool sriov_attr_disturbs(const struct sriov_attr *attr, const struct sriov_value *value)
{
	if (attr == &table[SRIOV_ATTR_STATE])
		return value->number == IFLA_VF_LINK_STATE_DISABLE;
	return attr->disturbs;
}

bool sriov_attr_refused_by(const struct sriov_attr *attr, const char *driver)
{
	for (const char *const *name = attr->refused_by; name && *name; name++)
		if (strcmp(*name, driver) == 0)
			return true;
	return false;
}

bool sriov_attr_standard(const struct sriov_attr *attr, const char *driver, uint64_t *ret)
{
	/* the value that a new VF's structure gets in these drivers (Linux 6.1) */
	static const struct sriov_word spoofchk[] = {
		{"igb", 1},	  {"ixgbe", 1},	    {"i40e", 1}, {"ice", 1},
		{"mlx5_core", 0}, {"netdevsim", 0}, {NULL, 0},
	};

	if (attr->standard) {
		*ret = *attr->standard;
		return true;
	}
	if (attr != &table[SRIOV_ATTR_SPOOFCHK])
		return false;
	for (const struct sriov_word *word = spoofchk; word->word; word++)
		if (strcmp(word->word, driver) == 0) {
			*ret = word->number;
			return true;
		}
	return false;
}
