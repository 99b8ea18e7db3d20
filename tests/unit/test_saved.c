/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt has saved of a VF, whatever its file holds. */
#include "base/array.h"
#include "folder.h"
#include "host/host.h"

#define MAC 0x525400a10003
#define OTHER 0x525400a10004

/* What is saved of em1/3 with the file @name holding @text. */
static struct sriov_saved saved(const char *name, const char *text)
{
	const char *em1 = "0000:01:00.0";
	struct sriov_error err = {0};
	struct sriov_saved found;
	struct unit_scene scene;
	struct sriov_host host;
	char line[512];

	unit_scene_open(&scene, "r730");
	fake_tree_line(&scene.fake, "vfs 0000:01:00.0 4");
	snprintf(line, sizeof(line), "run/libvirt/hostdevmgr/%s := %s", name, text);
	fake_tree_line(&scene.fake, line);
	ck_assert_int_eq(sriov_host_look(&scene.doors,
					 SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS, &em1, 1,
					 &host, &err),
			 0);
	found = host.pf[0].vf[3].saved;
	for (unsigned i = 0; i < 3; i++)
		ck_assert(!host.pf[0].vf[i].saved.has_mac);
	sriov_host_free(&host);
	unit_scene_close(&scene);
	return found;
}

START_TEST(the_files_of_libvirt_are_understood)
{
	static const struct {
		const char *text;
		struct sriov_saved saved;
	} cases[] = {
		{"{\\n  \"adminMac\": \"52:54:00:a1:00:04\",\\n  \"vlanTag\": 7,\\n"
		 "  \"mac\": \"52:54:00:a1:00:03\"\\n}\\n",
		 {true, MAC, true, 7}},
		{"{\"adminMac\":\"52:54:00:A1:00:04\",\"vlanTag\":0}",
		 {true, OTHER, true, 0}},
		{"{\"adminMac\": \"00:00:00:00:00:00\", \"vlanTag\": -1}",
		 {true, 0, false, 0}},
		/* the documentation in libvirt's source has it as a string */
		{"{\"mac\": \"52:54:00:a1:00:03\", \"vlanTag\": \"42\"}",
		 {true, MAC, true, 42}},
		{"{\"mac\": \"52:54:00:a1:00:03\", \"later\": 1}", {true, MAC, false, 0}},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_saved found = saved("em1_vf3", cases[i].text);

		ck_assert_int_eq(found.has_mac, cases[i].saved.has_mac);
		ck_assert_uint_eq(found.mac, cases[i].saved.mac);
		ck_assert_int_eq(found.has_vlan, cases[i].saved.has_vlan);
		ck_assert_uint_eq(found.vlan, cases[i].saved.vlan);
	}
}
END_TEST

START_TEST(what_is_not_understood_is_not_taken)
{
	static const char *const texts[] = {
		"",
		"{",
		"{}",
		"[]",
		"52:54:00:a1:00:03",
		"{\"mac\"}",
		"{\"mac\": }",
		"{\"mac\": \"52:54:00:a1:00:03\"",
		"{\"mac\": \"52:54:00:a1:00:03\"} x",
		"{\"mac\": \"52:54:00:a1:00:03\",}",
		"{\"mac\": \"52:54:00:a1:00:03}",
		"{\"mac\": \"52:54:00:a1:00\\\\u003a03\"}",
		"{\"mac\": \"52:54:00:a1:00:03:52:54:00:a1:00:03:52:54\"}",
		"{\"mac\": null}",
		"{\"mac\": {\"mac\": \"52:54:00:a1:00:03\"}}",
		"{\"mac\": \"nonsense\"}",
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(texts); i++) {
		struct sriov_saved found = saved("em1_vf3", texts[i]);

		ck_assert_msg(!found.has_mac && !found.has_vlan, "%s", texts[i]);
	}
}
END_TEST

START_TEST(only_the_file_of_the_vf_counts)
{
	static const char *const names[] = {"em1_vf", "em1_vf4", "em1_vf3x", "em11_vf3",
					    "em1vf3", "em1",	 "em2_vf3",  "em1_vf-3"};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(names); i++)
		ck_assert_msg(
			!saved(names[i], "{\"mac\": \"52:54:00:a1:00:03\"}").has_mac,
			"%s", names[i]);
}
END_TEST

UNIT_MAIN("saved", the_files_of_libvirt_are_understood,
	  what_is_not_understood_is_not_taken, only_the_file_of_the_vf_counts)
