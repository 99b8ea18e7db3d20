/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of VF attributes: what users may say, and how it is said back. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>

#include "base/array.h"
#include "unit.h"
#include "want/attr.h"
#include "want/mac_auto.h"

START_TEST(every_row_is_found_by_its_name)
{
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
		const struct sriov_attr *attr = sriov_attr(id);

		ck_assert_ptr_eq(sriov_attr_find(attr->name), attr);
		ck_assert_uint_eq(sriov_attr_id(attr), id);
		ck_assert(attr->values[0] && attr->summary[0]);
	}
	ck_assert_ptr_null(sriov_attr_find("spoofcheck"));
	ck_assert_ptr_null(sriov_attr_find(""));
}
END_TEST

START_TEST(a_value_is_read_and_said_back)
{
	static const struct {
		const char *attr;
		const char *text;
		uint64_t number;
		const char *back;
	} cases[] = {
		{"mac", "52:54:00:A1:00:0f", UINT64_C(0x525400a1000f),
		 "52:54:00:a1:00:0f"},
		{"vlan", "0", 0, "0"},
		{"vlan", "4094", 4094, "4094"},
		{"qos", "7", 7, "7"},
		{"proto", "802.1q", ETH_P_8021Q, "802.1Q"},
		{"proto", "802.1AD", ETH_P_8021AD, "802.1ad"},
		{"spoofchk", "on", 1, "on"},
		{"spoofchk", "OFF", 0, "off"},
		{"trust", "on", 1, "on"},
		{"state", "auto", IFLA_VF_LINK_STATE_AUTO, "auto"},
		{"state", "enable", IFLA_VF_LINK_STATE_ENABLE, "enable"},
		{"state", "disable", IFLA_VF_LINK_STATE_DISABLE, "disable"},
		{"min_tx_rate", "0", 0, "0"},
		{"max_tx_rate", "4294967295", UINT32_MAX, "4294967295"},
		{"query_rss", "off", 0, "off"},
		{"node_guid", "00:02:C9:03:00:21:6e:70", UINT64_C(0x0002c90300216e70),
		 "00:02:c9:03:00:21:6e:70"},
		{"msix", "1", 1, "1"},
		{"msix", "2048", 2048, "2048"},
		{"port_guid", "ff:ff:ff:ff:ff:ff:ff:ff", UINT64_MAX,
		 "ff:ff:ff:ff:ff:ff:ff:ff"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		const struct sriov_attr *attr = sriov_attr_find(cases[i].attr);
		struct sriov_value value = {0};
		struct sriov_error err = {0};
		char buf[SRIOV_VALUE_LEN];

		ck_assert_msg(sriov_attr_parse(attr, cases[i].text, &value, &err) == 0,
			      "%s: %s", cases[i].text, err.msg);
		ck_assert(value.known);
		ck_assert_uint_eq(value.number, cases[i].number);
		ck_assert_str_eq(sriov_attr_format(attr, &value, buf), cases[i].back);
	}
}
END_TEST

START_TEST(a_value_that_is_out_of_range_is_a_usage_error)
{
	static const struct {
		const char *attr;
		const char *text;
		const char *msg;
	} cases[] = {
		{"mac", "52:54:00:a1:00",
		 "mac must be ADDRESS|BASE+|auto, not "
		 "'52:54:00:a1:00'"},
		{"mac", "00:00:00:00:00:00", "mac must not be all zero"},
		{"mac", "01:00:5e:00:00:01",
		 "mac must be a unicast address, '01:00:5e:00:00:01' is multicast"},
		{"mac", "ff:ff:ff:ff:ff:ff",
		 "mac must be a unicast address, 'ff:ff:ff:ff:ff:ff' is multicast"},
		{"vlan", "4095", "vlan must be 0-4094, not '4095'"},
		{"vlan", "-1", "vlan must be 0-4094, not '-1'"},
		{"vlan", "0x10", "vlan must be 0-4094, not '0x10'"},
		{"vlan", "", "vlan must be 0-4094, not ''"},
		{"vlan", "\x1b[31m", "vlan must be 0-4094, not '?[31m'"},
		{"qos", "8", "qos must be 0-7, not '8'"},
		{"proto", "802.1x", "proto must be 802.1Q|802.1ad, not '802.1x'"},
		{"spoofchk", "yes", "spoofchk must be on|off, not 'yes'"},
		{"spoofchk", "1", "spoofchk must be on|off, not '1'"},
		{"state", "on", "state must be auto|enable|disable, not 'on'"},
		{"max_tx_rate", "4294967296",
		 "max_tx_rate must be MBITS, not "
		 "'4294967296'"},
		{"node_guid", "00:02:c9:03:00:21",
		 "node_guid must be GUID|auto, not '00:02:c9:03:00:21'"},
		{"port_guid", "00:02:c9:03:00:21:6e:70:71",
		 "port_guid must be GUID|auto, not '00:02:c9:03:00:21:6e:70:71'"},
		{"port_guid", "0002c90300216e70",
		 "port_guid must be GUID|auto, not '0002c90300216e70'"},
		{"node_guid", "00:00:00:00:00:00:00:00",
		 "node_guid must not be all zero"},
		{"msix", "0", "msix must be 1-2048, not '0'"},
		{"msix", "2049", "msix must be 1-2048, not '2049'"},
		{"driver", "", "driver must be NAME|default|none, not ''"},
		{"driver", "../igb", "driver must be NAME|default|none, not '../igb'"},
		{"driver", "a b", "driver must be NAME|default|none, not 'a b'"},
		{"driver", "a-name-that-is-longer-than-any-driver-s",
		 "driver must be NAME|default|none, not "
		 "'a-name-that-is-longer-than-any-driver-s'"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_value value = {.number = 12345};
		struct sriov_error err = {0};

		ck_assert_msg(sriov_attr_parse(sriov_attr_find(cases[i].attr),
					       cases[i].text, &value, &err) == -EINVAL,
			      "%s '%s' is taken", cases[i].attr, cases[i].text);
		ck_assert_int_eq(err.code, SRIOV_USAGE);
		ck_assert_str_eq(err.msg, cases[i].msg);
		ck_assert_uint_eq(value.number, 12345);
	}
}
END_TEST

START_TEST(a_driver_is_a_name_as_the_kernel_has_them)
{
	const struct sriov_attr *attr = sriov_attr(SRIOV_ATTR_DRIVER);
	struct sriov_value value = {0};
	struct sriov_error err = {0};
	char buf[SRIOV_VALUE_LEN];

	ck_assert_int_eq(sriov_attr_parse(attr, "mlx5_vfio-pci", &value, &err), 0);
	ck_assert_str_eq(value.text, "mlx5_vfio-pci");
	ck_assert_str_eq(sriov_attr_format(attr, &value, buf), "mlx5_vfio-pci");
}
END_TEST

START_TEST(a_cell_tells_none_from_unknown_from_zero)
{
	static const struct {
		enum sriov_attr_id id;
		struct sriov_value value;
		const char *format;
		const char *cell;
	} cases[] = {
		{SRIOV_ATTR_VLAN, {.known = false}, "?", "-"},
		{SRIOV_ATTR_VLAN, {.known = true}, "0", "-"},
		{SRIOV_ATTR_VLAN, {.known = true, .number = 5}, "5", "5"},
		{SRIOV_ATTR_QOS, {.known = true}, "0", "0"},
		{SRIOV_ATTR_MAC, {.known = true}, "none", "-"},
		{SRIOV_ATTR_NODE_GUID, {.known = true}, "none", "-"},
		{SRIOV_ATTR_DRIVER, {.known = true}, "none", "-"},
		{SRIOV_ATTR_SPOOFCHK, {.known = true}, "off", "off"},
		{SRIOV_ATTR_SPOOFCHK, {.known = false}, "?", "-"},
		{SRIOV_ATTR_STATE, {.known = true, .number = 9}, "?", "?"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		const struct sriov_attr *attr = sriov_attr(cases[i].id);
		char buf[SRIOV_VALUE_LEN];

		ck_assert_str_eq(sriov_attr_format(attr, &cases[i].value, buf),
				 cases[i].format);
		ck_assert_str_eq(sriov_attr_cell(attr, &cases[i].value, buf),
				 cases[i].cell);
	}
}
END_TEST

START_TEST(what_a_vf_has_is_known_only_when_it_is_reported)
{
	struct sriov_vf vf = {.fn.driver = "igbvf"};
	struct sriov_value value;

	value = sriov_vf_value(&vf, SRIOV_ATTR_VLAN);
	ck_assert(!value.known);
	vf.settings.known = 1U << SRIOV_SETTING_VLAN;
	vf.settings.value[SRIOV_SETTING_VLAN] = 100;
	value = sriov_vf_value(&vf, SRIOV_ATTR_VLAN);
	ck_assert(value.known);
	ck_assert_uint_eq(value.number, 100);
	ck_assert(!sriov_vf_value(&vf, SRIOV_ATTR_QOS).known);
	value = sriov_vf_value(&vf, SRIOV_ATTR_DRIVER);
	ck_assert(value.known);
	ck_assert_str_eq(value.text, "igbvf");
}
END_TEST

START_TEST(values_are_equal_in_all_parts)
{
	const struct sriov_value five = {.known = true, .number = 5};
	const struct sriov_value six = {.known = true, .number = 6};
	const struct sriov_value unknown = {.number = 5};
	const struct sriov_value igb = {.known = true, .number = 5, .text = "igb"};

	ck_assert(sriov_value_equal(&five, &five));
	ck_assert(!sriov_value_equal(&five, &six));
	ck_assert(!sriov_value_equal(&five, &unknown));
	ck_assert(!sriov_value_equal(&five, &igb));
}
END_TEST

START_TEST(what_disturbs_a_user_asks_first)
{
	static const char *const asks[] = {"mac",	"vlan",	 "qos",
					   "proto",	"trust", "node_guid",
					   "port_guid", "msix",	 "driver"};
	static const char *const silent[] = {"spoofchk", "min_tx_rate", "max_tx_rate",
					     "query_rss"};
	const struct sriov_value on = {.known = true, .number = 1};
	const struct sriov_value disable = {.known = true,
					    .number = IFLA_VF_LINK_STATE_DISABLE};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(asks); i++)
		ck_assert(sriov_attr_disturbs(sriov_attr_find(asks[i]), &on));
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(silent); i++)
		ck_assert(!sriov_attr_disturbs(sriov_attr_find(silent[i]), &on));
	ck_assert(sriov_attr_disturbs(sriov_attr(SRIOV_ATTR_STATE), &disable));
	ck_assert(!sriov_attr_disturbs(sriov_attr(SRIOV_ATTR_STATE), &on));
}
END_TEST

START_TEST(drivers_are_known_for_what_they_refuse)
{
	ck_assert(sriov_attr_refused_by(sriov_attr(SRIOV_ATTR_STATE), "igb"));
	ck_assert(sriov_attr_refused_by(sriov_attr(SRIOV_ATTR_QUERY_RSS), "i40e"));
	ck_assert(!sriov_attr_refused_by(sriov_attr(SRIOV_ATTR_QUERY_RSS), "ixgbe"));
	ck_assert(!sriov_attr_refused_by(sriov_attr(SRIOV_ATTR_MAC), "igb"));
}
END_TEST

/* sriovctl-vf(8) has these. */
START_TEST(derived_addresses_are_those_of_the_man_page)
{
	static const uint8_t machine_id[16] = {0x8f, 0x2c, 0x1d, 0x4b, 0x6a, 0x3e,
					       0x4f, 0x5d, 0x9c, 0x7b, 0x01, 0x23,
					       0x45, 0x67, 0x89, 0xab};
	static const struct {
		unsigned vf;
		uint64_t mac;
		uint64_t node;
		uint64_t port;
	} cases[] = {
		{0, UINT64_C(0x32e7a0c726aa), UINT64_C(0x0a860d13295e6030),
		 UINT64_C(0x7296edbe1e2c0635)},
		{1, UINT64_C(0x8a524baa1500), UINT64_C(0x6a8fc61f8e1f2e71),
		 UINT64_C(0xee0fa4c6ef769379)},
		{300, UINT64_C(0x2a069b147dc6), UINT64_C(0x6245aca72c22691c),
		 UINT64_C(0x125d6aa380d0891d)},
	};
	const uint64_t mac = UINT64_C(0xa0369f123456),
		       guid = UINT64_C(0xb8cef60300000020);

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		unsigned vf = cases[i].vf;

		ck_assert_uint_eq(sriov_mac_auto(machine_id, mac, vf), cases[i].mac);
		ck_assert_uint_eq(sriov_guid_auto(machine_id, "node_guid", guid, vf),
				  cases[i].node);
		ck_assert_uint_eq(sriov_guid_auto(machine_id, "port_guid", guid, vf),
				  cases[i].port);
	}
}
END_TEST

UNIT_MAIN("want/attr", every_row_is_found_by_its_name, a_value_is_read_and_said_back,
	  a_value_that_is_out_of_range_is_a_usage_error,
	  a_driver_is_a_name_as_the_kernel_has_them,
	  a_cell_tells_none_from_unknown_from_zero,
	  what_a_vf_has_is_known_only_when_it_is_reported, values_are_equal_in_all_parts,
	  what_disturbs_a_user_asks_first, drivers_are_known_for_what_they_refuse,
	  derived_addresses_are_those_of_the_man_page)
