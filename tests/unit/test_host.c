/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at hosts: PFs, VFs and their users, on trees that are whole and broken. */
#include <errno.h>
#include <linux/if_ether.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "folder.h"
#include "host/host.h"

#define EVERYTHING                                                                       \
	(SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS | SRIOV_LOOK_PF_USERS | \
	 SRIOV_LOOK_CAPABILITY)

struct scene {
	struct fake fake;
	struct sriov_doors doors;
	struct sriov_host host;
};

static void scene_look(struct scene *scene, unsigned what)
{
	struct sriov_error err = {0};

	fake_doors_open(&scene->doors, scene->fake.path);
	ck_assert_msg(sriov_host_look(&scene->doors, what, NULL, 0, &scene->host, &err) ==
			      0,
		      "%s", err.msg);
}

static void scene_open(struct scene *scene, const char *tree, unsigned what)
{
	*scene = (struct scene){.fake = unit_tree(tree)};
	scene_look(scene, what);
}

static void scene_close(struct scene *scene)
{
	sriov_host_free(&scene->host);
	sriov_doors_close(&scene->doors);
	unit_folder_remove(&scene->fake);
}

static const struct sriov_pf *pf_of(const struct scene *scene, const char *name)
{
	const struct sriov_pf *pf = sriov_host_pf(&scene->host, name);

	ck_assert_msg(pf != NULL, "no %s", name);
	return pf;
}

/* "guest vm1 (pid 2211)", "-" for nobody */
static const char *user_of(const struct sriov_function *fn, char *buf, size_t size)
{
	if (fn->n_users == 0)
		return "-";
	return sriov_user_format(&fn->users[0], buf, size);
}

START_TEST(the_pfs_of_a_server_come_in_the_order_of_their_addresses)
{
	static const char *const names[] = {"em1", "em2", "em3", "em4", "p1p1", "p1p2"};
	struct scene scene;

	scene_open(&scene, "r730", 0);
	ck_assert_uint_eq(scene.host.n_pfs, SRIOV_ARRAY_SIZE(names));
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(names); i++)
		ck_assert_str_eq(scene.host.pf[i].name, names[i]);
	scene_close(&scene);
}
END_TEST

START_TEST(a_pf_is_described)
{
	struct scene scene;
	const struct sriov_pf *pf;

	scene_open(&scene, "r730-used", EVERYTHING);
	pf = pf_of(&scene, "em1");
	ck_assert_str_eq(pf->fn.address, "0000:01:00.0");
	ck_assert_uint_eq(pf->fn.vendor, 0x8086);
	ck_assert_uint_eq(pf->fn.device, 0x1521);
	ck_assert_uint_eq(pf->fn.class, 0x020000);
	ck_assert_str_eq(pf->fn.driver, "igb");
	ck_assert_uint_eq(pf->fn.ifindex, 2);
	ck_assert(pf->fn.link_up && pf->carrier);
	ck_assert_uint_eq(pf->fn.netdev_mac, UINT64_C(0x246e965a1000));
	ck_assert_int_eq(pf->fn.group, 30);
	ck_assert_int_eq(pf->total_vfs, 7);
	ck_assert_int_eq(pf->numa, 0);
	ck_assert_int_eq(pf_of(&scene, "p1p1")->numa, 1);
	ck_assert(!pf_of(&scene, "em3")->carrier);
	scene_close(&scene);
}
END_TEST

START_TEST(the_capability_is_read_out_of_config_space)
{
	struct scene scene;
	const struct sriov_pf *pf;
	const struct sriov_capability *cap;

	scene_open(&scene, "r730-used", EVERYTHING);
	pf = pf_of(&scene, "em1");
	cap = &pf->capability;
	ck_assert(pf->has_capability);
	ck_assert_uint_eq(cap->offset_in_config, 0x160);
	ck_assert_uint_eq(cap->total_vfs, 8);
	ck_assert_uint_eq(cap->num_vfs, 7);
	ck_assert_uint_eq(cap->first_vf_offset, 128);
	ck_assert_uint_eq(cap->vf_stride, 4);
	ck_assert_uint_eq(cap->vf_device, 0x1520);
	ck_assert(cap->vf_enable && cap->vf_memory_enable && cap->ari_capable);
	ck_assert_uint_eq(pf->vf_bar[0].size, 16384);
	ck_assert_uint_eq(pf->vf_bar[1].size, 0);
	ck_assert_uint_eq(pf->vf_bar[3].address, 0x92880000);
	ck_assert(!pf_of(&scene, "em3")->capability.vf_enable);
	scene_close(&scene);
}
END_TEST

