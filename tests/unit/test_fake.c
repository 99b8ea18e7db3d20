/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel answers as the real one does, and goes wrong as it is told to. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "folder.h"
#include "message.h"
#include "sys/child.h"
#include "sys/rtnl.h"

#define PF "bus/pci/devices/0000:01:00.0"
#define VF1 "0000:01:10.4"
#define NUMVFS PF "/sriov_numvfs"

static int write_file(struct unit_scene *scene, const char *path, const char *data)
{
	struct sriov_write write = {.path = path, .data = data, .lock = -1};

	return sriov_write_one(&scene->doors, &write, 1000);
}

static void plan(struct unit_scene *scene, const char *fault)
{
	fake_append(&scene->fake, fault, "faults");
}

static bool is_there(const struct unit_scene *scene, const char *path)
{
	return fake_exists(&scene->fake, "%s", path);
}

START_TEST(sriov_numvfs_answers_in_the_kernels_order)
{
	static const struct {
		const char *data;
		int result;
	} cases[] = {
		{"seven", -EINVAL}, {"-1", -EINVAL}, {"65536", -EINVAL}, {"8", -ERANGE},
		{"0", 0},	    {"7", 0},	     {"7\n", 0},	 {"3", -EBUSY},
		{"0x8", -ERANGE},   {"0", 0},	     {"0x3", 0},
	};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++)
		ck_assert_msg(write_file(&scene, NUMVFS, cases[i].data) ==
				      cases[i].result,
			      "%zu: '%s'", i, cases[i].data);
	fake_tree_line(&scene.fake, "unbind 0000:01:00.1");
	ck_assert_int_eq(
		write_file(&scene, "bus/pci/devices/0000:01:00.1/sriov_numvfs", "2"),
		-ENOENT);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(vfs_come_and_go_with_all_that_they_have)
{
	static const char *const files[] = {
		"sys/" PF "/virtfn6",
		"sys/bus/pci/devices/" VF1 "/physfn",
		"sys/bus/pci/devices/" VF1 "/vendor",
		"sys/bus/pci/devices/" VF1 "/driver",
		"sys/bus/pci/devices/" VF1 "/iommu_group",
		"sys/bus/pci/devices/" VF1 "/net/em1v1/address",
		"sys/bus/pci/drivers/igbvf/" VF1,
		"sys/class/net/em1v1",
	};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	ck_assert_int_eq(write_file(&scene, NUMVFS, "7"), 0);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(files); i++)
		ck_assert_msg(is_there(&scene, files[i]), "no %s", files[i]);
	ck_assert_int_eq(write_file(&scene, NUMVFS, "0"), 0);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(files); i++)
		ck_assert_msg(!is_there(&scene, files[i]), "%s is left", files[i]);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(drivers_bind_as_the_bus_lets_them)
{
	static const struct {
		const char *path;
		const char *data;
		int result;
	} cases[] = {
		{"bus/pci/drivers/igbvf/bind", VF1, -EBUSY},
		{"bus/pci/drivers/vfio-pci/bind", VF1, -ENODEV},
		{"bus/pci/drivers/ixgbevf/unbind", VF1, -ENODEV},
		{"bus/pci/drivers/igbvf/unbind", "0000:09:00.0", -ENODEV},
		{"bus/pci/drivers/igbvf/unbind", VF1, 0},
		{"bus/pci/drivers/vfio-pci/bind", VF1, -ENODEV},
		{"bus/pci/devices/" VF1 "/driver_override", "vfio-pci", 0},
		{"bus/pci/drivers/igbvf/bind", VF1, -ENODEV},
		{"bus/pci/drivers/vfio-pci/bind", VF1, 0},
		{"bus/pci/devices/" VF1 "/driver/unbind", VF1, 0},
		{"bus/pci/devices/" VF1 "/driver_override", "\n", 0},
		{"bus/pci/drivers_probe", VF1, 0},
		{"bus/pci/drivers_probe", "0000:09:00.0", -ENODEV},
		{"bus/pci/drivers/igbvf/bind", VF1, -EBUSY},
		{"bus/pci/drivers/no-such/bind", VF1, -ENOENT},
	};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	fake_tree_line(&scene.fake, "driver vfio-pci");
	ck_assert_int_eq(write_file(&scene, NUMVFS, "2"), 0);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++)
		ck_assert_msg(write_file(&scene, cases[i].path, cases[i].data) ==
				      cases[i].result,
			      "%zu: %s", i, cases[i].path);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(without_autoprobe_only_an_override_binds)
{
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	fake_tree_line(&scene.fake, "driver vfio-pci");
	ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "0"), 0);
	ck_assert_int_eq(write_file(&scene, NUMVFS, "2"), 0);
	ck_assert(!is_there(&scene, "sys/bus/pci/devices/" VF1 "/driver"));
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers_probe", VF1), 0);
	ck_assert(!is_there(&scene, "sys/bus/pci/devices/" VF1 "/driver"));
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers/igbvf/bind", VF1), -ENODEV);
	ck_assert_int_eq(
		write_file(&scene, "bus/pci/devices/" VF1 "/driver_override", "vfio-pci"),
		0);
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers_probe", VF1), 0);
	ck_assert(is_there(&scene, "sys/bus/pci/drivers/vfio-pci/" VF1));
	unit_scene_close(&scene);
}
END_TEST

