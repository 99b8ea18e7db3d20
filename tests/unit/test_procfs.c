/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes: who has a vfio group open, and which network namespaces there are. */
#include <errno.h>
#include <unistd.h>

#include "base/array.h"
#include "folder.h"
#include "sys/procfs.h"

/* Processes as lines of a tree. */
static void scene_open(struct unit_scene *scene, const char *const *lines, size_t n)
{
	scene->fake = unit_tree("drivers");
	for (size_t i = 0; i < n; i++)
		fake_tree_line(&scene->fake, lines[i]);
	fake_doors_open(&scene->doors, scene->fake.path);
}

static struct sriov_vfio_holder only_holder(const char *const *lines, size_t n)
{
	struct sriov_vfio_holder *holders = NULL, holder;
	struct unit_scene scene;
	size_t n_holders = 0;

	scene_open(&scene, lines, n);
	ck_assert_int_eq(sriov_procfs_vfio_holders(&scene.doors, &holders, &n_holders),
			 0);
	ck_assert_uint_eq(n_holders, 1);
	holder = holders[0];
	free(holders);
	unit_scene_close(&scene);
	return holder;
}

START_TEST(a_guest_is_known_by_the_name_that_qemu_was_given)
{
	static const struct {
		const char *cmdline;
		bool guest;
		const char *name;
	} cases[] = {
		{"qemu\\x00-name\\x00guest=vm1,debug-threads=on\\x00-S\\x00", true,
		 "vm1"},
		{"qemu\\x00-name\\x00guest=vm1\\x00", true, "vm1"},
		{"qemu\\x00-name\\x00vm1,process=x\\x00", true, "vm1"},
		{"qemu\\x00-name\\x00vm1\\x00", true, "vm1"},
		{"qemu\\x00-name\\x00guest=a\\x1b[31mb\\x00", true, "a?[31mb"},
		{"qemu\\x00-m\\x00-name\\x00vm1\\x00", true, "vm1"},
		{"qemu\\x00-name\\x00", false, "holder"},
		{"qemu\\x00-names\\x00vm1\\x00", false, "holder"},
		{"dpdk-testpmd\\x00-a\\x000000:01:10.0\\x00", false, "holder"},
		{"", false, "holder"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		char cmdline[256];
		const char *lines[] = {
			cmdline,
			"proc/77/comm = holder",
			"proc/77/fd/5 -> /dev/vfio/41",
		};
		struct sriov_vfio_holder holder;

		snprintf(cmdline, sizeof(cmdline), "proc/77/cmdline := %s",
			 cases[i].cmdline);
		holder = only_holder(lines, SRIOV_ARRAY_SIZE(lines));
		ck_assert_int_eq(holder.pid, 77);
		ck_assert_int_eq(holder.group, 41);
		ck_assert_int_eq(holder.guest, cases[i].guest);
		ck_assert_str_eq(holder.name, cases[i].name);
	}
}
END_TEST

START_TEST(a_process_that_is_gone_has_no_name)
{
	static const char *const lines[] = {"proc/77/fd/5 -> /dev/vfio/41"};
	struct sriov_vfio_holder holder = only_holder(lines, 1);

	ck_assert_str_eq(holder.name, "?");
}
END_TEST

START_TEST(the_name_of_a_program_is_printable)
{
	static const char *const lines[] = {"proc/77/comm = a\\x1b]0;b",
					    "proc/77/fd/5 -> /dev/vfio/41"};
	struct sriov_vfio_holder holder = only_holder(lines, 2);

	ck_assert_str_eq(holder.name, "a?]0;b");
}
END_TEST

START_TEST(each_group_of_each_process_is_named_once)
{
	static const char *const lines[] = {
		"proc/77/fd/5 -> /dev/vfio/41",
		"proc/77/fd/6 -> /dev/vfio/41",
		"proc/77/fd/7 -> /dev/vfio/42",
		"proc/78/fd/5 -> /dev/vfio/41",
		"proc/78/fd/6 -> /dev/vfio/vfio",
		"proc/78/fd/7 -> /dev/vfio/",
		"proc/78/fd/8 -> /dev/vfio/-1",
		"proc/78/fd/9 -> /dev/vfio/43x",
		"proc/78/fd/10 -> /srv/dev/vfio/44",
		"proc/79/fd/3 -> /dev/vfio/devices/vfio2",
		"proc/79/fd/4 -> /dev/vfio/devices/vfio",
		"proc/79/fd/5 -> /dev/vfio/devices/2",
		"proc/79/fd/6 -> /dev/vfio/noiommu-4",
		"proc/x1/fd/5 -> /dev/vfio/45",
		"proc/self/fd/5 -> /dev/vfio/46",
		"proc/99999999999/fd/5 -> /dev/vfio/47",
	};
	struct sriov_vfio_holder *holders;
	unsigned seen[5] = {0};
	struct unit_scene scene;
	size_t n;

	scene_open(&scene, lines, SRIOV_ARRAY_SIZE(lines));
	ck_assert_int_eq(sriov_procfs_vfio_holders(&scene.doors, &holders, &n), 0);
	ck_assert_uint_eq(n, 5);
	for (size_t i = 0; i < n; i++) {
		seen[0] += holders[i].pid == 77 && holders[i].group == 41;
		seen[1] += holders[i].pid == 77 && holders[i].group == 42;
		seen[2] += holders[i].pid == 78 && holders[i].group == 41;
		seen[3] += holders[i].pid == 79 && holders[i].group == -1 &&
			   holders[i].device == 2;
		seen[4] += holders[i].pid == 79 && holders[i].group == 4;
	}
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(seen); i++)
		ck_assert_uint_eq(seen[i], 1);
	free(holders);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_host_without_proc_tells_so)
{
	struct sriov_vfio_holder *holders;
	struct sriov_doors doors;
	struct fake fake = unit_folder();
	size_t n;

	fake_folder(&fake, "sys");
	fake_doors_open(&doors, fake.path);
	ck_assert_int_lt(sriov_procfs_vfio_holders(&doors, &holders, &n), 0);
	sriov_doors_close(&doors);
	unit_folder_remove(&fake);
}
END_TEST