START_TEST(a_vf_that_is_asked_for_is_the_one_of_that_number)
{
	struct scene scene;
	const struct sriov_pf *pf;
	char name[SRIOV_NAME_LEN];

	scene_open(&scene, "r730-used", SRIOV_LOOK_VFS);
	pf = pf_of(&scene, "em2");
	ck_assert_uint_eq(pf->n_vfs, 7);
	ck_assert_str_eq(sriov_pf_vf(pf, 1)->fn.address, "0000:01:10.5");
	ck_assert_str_eq(sriov_pf_vf(pf, 6)->fn.netdev, "em2v6");
	ck_assert_ptr_null(sriov_pf_vf(pf, 7));
	ck_assert_ptr_null(sriov_pf_vf(pf_of(&scene, "em3"), 0));
	ck_assert_str_eq(sriov_vf_name(pf, 6, name), "em2/6");
	scene_close(&scene);
}
END_TEST

START_TEST(settings_come_over_netlink)
{
	struct scene scene;
	const struct sriov_vf *vf;

	scene_open(&scene, "r730-used", EVERYTHING);
	vf = sriov_pf_vf(pf_of(&scene, "em1"), 3);
	ck_assert(pf_of(&scene, "em1")->settings_read);
	ck_assert(vf->settings.found);
	ck_assert_uint_eq(vf->settings.value[SRIOV_SETTING_VLAN], 200);
	ck_assert_uint_eq(vf->settings.value[SRIOV_SETTING_QOS], 3);
	ck_assert_uint_eq(vf->settings.value[SRIOV_SETTING_PROTO], ETH_P_8021Q);
	ck_assert_uint_eq(vf->settings.value[SRIOV_SETTING_SPOOFCHK], 0);
	ck_assert_uint_eq(vf->settings.value[SRIOV_SETTING_TRUST], 1);
	ck_assert(!(vf->settings.known & 1U << SRIOV_SETTING_QUERY_RSS));
	scene_close(&scene);
}
END_TEST

START_TEST(the_user_of_a_vf_is_known)
{
	static const char *const users[] = {
		"guest vm1 (pid 2211)",	   "-", "-",	       "-",
		"address 198.51.100.7/24", "-", "master bond0"};
	struct scene scene;
	const struct sriov_pf *pf;
	char buf[128];

	scene_open(&scene, "r730-used", SRIOV_LOOK_VFS | SRIOV_LOOK_USERS);
	pf = pf_of(&scene, "em1");
	for (unsigned i = 0; i < SRIOV_ARRAY_SIZE(users); i++)
		ck_assert_str_eq(user_of(&sriov_pf_vf(pf, i)->fn, buf, sizeof(buf)),
				 users[i]);
	ck_assert_uint_eq(sriov_pf_vf(pf, 6)->fn.n_users, 1);
	ck_assert_uint_eq(pf->fn.n_users, 0);
	scene_close(&scene);
}
END_TEST

START_TEST(the_users_of_a_pf_are_its_addresses_and_routes)
{
	struct scene scene;
	const struct sriov_pf *pf;
	char buf[128];

	scene_open(&scene, "r730-used", SRIOV_LOOK_PF_USERS);
	pf = pf_of(&scene, "em1");
	ck_assert_uint_eq(pf->fn.n_users, 2);
	ck_assert_str_eq(sriov_user_format(&pf->fn.users[0], buf, sizeof(buf)),
			 "address 192.0.2.10/24");
	ck_assert_str_eq(sriov_user_format(&pf->fn.users[1], buf, sizeof(buf)),
			 "route default");
	ck_assert_uint_eq(pf_of(&scene, "em2")->fn.n_users, 0);
	scene_close(&scene);
}
END_TEST

