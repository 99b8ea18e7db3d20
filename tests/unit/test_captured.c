/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A captured tree: it is looked at as a host is, and nothing in it is ever changed. */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "folder.h"
#include "message.h"
#include "sys/captured.h"
#include "sys/child.h"
#include "sys/links.h"
#include "sys/rtnl.h"

#define EM1_IFINDEX 2

static void scene_open(struct unit_scene *scene)
{
	struct sriov_error err = {0};

	scene->fake = unit_tree("r730-used");
	ck_assert_msg(sriov_doors_open(&scene->doors, scene->fake.path, &err) == 0, "%s",
		      err.msg);
}

START_TEST(settings_are_those_that_were_captured)
{
	struct sriov_vf_settings vf[7] = {0};
	struct sriov_error err = {0};
	struct unit_scene scene;
	uint64_t mac;

	scene_open(&scene);
	ck_assert_int_eq(sriov_rtnl_vf_read(&scene.doors, EM1_IFINDEX, vf, 7, &err), 7);
	ck_assert_uint_eq(vf[0].value[SRIOV_SETTING_MAC], UINT64_C(0x525400a10000));
	ck_assert_uint_eq(vf[3].value[SRIOV_SETTING_VLAN], 200);
	ck_assert_int_eq(sriov_link_permanent_mac(&scene.doors, EM1_IFINDEX, &mac, &err),
			 0);
	ck_assert_uint_eq(mac, UINT64_C(0x246e965a1000));
	unit_scene_close(&scene);
}
END_TEST

START_TEST(links_addresses_and_routes_are_those_that_were_captured)
{
	struct sriov_link_parent *links;
	struct sriov_error err = {0};
	struct sriov_link_use *uses;
	struct unit_scene scene;
	size_t n;

	scene_open(&scene);
	ck_assert_int_eq(sriov_link_uses(&scene.doors, &uses, &n, &err), 0);
	/* the route that follows from an address is left out */
	ck_assert_uint_eq(n, 5);
	ck_assert_str_eq(uses[0].text, "192.0.2.10/24");
	ck_assert_uint_eq(uses[0].ifindex, EM1_IFINDEX);
	ck_assert(uses[2].link_local && !uses[1].link_local);
	ck_assert(uses[4].route);
	ck_assert_str_eq(uses[4].text, "default");
	free(uses);
	ck_assert_int_eq(sriov_links_read(&scene.doors, &links, &n, &err), 0);
	/* six ports, and the VFs that have a netdev: 4 of em1, 7 of em2 */
	ck_assert_uint_eq(n, 17);
	ck_assert_str_eq(links[0].ifname, "em1");
	ck_assert_str_eq(links[0].parent, "0000:01:00.0");
	free(links);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(nothing_can_be_changed)
{
	struct sriov_write write = {
		.path = "bus/pci/devices/0000:01:00.0/sriov_numvfs",
		.data = "0",
		.lock = -1,
	};
	struct sriov_vf_change change[2] = {{.vf = 0}, {.vf = 1}};
	struct sriov_error err = {0};
	struct unit_scene scene;
	char buf[16];

	scene_open(&scene);
	ck_assert_int_eq(sriov_write_one(&scene.doors, &write, 1000), -EROFS);
	ck_assert_int_eq(scene.doors.ops->events_open(&scene.doors), -EROFS);
	ck_assert_int_eq(scene.doors.ops->events_wait(&scene.doors, 1000), -EROFS);
	ck_assert_int_eq(scene.doors.ops->load_module(&scene.doors, "vfio-pci"), -EROFS);
	ck_assert_int_eq(sriov_rtnl_vf_change(&scene.doors, EM1_IFINDEX, change, 2, &err),
			 -EROFS);
	ck_assert_int_eq(sriov_rtnl_vf_change(&scene.doors, EM1_IFINDEX, change, 1, &err),
			 -EROFS);
	ck_assert_int_eq(sriov_link_set(&scene.doors, EM1_IFINDEX, true, &err), -EROFS);
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf),
				  "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs"),
			 "7");
	unit_scene_close(&scene);
}
END_TEST

static int on_any(const struct nlmsghdr *msg, void *arg)
{
	(void)msg;
	(*(unsigned *)arg)++;
	return 0;
}

START_TEST(requests_are_answered_one_by_one)
{
	const struct ifinfomsg link = {.ifi_index = EM1_IFINDEX};
	struct fake_message requests = {0};
	struct unit_scene scene;
	unsigned n = 0;

	scene_open(&scene);
	for (uint32_t seq = 1; seq <= 2; seq++) {
		fake_message_begin(&requests, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, seq,
				   &link, sizeof(link));
		fake_message_end(&requests);
	}
	ck_assert_int_eq(scene.doors.ops->netlink(&scene.doors, NETLINK_ROUTE,
						  requests.data, requests.len, 2, on_any,
						  &n),
			 -EROFS);
	ck_assert_uint_eq(n, 0);
	free(requests.data);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_reply_that_was_not_captured_is_missing)
{
	struct sriov_vf_settings vf[7];
	struct sriov_error err = {0};
	struct unit_scene scene;

	scene_open(&scene);
	ck_assert_int_eq(sriov_rtnl_vf_read(&scene.doors, 999, vf, 7, &err), -ENOENT);
	fake_remove(&scene.fake, "netlink");
	ck_assert_int_eq(sriov_link_uses(&scene.doors, &(struct sriov_link_use *){NULL},
					 &(size_t){0}, &err),
			 -ENOENT);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_reply_that_was_cut_is_read_as_far_as_it_goes)
{
	struct sriov_error err = {0};
	struct unit_scene scene;
	char reply[8192];
	ssize_t size;
	FILE *file;

	scene_open(&scene);
	snprintf(reply, sizeof(reply), "%s/netlink/link-2", scene.fake.path);
	file = fopen(reply, "re");
	size = (ssize_t)fread(reply, 1, sizeof(reply), file);
	fclose(file);
	ck_assert_int_gt(size, 1372);
	for (ssize_t len = 0; len < size; len += 7) {
		struct sriov_vf_settings vf[7] = {0};

		fake_put_bytes(&scene.fake, reply, (size_t)len, "netlink/link-2");
		ck_assert_int_le(
			sriov_rtnl_vf_read(&scene.doors, EM1_IFINDEX, vf, 7, &err), 7);
	}
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_tree_without_sys_is_none)
{
	struct sriov_error err = {0};
	struct sriov_doors doors;
	struct fake fake = unit_folder();

	ck_assert_int_eq(sriov_doors_open(&doors, fake.path, &err), -ENOENT);
	ck_assert_int_eq(err.code, SRIOV_NOT_FOUND);
	ck_assert_int_eq(sriov_doors_open(&doors, "/none/such", &err), -ENOENT);
	ck_assert_str_eq(err.msg, "/none/such/sys: No such file or directory");
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(time_stands_still_and_every_reader_may_see_all)
{
	struct unit_scene scene;

	scene_open(&scene);
	ck_assert_uint_eq(scene.doors.ops->now_ms(&scene.doors), 0);
	ck_assert(scene.doors.ops->privileged(&scene.doors));
	unit_scene_close(&scene);
}
END_TEST

UNIT_MAIN("sys/captured", settings_are_those_that_were_captured,
	  links_addresses_and_routes_are_those_that_were_captured, nothing_can_be_changed,
	  requests_are_answered_one_by_one, a_reply_that_was_not_captured_is_missing,
	  a_reply_that_was_cut_is_read_as_far_as_it_goes, a_tree_without_sys_is_none,
	  time_stands_still_and_every_reader_may_see_all)