START_TEST(vfio_needs_an_iommu_and_drivers_probe_does_not_tell)
{
	struct unit_scene scene;

	unit_scene_open(&scene, "no-iommu");
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers/igbvf/unbind", VF1), 0);
	ck_assert_int_eq(
		write_file(&scene, "bus/pci/devices/" VF1 "/driver_override", "vfio-pci"),
		0);
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers_probe", VF1), 0);
	ck_assert(!is_there(&scene, "sys/bus/pci/devices/" VF1 "/driver"));
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers/vfio-pci/bind", VF1),
			 -EINVAL);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_new_vf_has_the_address_of_the_admin_or_of_its_driver)
{
	struct unit_scene scene;
	char buf[32];

	unit_scene_open(&scene, "r730");
	ck_assert_int_eq(write_file(&scene, NUMVFS, "2"), 0);
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf),
				  "sys/class/net/em1v1/addr_assign_type"),
			 "1");
	fake_tree_line(&scene.fake, "vf 0000:01:00.0 1 mac 52:54:00:00:00:01");
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers/igbvf/unbind", VF1), 0);
	ck_assert_int_eq(write_file(&scene, "bus/pci/drivers_probe", VF1), 0);
	ck_assert_str_eq(
		fake_get(&scene.fake, buf, sizeof(buf), "sys/class/net/em1v1/address"),
		"52:54:00:00:00:01");
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf),
				  "sys/class/net/em1v1/addr_assign_type"),
			 "0");
	unit_scene_close(&scene);
}
END_TEST

/* Keep the errno of the one request in the exchange. */
static int on_ack(const struct nlmsghdr *msg, void *arg)
{
	const struct nlmsgerr *ack = NLMSG_DATA(msg);

	if (msg->nlmsg_type == NLMSG_ERROR)
		*(int *)arg = ack->error;
	return 0;
}

/* RTM_SETLINK of em1 with these @size bytes as the one IFLA_VF_INFO. */
static int set_raw(struct unit_scene *scene, uint16_t type, const void *data, size_t size)
{
	const struct ifinfomsg link = {.ifi_index = 2};
	struct fake_message message = {0};
	size_t list, info;
	int result = 1, r;

	fake_message_begin(&message, RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 1, &link,
			   sizeof(link));
	list = fake_message_nest(&message, IFLA_VFINFO_LIST);
	info = fake_message_nest(&message, IFLA_VF_INFO);
	if (size)
		fake_message_put(&message, type, data, size);
	fake_message_nest_end(&message, info);
	fake_message_nest_end(&message, list);
	fake_message_end(&message);
	r = scene->doors.ops->netlink(&scene->doors, NETLINK_ROUTE, message.data,
				      message.len, 1, on_ack, &result);
	ck_assert_int_eq(r, 0);
	free(message.data);
	return result;
}

START_TEST(a_malformed_setting_is_refused_as_by_the_kernel)
{
	const uint32_t trust[] = {0, 1};
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	ck_assert_int_eq(set_raw(&scene, IFLA_VF_TRUST, trust, sizeof(trust)), 0);
	ck_assert_int_eq(set_raw(&scene, IFLA_VF_TRUST, trust, 4), -ERANGE);
	ck_assert_int_eq(set_raw(&scene, 0, NULL, 0), -EINVAL);
	fake_put(&scene.fake, "", "kernel/unprivileged");
	ck_assert_int_eq(set_raw(&scene, IFLA_VF_TRUST, trust, sizeof(trust)), -EPERM);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_fault_strikes_the_operations_that_it_counts)
{
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	plan(&scene, "EIO 2-3 sriov_drivers_autoprobe");
	plan(&scene, "done-EAGAIN 5 autoprobe # and a comment");
	plan(&scene, "ignore 6- autoprobe 0");
	ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "0"), 0);
	ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "1"), -EIO);
	ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "1"), -EIO);
	ck_assert_uint_eq(
		fake_get_number(&scene.fake, 9, "sys/" PF "/sriov_drivers_autoprobe"), 0);
	ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "0"), 0);
	ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "1"), -EAGAIN);
	ck_assert_uint_eq(
		fake_get_number(&scene.fake, 9, "sys/" PF "/sriov_drivers_autoprobe"), 1);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_blocked_write_is_made_when_it_is_released)
{
	struct sriov_write write = {.path = NUMVFS, .data = "7"};
	struct unit_scene scene;
	int other, status;

	unit_scene_open(&scene, "r730");
	fake_put(&scene.fake, "", "lock");
	plan(&scene, "block sriov_numvfs");
	write.lock = openat(scene.fake.root, "lock", O_RDWR | O_CLOEXEC);
	other = openat(scene.fake.root, "lock", O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(flock(write.lock, LOCK_EX | LOCK_NB), 0);
	ck_assert_int_eq(sriov_write_one(&scene.doors, &write, 5000), -ETIME);
	ck_assert_uint_eq(scene.doors.ops->now_ms(&scene.doors), 5000);
	ck_assert(!is_there(&scene, "sys/" PF "/virtfn0"));
	close(write.lock);
	ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), -1);
	fake_put(&scene.fake, "", "release");
	ck_assert_int_gt(wait(&status), 0);
	ck_assert(is_there(&scene, "sys/" PF "/virtfn6"));
	ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_process_dies_where_it_is_told_to)
{
	static const struct {
		const char *fault;
		bool made;
	} cases[] = {{"kill sriov_numvfs", true}, {"kill-before sriov_numvfs", false}};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct unit_scene scene;
		int status;
		pid_t pid;

		unit_scene_open(&scene, "r730");
		plan(&scene, cases[i].fault);
		pid = fork();
		if (pid == 0)
			_exit(write_file(&scene, NUMVFS, "7") < 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		ck_assert_int_eq(is_there(&scene, "sys/" PF "/virtfn6"), cases[i].made);
		/* nobody is kept out by the dead */
		ck_assert_int_eq(write_file(&scene, PF "/sriov_drivers_autoprobe", "1"),
				 0);
		unit_scene_close(&scene);
	}
}
END_TEST