START_TEST(a_holder_that_cannot_be_seen_is_not_nobody)
{
	struct scene scene = {.fake = unit_tree("r730-used")};
	char buf[128];

	fake_remove(&scene.fake, "proc/2211");
	scene_look(&scene, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS);
	ck_assert_str_eq(
		user_of(&sriov_pf_vf(pf_of(&scene, "em1"), 0)->fn, buf, sizeof(buf)),
		"?");
	scene_close(&scene);
}
END_TEST

START_TEST(a_device_opened_without_its_group_has_a_holder)
{
	struct scene scene = {.fake = unit_tree("r730-used")};
	char buf[128];

	fake_remove(&scene.fake, "proc/2211");
	fake_tree_line(&scene.fake, "sys/bus/pci/devices/0000:01:10.0/vfio-dev/vfio7/dev"
				    " = 511:7");
	fake_tree_line(&scene.fake, "proc/98/comm = other");
	fake_tree_line(&scene.fake, "proc/98/fd/5 -> /dev/vfio/devices/vfio8");
	fake_tree_line(&scene.fake, "proc/99/comm = dpdk");
	fake_tree_line(&scene.fake, "proc/99/fd/5 -> /dev/vfio/devices/vfio7");
	scene_look(&scene, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS);
	ck_assert_str_eq(
		user_of(&sriov_pf_vf(pf_of(&scene, "em1"), 0)->fn, buf, sizeof(buf)),
		"process dpdk (pid 99)");
	scene_close(&scene);
}
END_TEST

/* Thousands of processes are not looked through for what libvirt's files tell. */
START_TEST(other_processes_are_looked_at_when_libvirt_knows_no_holder)
{
	struct scene scene = {.fake = unit_tree("libvirt")};
	const struct sriov_pf *pf;
	char buf[128];

	fake_tree_line(&scene.fake, "proc/99/comm = dpdk");
	fake_tree_line(&scene.fake, "proc/99/fd/5 -> /dev/vfio/41");
	scene_look(&scene, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS);
	pf = pf_of(&scene, "em1");
	ck_assert_uint_eq(sriov_pf_vf(pf, 0)->fn.n_users, 1);
	ck_assert_str_eq(user_of(&sriov_pf_vf(pf, 0)->fn, buf, sizeof(buf)),
			 "guest vm1 (pid 2211)");
	sriov_host_free(&scene.host);
	sriov_doors_close(&scene.doors);

	fake_tree_line(&scene.fake, "bind 0000:01:11.4 vfio-pci");
	fake_tree_line(&scene.fake, "sys/bus/pci/devices/0000:01:11.4/enable = 1");
	fake_tree_line(&scene.fake, "proc/99/fd/6 -> /dev/vfio/44");
	scene_look(&scene, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS);
	pf = pf_of(&scene, "em1");
	ck_assert_str_eq(user_of(&sriov_pf_vf(pf, 3)->fn, buf, sizeof(buf)),
			 "process dpdk (pid 99)");
	scene_close(&scene);
}
END_TEST

START_TEST(only_what_is_asked_for_is_looked_at)
{
	const char *only = "0000:01:00.1";
	struct fake fake = unit_tree("r730-used");
	struct sriov_doors doors;
	struct sriov_host host;
	struct sriov_error err;

	fake_doors_open(&doors, fake.path);
	ck_assert_int_eq(sriov_host_look(&doors, 0, &only, 1, &host, &err), 0);
	ck_assert_uint_eq(host.n_pfs, 1);
	ck_assert_str_eq(host.pf[0].name, "em2");
	ck_assert_uint_eq(host.pf[0].n_vfs, 0);
	ck_assert(!fake_exists(&fake, "log"));
	sriov_host_free(&host);
	sriov_doors_close(&doors);
	unit_folder_remove(&fake);
}
END_TEST

