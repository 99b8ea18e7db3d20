/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings over rtnetlink: an answer for each, as many VFs as there are. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "folder.h"
#include "sys/links.h"
#include "sys/rtnl.h"

#define EM1_IFINDEX 2

static struct sriov_vf_settings read_vf(struct unit_scene *scene, unsigned index)
{
	struct sriov_vf_settings vf[7] = {0};
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_rtnl_vf_read(&scene->doors, EM1_IFINDEX, vf, 7, &err), 7);
	return vf[index];
}

static struct sriov_vf_change change_of(unsigned index, enum sriov_vf_message message,
					enum sriov_setting setting, uint64_t value)
{
	struct sriov_vf_change change = {.vf = index, .message = message, .result = 1};

	change.value[SRIOV_SETTING_PROTO] = ETH_P_8021Q;
	change.value[setting] = value;
	return change;
}

START_TEST(each_setting_arrives_where_it_belongs)
{
	const struct sriov_vf_change changes[] = {
		change_of(5, SRIOV_VF_MESSAGE_MAC, SRIOV_SETTING_MAC,
			  UINT64_C(0x525400a10005)),
		change_of(5, SRIOV_VF_MESSAGE_VLAN, SRIOV_SETTING_VLAN, 300),
		change_of(5, SRIOV_VF_MESSAGE_SPOOFCHK, SRIOV_SETTING_SPOOFCHK, 0),
		change_of(5, SRIOV_VF_MESSAGE_TRUST, SRIOV_SETTING_TRUST, 1),
	};
	struct sriov_vf_settings before, after;
	struct sriov_error err = {0};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(changes); i++) {
		struct sriov_vf_change change = changes[i];

		before = read_vf(&scene, 4);
		ck_assert_int_eq(
			sriov_rtnl_vf_change(&scene.doors, EM1_IFINDEX, &change, 1, &err),
			0);
		ck_assert_int_eq(change.result, 0);
		ck_assert_str_eq(change.reason, "");
		after = read_vf(&scene, 4);
		ck_assert_mem_eq(&before, &after, sizeof(before));
	}
	after = read_vf(&scene, 5);
	ck_assert_uint_eq(after.value[SRIOV_SETTING_MAC], UINT64_C(0x525400a10005));
	ck_assert_uint_eq(after.value[SRIOV_SETTING_VLAN], 300);
	ck_assert_uint_eq(after.value[SRIOV_SETTING_SPOOFCHK], 0);
	ck_assert_uint_eq(after.value[SRIOV_SETTING_TRUST], 1);
	unit_scene_close(&scene);
}
END_TEST

/* What of a request for a GUID the kernel reads, as it lies there. */
struct guid_request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct nlattr list;
	struct nlattr info;
	struct nlattr guid;
	uint32_t vf;
	uint32_t nothing;
	uint64_t number;
} __attribute__((packed));

static void check_guid_request(const struct guid_request *sent, uint16_t type,
			       uint64_t number)
{
	ck_assert_uint_eq(sent->header.nlmsg_len, sizeof(*sent));
	ck_assert_uint_eq(sent->header.nlmsg_type, RTM_SETLINK);
	ck_assert_int_eq(sent->link.ifi_index, EM1_IFINDEX);
	ck_assert_uint_eq(sent->list.nla_len, 28);
	ck_assert_uint_eq(sent->list.nla_type & NLA_TYPE_MASK, IFLA_VFINFO_LIST);
	ck_assert_uint_eq(sent->info.nla_len, 24);
	ck_assert_uint_eq(sent->info.nla_type & NLA_TYPE_MASK, IFLA_VF_INFO);
	ck_assert_uint_eq(sent->guid.nla_len, 20);
	ck_assert_uint_eq(sent->guid.nla_type, type);
	ck_assert_uint_eq(sent->vf, 3);
	ck_assert_uint_eq(sent->nothing, 0);
	ck_assert_uint_eq(sent->number, number);
}

static int check_guid_requests(struct sriov_doors *doors, int protocol,
			       const void *requests, size_t size, unsigned n,
			       sriov_netlink_reply_fn *on_reply, void *arg)
{
	struct guid_request sent[2];

	(void)doors;
	(void)on_reply;
	(void)arg;
	ck_assert_int_eq(protocol, NETLINK_ROUTE);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(size, sizeof(sent));
	memcpy(sent, requests, sizeof(sent));
	check_guid_request(&sent[0], 10, UINT64_C(0x0002c90300216e70));
	check_guid_request(&sent[1], 11, UINT64_C(0x8002c90300216e78));
	return 0;
}