/* Namespaces are told apart by their inodes: a hard link is the same one. */
static void same_netns(const struct fake *fake, const char *from, const char *to)
{
	fake_put(fake, "", "%s", to);
	ck_assert_int_eq(unlinkat(fake->root, to, 0), 0);
	ck_assert_int_eq(linkat(fake->root, from, fake->root, to, 0), 0);
}

START_TEST(each_other_network_namespace_is_listed_once)
{
	static const char *const lines[] = {
		"proc/self/ns/net = own",
		"proc/77/ns/net = other",
		"proc/77/comm = containerd",
		"run/netns/blue = blue",
	};
	struct sriov_netns *netns;
	struct unit_scene scene;
	size_t n;

	scene_open(&scene, lines, SRIOV_ARRAY_SIZE(lines));
	same_netns(&scene.fake, "proc/self/ns/net", "proc/1/ns/net");
	same_netns(&scene.fake, "proc/77/ns/net", "proc/78/ns/net");
	same_netns(&scene.fake, "run/netns/blue", "proc/79/ns/net");
	ck_assert_int_eq(sriov_procfs_netns(&scene.doors, &netns, &n), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(netns[0].name, "blue");
	ck_assert_str_eq(netns[0].path, "/run/netns/blue");
	ck_assert_int_eq(netns[0].pid, 0);
	ck_assert(netns[1].pid == 77 || netns[1].pid == 78);
	free(netns);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(without_namespaces_there_is_nothing_to_list)
{
	struct sriov_netns *netns;
	struct unit_scene scene;
	size_t n;

	scene_open(&scene, NULL, 0);
	ck_assert_int_eq(sriov_procfs_netns(&scene.doors, &netns, &n), -ENOENT);
	unit_scene_close(&scene);
}
END_TEST

UNIT_MAIN("sys/procfs", a_guest_is_known_by_the_name_that_qemu_was_given,
	  a_process_that_is_gone_has_no_name, the_name_of_a_program_is_printable,
	  each_group_of_each_process_is_named_once, a_host_without_proc_tells_so,
	  each_other_network_namespace_is_listed_once,
	  without_namespaces_there_is_nothing_to_list)