/* A FIFO without a writer stands for the file that waits: whoever opens it hangs. */
START_TEST(files_that_wait_for_a_running_write_are_never_read)
{
	static const char *const waiting[] = {
		"0000:01:00.0/sriov_numvfs", "0000:01:00.0/driver_override",
		"0000:01:10.0/driver_override", "0000:01:10.4/driver_override"};
	struct scene scene = {.fake = unit_tree("r730-used")};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(waiting); i++) {
		char path[PATH_MAX + 128];

		snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s", scene.fake.path,
			 waiting[i]);
		ck_assert_int_eq(unlink(path), 0);
		ck_assert_int_eq(mkfifo(path, 0600), 0);
	}
	ck_assert_int_eq(
		sriov_doors_open(&scene.doors, scene.fake.path, &(struct sriov_error){0}),
		0);
	ck_assert_int_eq(sriov_host_look(&scene.doors, EVERYTHING, NULL, 0, &scene.host,
					 &(struct sriov_error){0}),
			 0);
	ck_assert_uint_eq(pf_of(&scene, "em1")->n_vfs, 7);
	scene_close(&scene);
}
END_TEST

START_TEST(settings_that_cannot_be_read_are_no_reason_to_stop)
{
	struct scene scene = {.fake = unit_tree("r730-used")};

	fake_append(&scene.fake, "ENOBUFS getlink em1", "faults");
	scene_look(&scene, EVERYTHING);
	ck_assert(!pf_of(&scene, "em1")->settings_read);
	ck_assert_str_eq(pf_of(&scene, "em1")->settings_error.msg,
			 "cannot read the settings of its VFs: "
			 "No buffer space available");
	ck_assert_uint_eq(pf_of(&scene, "em1")->n_vfs, 7);
	ck_assert(pf_of(&scene, "em2")->settings_read);
	scene_close(&scene);
}
END_TEST

START_TEST(a_drive_has_its_own_name_and_no_settings)
{
	struct scene scene = {.fake = unit_tree("nvme")};
	const struct sriov_pf *pf;

	fake_tree_line(&scene.fake, "vfs 0000:03:00.0 2");
	scene_look(&scene, EVERYTHING);
	pf = pf_of(&scene, "nvme0");
	ck_assert_ptr_eq(pf, pf_of(&scene, "0000:03:00.0"));
	ck_assert(!sriov_function_is_net(&pf->fn));
	ck_assert_uint_eq(pf->n_vfs, 2);
	ck_assert(!pf->settings_read);
	ck_assert_uint_eq(pf->vf[0].settings.known, 0);
	scene_close(&scene);
}
END_TEST

START_TEST(a_representor_is_not_taken_for_the_pf)
{
	struct scene scene;

	scene_open(&scene, "switchdev", EVERYTHING);
	ck_assert_uint_eq(scene.host.n_pfs, 1);
	ck_assert_str_eq(scene.host.pf[0].name, "enp59s0f0np0");
	ck_assert(scene.host.pf[0].settings_read);
	scene_close(&scene);
}
END_TEST

START_TEST(without_an_iommu_there_is_no_group)
{
	struct scene scene;

	scene_open(&scene, "no-iommu", EVERYTHING);
	ck_assert_int_eq(scene.host.pf[0].fn.group, -1);
	ck_assert_int_eq(scene.host.pf[0].vf[1].fn.group, -1);
	scene_close(&scene);
}
END_TEST

START_TEST(nonsense_in_sysfs_is_unknown_and_nothing_worse)
{
	struct scene scene;
	const struct sriov_pf *bare;
	const struct sriov_pf *pf;

	scene_open(&scene, "broken", EVERYTHING);
	bare = pf_of(&scene, "0000:01:00.0");
	pf = pf_of(&scene, "em1");
	ck_assert_uint_eq(scene.host.n_pfs, 4);
	ck_assert_int_eq(bare->total_vfs, 7);
	ck_assert_uint_eq(bare->fn.vendor, 0xffff);
	ck_assert(!bare->has_capability);
	ck_assert_int_eq(pf->total_vfs, -EINVAL);
	ck_assert_int_eq(pf->numa, -1);
	ck_assert(!pf->carrier);
	ck_assert_uint_eq(pf->fn.class, 0);
	ck_assert_int_eq(pf_of(&scene, "0000:05:00.0")->total_vfs, -ERANGE);
	scene_close(&scene);
}
END_TEST

