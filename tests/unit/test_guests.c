/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests and pools out of libvirt's files, whatever these hold. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/array.h"
#include "folder.h"
#include "host/guests.h"
#include "sys/file.h"

#define ETC "etc/libvirt/qemu/"
#define RUN "run/libvirt/qemu/"

static struct sriov_guests read_guests(struct unit_scene *scene, const char *const *lines,
				       size_t n)
{
	struct sriov_guests guests = {0};

	scene->fake = unit_tree("drivers");
	for (size_t i = 0; i < n; i++)
		fake_tree_line(&scene->fake, lines[i]);
	fake_doors_open(&scene->doors, scene->fake.path);
	ck_assert_int_eq(sriov_guests_read_running(&scene->doors, &guests), 0);
	ck_assert_int_eq(sriov_guests_read_defined(&scene->doors, &guests), 0);
	return guests;
}

static void scene_close(struct unit_scene *scene, struct sriov_guests *guests)
{
	sriov_guests_free(guests);
	unit_scene_close(scene);
}

START_TEST(a_definition_names_functions_by_numbers_as_libvirt_reads_them)
{
	static const struct {
		const char *device, *address;
	} cases[] = {
		{"<hostdev type='pci'><source><address domain='0x0001' bus='0x3b' "
		 "slot='0x10' function='0x6'/></source></hostdev>",
		 "0001:3b:10.6"},
		{"<hostdev type='pci'><source><address bus='1' slot='10'/></source>"
		 "</hostdev>",
		 "0000:01:0a.0"},
		{"<hostdev type='pci'><source><address bus='010' slot='010'/></source>"
		 "</hostdev>",
		 "0000:08:08.0"},
		{"<interface type='hostdev'><source><address type='pci' bus='0x01' "
		 "slot='0x10' function='0x2'/></source></interface>",
		 "0000:01:10.2"},
		/* where it stands inside of the guest */
		{"<hostdev type='pci'><address type='pci' bus='1' slot='2'/></hostdev>",
		 NULL},
		{"<hostdev type='usb'><source><address bus='1' device='2'/></source>"
		 "</hostdev>",
		 NULL},
		{"<hostdev type='pci'><source><address bus='256'/></source></hostdev>",
		 NULL},
		{"<hostdev type='pci'><source><address bus='x'/></source></hostdev>",
		 NULL},
		{"<interface type='hostdev'><source><address bus='1'/></source>"
		 "</interface>",
		 NULL},
		{"<interface type='bridge'><source bridge='hostdev'/></interface>", NULL},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		char line[512], address[SRIOV_BDF_LEN];
		const char *lines[] = {line};
		struct sriov_guests guests;
		struct unit_scene scene;

		snprintf(line, sizeof(line),
			 ETC "vm3.xml = <domain><devices>%s</devices></domain>",
			 cases[i].device);
		guests = read_guests(&scene, lines, 1);
		ck_assert_uint_eq(guests.n_claims, cases[i].address ? 1 : 0);
		if (cases[i].address) {
			sriov_bdf_format(&guests.claim[0].bdf, address);
			ck_assert_str_eq(address, cases[i].address);
			ck_assert_str_eq(guests.claim[0].guest, "vm3");
			ck_assert_int_eq(sriov_guests_pid(&guests, "vm3"), 0);
		}
		scene_close(&scene, &guests);
	}
}
END_TEST

START_TEST(a_definition_names_the_netdev_under_a_macvtap)
{
	static const char *const lines[] = {
		ETC "vm1.xml = <domain><devices><interface type='direct'>"
		    "<source dev='em1v3' mode='bridge'/></interface></devices></domain>",
		ETC "vm2.xml = <domain><devices><interface type='direct'/>"
		    "<interface type='direct'><source dev='longer-than-any-netdev'/>"
		    "</interface><interface type='bridge'><source dev='direct'/>"
		    "</interface></devices></domain>",
	};
	struct unit_scene scene;
	struct sriov_guests guests = read_guests(&scene, lines, SRIOV_ARRAY_SIZE(lines));

	ck_assert_uint_eq(guests.n_claims, 1);
	ck_assert_str_eq(guests.claim[0].guest, "vm1");
	ck_assert_str_eq(guests.claim[0].netdev, "em1v3");
	scene_close(&scene, &guests);
}
END_TEST