START_TEST(each_guid_goes_in_a_message_of_its_own)
{
	struct sriov_vf_change changes[] = {
		change_of(3, SRIOV_VF_MESSAGE_NODE_GUID, SRIOV_SETTING_NODE_GUID,
			  UINT64_C(0x0002c90300216e70)),
		change_of(3, SRIOV_VF_MESSAGE_PORT_GUID, SRIOV_SETTING_PORT_GUID,
			  UINT64_C(0x8002c90300216e78)),
	};
	const struct sriov_door_ops ops = {.netlink = check_guid_requests};
	struct sriov_doors doors = {.ops = &ops};
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_rtnl_vf_change(&doors, EM1_IFINDEX, changes, 2, &err), 0);
	/* nobody has answered */
	ck_assert_int_eq(changes[0].result, -EINPROGRESS);
	ck_assert_int_eq(changes[1].result, -EINPROGRESS);
}
END_TEST

#define IB_IFINDEX 2

START_TEST(a_port_of_infiniband_has_guids_and_its_vfs_no_mac)
{
	struct sriov_vf_settings vf[2] = {0};
	struct sriov_error err = {0};
	struct unit_scene scene;
	uint64_t number;

	unit_scene_open(&scene, "infiniband");
	fake_tree_line(&scene.fake, "vf 0000:5e:00.0 1 node_guid 00:02:c9:03:00:21:6e:70 "
				    "port_guid 80:02:c9:03:00:21:6e:78");
	ck_assert_int_eq(sriov_rtnl_vf_read(&scene.doors, IB_IFINDEX, vf, 2, &err), 2);
	for (int i = 0; i < 2; i++) {
		ck_assert(vf[i].known & UINT32_C(1) << SRIOV_SETTING_NODE_GUID);
		ck_assert(vf[i].known & UINT32_C(1) << SRIOV_SETTING_PORT_GUID);
		ck_assert(!(vf[i].known & UINT32_C(1) << SRIOV_SETTING_MAC));
	}
	ck_assert_uint_eq(vf[0].value[SRIOV_SETTING_NODE_GUID], 0);
	ck_assert_uint_eq(vf[1].value[SRIOV_SETTING_NODE_GUID],
			  UINT64_C(0x0002c90300216e70));
	ck_assert_uint_eq(vf[1].value[SRIOV_SETTING_PORT_GUID],
			  UINT64_C(0x8002c90300216e78));
	ck_assert_int_eq(
		sriov_link_permanent_guid(&scene.doors, IB_IFINDEX, &number, &err), 0);
	ck_assert_uint_eq(number, UINT64_C(0xb8cef60300000020));
	ck_assert_int_eq(
		sriov_link_permanent_mac(&scene.doors, IB_IFINDEX, &number, &err),
		-ENODATA);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_port_of_ethernet_has_no_guid)
{
	struct sriov_error err = {0};
	struct unit_scene scene;
	uint64_t guid;

	unit_scene_open(&scene, "r730-used");
	ck_assert_int_eq(
		sriov_link_permanent_guid(&scene.doors, EM1_IFINDEX, &guid, &err),
		-ENODATA);
	ck_assert_int_eq(err.code, SRIOV_UNSUPPORTED);
	ck_assert(!(read_vf(&scene, 3).known & UINT32_C(1) << SRIOV_SETTING_NODE_GUID));
	unit_scene_close(&scene);
}
END_TEST