START_TEST(time_passes_only_while_somebody_waits)
{
	const struct sriov_door_ops *ops;
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	ops = scene.doors.ops;
	plan(&scene, "late=500 sriov_numvfs");
	ck_assert_int_eq(ops->events_open(&scene.doors), 0);
	ck_assert_int_eq(ops->events_wait(&scene.doors, 1000), 0);
	ck_assert_uint_eq(ops->now_ms(&scene.doors), 1000);
	ck_assert_int_eq(write_file(&scene, NUMVFS, "1"), 0);
	ck_assert_int_eq(ops->events_wait(&scene.doors, 1000), 1);
	ck_assert_uint_eq(ops->now_ms(&scene.doors), 1000);
	ck_assert(!is_there(&scene, "sys/class/net/em1v0"));
	ck_assert_int_eq(ops->events_wait(&scene.doors, 1000), 1);
	ck_assert_uint_eq(ops->now_ms(&scene.doors), 1500);
	ck_assert(is_there(&scene, "sys/class/net/em1v0"));
	ops->events_close(&scene.doors);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(things_vanish_and_are_renamed_on_demand)
{
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	plan(&scene, "vanish=" VF1 " sriov_numvfs");
	plan(&scene, "rename=em1v0:eth9 sriov_numvfs");
	plan(&scene, "up=em3 sriov_numvfs");
	ck_assert_int_eq(write_file(&scene, NUMVFS, "2"), 0);
	ck_assert(!is_there(&scene, "sys/bus/pci/devices/" VF1));
	ck_assert(is_there(&scene, "sys/class/net/eth9"));
	ck_assert(!is_there(&scene, "sys/class/net/em1v0"));
	ck_assert_uint_eq(fake_get_number(&scene.fake, 0, "sys/class/net/em3/carrier"),
			  1);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_module_takes_what_it_knows_when_it_is_loaded)
{
	const struct sriov_door_ops *ops;
	struct unit_scene scene;
	char driver[32];

	unit_scene_open(&scene, "r730");
	ops = scene.doors.ops;
	fake_remove(&scene.fake, "sys/bus/pci/drivers/igbvf");
	fake_tree_line(&scene.fake, "module igbvf pci:v00008086d00001520*");
	ck_assert_int_eq(write_file(&scene, NUMVFS, "2"), 0);
	ck_assert(!is_there(&scene, "sys/bus/pci/devices/" VF1 "/driver"));
	ck_assert_int_eq(ops->load_module(&scene.doors, "no-such"), -ENOENT);
	ck_assert_int_eq(ops->load_module(&scene.doors, "pci:v00008086d00001520sv0"), 0);
	ck_assert_str_eq(fake_get_link(&scene.fake, driver, sizeof(driver),
				       "sys/bus/pci/devices/" VF1 "/driver"),
			 "igbvf");
	unit_scene_close(&scene);
}
END_TEST

UNIT_MAIN("fake", sriov_numvfs_answers_in_the_kernels_order,
	  vfs_come_and_go_with_all_that_they_have, drivers_bind_as_the_bus_lets_them,
	  without_autoprobe_only_an_override_binds,
	  vfio_needs_an_iommu_and_drivers_probe_does_not_tell,
	  a_new_vf_has_the_address_of_the_admin_or_of_its_driver,
	  a_malformed_setting_is_refused_as_by_the_kernel,
	  a_fault_strikes_the_operations_that_it_counts,
	  a_blocked_write_is_made_when_it_is_released, a_process_dies_where_it_is_told_to,
	  time_passes_only_while_somebody_waits, things_vanish_and_are_renamed_on_demand,
	  a_module_takes_what_it_knows_when_it_is_loaded)