START_TEST(an_interface_tells_what_libvirt_sets)
{
	static const char *const lines[] = {
		ETC "networks/p.xml = <network><forward mode='hostdev'><pf dev='em1'/>"
		    "</forward></network>",
		ETC "vm1.xml = <domain><devices>"
		    "<interface type='hostdev'><mac address='52:54:00:00:00:01'/>"
		    "<source><address type='pci' bus='1'/></source>"
		    "<vlan><tag id='42'/></vlan></interface>"
		    "<interface type='hostdev'><mac address='x'/>"
		    "<source><address type='pci' bus='2'/></source>"
		    "<vlan><tag/></vlan></interface>"
		    "<hostdev type='pci'><mac address='52:54:00:00:00:02'/>"
		    "<source><address bus='3'/></source></hostdev>"
		    "<interface type='network'><mac address='52:54:00:00:00:03'/>"
		    "<source network='p'/></interface>"
		    "<interface type='network'><mac address='52:54:00:00:00:04'/>"
		    "<source network='default'/></interface></devices></domain>",
	};
	struct unit_scene scene;
	struct sriov_guests guests = read_guests(&scene, lines, SRIOV_ARRAY_SIZE(lines));

	ck_assert_uint_eq(guests.n_claims, 3);
	ck_assert(guests.claim[0].by_interface && guests.claim[1].by_interface);
	ck_assert(!guests.claim[2].by_interface);
	ck_assert_uint_eq(guests.claim[0].mac, UINT64_C(0x525400000001));
	ck_assert_uint_eq(guests.claim[0].vlan, 42);
	ck_assert_uint_eq(guests.claim[1].mac, 0);
	ck_assert_uint_eq(guests.claim[1].vlan, 0);
	ck_assert_uint_eq(guests.n_macs, 2);
	ck_assert_uint_eq(guests.mac[0].mac, UINT64_C(0x525400000001));
	ck_assert_uint_eq(guests.mac[1].mac, UINT64_C(0x525400000003));
	ck_assert_str_eq(guests.mac[1].guest, "vm1");
	scene_close(&scene, &guests);
}
END_TEST

START_TEST(a_guest_runs_while_the_process_of_its_status_does)
{
	static const char *const lines[] = {
		"proc/77/comm = qemu",
		"proc/80/comm = qemu",
		RUN "vm1.xml = <domstatus pid='77'><domain/></domstatus>",
		RUN "gone.xml = <domstatus pid='78'><domain/></domstatus>",
		RUN "zero.xml = <domstatus pid='0'><domain/></domstatus>",
		RUN "word.xml = <domstatus pid='80x'><domain/></domstatus>",
		RUN "none.xml = <domstatus><domain/></domstatus>",
		RUN "other.xml = <domain pid='80'/>",
		RUN "broken.xml = <domstatus pid='80'>",
		RUN "empty.xml :=",
		RUN "vm2.pid = 80",
		RUN ".xml = <domstatus pid='80'/>",
		RUN "a\\x1b[31m.xml = <domstatus pid='80'/>",
		ETC "vm1.xml = <domain><devices><hostdev type='pci'><source>"
		    "<address bus='1'/></source></hostdev></devices></domain>",
		ETC "gone.xml = <domain><devices><hostdev type='pci'><source>"
		    "<address bus='2'/></source></hostdev></devices></domain>",
	};
	struct unit_scene scene;
	struct sriov_guests guests = read_guests(&scene, lines, SRIOV_ARRAY_SIZE(lines));

	ck_assert_uint_eq(guests.n_running, 2);
	ck_assert_str_eq(sriov_guests_running(&guests, 77)->name, "vm1");
	ck_assert_str_eq(sriov_guests_running(&guests, 80)->name, "a?[31m");
	ck_assert_ptr_null(sriov_guests_running(&guests, 78));
	ck_assert_uint_eq(guests.n_claims, 2);
	ck_assert_str_eq(guests.claim[0].guest, "gone");
	ck_assert_int_eq(sriov_guests_pid(&guests, "gone"), 0);
	ck_assert_str_eq(guests.claim[1].guest, "vm1");
	ck_assert_int_eq(sriov_guests_pid(&guests, "vm1"), 77);
	scene_close(&scene, &guests);
}
END_TEST