START_TEST(counters_are_those_of_each_vf)
{
	struct sriov_vf_settings vf[7] = {0};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	/* zeros are what the kernel gives for a driver that counts nothing */
	ck_assert_int_eq(sriov_rtnl_vf_counters(&scene.doors, EM1_IFINDEX, vf, 7),
			 -ENODATA);
	fake_tree_line(&scene.fake, "vf 0000:01:00.0 3 rx_packets 10 tx_packets 11 "
				    "rx_dropped 12 tx_dropped 4294967296 rx_bytes 13 "
				    "tx_bytes 14");
	ck_assert_int_eq(sriov_rtnl_vf_counters(&scene.doors, EM1_IFINDEX, vf, 7), 0);
	ck_assert_uint_eq(vf[3].counters.value[SRIOV_COUNTER_RX_PACKETS], 10);
	ck_assert_uint_eq(vf[3].counters.value[SRIOV_COUNTER_TX_PACKETS], 11);
	ck_assert_uint_eq(vf[3].counters.value[SRIOV_COUNTER_RX_DROPPED], 12);
	ck_assert_uint_eq(vf[3].counters.value[SRIOV_COUNTER_TX_DROPPED], UINT64_C(1)
										  << 32);
	ck_assert_uint_eq(vf[3].counters.value[SRIOV_COUNTER_RX_BYTES], 13);
	ck_assert_uint_eq(vf[3].counters.value[SRIOV_COUNTER_TX_BYTES], 14);
	ck_assert_uint_eq(vf[2].counters.value[SRIOV_COUNTER_RX_PACKETS], 0);
	/* it is not asked with the settings */
	ck_assert_uint_eq(read_vf(&scene, 3).counters.value[SRIOV_COUNTER_RX_PACKETS], 0);
	ck_assert_int_eq(sriov_rtnl_vf_counters(&scene.doors, 999, vf, 7), -ENODEV);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(one_refusal_leaves_the_others_alone)
{
	struct sriov_vf_change changes[] = {
		change_of(1, SRIOV_VF_MESSAGE_TRUST, SRIOV_SETTING_TRUST, 1),
		change_of(1, SRIOV_VF_MESSAGE_STATE, SRIOV_SETTING_STATE, 1),
		change_of(1, SRIOV_VF_MESSAGE_QUERY_RSS, SRIOV_SETTING_QUERY_RSS, 1),
		change_of(1, SRIOV_VF_MESSAGE_RATE, SRIOV_SETTING_MAX_RATE, 100),
		change_of(1, SRIOV_VF_MESSAGE_VLAN, SRIOV_SETTING_PROTO, ETH_P_8021AD),
		change_of(1, SRIOV_VF_MESSAGE_MAC, SRIOV_SETTING_MAC,
			  UINT64_C(0x010000000000)),
		change_of(7, SRIOV_VF_MESSAGE_TRUST, SRIOV_SETTING_TRUST, 1),
		change_of(2, SRIOV_VF_MESSAGE_TRUST, SRIOV_SETTING_TRUST, 1),
	};
	static const int results[] = {0,
				      -EOPNOTSUPP,
				      -EOPNOTSUPP,
				      -EOPNOTSUPP,
				      -EPROTONOSUPPORT,
				      -EINVAL,
				      -EINVAL,
				      0};
	struct sriov_error err = {0};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	ck_assert_int_eq(sriov_rtnl_vf_change(&scene.doors, EM1_IFINDEX, changes,
					      SRIOV_ARRAY_SIZE(changes), &err),
			 0);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(changes); i++)
		ck_assert_msg(changes[i].result == results[i], "%zu gives %d", i,
			      changes[i].result);
	ck_assert_uint_eq(read_vf(&scene, 2).value[SRIOV_SETTING_TRUST], 1);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(the_kernels_own_words_come_with_its_refusal)
{
	struct sriov_vf_change change =
		change_of(1, SRIOV_VF_MESSAGE_TRUST, SRIOV_SETTING_TRUST, 1);
	struct sriov_error err = {0};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	fake_append(&scene.fake, "EOPNOTSUPP trust : Not in switchdev mode", "faults");
	ck_assert_int_eq(
		sriov_rtnl_vf_change(&scene.doors, EM1_IFINDEX, &change, 1, &err), 0);
	ck_assert_int_eq(change.result, -EOPNOTSUPP);
	ck_assert_str_eq(change.reason, "Not in switchdev mode");
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_thousand_changes_go_in_batches_and_each_is_answered)
{
	_cleanup_free_ struct sriov_vf_change *changes = calloc(1000, sizeof(*changes));
	struct sriov_error err = {0};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	for (unsigned i = 0; i < 1000; i++)
		changes[i] = change_of(i, SRIOV_VF_MESSAGE_VLAN, SRIOV_SETTING_VLAN, i);
	ck_assert_int_eq(
		sriov_rtnl_vf_change(&scene.doors, EM1_IFINDEX, changes, 1000, &err), 0);
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_int_eq(changes[i].result, i < 7 ? 0 : -EINVAL);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_link_that_is_not_there_is_said_so)
{
	struct sriov_vf_settings vf[7];
	struct sriov_error err = {0};
	struct unit_scene scene;
	uint64_t mac;

	unit_scene_open(&scene, "r730-used");
	ck_assert_int_eq(sriov_rtnl_vf_read(&scene.doors, 99, vf, 7, &err), -ENODEV);
	ck_assert_int_eq(err.code, SRIOV_NOT_FOUND);
	ck_assert_int_eq(sriov_link_permanent_mac(&scene.doors, 99, &mac, &err), -ENODEV);
	ck_assert_int_eq(sriov_link_set(&scene.doors, 99, true, &err), -ENODEV);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_link_is_set_up)
{
	struct sriov_error err = {0};
	struct unit_scene scene;
	char buf[16];

	unit_scene_open(&scene, "r730");
	ck_assert_int_eq(sriov_link_set(&scene.doors, 4, true, &err), 0);
	ck_assert_str_eq(
		fake_get(&scene.fake, buf, sizeof(buf), "sys/class/net/em3/flags"),
		"0x1003");
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf), "log"), "linkup em3");
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_dump_that_fails_is_an_error)
{
	struct sriov_link_use *uses = NULL;
	struct sriov_link_parent *links = NULL;
	struct sriov_error err = {0};
	struct unit_scene scene;
	size_t n;

	unit_scene_open(&scene, "r730-used");
	fake_append(&scene.fake, "ENOMEM dump routes", "faults");
	fake_append(&scene.fake, "EIO dump links", "faults");
	ck_assert_int_eq(sriov_link_uses(&scene.doors, &uses, &n, &err), -ENOMEM);
	ck_assert_ptr_null(uses);
	ck_assert_int_eq(sriov_links_read(&scene.doors, &links, &n, &err), -EIO);
	ck_assert_ptr_null(links);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_link_without_a_permanent_address_has_none)
{
	struct sriov_error err = {0};
	struct unit_scene scene;
	uint64_t mac;

	unit_scene_open(&scene, "r730");
	fake_remove(&scene.fake, "kernel/0000:01:00.0/mac");
	ck_assert_int_eq(sriov_link_permanent_mac(&scene.doors, EM1_IFINDEX, &mac, &err),
			 -ENODATA);
	ck_assert_int_eq(err.code, SRIOV_UNSUPPORTED);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(four_thousand_vfs_are_read_over_the_door)
{
	_cleanup_free_ struct sriov_vf_settings *vf = calloc(4096, sizeof(*vf));
	struct sriov_error err = {0};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	/* the card's memory suffices here: nobody asks sysfs for the VFs themselves */
	fake_put(&scene.fake, "4096", "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs");
	for (unsigned i = 0; i < 4096; i++) {
		const struct fake_vf one = {
			.mac = i, .vlan = i % 4095, .proto = ETH_P_8021Q};

		fake_vf_put(&scene.fake, "0000:01:00.0", i, &one);
	}
	ck_assert_int_eq(sriov_rtnl_vf_read(&scene.doors, EM1_IFINDEX, vf, 4096, &err),
			 4096);
	for (unsigned i = 0; i < 4096; i++)
		ck_assert_uint_eq(vf[i].value[SRIOV_SETTING_MAC], i);
	unit_scene_close(&scene);
}
END_TEST

UNIT_MAIN("sys/rtnl", counters_are_those_of_each_vf,
	  each_guid_goes_in_a_message_of_its_own,
	  a_port_of_infiniband_has_guids_and_its_vfs_no_mac,
	  a_port_of_ethernet_has_no_guid, each_setting_arrives_where_it_belongs,
	  one_refusal_leaves_the_others_alone,
	  the_kernels_own_words_come_with_its_refusal,
	  a_thousand_changes_go_in_batches_and_each_is_answered,
	  a_link_that_is_not_there_is_said_so, a_link_is_set_up,
	  a_dump_that_fails_is_an_error, a_link_without_a_permanent_address_has_none,
	  four_thousand_vfs_are_read_over_the_door)