START_TEST(a_vf_that_vanishes_while_it_is_looked_at_is_unknown)
{
	struct scene scene;
	const struct sriov_pf *pf;

	scene_open(&scene, "broken", EVERYTHING);
	pf = pf_of(&scene, "em1");
	/* virtfn1 leads nowhere, virtfn3, virtfn99999 and virtfnx to no VF */
	ck_assert_uint_eq(pf->n_vfs, 3);
	ck_assert_str_eq(pf->vf[1].fn.address, "0000:02:1f.7");
	ck_assert_int_eq(pf->vf[1].fn.group, -1);
	ck_assert_str_eq(pf->vf[1].fn.driver, "");
	/* its files are gone, or huge and binary */
	ck_assert_uint_eq(pf->vf[0].fn.vendor, 0xffff);
	ck_assert_int_eq(pf->vf[0].fn.group, -1);
	ck_assert_uint_eq(pf->vf[2].fn.vendor, 0xffff);
	ck_assert_uint_eq(pf->vf[2].fn.device, 0xffff);
	scene_close(&scene);
}
END_TEST

START_TEST(a_name_that_a_terminal_obeys_is_no_name)
{
	struct scene scene;
	const struct sriov_pf *pf;

	scene_open(&scene, "broken", 0);
	pf = pf_of(&scene, "0000:04:00.0");
	ck_assert_str_eq(pf->name, "0000:04:00.0");
	ck_assert_str_eq(pf->fn.netdev, "e\x1b[31mvil");
	scene_close(&scene);
}
END_TEST

START_TEST(a_function_that_is_neither_pf_nor_vf_is_found_by_its_address)
{
	const struct sriov_bdf hba = {0, 7, 0, 0}, none = {0, 9, 0, 0};
	struct scene scene = {.fake = unit_tree("r730")};
	const struct sriov_function *fn;
	struct sriov_error err = {0};

	fake_tree_line(&scene.fake, "pci 0000:07:00.0 id 1077:2031 class 0c0400 group 9");
	scene_look(&scene, 0);
	fn = sriov_host_function(&scene.host, &hba, &err);
	ck_assert_ptr_nonnull(fn);
	ck_assert_uint_eq(fn->device, 0x2031);
	ck_assert_int_eq(fn->group, 9);
	ck_assert_ptr_eq(fn, sriov_host_function(&scene.host, &hba, &err));
	ck_assert_ptr_null(sriov_host_function(&scene.host, &none, &err));
	ck_assert_int_eq(err.code, SRIOV_NOT_FOUND);
	scene_close(&scene);
}
END_TEST

START_TEST(a_host_without_such_a_card_has_no_pfs)
{
	struct scene scene;

	scene_open(&scene, "drivers", EVERYTHING);
	ck_assert_uint_eq(scene.host.n_pfs, 0);
	ck_assert_ptr_null(sriov_host_pf(&scene.host, "em1"));
	scene_close(&scene);
}
END_TEST

UNIT_MAIN("host", the_pfs_of_a_server_come_in_the_order_of_their_addresses,
	  a_pf_is_described, the_capability_is_read_out_of_config_space,
	  a_vf_that_is_asked_for_is_the_one_of_that_number, settings_come_over_netlink,
	  the_user_of_a_vf_is_known, the_users_of_a_pf_are_its_addresses_and_routes,
	  a_holder_that_cannot_be_seen_is_not_nobody,
	  a_device_opened_without_its_group_has_a_holder,
	  other_processes_are_looked_at_when_libvirt_knows_no_holder,
	  only_what_is_asked_for_is_looked_at,
	  files_that_wait_for_a_running_write_are_never_read,
	  settings_that_cannot_be_read_are_no_reason_to_stop,
	  a_drive_has_its_own_name_and_no_settings, a_representor_is_not_taken_for_the_pf,
	  without_an_iommu_there_is_no_group,
	  nonsense_in_sysfs_is_unknown_and_nothing_worse,
	  a_vf_that_vanishes_while_it_is_looked_at_is_unknown,
	  a_name_that_a_terminal_obeys_is_no_name,
	  a_function_that_is_neither_pf_nor_vf_is_found_by_its_address,
	  a_host_without_such_a_card_has_no_pfs)