START_TEST(a_pool_is_a_pf_or_a_list_of_vfs)
{
	static const char *const lines[] = {
		ETC "networks/all.xml = <network><forward mode='hostdev'><pf dev='em1'/>"
		    "</forward></network>",
		ETC "networks/some.xml = <network><forward mode='hostdev'>"
		    "<address type='pci' bus='0x01' slot='0x10' function='0x1'/>"
		    "<address type='pci' bus='0x01' slot='0x10' function='0x5'/>"
		    "<address type='usb' bus='0x01'/></forward></network>",
		ETC "networks/nat.xml = <network><forward mode='nat' dev='hostdev'/>"
		    "</network>",
		"run/libvirt/network/all.xml = <networkstatus><network><forward "
		"mode='hostdev'><pf dev='em9'/></forward></network></networkstatus>",
		"run/libvirt/network/fleeting.xml = <networkstatus><network><forward "
		"mode='hostdev'><pf dev='em2'/></forward></network></networkstatus>",
	};
	const struct sriov_bdf em1 = {0, 1, 0x10, 0}, em2 = {0, 1, 0x10, 1};
	struct unit_scene scene;
	struct sriov_guests guests = read_guests(&scene, lines, SRIOV_ARRAY_SIZE(lines));

	ck_assert_uint_eq(guests.n_pools, 3);
	ck_assert_str_eq(guests.pool[0].name, "all");
	ck_assert(sriov_pool_has(&guests.pool[0], &em1, "em1"));
	ck_assert(!sriov_pool_has(&guests.pool[0], &em2, "em2"));
	ck_assert(!sriov_pool_has(&guests.pool[0], &em2, ""));
	ck_assert_str_eq(guests.pool[1].name, "some");
	ck_assert_uint_eq(guests.pool[1].n_members, 2);
	ck_assert(sriov_pool_has(&guests.pool[1], &em2, "em2"));
	ck_assert(!sriov_pool_has(&guests.pool[1], &em1, "em1"));
	ck_assert(!sriov_pool_has(&guests.pool[1], &em1, ""));
	ck_assert_str_eq(guests.pool[2].name, "fleeting");
	scene_close(&scene, &guests);
}
END_TEST

START_TEST(a_pool_names_the_guests_that_take_from_it_as_far_as_they_fit)
{
	struct sriov_guests guests;
	struct unit_scene scene;
	char text[14][256];
	const char *lines[15];

	lines[0] = ETC "networks/p.xml = <network><forward mode='hostdev'/></network>";
	for (int i = 0; i < 14; i++) {
		/* each with two interfaces on it, and one elsewhere */
		snprintf(text[i], sizeof(text[i]),
			 ETC "guest%d.xml = <domain><devices>"
			     "<interface type='network'><source network='p'/></interface>"
			     "<interface type='network'><source network='q'/></interface>"
			     "<interface type='network'><source network='p'/></interface>"
			     "</devices></domain>",
			 i);
		lines[i + 1] = text[i];
	}
	guests = read_guests(&scene, lines, 3);
	ck_assert_str_eq(guests.pool[0].guests, "guest0, guest1");
	scene_close(&scene, &guests);

	guests = read_guests(&scene, lines, SRIOV_ARRAY_SIZE(lines));
	ck_assert_str_eq(guests.pool[0].guests,
			 "guest0, guest1, guest2, guest3, guest4, guest5, guest6, ...");
	ck_assert_uint_eq(guests.n_claims, 0);
	scene_close(&scene, &guests);
}
END_TEST

START_TEST(only_regular_files_are_read_and_not_without_end)
{
	struct fake fake = unit_folder();
	int dir = open(fake.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *text = NULL;
	size_t size;

	fake_tree_line(&fake, "file := 12345");
	fake_tree_line(&fake, "empty :=");
	fake_tree_line(&fake, "link -> file");
	fake_tree_line(&fake, "folder/file = 1");
	ck_assert_int_eq(mkfifoat(dir, "fifo", 0600), 0);
	ck_assert_int_eq(sriov_file_read(dir, "file", 5, &text, &size), 0);
	ck_assert_str_eq(text, "12345");
	ck_assert_uint_eq(size, 5);
	free(text);
	ck_assert_int_eq(sriov_file_read(dir, "empty", 5, &text, &size), 0);
	ck_assert_str_eq(text, "");
	free(text);
	ck_assert_int_eq(sriov_file_read(dir, "file", 4, &text, &size), -EFBIG);
	ck_assert_int_eq(sriov_file_read(dir, "link", 5, &text, &size), -ELOOP);
	ck_assert_int_eq(sriov_file_read(dir, "fifo", 5, &text, &size), -EINVAL);
	ck_assert_int_eq(sriov_file_read(dir, "folder", 5, &text, &size), -EINVAL);
	ck_assert_int_eq(sriov_file_read(dir, "missing", 5, &text, &size), -ENOENT);
	close(dir);
	unit_folder_remove(&fake);
}
END_TEST

UNIT_MAIN("guests", a_definition_names_functions_by_numbers_as_libvirt_reads_them,
	  a_definition_names_the_netdev_under_a_macvtap,
	  an_interface_tells_what_libvirt_sets,
	  a_guest_runs_while_the_process_of_its_status_does,
	  a_pool_is_a_pf_or_a_list_of_vfs,
	  a_pool_names_the_guests_that_take_from_it_as_far_as_they_fit,
	  only_regular_files_are_read_and_not_without_end)
